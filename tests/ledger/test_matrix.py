"""Which build is where, "can I deploy these requirements?", the last accepted release, and a verdict's position."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ledger_samples import build, digest_of, document, nameraka, put

from nameraka.findings import UsageError
from nameraka.gate.inputs import InputPaths, read_inputs
from nameraka.ledger.chain import BrokenChain
from nameraka.ledger.position import NotRecorded, position_of

ASK = ("matrix", "--environment", "production")


def judge(project: Path, answer: str = "go", **changes: Any) -> dict[str, Any]:
    """Enter a verdict; the document that was entered."""
    verdict = document(answer, **changes)
    assert nameraka("record", "verdict", put(project / "v.json", verdict)) == 0
    return verdict


def deploy(of: str, hours_ago: float, *more: str, environment: str = "production") -> int:
    """The exit code: 1 where it rests on no go."""
    end = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat(timespec="seconds")
    times = ("--end", end, "--commit-time", "2026-01-01T00:00:00Z")
    return nameraka("record", "deploy", "--environment", environment, "--build", build(of), *times, *more)


def back(hours_ago: float, *more: str) -> int:
    end = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat(timespec="seconds")
    return nameraka("record", "rollback", "--environment", "production", "--end", end, *more)


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """What the command says as JSON."""
    capsys.readouterr()
    nameraka(*arguments, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ("go", "verified", 0),
        ("go", "waived", 1),
        ("go", "failed", 1),
        ("go", "not-run", 2),
        ("go", "uncovered", 2),
        ("go", "proposed", 2),
        ("no-go", "verified", 1),
        ("no-go", "not-run", 1),
        ("unknown", "verified", 2),
        ("unknown", "failed", 1),
    ],
)
def test_a_requirement_is_shown_only_by_a_go_that_calls_it_verified(
    project: Path, answer: str, state: str, code: int
) -> None:
    judge(project, answer, states={"CH-01": state, "CH-02": "verified"})
    assert nameraka(*ASK, "--build", build("b"), "--requirement", "CH-01") == code


def test_one_that_is_not_shown_is_enough(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge(project, states={"CH-01": "verified", "CH-02": "waived", "CH-03": "not-run"})
    on_it = (*ASK, "--build", build("b"), "--requirement")
    assert nameraka(*on_it, "CH-01") == 0
    assert nameraka(*on_it, "CH-01", "CH-03") == 2
    assert nameraka(*on_it, "CH-01", "--requirement", "CH-02", "CH-03") == 1
    said = capsys.readouterr().out
    assert "no: bbbbbbbbbbbb → production" in said
    assert "no  CH-02  waived (go, 1)" in said


def test_what_no_verdict_speaks_of_is_not_known(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge(project)
    assert nameraka(*ASK, "--build", build("b"), "--requirement", "CH-99") == 2
    assert nameraka(*ASK, "--build", build("c"), "--requirement", "CH-01") == 2
    assert nameraka("matrix", "--environment", "staging", "--build", build("b"), "--requirement", "CH-01") == 2
    assert nameraka(*ASK, "--requirement", "CH-01") == 2
    assert "nothing is recorded as deployed there" in capsys.readouterr().out


def test_without_requirements_all_that_were_promised_are_asked(project: Path) -> None:
    judge(project, states={"CH-01": "verified", "CH-02": "proposed"})
    assert nameraka(*ASK, "--build", build("b")) == 0
    judge(project, states={"CH-01": "verified", "CH-02": "not-run"})
    assert nameraka(*ASK, "--build", build("b")) == 2
    judge(project, states={"CH-01": "proposed"})
    assert nameraka(*ASK, "--build", build("b")) == 2  # nothing was asked
    assert nameraka(*ASK, "--build", build("c")) == 2


def test_the_newest_verdict_counts(project: Path) -> None:
    judge(project)
    judge(project, "no-go", states={"CH-01": "failed"})
    assert nameraka(*ASK, "--build", build("b"), "--requirement", "CH-01") == 1
    judge(project, created="2026-01-06T00:00:00+00:00")
    assert nameraka(*ASK, "--build", build("b"), "--requirement", "CH-01") == 0


def test_without_a_build_it_is_the_one_that_runs_now(project: Path) -> None:
    judge(project, of="b", states={"CH-01": "verified"})
    judge(project, of="c", states={"CH-01": "waived"})
    deploy("b", 3)
    assert nameraka(*ASK, "--requirement", "CH-01") == 0
    deploy("c", 2)
    assert nameraka(*ASK, "--requirement", "CH-01") == 1
    back(1)
    assert nameraka(*ASK, "--requirement", "CH-01") == 0
    nameraka("record", "undeploy", "--environment", "production")
    assert nameraka(*ASK, "--requirement", "CH-01") == 2


def test_a_question_needs_an_environment(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge(project)
    assert nameraka("matrix", "--requirement", "CH-01") == 3
    assert nameraka("matrix", "--build", build("b")) == 3
    assert "--environment E" in capsys.readouterr().err


def test_it_lists_what_is_where_with_the_states_of_each_build(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge(project, of="b")
    judge(project, "no-go", of="c", states={"CH-01": "failed", "CH-02": "verified"})
    judge(project, of="d", environment="staging\x1b[2J")
    deploy("b", 3)
    capsys.readouterr()
    assert nameraka("matrix") == 0
    said = capsys.readouterr().out
    assert "production: bbbbbbbbbbbb since" in said
    assert "(deployment 4), go" in said
    assert "cccccccccccc  no-go" in said
    assert "failed 1: CH-01" in said
    assert "staging\\u001b[2J: nothing" in said
    assert nameraka("matrix", "--lang", "ja", "--environment", "production") == 0
    assert "失敗 1: CH-01" in capsys.readouterr().out
    assert deploy("c", 1) == 1
    capsys.readouterr()
    nameraka("matrix")
    assert "UNPROVEN: the newest verdict on this build is not go" in capsys.readouterr().out


def test_the_same_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdict = judge(project)
    deploy("b", 3)
    found = told(capsys, *ASK, "--requirement", "CH-01")
    assert (found["answer"], found["build"], found["head"][:9]) == ("yes", build("b"), "2:sha256:")
    assert found["replies"] == [{"requirement": "CH-01", "answer": "yes", "state": "verified", "entry": 1}]
    (cell,) = found["cells"]
    assert (cell["requirement"], cell["state"], cell["document"]) == ("CH-01", "verified", digest_of(verdict))
    (place,) = found["environments"]
    assert (place["build"], place["deployment"], place["doubt"]) == (build("b"), 2, None)
    everything = told(capsys, "matrix")
    assert (everything["answer"], len(everything["cells"])) == (None, 2)


def test_a_deployment_entered_late_does_not_become_what_runs_now(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy("c", 1)
    deploy("b", 5)
    assert told(capsys, "matrix")["environments"][0]["build"] == build("c")


BASELINE = ("baseline", "--environment", "production")


def exported(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project / "reports/baseline.json").read_bytes())
    return found


def test_the_baseline_is_the_whole_document_of_the_last_accepted_release(project: Path) -> None:
    """As it was judged, down to half a character in a scenario's name."""
    verdict = document(of="c", items=[{"id": "features/a.feature::受付\ud800[api]", "state": "passed"}])
    path = project / "c.json"
    path.write_bytes(json.dumps(verdict, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"))
    assert nameraka("record", "verdict", path) == 0
    assert deploy("c", 2) == 0
    assert nameraka(*BASELINE) == 0
    assert exported(project) == verdict


def test_the_gate_reads_the_baseline_that_is_exported(project: Path) -> None:
    judge(project)
    deploy("b", 2)
    nameraka(*BASELINE)
    inputs = read_inputs(InputPaths.in_folder(project / "reports"))
    assert inputs.problems == ()
    assert inputs.baseline is not None
    assert {one.id: one.state for one in inputs.baseline.requirements} == {"CH-01": "verified", "CH-02": "verified"}


def test_what_was_taken_back_is_no_baseline_and_what_was_removed_is(project: Path) -> None:
    first, second = judge(project, of="b"), judge(project, of="c")
    deploy("b", 5)
    deploy("c", 4)
    assert (nameraka(*BASELINE), exported(project)) == (0, second)
    back(3)
    assert (nameraka(*BASELINE), exported(project)) == (0, first)
    assert nameraka("record", "undeploy", "--environment", "production") == 0
    assert (nameraka(*BASELINE), exported(project)) == (0, first)


def test_what_was_taken_back_and_deployed_again_is_the_baseline(project: Path) -> None:
    judge(project, of="b")
    second = judge(project, of="c")
    deploy("b", 5)
    deploy("c", 4)
    back(3)
    deploy("c", 2)
    assert (nameraka(*BASELINE), exported(project)) == (0, second)


def test_a_deployment_without_a_go_is_no_baseline(project: Path) -> None:
    first = judge(project, of="b")
    judge(project, "no-go", of="c")
    deploy("b", 5)
    deploy("c", 4)
    deploy("d", 3)
    assert (nameraka(*BASELINE), exported(project)) == (0, first)


def test_of_several_goes_on_the_build_it_is_the_newest_and_a_later_doubt_does_not_undo_it(project: Path) -> None:
    judge(project, of="b")
    newer = judge(project, of="b", created="2026-01-06T00:00:00+00:00")
    deploy("b", 5)
    judge(project, "unknown", of="b")
    assert (nameraka(*BASELINE), exported(project)) == (0, newer)


def test_without_an_accepted_release_a_former_baseline_is_gone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge(project, of="b")
    deploy("b", 5, environment="staging")
    (project / "reports/baseline.json").write_text("{}")
    assert nameraka(*BASELINE) == 2
    assert "No release of production was accepted yet" in capsys.readouterr().err
    assert not (project / "reports/baseline.json").exists()


def test_a_baseline_that_cannot_be_written_is_a_clear_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judge(project, of="b")
    deploy("b", 5)
    assert nameraka(*BASELINE, "--out", "/proc/nowhere/baseline.json") == 3
    assert "it cannot be written" in capsys.readouterr().err


def test_the_position_of_a_verdict_says_whether_a_later_one_speaks_of_the_same(project: Path) -> None:
    url = f"sqlite:///{project / 'reports/ledger.db'}"
    first, other = judge(project, of="b"), judge(project, of="c")
    elsewhere = judge(project, of="d", environment="staging")
    place = position_of(url, digest_of(first))
    assert (place.sequence, place.newest_for_environment, place.newest_for_build) == (1, False, True)
    assert position_of(url, digest_of(other)).newest_for_environment
    assert position_of(url, digest_of(elsewhere)).newest_for_environment
    assert place.head.startswith("3:sha256:")
    judge(project, "unknown", of="b")
    assert not position_of(url, digest_of(first), place.head).newest_for_build


def test_there_is_no_position_without_an_entry_a_ledger_or_a_chain_that_holds(project: Path) -> None:
    url = f"sqlite:///{project / 'reports/ledger.db'}"
    with pytest.raises(UsageError, match="no ledger yet"):
        position_of(url, digest_of(document()))
    verdict = judge(project)
    with pytest.raises(NotRecorded):
        position_of(url, digest_of(document("no-go")))
    with pytest.raises(BrokenChain):
        position_of(url, digest_of(verdict), "2:sha256:" + "0" * 64)
    with sqlite3.connect(project / "reports/ledger.db") as connection:
        connection.execute("UPDATE nameraka_entries SET at = at || ' '")
    with pytest.raises(BrokenChain):
        position_of(url, digest_of(verdict))


def test_a_verdict_of_the_gate_itself_goes_in_and_comes_out_again(project: Path) -> None:
    """Not made by hand: the gate judges a folder, the ledger keeps what it wrote."""
    (project / "reports/results").mkdir()
    assert nameraka("gate") == 2
    assert nameraka("record", "verdict") == 0
    assert nameraka("record", "check") == 0
    written = json.loads((project / "reports/verdict.json").read_bytes())
    assert position_of(f"sqlite:///{project / 'reports/ledger.db'}", digest_of(written)).sequence == 1
