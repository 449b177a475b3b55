"""The words of a verdict: what was seen, with the values that were seen, and what would turn it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from corpus import (
    CASES,
    FIRST,
    MINOR,
    SECOND,
    baseline,
    entry,
    failing,
    former,
    good,
    recorded,
    release,
    said,
    verdict_of,
    waived,
)
from hand_made import ITEMS, Run, item_of, why

from nameraka.gate.evidence import Evidence
from nameraka.gate.rules import RULES
from nameraka.gate.rules.rule import Finding
from nameraka.gate.verdict import Verdict, judge
from nameraka.plan import sha256

BY_NAME = {case.judged.__name__: case for case in CASES}


def findings(verdict: Verdict, rule: str) -> list[Finding]:
    return [finding for one, finding in verdict.findings if one.name == rule]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a_failure_was_expected", "is excused as an expected failure"),
        ("a_critical_scenario_was_skipped", "was skipped"),
        ("a_failure_was_expected_and_it_passed", "passed although a failure was expected"),
        ("a_scenario_ended_before_it_was_judged", "ended before it was judged"),
        ("a_crash_with_exit_code_0", "its process died"),
        ("the_system_could_not_be_reached", "its set-up or tear-down broke: ConnectionRefusedError"),
        ("a_broken_result_that_no_record_knows_of", "its set-up or tear-down broke: ConnectionRefusedError"),
        ("a_result_without_a_status", "ended as 'no status'"),
        ("a_result_of_unknown_status", "ended as 'unknown'"),
        ("each_try_failed_in_its_own_way", "failed (failed, failed): A"),
        ("a_failure_of_something_that_is_not_planned_any_more", "failed: AssertionError: 返信が届かない"),
        ("a_result_failed_that_nobody_planned", "failed: AssertionError: 返信が届かない"),
        ("two_records_have_the_same_item", "was answered in more than one run record"),
        ("tries_are_not_in_their_order", "its attempts are not numbered as they came"),
        ("the_results_of_two_tries_are_missing", "has 0 results of 2 attempts"),
        ("one_item_has_two_results", "has 2 results of 1 attempts"),
        ("another_shard_answered", "was answered by shard 1of2, not 2of2"),
        ("a_failure_with_exit_code_0", "pytest ended with exit code 0, but by its record something failed"),
        ("the_parent_saw_another_exit_code_than_the_record_tells", "pytest ended with exit code 1; its record says 0"),
        ("a_signal_ended_it", "pytest ended by signal 9"),
        ("two_builds_answered_one_scenario", "was answered by build sha256:bbbbbbbbbbbb, sha256:cccccccccccc"),
        ("passed_and_no_build_ever_answered", "does not say which build answered"),
        ("evidence_of_a_day_to_come", "plan.json is of a time to come (2026-01-02T03:04:05+00:00)"),
        ("evidence_of_a_day_to_come", "run-1of1.jsonl is of a time to come (2026-01-02T03:04:07+00:00)"),
        ("a_result_of_last_year", "(2025-01-02 03:04:24 – 03:04:25 UTC)"),
        ("an_answer_from_before_its_run_began", "was made outside the time of the run (2026-01-02 02:04:07 UTC)"),
        ("passed_and_a_sentence_inside_that_failed", "but inside it says: もし 送信する: failed"),
        ("passed_without_a_sentence", "says passed after 0 of 2 sentences"),
        ("too_little_of_the_contract_was_exercised", "1 of 2 documented answers of the contract were exercised"),
        ("an_answer_that_the_contract_does_not_have", "send answered 500, which the contract does not have"),
        ("slower_than_its_budget", "seconds is 0.1; at most 0.05 is allowed"),
        ("a_result_of_another_environment", "is of environment staging, planned was embedded"),
        ("through_another_door", "went through door web"),
        ("a_rule_that_may_not_be_off_is_off", "the rule 'the-sentinels-were-seen' cannot be switched off"),
        ("a_rule_breaks", "the rule itself broke: RecursionError() at corpus.py:"),
    ],
)
def test_it_says_what_was_seen(name: str, words: str) -> None:
    # Of the findings alone: a rule's own statement may hold the same words.
    assert [one for _, one in verdict_of(BY_NAME[name]).findings if words in f"{one.file} {one.what.en}"]


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("a_failure_that_speaks_for_no_requirement", "Mend the product"),
        ("a_minor_failure_was_retried_until_green", "Mend the product"),
        ("what_broke_before_its_first_sentence_was_retried_until_green", "Find why it was not carried out"),
        ("a_minor_scenario_was_skipped", "Find why it was not carried out"),
        ("a_promise_for_which_no_scenario_speaks", "Write a scenario for it"),
        ("one_result_is_missing", "Run everything again"),
        ("what_must_fail_passed", "Find what hides failures"),
        ("a_waiver_that_nothing_needs", "Put it right or take it out of"),
        ("another_build_answered", "Deploy the planned build sha256:bbbbbbbbbbbb"),
        ("there_is_no_policy", "Write reports/gate.toml"),
    ],
)
def test_it_says_what_would_turn_it(name: str, action: str) -> None:
    case = BY_NAME[name]
    assert {finding.remedy.en.startswith(action) for finding in findings(verdict_of(case), case.rule or "")} == {True}


@pytest.mark.parametrize(
    ("state", "action"),
    [("failed", "Mend the product"), ("skipped", "Run everything again"), ("uncovered", "Write a scenario for it")],
)
def test_what_would_verify_a_promise_depends_on_where_it_stands(tmp_path: Path, state: str, action: str) -> None:
    register = {"requirements.toml": entry("CH-01") + (entry("CH-02") if state == "uncovered" else "")}
    answers = {} if state == "uncovered" else {FIRST: state}
    (finding,) = findings(good(tmp_path, answers=answers, inputs=register).judge(), "promises-are-verified")
    assert finding.remedy.en.startswith(action)


def test_what_cannot_run_here_is_to_be_run_where_it_can(tmp_path: Path) -> None:
    run = good(tmp_path, items=MINOR, answers={MINOR[0].id: "skipped"})
    reason = "Skipped: not run here: environment 'embedded' cannot kill"
    verdict = recorded(run, run.planned(), *run.attempt(run.planned(), 1, "skipped", why=reason)).judge()
    (finding,) = findings(verdict, "what-was-not-run-is-accounted-for")
    assert finding.what.en == f"was not run in this environment: {reason}"
    assert finding.remedy.en.startswith("Run everything in an environment that can do it")


def test_of_several_answers_all_are_told(tmp_path: Path) -> None:
    run = good(tmp_path)
    run.put_result(FIRST, name="first", uuid="first", status="skipped")
    recorded(run, FIRST, *run.attempt(FIRST), *run.attempt(FIRST, 2, "broken"))
    assert "is passed, skipped in its result and passed, broken in the run record" in why(run.judge())


def test_of_several_records_without_a_result_the_last_is_named(tmp_path: Path) -> None:
    run = good(tmp_path, items=ITEMS[:1], shards=3)
    for shard in ("1of3", "2of3", "3of3"):
        run.put_record(shard, [FIRST])
    for result in run.folder.glob("*-result.json"):
        result.unlink()
    run.seal()
    (found,) = [one for one in findings(run.judge(), "every-item-is-answered-once") if "0 results" in one.what.en]
    assert (found.what.en, found.file) == ("has 0 results of 3 attempts", "run-3of3.jsonl")


def test_an_expected_failure_that_passed_is_no_failure_to_pytest(tmp_path: Path) -> None:
    assert [one.what.en for one in findings(verdict_of(BY_NAME["a_failure_was_expected_and_it_passed"]), AGREE)] == [
        "is passed in its result and xpassed in the run record"
    ]


AGREE = "record-result-and-exit-code-agree"


def test_a_result_without_times_is_outside_the_time_of_the_run(tmp_path: Path) -> None:
    for name in ("start", "stop"):
        run = good(tmp_path / name)
        run.edit(**{name: None})
        assert "was made outside the time of the run (-)" in why(run.judge())


def test_a_policy_that_came_after_the_plan_is_told_with_both_digests(tmp_path: Path) -> None:
    run = good(tmp_path)
    (tmp_path / "requirements.toml").write_text(entry("CH-01"), "utf-8")
    digest = sha256((tmp_path / "requirements.toml").read_bytes())
    assert f"planned under (-, now {digest[:19]})" in why(run.judge())


def test_a_build_without_an_algorithm_is_told_as_it_is(tmp_path: Path) -> None:
    run = good(tmp_path)
    told = why(recorded(run, FIRST, *run.attempt(FIRST, builds=["latest", ""])).judge())
    assert "was answered by build latest, -" in told


@pytest.mark.parametrize(
    ("label", "values", "words"),
    [
        ("run", (), "is of another run (none)"),
        ("run", ("a", "b"), "is of another run (a, b)"),
        ("environment", (), "is of environment none, planned was embedded"),
        ("environment", ("a", "b"), "is of environment a, b, planned was embedded"),
        ("door", (), "went through door none"),
        ("door", ("api", "web"), "went through door api, web"),
    ],
)
def test_a_label_that_is_missing_or_stands_twice_is_told(
    tmp_path: Path, label: str, values: tuple[str, ...], words: str
) -> None:
    run = good(tmp_path)
    others = [one for one in run.result(FIRST)["labels"] if one["name"] != label]
    run.edit(labels=[*others, *({"name": label, "value": value} for value in values)])
    assert words in why(run.judge())


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({}, "(exit code 0)"),
        ({"exit_code": None, "signal": 9}, "(signal 9)"),
        ({"exit_code": None, "signal": 15, "stopped_by": "the time limit"}, "(signal 15, stopped by the time limit)"),
    ],
)
def test_how_pytest_ended_is_told_also_where_it_left_no_record(
    tmp_path: Path, seen: dict[str, Any], words: str
) -> None:
    run = good(tmp_path)
    (run.folder / "run-1of1.jsonl").unlink()
    run.seal(**seen)
    assert f"pytest ended {words} and left no record" in why(run.judge())


# What stands behind something else is seen too


def test_what_was_excused_for_one_severity_hides_nothing_of_another(tmp_path: Path) -> None:
    items = item_of("重い", severity="major", criterion="CH-01"), item_of("軽い", severity="minor", criterion="CH-03")
    register = entry("CH-01", "major") + entry("CH-02", "major") + entry("CH-03", "minor") + entry("CH-04", "minor")
    policy = "[severity.major]\ncoverage = 0.5\n"
    verdict = good(tmp_path, policy, items=items, inputs={"requirements.toml": register}).judge()
    assert [one.requirement for one in findings(verdict, "promises-are-verified")] == ["CH-04"]


@pytest.mark.parametrize("state", ["proposed", "uncovered"])
def test_what_was_never_proven_can_be_dropped_and_hides_nothing_that_was(tmp_path: Path, state: str) -> None:
    run = dropping(release(tmp_path), {"id": "CH-08", "state": state}, {"id": "CH-09", "state": "verified"})
    assert [one.requirement for one in findings(run.judge(), "promises-are-not-taken-back")] == ["CH-09"]


def test_what_product_let_go_hides_nothing_that_it_did_not(tmp_path: Path) -> None:
    run = dropping(release(tmp_path), {"id": "CH-08", "state": "verified"}, {"id": "CH-09", "state": "verified"})
    said(run, "CH-08", "accepted")
    assert [one.requirement for one in findings(run.judge(), "promises-are-not-taken-back")] == ["CH-09"]


def dropping(run: Run, *dropped: dict[str, str]) -> Run:
    """``run`` held against a release that spoke of these requirements too."""
    told = former(run)
    more = [{"severity": "minor", "items": [], "en": "x", "ja": "x", **one} for one in dropped]
    return baseline(run, told, requirements=[*more, *told["requirements"]])


def test_an_answer_for_what_is_not_planned_hides_no_age_behind_it(tmp_path: Path) -> None:
    run = good(tmp_path, proposed={"features/x[api]": ("CH-09",)})
    first = run.attempt("features/x[api]", 1, "skipped")
    old = run.attempt(FIRST, at=None)
    others = [*run.attempt(SECOND), *run.attempt(ITEMS[2].id)]
    run.put_record("1of1", [], events=[*first, *old, *others])
    run.seal()
    assert [one.item for one in findings(run.judge(), "evidence-is-fresh")] == [FIRST]


def test_an_operation_may_document_any_other_answer(tmp_path: Path) -> None:
    run = good(tmp_path)
    documented = {"event": "contract", "documented": {"send": ["201", "default"]}}
    verdict = recorded(run, FIRST, documented, *run.attempt(FIRST, contract=[["send", "500"]])).judge()
    assert verdict.answer == "go", why(verdict)


# No rule breaks, whatever is missing


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_needs_what_may_be_missing(tmp_path: Path, rule: Any) -> None:
    run = said(release(tmp_path, "[contract]\noperations = 0.5\n[budgets]\nseconds = 9\n"), "CH-01", "accepted")
    case = run.case()
    nothing = Evidence("x", None, (), (), (), (), (), (), ())
    for evidence in (nothing, replace(nothing, plan=case.evidence.plan), replace(case.evidence, plan=None)):
        for inputs in (case.inputs, type(case.inputs)()):
            tuple(rule.check(replace(case, evidence=evidence, inputs=inputs)))


def test_a_waiver_for_a_run_without_a_plan_breaks_no_rule(tmp_path: Path) -> None:
    run = failing(tmp_path)
    case = waived(run).case
    verdict = judge(replace(case, evidence=replace(case.evidence, plan=None)))
    assert "the rule itself broke" not in why(verdict)
