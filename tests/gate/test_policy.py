"""The policy as data: what it may say, what it changes, and that it cannot be silenced."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_made import JUDGED, STRICTEST, Run, item_of, why

from nameraka.gate.policy import age, read_policy
from nameraka.shapes import Malformed

TEN = tuple(item_of(f"場面{number}", severity="minor") for number in range(10))


def judged(folder: Path, policy: str = "", items=TEN, **answers: str) -> tuple[str, str]:
    """The verdict and its explanation for a run of ten minor items; ``answers`` by position (``at_3="failed"``)."""
    told = {items[int(place.removeprefix("at_"))].id: outcome for place, outcome in answers.items()}
    run = Run(folder / "results", items=items, answers=told, inputs={"gate.toml": STRICTEST + policy}).write()
    verdict = run.judge()
    return verdict.answer, why(verdict)


def test_the_strictest_policy_is_one_line_and_forgives_nothing() -> None:
    policy = read_policy(b"schema = 1\n")
    for severity in (policy.severity.major, policy.severity.minor):
        assert (severity.pass_rate, severity.coverage, severity.flaky, severity.not_run_in) == (1.0, 1.0, 0, ())
    assert policy.waivers.break_glass is None
    assert policy.off == ()


@pytest.mark.parametrize(
    ("content", "saying"),
    [
        ("", "schema"),
        ("schema = 2", "schema"),
        ("schema = 1\nseverty = 1", "unknown field `severty`"),
        ("schema = 1\n[severity.critical]\npass_rate = 0.9", "line 3"),
        ("schema = 1\n[severity.critical]\nflaky = 1", "unknown field `flaky`"),
        ("schema = 1\n[severity.minor]\npass_rate = 1.1", "line 3"),
        ("schema = 1\n[severity.minor]\npass_rate = 'much'", "line 3"),
        ("schema = 1\n[severity.minor]\nflaky = -1", "flaky"),
        ("schema = 1\n[severity.minor]\nmax_age = 'soon'", "'soon' is no age"),
        ("schema = 1\n[severity.minor]\nmax_age = '0d'", "is no age"),
        ("schema = 1\n[waivers]\nlongest_days = 0", "longest_days"),
        ("schema = 1\n[budgets]\nseconds = -1", "budgets"),
        ("schema = 1\n[[off]]\nrule = 'evidence-is-fresh'\nuntil = 2026-01-03", "reason"),
        ("schema = 1\nschema = 1", "not valid TOML"),
        ("schema = 1\n# \ud800".encode("utf-8", "surrogatepass"), "is not UTF-8"),
        ("schema = " + "[" * 5000, "nested too deeply|not valid TOML"),
    ],
)
def test_what_is_not_understood_is_an_error(content: str | bytes, saying: str) -> None:
    with pytest.raises(Malformed, match=saying):
        read_policy(content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(("text", "hours"), [("90m", 1.5), ("24h", 24), ("7d", 168)])
def test_an_age_is_minutes_hours_or_days(text: str, hours: float) -> None:
    assert age(text).total_seconds() == hours * 3600


def test_without_a_policy_it_is_unknown(tmp_path: Path) -> None:
    run = Run(tmp_path / "results").write()
    (tmp_path / "gate.toml").unlink()
    verdict = run.judge()
    assert verdict.answer == "unknown"
    assert "no policy says what a release has to show" in why(verdict)


def test_another_policy_than_the_planned_one_is_unknown(tmp_path: Path) -> None:
    run = Run(tmp_path / "results").write()
    (tmp_path / "gate.toml").write_text("schema = 1 # the same, and yet another file\n")
    verdict = run.judge()
    assert verdict.answer == "unknown"
    assert "the policy is not the one that the run was planned under" in why(verdict)


def test_a_policy_that_is_not_understood_is_unknown_and_said_with_its_line(tmp_path: Path) -> None:
    answer, told = judged(tmp_path, "[severity.minor]\npass_rat = 0.5\n", at_0="failed")
    assert answer == "no-go"
    assert "pass_rat" in told
    answer, told = judged(tmp_path / "clean", "[severity.minor]\npass_rat = 0.5\n")
    assert answer == "unknown"
    assert "gate.toml cannot be used: line 3" in told


# Severities


def test_a_failure_within_the_pass_rate_does_not_block_and_is_shown(tmp_path: Path) -> None:
    answer, told = judged(tmp_path, "[severity.minor]\npass_rate = 0.9\n", at_3="failed")
    assert answer == "go", told
    assert "go: 9 of 10 passed, 1 excused" in told
    assert "within the policy's pass rate" in told


def test_a_failure_beyond_the_pass_rate_is_no_go_and_all_are_named(tmp_path: Path) -> None:
    answer, told = judged(tmp_path, "[severity.minor]\npass_rate = 0.9\n", at_3="failed", at_4="failed")
    assert answer == "no-go"
    assert "場面3[api] failed" in told
    assert "場面4[api] failed" in told


def test_a_rate_never_excuses_a_critical_promise(tmp_path: Path) -> None:
    items = (*TEN, item_of("命に関わる"))
    policy = "[severity.minor]\npass_rate = 0.0\n[severity.major]\npass_rate = 0.0\n"
    answer, told = judged(tmp_path, policy, items, at_10="failed")
    assert answer == "no-go"
    assert "no-critical-promise-is-in-doubt" in told


@pytest.mark.parametrize("severity", ["blocker", "", "Minor"])
def test_a_severity_that_nobody_knows_is_as_grave_as_any(tmp_path: Path, severity: str) -> None:
    items = (*TEN, item_of("何か", severity=severity))
    answer, _ = judged(tmp_path, "[severity.minor]\npass_rate = 0.0\n", items, at_10="failed")
    assert answer == "no-go"


@pytest.mark.parametrize("outcome", ["broken", "crashed", "incomplete", "skipped", "xfailed", "xpassed"])
def test_a_pass_rate_excuses_failures_and_nothing_that_is_not_known(tmp_path: Path, outcome: str) -> None:
    answer, told = judged(tmp_path, "[severity.minor]\npass_rate = 0.0\n", at_3=outcome)
    assert answer == "unknown", told


def flaky_run(folder: Path, policy: str, severity: str = "minor") -> Run:
    """A run in which the first item failed at first and then passed; every attempt is kept."""
    items = (item_of("気まぐれ", severity=severity), item_of("着実", severity=severity))
    run = Run(folder / "results", items=items, inputs={"gate.toml": STRICTEST + policy}).write()
    first, second = (item.id for item in items)
    run.put_result(first, name="first-try", uuid="first-try", status="failed")
    run.put_record("1of1", [second], events=[*run.attempt(first, 1, "failed", why="遅い"), *run.attempt(first, 2)])
    run.seal()
    return run


def test_flaky_is_a_state_of_its_own_and_blocks(tmp_path: Path) -> None:
    verdict = flaky_run(tmp_path, "").judge()
    assert verdict.answer == "no-go"
    assert "passed only after it had not (failed, passed): 遅い" in why(verdict)


def test_a_budget_of_flaky_scenarios_covers_lower_severities_only(tmp_path: Path) -> None:
    policy = "[severity.minor]\nflaky = 1\n[severity.major]\nflaky = 1\n"
    verdict = flaky_run(tmp_path / "minor", policy).judge()
    assert verdict.answer == "go", why(verdict)
    assert "[flaky]" in why(verdict)
    assert flaky_run(tmp_path / "critical", policy, "critical").judge().answer == "no-go"


def test_more_flaky_scenarios_than_the_budget_are_all_named(tmp_path: Path) -> None:
    run = flaky_run(tmp_path, "[severity.minor]\nflaky = 0\n")
    assert [finding.item for rule, finding in run.judge().findings if rule.name.startswith("flaky")] == [run.planned()]


NOT_HERE = "Skipped: not run here: environment 'embedded' cannot kill"


@pytest.mark.parametrize(
    ("policy", "severity", "answer"),
    [
        ("", "minor", "unknown"),
        ('[severity.minor]\nnot_run_in = ["embedded"]\n', "minor", "go"),
        ('[severity.minor]\nnot_run_in = ["staging"]\n', "minor", "unknown"),
        ('[severity.minor]\nnot_run_in = ["embedded"]\n', "major", "unknown"),
        ('[severity.minor]\nnot_run_in = ["embedded"]\n', "critical", "unknown"),
    ],
)
def test_what_cannot_run_here_is_left_out_only_where_the_policy_names_the_environment(
    tmp_path: Path, policy: str, severity: str, answer: str
) -> None:
    items = (item_of("停電", severity=severity), item_of("着実", severity="minor"))
    run = Run(tmp_path / "results", items=items, inputs={"gate.toml": STRICTEST + policy})
    run.answers[items[0].id] = "skipped"
    run.write()
    run.put_record("1of1", [items[1].id], events=run.attempt(items[0].id, 1, why=NOT_HERE))
    run.seal()
    verdict = run.judge()
    assert verdict.answer == answer, why(verdict)
    assert "停電" in why(verdict)


def test_a_plain_skip_is_not_excused_by_what_cannot_run_here(tmp_path: Path) -> None:
    answer, told = judged(tmp_path, '[severity.minor]\nnot_run_in = ["embedded"]\n', at_0="skipped")
    assert answer == "unknown"
    assert "was skipped" in told


# Switching off


OFF = "[[off]]\nrule = '{}'\nreason = '台帳を移行中'\nuntil = {}\n"


def test_a_rule_may_be_off_for_a_reason_until_a_day_and_it_is_printed(tmp_path: Path) -> None:
    run = Run(tmp_path / "results", inputs={"gate.toml": STRICTEST + OFF.format("evidence-is-fresh", "2027-01-01")})
    verdict = run.write().judge(JUDGED.replace(month=12))
    assert verdict.answer == "go", why(verdict)
    assert "the rule evidence-is-fresh is switched off until 2027-01-01: 台帳を移行中" in why(verdict)


def test_when_the_day_has_passed_the_rule_counts_again_and_the_entry_is_a_finding(tmp_path: Path) -> None:
    answer, told = judged(tmp_path, OFF.format("evidence-is-fresh", "2026-01-01"))
    assert answer == "unknown"
    assert "it counts again" in told


def test_off_in_one_environment_is_on_in_another(tmp_path: Path) -> None:
    entry = OFF.format("evidence-is-fresh", "2027-01-01") + "environments = ['staging']\n"
    run = Run(tmp_path / "results", inputs={"gate.toml": STRICTEST + entry}).write()
    assert run.judge(JUDGED.replace(month=12)).answer == "unknown"


@pytest.mark.parametrize("rule", ["no-critical-promise-is-in-doubt", "the-sentinels-were-seen", "no-such-rule"])
def test_most_rules_cannot_be_switched_off(tmp_path: Path, rule: str) -> None:
    answer, told = judged(tmp_path, OFF.format(rule, "2027-01-01"))
    assert answer == "unknown"
    assert f"the rule '{rule}' cannot be switched off" in told
