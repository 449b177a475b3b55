"""The shortest way to another verdict: each action once, what mends something broken first."""

from __future__ import annotations

from nameraka.gate.rules.rule import RUN_AGAIN, Effect, Finding, Remedy, Rule
from nameraka.gate.text import Text
from nameraka.gate.unblock import Step, shortest_way

MEND, LOOK, ASK = Remedy("mend, run", "x", again=True), Remedy("look, run", "x", again=True), Remedy("ask", "x")


def way(*found: tuple[str, Effect, Remedy]) -> list[Step]:
    return shortest_way(
        (Rule(rule, Text("x", "x"), lambda case: ()), Finding(effect, Text("x", "x"), remedy))
        for rule, effect, remedy in found
    )


def test_without_findings_there_is_nothing_to_do() -> None:
    assert way() == []


def test_an_action_is_told_once_with_what_it_settles_and_of_which_rules() -> None:
    found = way(("a", "unknown", ASK), ("b", "unknown", ASK), ("a", "unknown", ASK))
    assert found == [Step(ASK, 3, ("a", "b"))]


def test_what_mends_something_broken_comes_first_then_what_settles_more() -> None:
    found = way(
        ("a", "unknown", LOOK), ("a", "unknown", LOOK), ("a", "unknown", ASK), ("b", "unknown", MEND), ("b", "no-go", MEND),
        ("b", "unknown", LOOK),
    )  # fmt: skip
    assert [(step.action, step.settles) for step in found] == [(MEND, 2), (LOOK, 3), (ASK, 1)]
    assert [step.action for step in way(("a", "unknown", LOOK), ("a", "unknown", ASK))] == [ASK, LOOK]  # alike: by name


def test_a_plain_new_run_is_part_of_the_action_that_settles_most_and_ends_in_one() -> None:
    found = way(
        ("a", "unknown", RUN_AGAIN), ("b", "unknown", MEND), ("c", "unknown", LOOK), ("c", "unknown", LOOK),
        ("d", "unknown", ASK), ("d", "unknown", ASK), ("d", "unknown", ASK),
    )  # fmt: skip
    assert found == [Step(ASK, 3, ("d",)), Step(LOOK, 3, ("c", "a")), Step(MEND, 1, ("b",))]


def test_where_nothing_else_ends_in_a_new_run_it_is_an_action_of_its_own() -> None:
    assert way(("a", "unknown", RUN_AGAIN), ("b", "unknown", ASK)) == [
        Step(RUN_AGAIN, 1, ("a",)),
        Step(ASK, 1, ("b",)),
    ]
    assert way(("a", "unknown", RUN_AGAIN)) == [Step(RUN_AGAIN, 1, ("a",))]
