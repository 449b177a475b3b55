"""The register against the run: each requirement has a state on this build, and the contract and budgets are held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hand_made import ITEMS, STRICTEST, Run, item_of, why

from nameraka.gate.verdict import Verdict, document


def entry(name: str, severity: str = "critical", more: str = "") -> str:
    return (
        f'[{name}]\nja = "約束 {name}"\nen = "promise {name}"\nseverity = "{severity}"\nsource = "proposal"\n'
        f'hazard = {{ ja = "害", en = "harm" }}\n{more}'
    )


def registered(folder: Path, register: str, policy: str = "", **settings: Any) -> Run:
    inputs = {"gate.toml": STRICTEST + policy, "requirements.toml": register}
    return Run(folder / "results", inputs=inputs, **settings).write()


def states(verdict: Verdict) -> dict[str, str]:
    return {one["id"]: one["state"] for one in document(verdict)["requirements"]}


def test_every_entry_of_the_register_has_a_state(tmp_path: Path) -> None:
    items = (
        *ITEMS,
        item_of("失敗", severity="major", criterion="CH-02"),
        item_of("休み", severity="major", criterion="CH-03"),
    )
    register = "".join(
        (
            entry("CH-01"),
            entry("CH-02", "major"),
            entry("CH-03", "major"),
            entry("CH-04", "minor"),
            entry("CH-05", "critical", "promised = false\n"),
        )
    )
    run = registered(tmp_path, register, items=items, answers={items[3].id: "failed", items[4].id: "skipped"})
    verdict = run.judge()
    assert verdict.answer == "no-go"
    assert states(verdict) == {
        "CH-01": "verified",
        "CH-02": "failed",
        "CH-03": "not-run",
        "CH-04": "uncovered",
        "CH-05": "proposed",
    }


def test_a_promise_without_a_scenario_is_unknown(tmp_path: Path) -> None:
    verdict = registered(tmp_path, entry("CH-01") + entry("CH-02")).judge()
    assert verdict.answer == "unknown"
    assert "CH-02 has no scenario" in why(verdict)


def test_what_is_not_promised_yet_does_not_block(tmp_path: Path) -> None:
    verdict = registered(tmp_path, entry("CH-01") + entry("CH-02", more="promised = false\n")).judge()
    assert verdict.answer == "go", why(verdict)


@pytest.mark.parametrize(("coverage", "answer"), [("0.5", "go"), ("0.6", "unknown")])
def test_of_lower_severities_the_policys_share_must_be_verified(tmp_path: Path, coverage: str, answer: str) -> None:
    items = tuple(item_of("場面", severity="minor", criterion="CH-01") for _ in range(1))
    register = entry("CH-01", "minor") + entry("CH-02", "minor")
    run = registered(tmp_path, register, f"[severity.minor]\ncoverage = {coverage}\n", items=items)
    assert run.judge().answer == answer


def test_no_share_excuses_a_critical_promise(tmp_path: Path) -> None:
    policy = "[severity.minor]\ncoverage = 0.0\n[severity.major]\ncoverage = 0.0\n"
    assert registered(tmp_path, entry("CH-01") + entry("CH-02"), policy).judge().answer == "unknown"


def test_a_requirement_that_no_register_knows_is_unknown(tmp_path: Path) -> None:
    verdict = registered(tmp_path, entry("CH-02", more="promised = false\n")).judge()
    assert verdict.answer == "unknown"
    assert "CH-01 is in no register of requirements" in why(verdict)


def test_a_register_that_changed_since_the_plan_is_unknown(tmp_path: Path) -> None:
    run = registered(tmp_path, entry("CH-01"))
    (tmp_path / "requirements.toml").write_text(entry("CH-01", "minor"), "utf-8")
    verdict = run.judge()
    assert verdict.answer == "unknown"
    assert "the register of requirements is not the one that the run was planned under" in why(verdict)


def test_a_register_that_appeared_since_the_plan_is_unknown(tmp_path: Path) -> None:
    run = Run(tmp_path / "results").write()
    (tmp_path / "requirements.toml").write_text(entry("CH-01"), "utf-8")
    assert run.judge().answer == "unknown"


def test_a_register_that_is_not_understood_is_unknown(tmp_path: Path) -> None:
    verdict = registered(tmp_path, "[CH-01]\nja = 1\n").judge()
    assert verdict.answer == "unknown"
    assert "requirements.toml cannot be used" in why(verdict)


# The contract


DOCUMENTED = {"event": "contract", "documented": {"send": ["201", "401"], "read": ["200", "4XX"], "leave": ["204"]}}


def exercised(folder: Path, policy: str, *seen: tuple[str, str], documented: dict[str, Any] = DOCUMENTED) -> Verdict:
    run = Run(folder / "results", inputs={"gate.toml": STRICTEST + policy}).write()
    first, *others = (item.id for item in ITEMS)
    run.put_record("1of1", others, events=[documented, *run.attempt(first, contract=[list(one) for one in seen])])
    run.seal()
    return run.judge()


def test_an_answer_that_the_contract_does_not_have_is_no_go(tmp_path: Path) -> None:
    verdict = exercised(tmp_path, "", ("send", "201"), ("send", "500"))
    assert verdict.answer == "no-go"
    assert "send answered 500, which the contract does not have" in why(verdict)


def test_a_documented_range_covers_its_answers(tmp_path: Path) -> None:
    verdict = exercised(tmp_path, "", ("read", "404"))
    assert verdict.answer == "go", why(verdict)


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        ("operations = 0.6", "go"),
        ("operations = 0.7", "unknown"),
        ("answers = 0.4", "go"),
        ("answers = 0.5", "unknown"),
    ],
)
def test_enough_of_the_contract_must_be_exercised(tmp_path: Path, policy: str, answer: str) -> None:
    verdict = exercised(tmp_path, f"[contract]\n{policy}\n", ("send", "201"), ("read", "200"))
    assert verdict.answer == answer, why(verdict)


def test_coverage_of_a_contract_that_nobody_saw_is_unknown(tmp_path: Path) -> None:
    verdict = exercised(tmp_path, "[contract]\noperations = 0.1\n", documented={"event": "contract", "documented": {}})
    assert verdict.answer == "unknown"
    assert "0 of 0 operations" in why(verdict)


# Budgets


@pytest.mark.parametrize(
    ("measures", "answer"),
    [({}, "go"), ({"accessibility.serious": 0}, "go"), ({"accessibility.serious": 1}, "no-go"), ({"other": 9}, "go")],
)
def test_a_measure_over_its_budget_is_no_go(tmp_path: Path, measures: dict[str, float], answer: str) -> None:
    run = Run(
        tmp_path / "results", inputs={"gate.toml": STRICTEST + '[budgets]\n"accessibility.serious" = 0\n'}
    ).write()
    first, *others = (item.id for item in ITEMS)
    run.put_record("1of1", others, events=run.attempt(first, measures=measures))
    run.seal()
    verdict = run.judge()
    assert verdict.answer == answer, why(verdict)


def test_a_scenario_over_its_time_is_no_go(tmp_path: Path) -> None:
    run = Run(tmp_path / "results", inputs={"gate.toml": STRICTEST + "[budgets]\nseconds = 0.05\n"}).write()
    verdict = run.judge()
    assert verdict.answer == "no-go"
    assert "seconds is 0.1; at most 0.05 is allowed" in why(verdict)
