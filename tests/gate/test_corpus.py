"""The gate's own test: evidence for each known way by which a bad release passes a test gate, and none of it is ``go``."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from corpus import CASES, MODES, Hostile, Mode, good, release, verdict_of
from hand_made import why

from nameraka.gate.rules import RULES
from nameraka.gate.verdict import Verdict, document

ROOT = Path(__file__).parents[2]
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def spoke(verdict: Verdict) -> set[str]:
    """The rules that found something."""
    return {rule.name for rule, _ in verdict.findings}


@pytest.mark.parametrize("make", [good, release])
def test_what_is_spoiled_here_was_go(tmp_path: Path, make) -> None:
    verdict = make(tmp_path).judge()
    assert verdict.answer == "go", why(verdict)


@each
def test_hostile_evidence_has_its_answer_and_its_reason(case: Hostile) -> None:
    verdict = verdict_of(case)
    assert verdict.answer == case.answer != "go", why(verdict)
    assert verdict.exit_code in (1, 2)
    assert case.rule is None or case.rule in spoke(verdict), why(verdict)


@each
def test_every_reason_is_said_in_both_languages_with_what_would_turn_it(case: Hostile) -> None:
    for rule in document(verdict_of(case))["rules"]:
        for finding in rule["findings"]:
            assert all(finding[part][language] for part in ("what", "remedy") for language in ("en", "ja")), finding


def test_every_rule_has_a_case_in_which_it_alone_speaks() -> None:
    alone = {case.rule for case in CASES if spoke(verdict_of(case)) == {case.rule}}
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
