"""What is excused by the limits of a severity, and that everything is as grave as the gravest that it speaks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import HALF, MINOR, NAMELESS, entry, failing, flaky, good, recorded, waived
from hand_made import item_of, replace, why

from nameraka.gate.verdict import document

EASY = "[severity.minor]\npass_rate = 0.0\ncoverage = 0.0\n"
NOT_HERE = "Skipped: not run here: environment 'embedded' cannot kill"


@pytest.mark.parametrize(
    ("tagged", "registered", "weighs"),
    [
        ("critical", "minor", "critical"),
        ("minor", "critical", "critical"),
        ("major", "critical", "critical"),
        ("minor", "major", "major"),
        ("major", "minor", "major"),
        ("minor", "minor", "minor"),
        ("urgent", "minor", "urgent"),  # what nobody knows is as grave as any
        ("urgent", "critical", "urgent"),
    ],
)
def test_a_scenario_is_as_grave_as_the_gravest_promise_that_it_speaks_for(
    tmp_path: Path, tagged: str, registered: str, weighs: str
) -> None:
    items = item_of("遅い", severity=tagged), *MINOR
    register = {"requirements.toml": entry("CH-01", registered)}
    verdict = good(tmp_path, EASY, items=items, answers={items[0].id: "failed"}, inputs=register).judge()
    assert document(verdict)["items"][0]["severity"] == weighs
    assert verdict.answer == ("go" if weighs == "minor" else "no-go"), why(verdict)


@pytest.mark.parametrize(
    ("severities", "weighs"),
    [(("minor", "major"), "major"), (("major", "critical"), "critical"), (("minor", "urgent"), "urgent")],
)
def test_a_requirement_that_no_register_has_is_as_grave_as_its_gravest_scenario(
    tmp_path: Path, severities: tuple[str, ...], weighs: str
) -> None:
    items = tuple(item_of(f"場面{number}", severity=one) for number, one in enumerate(severities))
    assert [one["severity"] for one in document(good(tmp_path, items=items).judge())["requirements"]] == [weighs]


def test_a_requirement_that_was_only_flaky_is_not_kept(tmp_path: Path) -> None:
    verdict = flaky(good(tmp_path, items=(item_of("遅い", severity="minor"), *MINOR))).judge()
    assert [one["state"] for one in document(verdict)["requirements"]] == ["failed"]


def test_one_severity_may_have_excuses_of_every_kind(tmp_path: Path) -> None:
    policy = '[severity.minor]\npass_rate = 0.5\nflaky = 1\nnot_run_in = ["embedded"]\n'
    fickle, failed, left_out, fine = (
        replace(item_of(f"場面{number}", severity="minor"), criteria=(), tags=()) for number in range(4)
    )
    run = good(tmp_path, policy, items=(fickle, failed, left_out, fine), answers={failed.id: "failed"})
    run.put_result(fickle.id, name="first", uuid="first", status="failed")
    run.put_result(left_out.id, status="skipped")
    skipped = run.attempt(left_out.id, 1, "skipped", why=NOT_HERE)
    tries = [*run.attempt(fickle.id, 1, "failed"), *run.attempt(fickle.id, 2)]
    run.put_record("1of1", [failed.id, fine.id], events=[*skipped, *tries])
    run.seal()
    verdict = run.judge()
    assert verdict.answer == "go", why(verdict)
    assert sorted(note["kind"] for note in document(verdict)["notes"]) == ["flaky", "not-run-here", "pass-rate"]


def test_what_is_waived_does_not_count_against_the_rate(tmp_path: Path) -> None:
    items = tuple(item_of(f"場面{number}", severity="minor") for number in range(4))
    answers = {item.id: "failed" for item in items[:3]}
    run = good(tmp_path, HALF, items=items, answers=answers)
    assert run.judge().answer == "no-go"
    verdict = waived(run)
    assert verdict.answer == "go", why(verdict)
    assert [note["kind"] for note in document(verdict)["notes"]] == ["waiver", "pass-rate", "pass-rate"]


def test_a_waiver_may_name_any_scenario_that_is_no_pattern(tmp_path: Path) -> None:
    items = item_of("X線を送る", severity="major"), item_of("着実", severity="major")
    run = good(tmp_path, items=items, answers={items[0].id: "failed"})
    assert waived(run).answer == "go"


@pytest.mark.parametrize("mark", ["?", "*"])
def test_a_pattern_is_no_name(tmp_path: Path, mark: str) -> None:
    run = failing(tmp_path)
    assert "is too broad" in why(waived(run, scenario=run.planned().replace("い", mark)))


def test_waivers_alone_prove_nothing(tmp_path: Path) -> None:
    run = failing(tmp_path)
    told = why(waived(run))
    assert told.startswith("go")
    (run.folder / "plan.json").unlink()
    run.seal()
    told = why(run.judge())
    assert "the waiver covers nothing" in told
    assert "the rule itself broke" not in told


def test_without_a_reason_or_a_requirement_there_is_still_a_cause(tmp_path: Path) -> None:
    run = good(tmp_path, items=NAMELESS, answers={NAMELESS[0].id: "failed"})
    recorded(run, run.planned(), *run.attempt(run.planned(), 1, "failed"))
    assert f"場面0[api] failed ({'run-1of1.jsonl'}) [cause " in why(run.judge())
