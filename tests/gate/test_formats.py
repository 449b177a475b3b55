"""The verdict document in the formats of others: what holds of all of them, and that whatever evidence says is only said."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from copy import deepcopy
from pathlib import Path
from typing import Any

import documents
import pytest
from documents import finding, item, note, requirement, rule, text
from hand_made import ITEMS, fresh
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rendered import BOTH, EVERY, reported, scanned, seen

from nameraka.cli import main
from nameraka.gate.formats import RENDERERS, render
from nameraka.gate.formats.document import plain
from nameraka.gate.formats.junit import junit
from nameraka.gate.formats.markdown import comment, markdown


@pytest.mark.parametrize("format", RENDERERS)
@EVERY
@BOTH
def test_a_renderer_says_the_same_of_the_same_and_changes_nothing(format: str, name: str, language: str) -> None:
    document = documents.ALL[name]()
    before = deepcopy(document)
    assert render(format, document, language) == render(format, document, language)
    assert document == before


@pytest.mark.parametrize("format", RENDERERS)
def test_every_format_speaks_both_languages(format: str) -> None:
    english, japanese = (render(format, documents.no_go(), language).decode() for language in ("en", "ja"))
    assert "has no clear answer" in english
    assert "has no clear answer" not in japanese
    assert "明確な結果がありません" in japanese


def test_the_command_writes_the_formats_that_were_asked_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh(Path("reports/results"), answers={ITEMS[1].id: "failed"})
    main(["gate", "--lang", "ja", "--markdown", "m.md", "--junit", "j.xml", "--sarif", "s.sarif", "--ctrf", "c.json"])
    document = json.loads(Path("reports/verdict.json").read_text("utf-8"))
    for format, path in {"markdown": "m.md", "junit": "j.xml", "sarif": "s.sarif", "ctrf": "c.json"}.items():
        assert Path(path).read_bytes() == render(format, document, "ja")
    told, shown = capsys.readouterr().out.splitlines()[0], Path("m.md").read_text("utf-8").splitlines()[0]
    assert shown == f"## ✗ {told}"


HOSTILE = [
    "@team please look",
    "<img src=x onerror=alert(1)>",
    "a | b | c",
    "`code` ``more``",
    "[here](https://evil.example)",
    "https://evil.example/x www.evil.example x@evil.example",
    "#1 org/repo#1 GH-1 !1 ~bug %1 $1 :smile: 0123456789abcdef sha256:5db7111d0de8",
    "**bold** _it_ ~~gone~~ $x^2$",
    "1. one",
    "- one",
    "> quote",
    "/close",
    "<!-- comment -->",
    "</details></code></td>",
    "&lt;b&gt; &amp;",
    "\\` \\| \\",
    "a\nb\r\n\n## heading",
    "\u202eevil\u202c \x1b[31m \x00 \ud800 \ufffe",
    "｜　＠team　：",
    " ",
    "```",
    "||",
    "---",
]


def filled(value: str) -> dict[str, Any]:
    """A verdict in which evidence says ``value`` wherever it can say anything."""
    both = text(value, value)
    one = item("送信", state="failed", why=value, seconds=None)
    one |= {"id": f"{value}::{value}[{value}]", "feature": value, "scenario": value, "door": value}
    one |= {"severity": value, "criteria": [value], "attempts": [value, "passed"]}
    found = finding(item=one["id"], requirement=value, severity=value, file=value, what=both, remedy=both)
    stranger = finding("unknown", item=value, file=value, what=both, remedy=both)
    return documents.document(
        "no-go",
        [one],
        run_id=value,
        commit=value,
        environment=value,
        build=value,
        planned_at=value,
        ended_at=value,
        rules=[rule("one", found, stranger, finding(file=value, what=both))],
        requirements=[requirement(value, "failed", [one], ja=value, en=value, severity=value)],
        notes=[
            note("waiver", value, value, item=value, requirement=value),
            note("break-glass", value, value, requirement=value),
        ],
        unblock=[{"action": both, "settles": 1, "rules": ["one"]}],
        files=[{"name": value, "size": 1, "digest": documents.PLAN}],
    )


def squeezed(value: str) -> str:
    """Text as it looks, however it is spaced."""
    return "".join(value.split())


def check_all(value: str) -> None:
    document = filled(value)
    told = squeezed(plain(value))
    for language in ("en", "ja"):
        for source in (markdown(document, language), comment(document, language)):
            assert told in squeezed(seen(source).text)
        assert told in squeezed("".join(ElementTree.fromstring(junit(document, language)).itertext()))
        scanned(document, language)
        reported(document, language)


@pytest.mark.parametrize("value", HOSTILE)
def test_what_evidence_says_is_only_said(value: str) -> None:
    check_all(value)


@settings(max_examples=150, deadline=None)
@given(
    st.text(min_size=1, max_size=60)
    | st.lists(st.sampled_from([*"ab1é薬`|@#<>[]()!*_~$&:/\\.-'\" （。"]), min_size=1).map("".join)
)
@example("a``|`b")
def test_whatever_evidence_says_is_only_said(value: str) -> None:
    check_all(value)
