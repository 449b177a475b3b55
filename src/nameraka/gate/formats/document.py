"""Reading the verdict document: what every format asks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from nameraka.gate.text import Text, printable
from nameraka.gate.words import ITEM_STATES, called

Document = Mapping[str, Any]

LONGEST: Final = 1_000  # characters of one name or text
LONGEST_SECONDS: Final = 1e7
"""What took longer, a third of a year, is no duration that could be shown."""
_NONCHARACTERS: Final = re.compile("[\ufffe\uffff]")


def plain(text: str, longest: int = LONGEST) -> str:
    """``text`` on one line, with nothing in it that a terminal, a browser or XML 1.0 takes for more than letters."""
    return _NONCHARACTERS.sub(lambda found: f"\\u{ord(found[0]):04x}", printable(text, longest))


def say(text: Mapping[str, str], language: str) -> str:
    """What a text of the document says in ``language``, plain."""
    return plain(text["ja"] if language == "ja" else text["en"])


def facts(document: Document, *names: str) -> dict[str, str]:
    """Those of the named texts that the document has, plain."""
    return {name: plain(document[name]) for name in names if document[name] is not None}


def findings(document: Document) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Every finding with its rule, in the order of the rules."""
    for rule in document["rules"]:
        for finding in rule["findings"]:
            yield rule, finding


def subject(finding: Mapping[str, Any]) -> str | None:
    """What a finding is about: the item, else the requirement, else the file."""
    told: str | None = finding["item"] or finding["requirement"] or finding["file"]
    return told


def headline(document: Document) -> Text:
    """The verdict's one sentence. Both are said where something failed and something else is not known."""
    counts = document["counts"]
    planned, answered, clean, failed, excused = (
        counts[name] for name in ("planned", "answered", "clean", "failed", "excused")
    )
    if document["verdict"] == "go":
        beside = Text(f", {excused} excused", f"、{excused}件は免除") if excused else Text("", "")
        return Text(f"{clean} of {planned} passed{beside.en}", f"{planned}件中{clean}件が成功しました{beside.ja}")
    parts = []
    if not planned:
        parts.append(Text("there is no plan to hold the evidence against", "証拠と照らし合わせる計画がありません"))
    if failed:
        total = Text(f" of {planned}", f"{planned}件中") if planned else Text("", "")
        parts.append(Text(f"{failed}{total.en} failed", f"{total.ja}{failed}件が失敗しました"))
    if planned > answered:
        parts.append(Text(f"{answered} of {planned} answered", f"{planned}件中{answered}件に結果があります"))
    if (rest := answered - clean - failed - excused) > 0:
        parts.append(
            Text(
                f"{rest} of {planned} cannot be believed or judged", f"{planned}件中{rest}件は信用または判定できません"
            )
        )
    if not parts:
        parts.append(
            Text(
                f"{clean} of {planned} passed, but the evidence does not hold together",
                f"{planned}件中{clean}件が成功しましたが、証拠に矛盾があります",
            )
        )
    return Text("; ".join(part.en for part in parts), "。".join(part.ja for part in parts))


Outcome = Literal["passed", "failed", "unclear", "excused"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a test report. ``suite`` is a feature file, or ``gate`` for the rules and the verdict itself.

    ``failed``: a promise was seen broken. ``unclear``: it cannot be told. ``excused``: it did not pass, and the gate does
    not count it. So a report has neither failed nor unclear entries where, and only where, the verdict is ``go``.
    """

    suite: str
    name: str
    outcome: Outcome
    state: str
    why: tuple[str, ...]
    seconds: float | None = None
    file: str | None = None
    tags: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()


GATE: Final = "gate"
_EFFECTS: Final[Mapping[str, Outcome]] = {"no-go": "failed", "unknown": "unclear"}
_UNCOUNTED: Final = Text("does not count against the release", "リリースの判定では数えません")
_UNSELECTED: Final = Text("switched off by the policy", "ポリシーにより無効です")


def entries(document: Document, language: str) -> Iterator[Entry]:
    """The verdict, then each rule, then each planned item."""
    answer = document["verdict"]
    outcome: Outcome = "passed" if answer == "go" else _EFFECTS.get(answer, "unclear")
    why = () if answer == "go" else (headline(document).say(language), *_unblock(document, language))
    yield Entry(GATE, "verdict", outcome, answer, why)
    against: dict[str, list[Mapping[str, Any]]] = {}
    for rule in document["rules"]:
        yield _rule(rule, language)
        for finding in rule["findings"]:
            if finding["item"] is not None:
                against.setdefault(finding["item"], []).append(finding)
    notes: dict[str, list[str]] = {}
    for note in document["notes"]:
        if note["item"] is not None:
            notes.setdefault(note["item"], []).append(say(note["text"], language))
    for item in document["items"]:
        yield _item(item, against.get(item["id"], []), notes.get(item["id"], []), language)


def _unblock(document: Document, language: str) -> Iterator[str]:
    for one in document["unblock"]:
        yield "→ " + say(one["action"], language)


def _worst(found: list[Mapping[str, Any]]) -> Outcome:
    effects = {_EFFECTS.get(finding["effect"], "unclear") for finding in found}
    return "failed" if "failed" in effects else "unclear"


def _told(found: list[Mapping[str, Any]], language: str) -> Iterator[str]:
    for finding in found:
        yield say(finding["what"], language)
    for remedy in dict.fromkeys(say(finding["remedy"], language) for finding in found):
        yield f"→ {remedy}"


def _rule(rule: Mapping[str, Any], language: str) -> Entry:
    name, statement = plain(rule["name"]), say(rule["statement"], language)
    found = rule["findings"]
    if not rule["selected"]:
        return Entry(GATE, name, "excused", "off", (f"{statement} {_UNSELECTED.say(language)}",))
    if rule["holds"] and not found:
        return Entry(GATE, name, "passed", "holds", ())
    told = (f"{plain(subject(one) or '-')}: {say(one['what'], language)}" for one in found[:MOST])
    left = len(found) - MOST
    more = (Text(f"… and {left} more", f"… ほか{left}件").say(language),) if left > 0 else ()
    return Entry(GATE, name, _worst(found), "broken", (statement, *told, *more))


MOST: Final = 100  # findings told with their rule; with its item, each is told in full


def _item(item: Mapping[str, Any], found: list[Mapping[str, Any]], notes: list[str], language: str) -> Entry:
    outcome: Outcome
    state = called(item["state"], ITEM_STATES).say(language)
    if found:
        outcome, why = _worst(found), tuple(_told(found, language))
    elif item["state"] == "passed":
        outcome, why = "passed", ()
    elif item["state"] in ("unanswered", "undecided"):  # nothing excuses what is not there
        outcome, why = "unclear", (state,)
    else:
        outcome, why = "excused", (f"{plain(state)}: {_UNCOUNTED.say(language)}", *notes)
    return Entry(
        suite=plain(item["feature"]),
        name=plain(item["id"].removeprefix(item["feature"] + "::")),
        outcome=outcome,
        state=plain(item["state"]),
        why=why,
        seconds=item["seconds"] if (item["seconds"] or 0) < LONGEST_SECONDS else None,
        file=plain(item["feature"]),
        tags=tuple(plain(tag) for tag in (item["severity"], *item["criteria"])),
        attempts=tuple(item["attempts"]),
    )
