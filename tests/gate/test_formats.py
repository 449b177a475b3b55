"""The verdict document in the formats of others: valid for their readers, and whatever evidence says, only said."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import documents
import pytest
from documents import finding, item, note, requirement, rule, text
from foreign_schemas import CTRF, SARIF
from hand_made import ITEMS, fresh, item_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from nameraka.cli import main
from nameraka.gate.formats import RENDERERS, render
from nameraka.gate.formats.ctrf import ctrf
from nameraka.gate.formats.document import plain
from nameraka.gate.formats.junit import junit
from nameraka.gate.formats.markdown import comment, markdown
from nameraka.gate.formats.sarif import sarif

VERDICT = json.loads((Path(__file__).parents[2] / "docs" / "verdict.schema.json").read_text("utf-8"))
EVERY = pytest.mark.parametrize("name", documents.ALL)
BOTH = pytest.mark.parametrize("language", ["en", "ja"])


def valid(schema: dict[str, Any], value: object) -> None:
    """``value`` is of the schema; all that is not is told at once."""
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]
    assert not errors, "\n".join(errors)


# ── the document itself ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(VERDICT)


@EVERY
def test_the_documents_of_these_tests_are_verdicts(name: str) -> None:
    valid(VERDICT, documents.ALL[name]())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    return tmp_path


def judged(*arguments: str) -> dict[str, Any]:
    """The verdict as the command writes it."""
    main(["gate", *arguments])
    document: dict[str, Any] = json.loads(Path("reports/verdict.json").read_text("utf-8"))
    return document


def test_a_real_verdict_is_of_the_schema(project: Path) -> None:
    fresh(Path("reports/results"))
    document = judged()
    assert document["verdict"] == "go"
    valid(VERDICT, document)


def test_a_real_no_go_is_of_the_schema(project: Path) -> None:
    minor = item_of("既読", severity="minor", criterion="CH-02")
    fresh(Path("reports/results"), items=(*ITEMS, minor), answers={ITEMS[1].id: "failed", minor.id: "skipped"})
    document = judged()
    assert document["verdict"] == "no-go"
    valid(VERDICT, document)


def test_a_real_verdict_on_nothing_is_of_the_schema(project: Path) -> None:
    document = judged()
    assert document["verdict"] == "unknown"
    valid(VERDICT, document)


NO_VERDICTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a name that is not known": lambda one: one.update(extra=1),
    "a name that is missing": lambda one: one.pop("files"),
    "another schema": lambda one: one.update(schema=1),
    "another answer": lambda one: one.update(verdict="maybe"),
    "go with findings": lambda one: one.update(verdict="go", exit_code=0),
    "unknown with a broken promise": lambda one: one.update(verdict="unknown", exit_code=2),
    "an exit code of another answer": lambda one: one.update(exit_code=0),
    "a moment that is none": lambda one: one.update(created="yesterday"),
    "a digest that is none": lambda one: one.update(plan="abc"),
    "a state that is none": lambda one: one["items"][0].update(state="good"),
    "an item without a reason": lambda one: one["items"][0].pop("why"),
    "a rule that holds with findings": lambda one: one["rules"][0].update(holds=True),
    "a rule that fails without findings": lambda one: one["rules"][1]["findings"].clear(),
    "an effect that is none": lambda one: one["rules"][0]["findings"][0].update(effect="go"),
    "a text in one language": lambda one: one["rules"][0]["findings"][0]["what"].pop("ja"),
    "an input that is none": lambda one: one["inputs"].update(results={"name": "x", "digest": documents.PLAN}),
    "a negative count": lambda one: one["counts"].update(clean=-1),
    "a note that is none": lambda one: one["notes"][0].update(kind="excuse"),
}


@pytest.mark.parametrize("what", NO_VERDICTS)
def test_what_is_no_verdict_is_not_of_the_schema(what: str) -> None:
    document = documents.no_go()
    NO_VERDICTS[what](document)
    assert not Draft202012Validator(VERDICT).is_valid(document)


@pytest.mark.parametrize("page", ["verdict.md", "verdict.ja.md"])
def test_every_field_is_explained_in_both_languages(page: str) -> None:
    told = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    assert [name for name in VERDICT["properties"] if f"`{name}" not in told] == []
    kinds = VERDICT["properties"]["notes"]["items"]["properties"]["kind"]["enum"]
    assert [kind for kind in kinds if f"`{kind}`" not in told] == []


def test_a_go_with_a_finding_or_an_open_item_is_not_of_the_schema() -> None:
    for spoil in (
        {"rules": [rule("one", finding("unknown"))]},
        {"rules": []},
        {"items": []},
        {"items": [item("送信", state="unanswered")]},
        {"plan": None},
    ):
        assert not Draft202012Validator(VERDICT).is_valid({**documents.go(), **spoil})


# ── every format ─────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── JUnit ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def cases(content: bytes) -> dict[tuple[str, str], ElementTree.Element]:
    """The cases by suite and name; what stands twice would be lost on GitLab."""
    found = [
        (case.attrib["classname"], case.attrib["name"], case)
        for case in ElementTree.fromstring(content).iter("testcase")
    ]
    known = {(suite, name): case for suite, name, case in found}
    assert len(known) == len(found)
    return known


def state(case: ElementTree.Element) -> str:
    return next((child.tag for child in case), "passed")


@EVERY
@BOTH
def test_junit_fails_where_and_only_where_the_verdict_is_not_go(name: str, language: str) -> None:
    document = documents.ALL[name]()
    found = Counter(state(case) for case in cases(junit(document, language)).values())
    assert (found["failure"] + found["error"] == 0) == (document["verdict"] == "go")


@EVERY
def test_junit_counts_what_it_holds(name: str) -> None:
    root = ElementTree.fromstring(junit(documents.ALL[name]()))
    for element in (root, *root.iter("testsuite")):
        found = Counter(state(case) for case in element.iter("testcase"))
        told = {count: int(element.attrib[count]) for count in ("tests", "failures", "errors", "skipped")}
        assert told == {
            "tests": sum(found.values()),
            "failures": found["failure"],
            "errors": found["error"],
            "skipped": found["skipped"],
        }


def test_junit_has_a_suite_for_each_feature_and_one_for_the_gate() -> None:
    root = ElementTree.fromstring(junit(documents.no_go()))
    assert [suite.attrib["name"] for suite in root] == ["gate", documents.FEATURE]
    known = cases(junit(documents.no_go()))
    assert {name: state(case) for (suite, name), case in known.items() if suite == "gate"} == {
        "verdict": "failure",
        "nothing-failed": "failure",
        "every-item-is-answered": "error",
        "identity": "error",
        "waivers": "error",
        "requirements": "error",
        "sentinels": "error",
        "accessibility": "skipped",
    }
    assert {name: state(case) for (suite, name), case in known.items() if suite == documents.FEATURE} == {
        "送信[api]": "passed",
        "送信[web]": "failure",
        "受付[api]": "failure",
        "未読[api]": "error",
        "削除[api]": "error",
        "検索[api]": "error",
        "古い[api]": "error",
    }


def test_junit_says_why_and_what_would_turn_it() -> None:
    [failure] = cases(junit(documents.no_go()))[documents.FEATURE, "送信[web]"]
    assert failure.attrib == {"message": "failed: expected 1 message, got 0", "type": "no-go"}
    assert failure.text == "failed: expected 1 message, got 0\n→ Mend the product and run everything again"


def test_junit_shows_what_is_excused_as_skipped_with_the_excuse() -> None:
    known = cases(junit(documents.excused(), "ja"))
    [skipped] = known[documents.FEATURE, "既読[api]"]
    assert (skipped.tag, skipped.text) == ("skipped", "失敗: リリースの判定では数えません\n2026-01-05 まで免除")


def test_junit_leaves_out_a_time_that_is_not_known() -> None:
    known = cases(junit(documents.go()))
    assert "time" not in known[documents.FEATURE, "送信[web]"].attrib
    assert known[documents.FEATURE, "送信[api]"].attrib["time"] == "1.250"


def test_junit_of_a_rule_with_many_findings_is_cut_with_a_count() -> None:
    lost = [finding("unknown", item=f"x{number}") for number in range(5_000)]
    known = cases(junit(documents.document("unknown", [], rules=[rule("one", *lost)])))
    [error] = known["gate", "one"]
    assert (error.text or "").endswith("\n… and 4900 more")


def test_what_nobody_answered_is_an_error_even_without_a_finding() -> None:
    document = documents.document("unknown", [item("送信", state="unanswered"), item("受付", state="undecided")])
    known = cases(junit(document))
    assert [state(case) for (suite, _), case in known.items() if suite == documents.FEATURE] == ["error", "error"]


# ── SARIF ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def scanned(document: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """The one run of the log, which is valid."""
    log = json.loads(sarif(document, language))
    valid(SARIF, log)
    run: dict[str, Any] = log["runs"][0]
    return run


@EVERY
@BOTH
def test_sarif_is_valid_and_has_each_finding_once(name: str, language: str) -> None:
    document = documents.ALL[name]()
    run = scanned(document, language)
    told = [(result["ruleId"], {"error": "no-go", "warning": "unknown"}[result["level"]]) for result in run["results"]]
    assert sorted(told) == sorted(
        (one["name"], found["effect"]) for one in document["rules"] for found in one["findings"]
    )
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def place(location: dict[str, Any]) -> tuple[str, bool]:
    """Where a location points to, and whether that is in the evidence."""
    artifact = location["physicalLocation"]["artifactLocation"]
    return artifact["uri"], artifact.get("uriBaseId") == "RESULTS"


def test_sarif_points_to_the_feature_and_to_the_file_of_evidence() -> None:
    results = {one["message"]["text"].split(" ")[0]: one for one in scanned(documents.no_go())["results"]}
    broken = results[f"{documents.FEATURE}::送信[web]:"]
    assert [place(one) for one in broken["locations"]] == [("features/chat/%E5%8F%97%E4%BB%98.feature", False)]
    assert [place(one) for one in broken["relatedLocations"]] == [("run-1of1.jsonl", True)]
    assert broken["partialFingerprints"]["cause/v1"] == "0123456789abcdef"
    assert [place(one) for one in results["CH-09:"]["locations"]] == [("reports/waivers.toml", False)]


def test_sarif_puts_what_is_about_no_file_to_the_verdict() -> None:
    [result] = scanned(documents.document("unknown", [], rules=[rule("one", finding("unknown"))]))["results"]
    assert place(result["locations"][0]) == ("verdict.json", True)


def test_sarif_tells_the_same_finding_of_two_runs_by_the_same_hash_and_others_by_others() -> None:
    def hashes(**changes: Any) -> list[str]:
        run = scanned({**documents.no_go(), **changes})
        return [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]

    assert hashes() == hashes(run_id="another", created="2026-02-02T00:00:00+00:00")
    assert len(set(hashes())) == len(hashes())


def test_sarif_explains_each_rule_in_both_languages_and_says_which_are_off() -> None:
    rules = {one["id"]: one for one in scanned(documents.no_go(), "ja")["tool"]["driver"]["rules"]}
    assert rules["identity"]["help"]["text"] == (
        "No promise was seen broken, in any attempt.\nどの試行でも、破られた約束がない。"
    )
    assert rules["identity"]["shortDescription"]["text"] == "どの試行でも、破られた約束がない。"
    assert [name for name, one in rules.items() if not one["defaultConfiguration"]["enabled"]] == ["accessibility"]


def test_sarif_tells_what_is_excused() -> None:
    [invocation] = scanned(documents.excused())["invocations"]
    told = [one["message"]["text"] for one in invocation["toolExecutionNotifications"]]
    assert "CH-02: the duty manager waived CH-02" in told


def test_sarif_of_too_many_findings_keeps_the_broken_promises_and_says_what_it_leaves_out() -> None:
    lost = [finding("unknown", file=f"{number}.json") for number in range(25_010)]
    document = documents.document("no-go", [], rules=[rule("one", *lost, finding("no-go"))])
    [run] = json.loads(sarif(document))["runs"]
    assert len(run["results"]) == 25_000
    assert run["results"][0]["level"] == "error"
    assert (
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
        == "11 further findings are left out here"
    )


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "//evil/x", "https://evil/x", "a b.json", "..", "", "?#"]
)
def test_sarif_points_to_nothing_outside(name: str) -> None:
    scanned(documents.document("unknown", [], rules=[rule("one", finding("unknown", file=name))]))


def test_sarif_makes_no_link_and_no_placeholder_of_what_evidence_says() -> None:
    hostile = text("see [here](https://evil.example) and {0}", "")
    [result] = scanned(documents.document("no-go", [], rules=[rule("one", finding(what=hostile))]))["results"]
    assert "see [here] (https://evil.example) and {{0}}" in result["message"]["text"]


# ── CTRF ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def reported(document: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """The results of the report, which is valid."""
    report = json.loads(ctrf(document, language))
    valid(CTRF, report)
    results: dict[str, Any] = report["results"]
    return results


@EVERY
@BOTH
def test_ctrf_is_valid_counts_what_it_holds_and_fails_only_where_the_verdict_is_not_go(
    name: str, language: str
) -> None:
    document = documents.ALL[name]()
    results = reported(document, language)
    found = Counter(test["status"] for test in results["tests"])
    summary = results["summary"]
    assert {status: summary[status] for status in ("passed", "failed", "skipped", "pending", "other")} == {
        status: found[status] for status in ("passed", "failed", "skipped", "pending", "other")
    }
    assert summary["tests"] == len(results["tests"])
    assert (found["failed"] + found["pending"] + found["other"] == 0) == (document["verdict"] == "go")
    assert results["environment"]["healthy"] == (document["verdict"] == "go")


def test_ctrf_tells_each_state_as_itself() -> None:
    known = {test["name"]: test for test in reported(documents.no_go())["tests"] if test["suite"] != ["gate"]}
    assert {name: (test["status"], test["rawStatus"]) for name, test in known.items()} == {
        "送信[api]": ("passed", "passed"),
        "送信[web]": ("failed", "failed"),
        "受付[api]": ("failed", "flaky"),
        "未読[api]": ("other", "skipped"),
        "削除[api]": ("pending", "unanswered"),
        "検索[api]": ("other", "undecided"),
        "古い[api]": ("other", "passed"),
    }
    assert known["受付[api]"]["retryAttempts"] == [
        {"attempt": 1, "status": "failed"},
        {"attempt": 2, "status": "passed"},
    ]
    assert known["送信[web]"]["tags"] == ["critical", "CH-01"]


def test_ctrf_says_when_it_ran_and_falls_back_to_when_it_was_judged() -> None:
    summary = reported(documents.go())["summary"]
    assert (summary["start"], summary["stop"]) == (1767322800000, 1767322980000)
    for nonsense in (None, "yesterday", "2026-01-02T03:00:00"):
        summary = reported({**documents.go(), "planned_at": nonsense, "ended_at": nonsense})["summary"]
        assert (summary["start"], summary["stop"]) == (1767323045000, 1767323045000)


@pytest.mark.parametrize("seconds", [1e308, float("inf"), None])
def test_a_duration_that_is_none_is_left_out(seconds: float | None) -> None:
    document = documents.document("go", [item("送信", seconds=seconds)])
    assert [test["duration"] for test in reported(document)["tests"]][-1] == 0
    assert "time" not in cases(junit(document))[documents.FEATURE, "送信[api]"].attrib


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────────────────────────

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TAGS = {"h2", "h3", "p", "strong", "code", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
TAGS |= {"blockquote", "details", "summary"}


class Seen(HTMLParser):
    """What a reader sees: the tags and their attributes, all text, and the text outside of code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.prose = ""
        self._in_code = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self._in_code = self._in_code or tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self._in_code = self._in_code and tag != "code"

    def handle_data(self, data: str) -> None:
        self.text += data
        if not self._in_code:
            self.prose += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def seen(source: str) -> Seen:
    """The page as it is shown, in which there is nothing but what belongs there."""
    page = Seen(READER.render(source))
    assert page.tags <= TAGS
    assert page.attributes <= {"style", "start"}
    # What GitHub and GitLab make links, mentions and references of stands in code alone.
    assert not re.search(r"[@#$&~`*_\[\]<>\\{}]|://|www\.|[0-9a-f]{7,}", page.prose), page.prose
    return page


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


def crowd(findings: int, requirements: int = 0) -> dict[str, Any]:
    """A verdict with much to say."""
    lost = [
        finding("unknown", item=f"features/x.feature::場面 {number}[api]", file=f"{number}.json")
        for number in range(findings)
    ]
    promises = [requirement(f"XX-{number}", "uncovered", []) for number in range(requirements)]
    return documents.document("unknown", [], rules=[rule("one", *lost)], requirements=promises)


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
