"""What the verdict's own terms are called in front of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nameraka.gate.text import Text

SEVERITIES: Final[Mapping[str, Text]] = {
    "critical": Text("critical", "重大"),
    "major": Text("major", "重要"),
    "minor": Text("minor", "軽微"),
}

REQUIREMENT_STATES: Final[Mapping[str, Text]] = {
    "failed": Text("failed", "失敗"),
    "uncovered": Text("no scenario", "シナリオなし"),
    "not-run": Text("not verified", "未確認"),
    "waived": Text("waived", "免除中"),
    "verified": Text("verified", "確認済み"),
    "proposed": Text("proposed", "提案中"),
}
"""In the order in which a reader has to know of them."""

ITEM_STATES: Final[Mapping[str, Text]] = {
    "passed": Text("passed", "成功"),
    "failed": Text("failed", "失敗"),
    "flaky": Text("passed only at a further attempt", "再試行でのみ成功"),
    "skipped": Text("skipped", "未実施"),
    "not-run-here": Text("cannot run in this environment", "この環境では実施不可"),
    "undecided": Text("no clear answer", "判定できない結果"),
    "unanswered": Text("no answer", "結果なし"),
}


def called(term: str, words: Mapping[str, Text]) -> Text:
    """What ``term`` is called; a term that is not known stays as it is."""
    return words.get(term) or Text(term, term)
