"""What is allowed is allowed to its very end, and not one step beyond."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from corpus import FIRST, HALF, MINOR, RECORD, SENTINEL, entry, failing, flaky, good, recorded, rewritten, waived
from hand_made import ANSWERED, BEGUN, ENDED, JUDGED, PLANNED, Run, item_of, replace, why

from nameraka.gate.policy import read_policy
from nameraka.gate.rules.freshness import SKEW
from nameraka.gate.verdict import Verdict, document
from nameraka.shapes import Malformed

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

LIMITS: list[Callable[[Path, int], Verdict]] = []
"""Each makes a run that is ``step`` steps beyond its limit."""


def limit(judged: Callable[[Path, int], Verdict]) -> Callable[[Path, int], Verdict]:
    LIMITS.append(judged)
    return judged


@pytest.mark.parametrize("judged", LIMITS, ids=lambda judged: judged.__name__.replace("_", " "))
def test_to_the_limit_and_not_beyond(tmp_path: Path, judged: Callable[[Path, int], Verdict]) -> None:
    verdict = judged(tmp_path / "at", 0)
    assert verdict.answer == "go", why(verdict)
    assert judged(tmp_path / "beyond", 1).answer != "go"


def planned(run: Run, created: datetime) -> Run:
    """``run`` with a plan of another time."""
    run.plan = replace(run.plan, created=created.isoformat())
    (run.folder / "plan.json").write_bytes(run.plan.to_json())
    run.seal()
    return run


# Time


@limit
def the_age_of_the_plan(folder: Path, step: int) -> Verdict:
    return good(folder).judge(PLANNED + DAY + step * SECOND)


@limit
def the_age_of_an_answer(folder: Path, step: int) -> Verdict:
    return planned(good(folder), ANSWERED + SECOND).judge(ANSWERED + DAY + step * SECOND)


def aged(folder: Path, severity: str, hours: int, step: int) -> Verdict:
    """The plan and the answers of a severity with an age of its own, ``step`` seconds too old."""
    ages = "".join(f'[severity.{one}]\nmax_age = "{age}h"\n' for one, age in AGES.items())
    run = good(folder, ages, items=(item_of("場面", severity=severity),))
    return planned(run, ANSWERED).judge(ANSWERED + timedelta(hours=hours, seconds=step))


AGES = {"critical": 3, "major": 5, "minor": 7}


@limit
def the_age_of_a_critical_answer(folder: Path, step: int) -> Verdict:
    return aged(folder, "critical", 3, step)


@limit
def the_age_of_a_major_answer(folder: Path, step: int) -> Verdict:
    return aged(folder, "major", 5, step)


@limit
def the_age_of_a_minor_answer(folder: Path, step: int) -> Verdict:
    return aged(folder, "minor", 7, step)


@limit
def the_age_of_an_answer_of_a_severity_that_nobody_knows(folder: Path, step: int) -> Verdict:
    return aged(folder, "urgent", 3, step)


@pytest.mark.parametrize("severity", AGES)
def test_an_age_that_is_none_is_not_understood(severity: str) -> None:
    with pytest.raises(Malformed, match=f"severity.{severity}.max_age: 'soon' is no age"):
        read_policy(f"schema = 1\n[severity.{severity}]\nmax_age = 'soon'\n".encode())


@limit
def a_clock_behind_that_of_the_run(folder: Path, step: int) -> Verdict:
    return good(folder).judge(ENDED - SKEW - step * SECOND)


@limit
def a_clock_behind_the_answers(folder: Path, step: int) -> Verdict:
    run = good(folder)
    recorded(run, FIRST, *run.attempt(FIRST, at=(ENDED + SECOND).isoformat()))
    return run.judge(ENDED + SECOND - SKEW - step * SECOND)


@limit
def a_plan_that_is_later_than_its_run(folder: Path, step: int) -> Verdict:
    return planned(good(folder), BEGUN + SKEW + step * SECOND).judge(JUDGED + SKEW)


@limit
def the_start_of_a_result(folder: Path, step: int) -> Verdict:
    run = good(folder)
    run.edit(start=milliseconds(BEGUN - SKEW) - step)
    return run.judge()


@limit
def the_stop_of_a_result(folder: Path, step: int) -> Verdict:
    run = good(folder)
    run.edit(stop=milliseconds(ENDED + SKEW) + step)
    return run.judge()


@limit
def a_result_that_took_no_time(folder: Path, step: int) -> Verdict:
    run = good(folder)
    run.edit(start=milliseconds(ANSWERED) + step, stop=milliseconds(ANSWERED))
    return run.judge()


@limit
def an_answer_before_the_run(folder: Path, step: int) -> Verdict:
    run = good(folder)
    return recorded(run, FIRST, *run.attempt(FIRST, at=(BEGUN - SKEW - step * SECOND).isoformat())).judge()


@limit
def an_answer_after_the_run(folder: Path, step: int) -> Verdict:
    run = good(folder)
    recorded(run, FIRST, *run.attempt(FIRST, at=(ENDED + SKEW + step * SECOND).isoformat()))
    return run.judge(JUDGED + SKEW)


@limit
def a_parent_that_began_after_its_pytest(folder: Path, step: int) -> Verdict:
    run = good(folder)
    run.seal(started=(BEGUN + SKEW + step * SECOND).isoformat())
    return run.judge()


@limit
def a_parent_that_ended_before_its_pytest(folder: Path, step: int) -> Verdict:
    run = good(folder)
    run.seal(ended=(ENDED - SKEW - step * SECOND).isoformat())
    return run.judge()


@limit
def sentinels_before_the_plan(folder: Path, step: int) -> Verdict:
    run = good(folder)
    run.put_sentinel("1of1", started=(PLANNED - SKEW - step * SECOND).isoformat())
    run.seal()
    return run.judge()


@limit
def sentinels_after_the_run(folder: Path, step: int) -> Verdict:
    run = good(folder)
    run.put_sentinel("1of1", ended=(ENDED + SKEW + step * SECOND).isoformat())
    run.seal()
    return run.judge()


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("plan.json", f'"created": "{PLANNED.isoformat()}"'),
        (RECORD, f'"started": "{BEGUN.isoformat()}"'),
        (RECORD, f'"ended": "{ENDED.isoformat()}"'),
    ],
)
def test_what_says_no_time_is_not_believed(tmp_path: Path, file: str, said: str) -> None:
    run = good(tmp_path)
    rewritten(run.folder / file, said, said.partition(":")[0] + ': "yesterday"')
    run.seal()
    verdict = run.judge()
    assert verdict.answer == "unknown"
    assert f"{file} does not say its time" in why(verdict)


@pytest.mark.parametrize("name", ["started", "ended"])
def test_sentinels_have_a_time(tmp_path: Path, name: str) -> None:
    run = good(tmp_path)
    run.put_sentinel("1of1", **{name: None})
    run.seal()
    assert f"{SENTINEL} does not say its time" in why(run.judge())


@pytest.mark.parametrize("name", ["started", "ended"])
def test_what_the_parent_saw_has_a_time(tmp_path: Path, name: str) -> None:
    run = good(tmp_path)
    run.seal(**{name: "2026-01-02T03:04:07"})  # without a zone
    assert "observed-1of1.json does not say its time" in why(run.judge())


# Shares and counts


@limit
def the_rate_of_those_that_must_not_fail(folder: Path, step: int) -> Verdict:
    items = tuple(item_of(f"場面{number}", severity="minor") for number in range(4))
    answers = {item.id: "failed" for item in items[: 2 + step]}
    return good(folder, HALF, items=items, answers=answers).judge()


@limit
def the_budget_of_flaky_scenarios(folder: Path, step: int) -> Verdict:
    return flaky(good(folder, f"[severity.minor]\nflaky = {1 - step}\n", items=MINOR)).judge()


@limit
def the_share_of_promises_to_be_verified(folder: Path, step: int) -> Verdict:
    items = tuple(item_of(f"場面{number}", severity="minor", criterion=f"CH-0{number}") for number in range(2 - step))
    register = "".join(entry(f"CH-0{number}", "minor") for number in range(10))
    policy = "[severity.minor]\ncoverage = 0.2\n"  # 2 of 10, and not a hair less by the way it is reckoned
    return good(folder, policy, items=items, inputs={"requirements.toml": register}).judge()


@limit
def the_time_that_a_scenario_may_take(folder: Path, step: int) -> Verdict:
    return good(folder, f"[budgets]\nseconds = {0.1 - 0.01 * step}\n").judge()


@limit
def the_operations_to_be_exercised(folder: Path, step: int) -> Verdict:
    run = good(folder, "[contract]\noperations = 0.5\nanswers = 0.25\n")
    documented = {"event": "contract", "documented": {"send": ["201", "401"], "read": ["200", "404"]}}
    seen = [] if step else [["send", "201"]]
    return recorded(run, FIRST, documented, *run.attempt(FIRST, contract=seen)).judge()


@limit
def the_sentences_of_a_scenario(folder: Path, step: int) -> Verdict:
    run = good(folder)
    run.edit(steps=[{"name": name, "status": "passed"} for name in "ab"[step:]])
    return run.judge()


# Exceptions


@limit
def the_last_day_of_a_waiver(folder: Path, step: int) -> Verdict:
    return waived(failing(folder), expires=f"2026-01-0{2 - step}")


@limit
def the_first_day_of_a_waiver(folder: Path, step: int) -> Verdict:
    return waived(failing(folder), created=f"2026-01-0{2 + step}")


@limit
def the_longest_waiver(folder: Path, step: int) -> Verdict:
    return waived(failing(folder), created="2026-01-01", expires=f"2026-01-{15 + step}")


@limit
def the_renewals_of_a_waiver(folder: Path, step: int) -> Verdict:
    return waived(failing(folder), renewals=str(1 + step))


@limit
def the_last_day_on_which_a_rule_is_off(folder: Path, step: int) -> Verdict:
    entry = f"[[off]]\nrule = 'measures-are-within-budget'\nreason = '移行中'\nuntil = 2026-01-0{2 - step}\n"
    return good(folder, entry + "[budgets]\nseconds = 0.0\n").judge()


@pytest.mark.parametrize(("expires", "soon"), [("2026-01-02", True), ("2026-01-09", True), ("2026-01-10", False)])
def test_a_week_before_its_end_a_waiver_is_shown(tmp_path: Path, expires: str, soon: bool) -> None:
    notes = document(waived(failing(tmp_path), expires=expires))["notes"]
    assert ("expires-soon" in {note["kind"] for note in notes}) is soon


# Ages are told as people tell them


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=48), "2 d"),
        (timedelta(days=30), "30 d"),
    ],
)
def test_ages_are_told_in_minutes_hours_or_days(tmp_path: Path, age: timedelta, said: str) -> None:
    run = planned(good(tmp_path, '[severity.critical]\nmax_age = "30m"\n'), ANSWERED)
    verdict = run.judge(ANSWERED + age)
    assert f"was planned {said} ago" in why(verdict)
    assert f"was answered {said} ago; an answer for a critical promise may be 30 min old" in why(verdict)
