"""Each rule with its failing side: a good run is spoiled in one way, and the verdict says which."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hand_made import BUILD, ITEMS, OTHER_BUILD, STRICTEST, Run, item_of, why

from nameraka.gate.case import Case
from nameraka.gate.rules import RULES
from nameraka.gate.rules.rule import Finding, Rule
from nameraka.gate.text import Text
from nameraka.gate.verdict import document, judge
from nameraka.plan import shard_of


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run in which all three planned items passed."""
    return Run(tmp_path / "results").write()


def spoiled(run: Run, answer: str, saying: str) -> None:
    """The verdict is ``answer`` and its explanation holds ``saying``."""
    verdict = run.judge()
    assert (verdict.answer, saying in why(verdict)) == (answer, True), why(verdict)


def test_a_complete_clean_run_is_go(run: Run) -> None:
    verdict = run.judge()
    assert (verdict.answer, verdict.exit_code, verdict.clean) == ("go", 0, 3), why(verdict)
    assert "3 of 3 passed" in why(verdict)


def test_two_complete_shards_are_go(tmp_path: Path) -> None:
    items = tuple(item_of(f"場面{number}") for number in range(8))
    verdict = Run(tmp_path / "results", items=items, shards=2).write().judge()
    assert verdict.answer == "go", why(verdict)


def test_an_empty_plan_is_unknown(tmp_path: Path) -> None:
    spoiled(Run(tmp_path / "results", items=()).write(), "unknown", "the plan is empty")


def test_without_rules_it_is_unknown(run: Run) -> None:
    assert judge(run.case(), rules=()).answer == "unknown"


def test_a_rule_that_breaks_is_unknown(run: Run) -> None:
    def divide(by: int) -> int:
        return 1 // by

    def broken(case: Case) -> list[Finding]:
        divide(0)
        return []

    verdict = judge(run.case(), rules=(*RULES, Rule("broken", Text("x", "x"), broken)))
    assert verdict.answer == "unknown"
    where = f"{Path(__file__).name}:{divide.__code__.co_firstlineno + 1}"
    assert "the rule itself broke: ZeroDivisionError" in why(verdict)
    assert f"at {where}" in why(verdict)


def test_without_a_plan_it_is_unknown(run: Run) -> None:
    (run.folder / "plan.json").unlink()
    spoiled(run, "unknown", "no plan says what had to be proven")


def test_a_plan_edited_afterwards_is_unknown(run: Run) -> None:
    path = run.folder / "plan.json"
    plan = json.loads(path.read_text("utf-8"))
    del plan["items"][0]
    run.put("plan.json", plan)
    run.seal()
    spoiled(run, "unknown", "its digest is not that of its content")


def test_an_item_planned_twice_is_unknown(tmp_path: Path) -> None:
    spoiled(Run(tmp_path / "results", items=(*ITEMS, ITEMS[0])).write(), "unknown", "is planned more than once")


def test_a_failed_item_is_no_go(tmp_path: Path) -> None:
    run = Run(tmp_path / "results", answers={ITEMS[0].id: "failed"}).write()
    spoiled(run, "no-go", "1 of 3 failed")


def test_a_failure_is_no_go_whatever_else_is_missing_and_both_are_said(tmp_path: Path) -> None:
    run = Run(tmp_path / "results", answers={ITEMS[0].id: "failed"}).write()
    run.put_record("1of1", [ITEMS[0].id], closed=False)
    run.result_file(1).unlink()
    run.result_file(2).unlink()
    run.seal()
    spoiled(run, "no-go", "1 of 3 failed; 1 of 3 answered")
    assert "was never closed" in why(run.judge())


def test_a_failure_that_only_the_result_knows_of_is_no_go(run: Run) -> None:
    run.edit(status="failed", statusDetails={"message": "届かなかった"})
    spoiled(run, "no-go", "failed: 届かなかった")


