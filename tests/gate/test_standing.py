"""Where an item stands: one word, made of every try that the record noted and every result that was left."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hand_made import item_of
from msgspec.structs import replace

from nameraka.gate.evidence import Attempt, Evidence, Record, Result
from nameraka.gate.fingerprint import fingerprint
from nameraka.gate.standing import Standing, standing_of

ITEM = item_of("送信")
NOT_HERE = "Skipped: not run here: environment 'embedded' cannot kill"


def result(status: str | None, number: int = 1, **changes: object) -> Result:
    told = Result(
        file=f"{number}-result.json",
        uuid=str(number),
        item=ITEM.id,
        status=status,
        runs=(),
        plans=(),
        builds=(),
        environments=(),
        doors=(),
        attachments=(),
        sentences=2,
        troubles=(),
        excused=False,
        unfinished=False,
        message=f"message {number}",
        start=number,
        stop=number,
        failed_at=f"sentence {number}",
    )
    return replace(told, **changes)


def attempt(outcome: str, number: int = 1, why: str | None = None) -> Attempt:
    return Attempt(ITEM.id, number, outcome, (), None, why or f"why {number}", seconds=float(number))


def stands(attempts: Sequence[Attempt], results: Sequence[Result], started: int | None = None) -> Standing:
    """Where the item stands by a record with these attempts, ``started`` so often, and by these results."""
    starts = tuple((ITEM.id, number) for number in range(len(attempts) if started is None else started))
    record = Record("run-1of1.jsonl", "1of1", "plan", "run", "embedded", starts, tuple(attempts), (), None)
    return standing_of(ITEM, Evidence("x", None, (record,), (), (), tuple(results), (), (), ()))


def told(outcomes: str, statuses: str) -> Standing:
    """The same for tries that ended so, each after the other."""
    return stands(
        [attempt(outcome, number) for number, outcome in enumerate(outcomes.split(), 1)],
        [result(status, number) for number, status in enumerate(statuses.split(), 1)],
    )


@pytest.mark.parametrize(
    ("record", "results", "state"),
    [
        ("passed", "passed", "passed"),
        ("passed passed", "passed passed", "passed"),
        ("failed", "failed", "failed"),
        ("failed", "broken", "failed"),  # by another exception than an assertion
        ("passed failed", "failed passed", "failed"),
        ("failed skipped", "failed skipped", "failed"),
        ("failed broken", "failed broken", "failed"),
        ("failed passed", "failed passed", "flaky"),
        ("broken passed", "broken passed", "flaky"),
        ("skipped passed", "skipped passed", "flaky"),
        ("crashed passed", "broken passed", "flaky"),
        ("skipped", "skipped", "skipped"),
        ("xfailed", "skipped", "skipped"),
        ("passed skipped", "passed skipped", "skipped"),
        ("broken", "broken", "undecided"),
        ("crashed", "broken", "undecided"),
        ("xpassed", "xpassed", "undecided"),
        ("odd", "odd", "undecided"),
        # what contradicts itself
        ("passed", "skipped", "undecided"),
        ("passed", "broken", "undecided"),
        ("skipped", "passed", "undecided"),
        ("xpassed", "passed", "undecided"),
        ("passed", "failed", "failed"),
        ("failed", "passed", "failed"),
        ("passed passed", "passed", "undecided"),
        ("passed", "passed passed", "undecided"),
        ("failed passed", "passed", "failed"),
        # what is missing
        ("", "", "unanswered"),
        ("passed", "", "unanswered"),
        ("", "passed", "unanswered"),
        ("broken", "", "unanswered"),
        ("failed", "", "failed"),
        ("", "failed", "failed"),
    ],
)
def test_every_try_counts_and_record_and_results_must_tell_one_story(record: str, results: str, state: str) -> None:
    assert told(record, results).state == state
    assert told(record, results).clean is (state == "passed")


def test_a_result_without_a_status_tells_nothing() -> None:
    assert stands([attempt("passed")], [result(None)]).state == "undecided"
    assert stands([attempt("none")], [result(None)]).state == "undecided"


@pytest.mark.parametrize(("outcome", "state"), [("passed", "unanswered"), ("failed", "failed")])
def test_a_try_that_began_and_never_ended_leaves_it_open(outcome: str, state: str) -> None:
    assert stands([attempt(outcome)], [result(outcome)], started=2).state == state


@pytest.mark.parametrize(
    ("why", "state"),
    [
        (NOT_HERE, "not-run-here"),
        (NOT_HERE.removeprefix("Skipped: "), "not-run-here"),
        ("Skipped: not today", "skipped"),
        ("Skipped: it was not run here: x", "skipped"),
        (None, "skipped"),
    ],
)
def test_what_cannot_run_here_is_known_by_the_words_of_the_harness(why: str | None, state: str) -> None:
    assert stands([attempt("skipped", why=why)], [result("skipped")]).state == state


def test_tries_count_in_the_order_of_their_numbers() -> None:
    one = stands([attempt("passed", 2), attempt("failed", 1)], [result("passed", 2), result("failed", 1)])
    assert (one.state, one.attempts, one.seconds) == ("flaky", ("failed", "passed"), 2.0)


@pytest.mark.parametrize(
    ("record", "results", "why"),
    [
        ("passed", "passed", ""),
        ("failed passed", "failed passed", "why 1"),
        ("broken failed failed", "broken failed failed", "why 2"),  # the first that failed
        ("broken skipped broken passed", "broken skipped broken passed", "why 3"),  # else the last that did not pass
        ("passed", "failed", "why 1"),
    ],
)
def test_one_try_says_why(record: str, results: str, why: str) -> None:
    assert told(record, results).why == why


def test_where_the_record_does_not_say_why_the_result_does() -> None:
    silent = replace(attempt("failed"), why=None)
    assert stands([silent], [result("failed")]).why == "message 1"
    assert stands([], [result("failed")]).why == "message 1"
    assert stands([silent], [result("failed", message=None)]).why == ""


def test_it_was_read_in_the_record_or_else_in_the_result() -> None:
    assert stands([attempt("failed")], [result("failed")]).file == "run-1of1.jsonl"
    one = stands([attempt("passed", 3)], [result("passed")])
    assert (one.file, one.seconds, one.attempts) == ("run-1of1.jsonl", 3.0, ("passed",))
    assert stands([], [result("failed", 7)]).file == "7-result.json"
    assert stands([], [], started=1).file == "run-1of1.jsonl"
    assert stands([], []).file is None
    assert stands([], []).seconds is None


def test_what_is_read_of_a_reason_is_one_line_of_some_length_without_secrets() -> None:
    def why(said: str) -> str:
        return stands([attempt("failed", why=said)], [result("failed")]).why

    assert why("\n  AssertionError: 届かない \n  more") == "AssertionError: 届かない "
    assert why("x" * 501) == "x" * 500
    assert why("password=correct-horse") != "password=correct-horse"


@pytest.mark.parametrize("state", ["undecided", "unanswered", "passed"])
def test_only_what_was_seen_and_understood_has_a_cause_to_excuse(state: str) -> None:
    one = {"undecided": told("broken", "broken"), "unanswered": told("", ""), "passed": told("passed", "passed")}
    assert one[state].fingerprint is None


def test_the_cause_is_the_state_the_sentence_and_the_reason_of_the_try_that_was_first_amiss() -> None:
    one = told("failed failed passed", "failed failed passed")
    assert one.fingerprint == fingerprint("flaky", "sentence 1", "why 1")
    later_named_first = [result("failed", 2, file="a"), result("failed", 1, file="b"), result("passed", 0, file="c")]
    again = stands([attempt("failed", 1), attempt("failed", 2), attempt("passed", 3)], later_named_first)
    assert again.fingerprint == one.fingerprint
    undated = [result("failed", 2, file="b", start=None), result("failed", 1, file="a", start=None)]
    assert stands([attempt("failed"), attempt("failed", 2)], undated).fingerprint == fingerprint(
        "failed", "sentence 1", "why 1"
    )
    assert stands([attempt("failed")], []).fingerprint == fingerprint("failed", None, "why 1")
