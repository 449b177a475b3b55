"""The verdict as JUnit, for the pages of pipelines."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter

import documents
from documents import finding, item, rule
from rendered import BOTH, EVERY, cases

from nameraka.gate.formats.junit import junit


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