def test_a_failure_by_another_exception_than_an_assertion_is_no_go(tmp_path: Path) -> None:
    run = Run(tmp_path / "results", answers={ITEMS[0].id: "failed"}).write()
    run.edit(status="broken")
    spoiled(run, "no-go", "1 of 3 failed")


def test_a_failed_attempt_is_not_erased_by_a_later_pass(run: Run) -> None:
    first, *others = [item.id for item in ITEMS]
    retried = [*run.attempt(first, 1, "failed", why="届かなかった"), *run.attempt(first, 2)]
    run.put_record("1of1", others, events=retried)
    run.seal()
    spoiled(run, "no-go", "failed (failed, passed): 届かなかった")
    run.put_result(first, name="the-first-try", status="failed", uuid="the-first-try")
    run.seal()
    spoiled(run, "no-go", "passed only after it had not (failed, passed): 届かなかった")


def test_a_crash_is_not_erased_by_a_later_pass(run: Run) -> None:
    first, *others = [item.id for item in ITEMS]
    run.put_record("1of1", others, events=[*run.attempt(first, 1, "crashed"), *run.attempt(first, 2)])
    run.seal()
    spoiled(run, "unknown", "its process died")


@pytest.mark.parametrize("outcome", ["skipped", "broken", "xfailed", "crashed", "incomplete", "odd"])
def test_only_passed_is_passed(tmp_path: Path, outcome: str) -> None:
    run = Run(tmp_path / "results", answers={ITEMS[0].id: outcome}).write()
    assert run.judge().answer == "unknown"


@pytest.mark.parametrize("status", ["skipped", "broken", "unknown", "PASSED", "", None])
def test_only_the_status_passed_is_passed(run: Run, status: str | None) -> None:
    run.edit(status=status)
    assert run.judge().answer == "unknown"


def test_a_missing_answer_is_unknown_and_counted(tmp_path: Path) -> None:
    run = Run(tmp_path / "results").write()
    run.put_record("1of1", [ITEMS[0].id])
    for number in (1, 2):
        run.result_file(number).unlink()
    (run.folder / f"{run.result(ITEMS[1].id)['uuid']}-attachment.png").unlink()
    run.seal()
    spoiled(run, "unknown", "unknown: 1 of 3 answered")


def test_an_item_that_started_and_never_finished_is_unknown(run: Run) -> None:
    first, *others = [item.id for item in ITEMS]
    run.put_record("1of1", others, events=run.attempt(first)[:1])
    run.seal()
    spoiled(run, "unknown", "was started and never finished")


def test_a_passed_result_that_no_record_knows_of_is_unknown(run: Run) -> None:
    run.put_record("1of1", [ITEMS[1].id, ITEMS[2].id])
    run.seal()
    spoiled(run, "unknown", "no run record knows of it")


def test_two_results_of_one_item_are_unknown(run: Run) -> None:
    run.put_result(ITEMS[0].id, name="again")
    run.seal()
    spoiled(run, "unknown", "has 2 results")


def test_a_result_of_something_not_planned_is_unknown(run: Run) -> None:
    run.put_result("features/chat/受付.feature::別の場面[api]", name="stranger")
    run.seal()
    spoiled(run, "unknown", "nobody planned")


def test_a_result_that_names_no_item_is_unknown(run: Run) -> None:
    run.put_result(ITEMS[0].id, name="stranger", fullName=None)
    run.seal()
    spoiled(run, "unknown", "does not say which scenario")


def test_a_proposed_scenario_may_be_shown_as_skipped(tmp_path: Path) -> None:
    promised = "features/chat/受付.feature::あす[api]"
    run = Run(tmp_path / "results", proposed={promised: ("CH-09",)}, answers={promised: "skipped"}).write()
    run.put_result(promised)
    run.put_record("1of1", [*(item.id for item in ITEMS), promised])
    run.seal()
    assert run.judge().answer == "go", why(run.judge())


