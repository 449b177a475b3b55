"""The verdict as Markdown: a summary of a pipeline, and a comment on a change."""

from __future__ import annotations

import re

import documents
import pytest
from documents import finding, note, rule, text
from rendered import BOTH, EVERY, crowd, seen

from nameraka.gate.formats.markdown import comment, markdown


@EVERY
@BOTH
def test_markdown_says_the_verdict_with_environment_and_build_first(name: str, language: str) -> None:
    document = documents.ALL[name]()
    source = markdown(document, language)
    mark = {"go": "✓", "no-go": "✗", "unknown": "?"}[document["verdict"]]
    assert source.startswith(f"## {mark} {document['verdict']}: ")
    head = source.split("\n")[2]
    assert all(f"`{document[name]}`" in head for name in ("environment", "build", "commit") if document[name])
    seen(source)
    seen(comment(document, language))


def test_markdown_goes_from_the_reasons_to_what_would_turn_them_to_the_requirements() -> None:
    source = markdown(documents.no_go(), "ja")
    assert re.findall("^### (.*)", source, re.MULTILINE) == ["理由", "判定を変えるには", "要件", "例外と注意"]
    assert (
        "- ✗ `features/chat/受付.feature::送信[web]` — 失敗: expected 1 message, got 0 "
        "(重大 · `CH-01` · `run-1of1.jsonl` · 原因 `0123456789abcdef`)" in source.splitlines()
    )
    assert "2. すべて実行し直してください: nameraka run — 6件が解消" in source.splitlines()
    assert "失敗 2 · シナリオなし 1 · 未確認 1 · 確認済み 1 · 提案中 1" in source.splitlines()
    assert "コミットされていない変更あり" in source


def test_markdown_shows_the_requirements_by_how_they_stand() -> None:
    rows = re.findall(r"^\| `(CH-\d+)` .* \| (\S+) \| \S (.+) \| (\d+) \|$", markdown(documents.no_go()), re.MULTILINE)
    assert rows == [
        ("CH-01", "critical", "failed", "2"),
        ("CH-02", "major", "failed", "1"),
        ("CH-04", "critical", "no scenario", "0"),
        ("CH-03", "minor", "not verified", "2"),
        ("CH-05", "critical", "verified", "1"),
        ("CH-06", "critical", "proposed", "0"),
    ]


def test_markdown_tells_a_break_glass_before_anything_else_and_exceptions_by_weight() -> None:
    lines = markdown(documents.excused()).splitlines()
    assert lines[4:6] == ["> **! Break-glass 1**", "> - `CH-02` — the duty manager waived `CH-02`"]
    assert [line.split("**")[1] for line in lines if line.startswith("- **")] == [
        "Waiver in use",
        "Expires soon",
        "Not run here",
    ]


def test_markdown_says_what_it_rests_on_and_what_was_switched_off() -> None:
    source = markdown(documents.no_go())
    assert f"- `reports/gate.toml` `sha256:{'e' * 64}`" in source
    assert "- Rules switched off (1) `accessibility`" in source
    assert "What this rests on" not in comment(documents.no_go())


def test_markdown_folds_a_long_list() -> None:
    source = markdown(crowd(40))
    assert "<details><summary>30 more</summary>" in source
    assert source.count("場面 ") == 40
    assert seen(source).tags >= {"details", "summary"}


def test_a_comment_cuts_a_long_list_with_a_count() -> None:
    source = comment(crowd(40))
    assert source.count("場面 ") == 10
    assert "… and 30 more: see `verdict.json`" in source.splitlines()


@BOTH
@pytest.mark.parametrize(("findings", "requirements"), [(20_000, 0), (0, 20_000), (20_000, 20_000)])
def test_however_much_there_is_to_say_it_stays_below_the_limits(
    findings: int, requirements: int, language: str
) -> None:
    document = crowd(findings, requirements)
    assert len(markdown(document, language).encode()) < 1024 * 1024
    assert len(comment(document, language).encode()) < 65_536
    assert str(findings) in markdown(document, "en")


def test_even_a_hundred_rules_with_long_statements_stay_below_the_limits() -> None:
    long = text("x" * 5_000, "あ" * 5_000)
    rules = [{**rule(f"rule-{number}", finding(what=long, remedy=long)), "statement": long} for number in range(100)]
    glass = [note("break-glass", "x" * 5_000, "あ" * 5_000)] * 1_000
    document = documents.document("no-go", [], rules=rules, notes=glass)
    assert len(markdown(document, "ja").encode()) < 1024 * 1024
    told = comment(document, "ja")
    assert len(told.encode()) < 65_536
    assert told.startswith("## ✗ no-go")
    assert "緊急の免除 1000" in told
    assert "… ほか100件は `verdict.json` にあります" in told
