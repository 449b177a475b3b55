"""The gate's own test: evidence for each known way by which a bad release passes a test gate, and none of it is ``go``."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path

import pytest
from corpus import CASES, MODES, Hostile, Mode, good, release, verdict_of
from hand_made import why
from jsonschema import Draft202012Validator

from nameraka.gate.rules import RULES
from nameraka.gate.verdict import Verdict, document

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs" / "verdict.schema.json").read_text("utf-8")))
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.mark.parametrize("make", [good, release])
def test_what_is_spoiled_here_was_go(tmp_path: Path, make) -> None:
    verdict = make(tmp_path).judge()
    assert verdict.answer == "go", why(verdict)


@each
def test_hostile_evidence_is_never_go_and_what_is_said_of_it_is_right(case: Hostile) -> None:
    verdict = verdict_of(case)
    assert verdict.answer == case.answer != "go", why(verdict)
    assert verdict.exit_code == {"no-go": 1, "unknown": 2}[case.answer]
    if case.rule is not None:
        its_rule_says_what_it_is_about(case, verdict)
    nothing_else_is_said_but_what_follows(case, verdict)
    every_reason_names_a_file_where_there_is_one(verdict)
    no_go_is_said_where_something_was_seen_broken(case, verdict)
    what_is_said_of_an_item_tells_its_severity_and_cause(verdict)
    every_reason_and_what_would_turn_it_are_said_in_both_languages(verdict)
    its_document_is_of_the_published_schema(verdict)


def its_rule_says_what_it_is_about(case: Hostile, verdict: Verdict) -> None:
    findings = [finding for rule, finding in verdict.findings if rule.name == case.rule]
    assert len(findings) == case.times, why(verdict)
    named = [{one.item, one.requirement, one.file} for one in findings]
    assert any(set(case.about) <= names for names in named), why(verdict)
    broken = [one.what.en for one in findings if one.what.en.startswith("the rule itself broke")]
    assert bool(broken) is (case.rule == "broken")


def nothing_else_is_said_but_what_follows(case: Hostile, verdict: Verdict) -> None:
    others = [(rule.name, finding) for rule, finding in verdict.findings if rule.name != case.rule]
    assert {name for name, _ in others} == set(case.also), why(verdict)
    assert not [finding for _, finding in others if finding.what.en.startswith("the rule itself broke")]


def every_reason_names_a_file_where_there_is_one(verdict: Verdict) -> None:
    for rule, finding in verdict.findings:
        assert finding.file or finding.what.en == "was not answered" or rule.name == "broken", finding


def no_go_is_said_where_something_was_seen_broken(case: Hostile, verdict: Verdict) -> None:
    effects = {finding.effect for _, finding in verdict.findings}
    assert effects <= {"no-go", "unknown"}
    assert ("no-go" in effects) is (case.answer == "no-go")


def what_is_said_of_an_item_tells_its_severity_and_cause(verdict: Verdict) -> None:
    for rule, finding in verdict.findings:
        one = verdict.case.standing.get(finding.item or "")
        if one and rule.name in {"every-item-is-answered-once", "evidence-is-fresh", *OF_STATES}:
            assert finding.severity == one.item.severity
        if rule.name == "promises-are-verified":
            assert finding.severity in {
                one.severity for one in verdict.case.requirements if one.id == finding.requirement
            }
        if one and rule.name in OF_STATES:
            assert (finding.fingerprint, finding.file) == (one.fingerprint, one.file)


OF_STATES = {
    "no-critical-promise-is-in-doubt",
    "enough-promises-hold",
    "flaky-scenarios-are-within-budget",
    "what-was-not-run-is-accounted-for",
    "nothing-that-held-fails-now",
}


def every_reason_and_what_would_turn_it_are_said_in_both_languages(verdict: Verdict) -> None:
    for rule in document(verdict)["rules"]:
        for finding in rule["findings"]:
            assert all(finding[part][language] for part in ("what", "remedy") for language in ("en", "ja")), finding


def its_document_is_of_the_published_schema(verdict: Verdict) -> None:
    errors = SCHEMA.iter_errors(document(verdict))
    assert not [f"{error.json_path}: {error.message}" for error in errors]


def test_every_rule_has_a_case_in_which_it_alone_speaks() -> None:
    alone = {case.rule for case in CASES if case.rule and not case.also}
    assert alone - {"broken"} == {rule.name for rule in RULES}


def test_the_list_is_whole() -> None:
    assert [mode.number for mode in MODES] == list(range(1, 40))
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: f"{mode.number:02} {mode.words}")
def test_every_way_is_tried_or_shown_where_it_can_be_seen(mode: Mode) -> None:
    tried = [case for case in CASES if mode.number in case.modes]
    assert tried or mode.elsewhere
    for place in mode.elsewhere:
        path, _, name = place.partition("::")
        assert name in functions(ROOT / path), f"{place} is no test any more"


@cache
def functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.FunctionDef)}