def test_a_proposed_scenario_that_ran_is_unknown(tmp_path: Path) -> None:
    promised = "features/chat/受付.feature::あす[api]"
    run = Run(tmp_path / "results", proposed={promised: ("CH-09",)}).write()
    run.put_result(promised)
    run.seal()
    spoiled(run, "unknown", "only proposed")


def test_an_answer_from_the_wrong_shard_is_unknown(tmp_path: Path) -> None:
    items = tuple(item_of(f"場面{number}") for number in range(8))
    run = Run(tmp_path / "results", items=items, shards=2).write()
    moved = next(item.id for item in items if shard_of(item.id, 2) == 2)
    for shard in (1, 2):
        mine = [item.id for item in items if (shard_of(item.id, 2) == shard) is not (item.id == moved)]
        run.put_record(f"{shard}of2", mine)
    run.seal()
    spoiled(run, "unknown", "was answered by shard 1of2, not 2of2")


def test_a_lost_shard_is_unknown(tmp_path: Path) -> None:
    items = tuple(item_of(f"場面{number}") for number in range(8))
    run = Run(tmp_path / "results", items=items, shards=2).write()
    (run.folder / "run-2of2.jsonl").unlink()
    run.seal()
    spoiled(run, "unknown", "the record of shard 2of2 is missing")


@pytest.mark.parametrize("excuse", ["muted", "known", "flaky"])
def test_a_result_that_excuses_itself_is_unknown(run: Run, excuse: str) -> None:
    run.edit(statusDetails={excuse: True})
    spoiled(run, "unknown", "asks not to be counted")


def test_a_muted_failure_is_still_no_go(run: Run) -> None:
    run.edit(status="failed", statusDetails={"muted": True})
    assert run.judge().answer == "no-go"


def test_passed_with_a_sentence_inside_that_did_not_pass_is_unknown(run: Run) -> None:
    run.edit(steps=[{"name": "もし 送信する", "status": "passed"}, {"name": "ならば 届く", "status": "broken"}])
    spoiled(run, "unknown", "inside it says: ならば 届く: broken")


def test_passed_before_every_sentence_was_said_is_unknown(run: Run) -> None:
    run.edit(steps=[{"name": "もし 送信する", "status": "passed"}])
    spoiled(run, "unknown", "says passed after 1 of 2 sentences")


def test_passed_but_not_finished_is_unknown(run: Run) -> None:
    run.edit(stage="running")
    spoiled(run, "unknown", "says: it never finished")


def test_a_record_that_was_never_closed_is_unknown(run: Run) -> None:
    run.put_record("1of1", [item.id for item in ITEMS], closed=False)
    run.seal()
    spoiled(run, "unknown", "was never closed")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("interrupted", "Ctrl-C"),
        ("terminated", "SIGTERM"),
        ("exited", "pytest.exit"),
        ("stopped", "stopped before the end"),
        ("internal error", "INTERNALERROR"),
        ("bored", "'bored'"),
    ],
)
def test_a_record_that_was_not_closed_by_a_normal_end_is_unknown(tmp_path: Path, reason: str, said: str) -> None:
    spoiled(Run(tmp_path / "results", reason=reason).write(), "unknown", said)


def test_a_record_changed_after_it_was_closed_is_unknown(tmp_path: Path) -> None:
    run = Run(tmp_path / "results", answers={ITEMS[0].id: "failed"}).write()
    path = run.folder / "run-1of1.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"failed"', b'"passed"', 1))
    run.edit(status="passed", steps=[{"name": name, "status": "passed"} for name in "ab"])
    spoiled(run, "unknown", "was changed after it was closed")


def test_counts_that_are_not_those_of_the_lines_are_unknown(run: Run) -> None:
    path = run.folder / "run-1of1.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"passed": 3', b'"passed": 4'))
    run.seal()
    spoiled(run, "unknown", "its counts are not those of its lines")


def test_a_dead_worker_is_unknown(run: Run) -> None:
    lost = [{"event": "worker-lost", "worker": "gw1"}]
    run.put_record("1of1", [item.id for item in ITEMS], events=lost)
    run.seal()
    spoiled(run, "unknown", "worker gw1 died")


