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
from nameraka.gate.rules.rule import Finding
from nameraka.gate.verdict import document

ROOT = Path(__file__).parents[2]
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs" / "verdict.schema.json").read_text("utf-8")))
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def findings(case: Hostile) -> list[Finding]:
    """What the case's own rule finds."""
    return [finding for rule, finding in verdict_of(case).findings if rule.name == case.rule]


@pytest.mark.parametrize("make", [good, release])
def test_what_is_spoiled_here_was_go(tmp_path: Path, make) -> None:
    verdict = make(tmp_path).judge()
    assert verdict.answer == "go", why(verdict)


@each
def test_hostile_evidence_is_never_go(case: Hostile) -> None:
    verdict = verdict_of(case)
    assert verdict.answer == case.answer != "go", why(verdict)
    assert verdict.exit_code == {"no-go": 1, "unknown": 2}[case.answer]


@each
def test_its_rule_says_why_and_what_it_is_about(case: Hostile) -> None:
    if case.rule is None:
        return
    assert len(findings(case)) == case.times, why(verdict_of(case))
    named = [{one.item, one.requirement, one.file} for one in findings(case)]
    assert any(set(case.about) <= names for names in named), why(verdict_of(case))


@each
def test_nothing_else_is_said_but_what_follows(case: Hostile) -> None:
    verdict = verdict_of(case)
    assert {rule.name for rule, _ in verdict.findings} - {case.rule} == set(case.also), why(verdict)


@each
def test_a_finding_is_no_go_or_unknown_and_what_is_no_go_was_seen_broken(case: Hostile) -> None:
    effects = {finding.effect for _, finding in verdict_of(case).findings}
    assert effects <= {"no-go", "unknown"}
    assert ("no-go" in effects) is (case.answer == "no-go")


@each
def test_what_is_said_of_a_planned_item_tells_its_severity_and_cause(case: Hostile) -> None:
    standing = verdict_of(case).case.standing
    for rule, finding in verdict_of(case).findings:
        if finding.item in standing and rule.name in ABOUT_ITEMS:
            one = standing[finding.item]
            assert (finding.severity, finding.fingerprint, finding.file) == (
                one.item.severity,
                one.fingerprint,
                one.file,
            )


ABOUT_ITEMS = {
    "no-critical-promise-is-in-doubt",
    "enough-promises-hold",
    "flaky-scenarios-are-within-budget",
    "what-was-not-run-is-accounted-for",
    "nothing-that-held-fails-now",
}


@each
def test_every_reason_is_said_in_both_languages_with_what_would_turn_it(case: Hostile) -> None:
    for rule in document(verdict_of(case))["rules"]:
        for finding in rule["findings"]:
            assert all(finding[part][language] for part in ("what", "remedy") for language in ("en", "ja")), finding


@each
def test_its_document_is_of_the_published_schema(case: Hostile) -> None:
    errors = SCHEMA.iter_errors(document(verdict_of(case)))
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


@each
def test_no_rule_breaks_over_it(case: Hostile) -> None:
    told = [finding.what.en for rule, finding in verdict_of(case).findings if rule.name != "broken"]
    assert not [what for what in told if what.startswith("the rule itself broke")]
