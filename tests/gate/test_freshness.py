"""Evidence is of its time: too old, of the future or of another day, it proves nothing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hand_made import ANSWERED, BEGUN, ENDED, ITEMS, JUDGED, PLANNED, STRICTEST, Run, item_of, why

MINUTES = timedelta(minutes=1)


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path / "results").write()


@pytest.mark.parametrize(
    ("severity", "age", "answer"),
    [
        ("critical", timedelta(hours=23, minutes=59), "go"),
        ("critical", timedelta(hours=24, minutes=1), "unknown"),
        ("minor", timedelta(hours=71), "go"),
        ("minor", timedelta(hours=73), "unknown"),
    ],
)
def test_an_answer_has_an_age_by_its_severity(tmp_path: Path, severity: str, age: timedelta, answer: str) -> None:
    run = Run(tmp_path / "results", items=(item_of("場面", severity=severity),)).write()
    verdict = run.judge(ANSWERED + age)
    assert verdict.answer == answer, why(verdict)


def test_the_policy_says_how_old(tmp_path: Path) -> None:
    run = Run(tmp_path / "results", inputs={"gate.toml": STRICTEST + '[severity.critical]\nmax_age = "90m"\n'}).write()
    assert run.judge(ANSWERED + timedelta(minutes=89)).answer == "go"
    verdict = run.judge(ANSWERED + timedelta(minutes=91))
    assert verdict.answer == "unknown"
    assert "was answered 2 h ago" in why(verdict)


def test_evidence_from_the_future_is_unknown(run: Run) -> None:
    assert run.judge(PLANNED - 4 * MINUTES).answer == "go"  # clocks differ
    verdict = run.judge(PLANNED - 6 * MINUTES)
    assert verdict.answer == "unknown"
    assert "is of a time to come" in why(verdict)


@pytest.mark.parametrize("at", [None, "", "yesterday", "2026-01-02T03:04:25"])  # the last has no zone
def test_an_answer_without_a_time_is_unknown(run: Run, at: str | None) -> None:
    first, *others = (item.id for item in ITEMS)
    run.put_record("1of1", others, events=run.attempt(first, at=at))
    run.seal()
    verdict = run.judge()
    assert verdict.answer == "unknown"
    assert "does not say when it was answered" in why(verdict)


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (BEGUN - 6 * MINUTES, ANSWERED),
        (ANSWERED, ENDED + 6 * MINUTES),
        (ANSWERED, ANSWERED - MINUTES),
        (ANSWERED - timedelta(days=365), ANSWERED - timedelta(days=365)),
        (ANSWERED + timedelta(days=2555), ANSWERED + timedelta(days=2555)),
    ],
)
def test_a_result_from_outside_the_time_of_the_run_is_unknown(run: Run, start: datetime, stop: datetime) -> None:
    run.edit(start=milliseconds(start), stop=milliseconds(stop))
    verdict = run.judge()
    assert verdict.answer == "unknown"
    assert "was made outside the time of the run" in why(verdict)


@pytest.mark.parametrize("change", [{"start": None}, {"stop": None}, {"start": 10**17, "stop": 10**17}])
def test_a_result_without_a_time_that_makes_sense_is_unknown(run: Run, change: dict[str, int | None]) -> None:
    run.edit(**change)
    assert run.judge().answer == "unknown"


def test_a_run_that_began_before_its_plan_is_unknown(tmp_path: Path) -> None:
    run = Run(tmp_path / "results").write()
    path = run.folder / "run-1of1.jsonl"
    lines = path.read_text("utf-8").splitlines()
    early = lines[0].replace(BEGUN.isoformat(), (PLANNED - 6 * MINUTES).isoformat())
    assert early != lines[0]
    content = "\n".join([early, *lines[1:-1], ""]).encode()
    path.write_bytes(content + run.closing([json.loads(line) for line in lines[1:-1]], content))
    run.seal()
    verdict = run.judge(JUDGED)
    assert verdict.answer == "unknown"
    assert "began before it was planned" in why(verdict)
    found = [(one.effect, one.file) for _, one in verdict.findings if "began before it was planned" in one.what.en]
    assert ("unknown", "run-1of1.jsonl") in found