def test_a_record_of_another_plan_is_unknown(run: Run) -> None:
    path = run.folder / "run-1of1.jsonl"
    run.plan = replace(run.plan, commit="1" * 40)
    (run.folder / "plan.json").write_bytes(run.plan.to_json())
    run.seal()
    assert path.is_file()
    spoiled(run, "unknown", "was kept for another plan or run")


def test_a_record_that_disagrees_with_the_result_is_unknown(run: Run) -> None:
    run.put_record("1of1", [item.id for item in ITEMS[1:]], events=run.attempt(ITEMS[0].id, 1, "skipped"))
    run.seal()
    spoiled(run, "unknown", "is passed in its result and skipped in the run record")


def test_without_the_parents_observation_it_is_unknown(run: Run) -> None:
    (run.folder / "observed-1of1.json").unlink()
    spoiled(run, "unknown", "nobody saw how its pytest ended")


def test_an_edited_observation_is_unknown(run: Run) -> None:
    path = run.folder / "observed-1of1.json"
    path.write_bytes(path.read_bytes().replace(b'"exit_code": 0', b'"exit_code": 1'))
    spoiled(run, "unknown", "its digest is not that of its content")


def test_another_exit_code_than_the_records_is_unknown(run: Run) -> None:
    run.seal(exit_code=3)
    spoiled(run, "unknown", "pytest ended with exit code 3; its record says 0")


def test_exit_code_zero_with_a_failure_is_told(tmp_path: Path) -> None:
    run = Run(tmp_path / "results", answers={ITEMS[0].id: "crashed"}, exit_code=0).write()
    spoiled(run, "unknown", "exit code 0, but by its record something failed")


def test_an_exit_code_that_nothing_explains_is_unknown(tmp_path: Path) -> None:
    spoiled(Run(tmp_path / "results", exit_code=1).write(), "unknown", "exit code 1, but by its record nothing failed")


def test_a_pytest_killed_by_a_signal_is_unknown(run: Run) -> None:
    run.seal(exit_code=None, signal=9)
    spoiled(run, "unknown", "pytest ended by signal 9")


def test_a_run_that_was_ended_is_unknown(run: Run) -> None:
    run.seal(stopped_by="the time limit of 60 seconds")
    spoiled(run, "unknown", "the run was ended by the time limit of 60 seconds")


def test_an_observation_without_a_record_is_unknown(run: Run) -> None:
    (run.folder / "run-1of1.jsonl").unlink()
    run.seal()
    spoiled(run, "unknown", "left no record")


def test_another_build_than_the_planned_is_unknown(run: Run) -> None:
    labels = run.result(ITEMS[0].id)["labels"]
    run.edit(labels=[{**label, "value": OTHER_BUILD} if label["name"] == "build" else label for label in labels])
    spoiled(run, "unknown", "was answered by build sha256:cccccccccccc")


def test_two_builds_that_answered_one_item_are_unknown(run: Run) -> None:
    first, *others = [item.id for item in ITEMS]
    run.put_record("1of1", others, events=run.attempt(first, builds=[BUILD, OTHER_BUILD]))
    run.seal()
    spoiled(run, "unknown", "was answered by build sha256:bbbbbbbbbbbb, sha256:cccccccccccc")


def test_a_result_that_does_not_say_which_build_answered_is_unknown(run: Run) -> None:
    run.edit(labels=[label for label in run.result(ITEMS[0].id)["labels"] if label["name"] != "build"])
    spoiled(run, "unknown", "does not say which build answered")


def test_a_plan_without_a_build_is_unknown(tmp_path: Path) -> None:
    spoiled(Run(tmp_path / "results", build=None).write(), "unknown", "nobody said which build should answer")


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("run", "yesterday", "is of another run (yesterday)"),
        ("environment", "staging", "is of environment staging"),
        ("door", "web", "went through door web"),
    ],
)
def test_a_result_of_another_run_environment_or_door_is_unknown(run: Run, label: str, value: str, said: str) -> None:
    labels = run.result(ITEMS[0].id)["labels"]
    run.edit(labels=[{**one, "value": value} if one["name"] == label else one for one in labels])
    spoiled(run, "unknown", said)


def test_a_file_that_came_later_is_unknown(run: Run) -> None:
    (run.folder / "environment.properties").write_text("a=b")
    spoiled(run, "unknown", "came after the run had ended")


def test_a_picture_changed_later_is_unknown(run: Run) -> None:
    next(run.folder.glob("*-attachment.png")).write_bytes(b"\x89PNG another")
    spoiled(run, "unknown", "was changed after the run had ended")


@pytest.mark.parametrize(("clock", "answer"), [("injectable", "unknown"), ("system", "go")])
def test_what_must_answer_as_shipped_has_no_clock_to_set(tmp_path: Path, clock: str, answer: str) -> None:
    policy = '[environments]\nas_shipped = ["shop"]\n'
    run = Run(tmp_path / "results", environment="shop", inputs={"gate.toml": STRICTEST + policy}).write()
    run.put_record("1of1", [item.id for item in run.items], events=[{"event": "facts", "clock": clock}])
    run.seal()
    verdict = run.judge()
    assert verdict.answer == answer, why(verdict)
    assert ("lets its clock be set" in why(verdict)) is (answer == "unknown")


def test_without_sentinels_it_is_unknown(run: Run) -> None:
    (run.folder / "sentinel-1of1.json").unlink()
    run.seal()
    spoiled(run, "unknown", "nothing shows that shard 1of1 could have failed")


@pytest.mark.parametrize(
    ("changes", "saying"),
    [
        ({"exit_code": 0}, "pytest ended with 0 and not 1: the evidence is void"),
        ({"exit_code": None}, "the evidence is void"),
        ({"outcomes": {}}, "the evidence is void"),
        ({"plan": "sha256:" + "0" * 64}, "is of another plan or run"),
        ({"run_id": "another"}, "is of another plan or run"),
    ],
)
def test_sentinels_that_did_not_show_what_they_must_void_the_evidence(run: Run, changes: dict, saying: str) -> None:
    run.put_sentinel("1of1", **changes)
    run.seal()
    spoiled(run, "unknown", saying)


@pytest.mark.parametrize("name", ["must-fail", "must-be-skipped"])
@pytest.mark.parametrize("witness", ["record", "result"])
def test_a_sentinel_that_passed_to_either_witness_voids_the_evidence(run: Run, name: str, witness: str) -> None:
    outcomes = {"must-fail": "failed", "must-be-skipped": "skipped"}
    seen = {one: {"record": due, "result": due} for one, due in outcomes.items()}
    seen[name][witness] = "passed"
    run.put_sentinel("1of1", outcomes=seen)
    run.seal()
    spoiled(run, "unknown", f"is 'passed' in its {witness}: the evidence is void")


def test_a_result_of_another_plan_is_unknown(run: Run) -> None:
    content = run.result(ITEMS[0].id)
    labels = [label for label in content["labels"] if label["name"] != "plan"]
    run.edit(labels=[*labels, {"name": "plan", "value": "sha256:" + "0" * 64}])
    spoiled(run, "unknown", "does not answer for this plan")
    run.edit(labels=labels)
    spoiled(run, "unknown", "does not answer for this plan")


def test_a_plain_new_run_is_no_action_of_its_own_where_another_ends_in_one(tmp_path: Path) -> None:
    run = Run(tmp_path / "results", answers={ITEMS[0].id: "failed"}).write()
    run.result_file(2).unlink()
    run.seal()
    actions = [step["action"]["en"] for step in document(run.judge())["unblock"]]
    assert len(actions) == 1
    assert actions[0].startswith("Mend the product")


def test_what_would_turn_a_go_is_nothing(run: Run) -> None:
    assert document(run.judge())["unblock"] == []
