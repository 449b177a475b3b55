"""The road of a release by its commands alone: keys, gate, approval, ledger, verification."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from hand_made import BUILD, OTHER_BUILD, Run, fresh
from signed_release import APPROVED, Release

from nameraka.cli import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("gate", "approver"):
        assert main(["keys", "new", name, "--out", "keys"]) == 0
    return tmp_path


def released(project: Path, name: str, build: str = BUILD) -> Release:
    """A run, judged and signed by `nameraka gate`, and approved."""
    run = fresh(project / name / "results", inputs={"gate.toml": f"{APPROVED}# {name}\n"}, build=build)
    assert gate(run, build) == 0
    release = Release(
        run, project / "keys", project / name / "verdict.intoto.jsonl", project / name / "evidence.tar.gz"
    )
    assert release.approve() == 0
    return release


def gate(run: Run, artifact: str, *more: str) -> int:
    judging = [str(run.folder), "--policy", str(run.folder.parent / "gate.toml"), "--lang", "en"]
    return main(["gate", *judging, "--key", "keys/gate.pem", "--artifact", artifact, *more])


def verify(release: Release, build: str = BUILD, *more: str) -> int:
    options = ["--artifact", build, "--environment", "embedded", "--policy", str(release.policy())]
    keys = ["--key", str(release.public("gate")), "--approver", str(release.public("approver"))]
    return main(
        ["verify", str(release.bundle), *options, *keys, "--evidence", str(release.archive), "--lang", "en", *more]
    )


def record(release: Release, ledger: str) -> None:
    assert main(["record", "verdict", str(release.bundle.with_name("verdict.json")), "--ledger", ledger]) == 0


def test_what_was_judged_signed_and_approved_may_go_out(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = released(project, "one")
    said = capsys.readouterr().out
    assert "Signed: one/verdict.intoto.jsonl, with the evidence in one/evidence.tar.gz" in said
    assert verify(release) == 0
    shown = json.loads((project / "one" / "verdict.json").read_text("utf-8"))
    assert release.statement(0)["predicate"]["nameraka:verdict/v1"] == shown


def test_the_archive_goes_where_it_was_asked_for(project: Path) -> None:
    run = fresh(project / "one" / "results")
    assert gate(run, BUILD, "--archive", str(project / "kept.zip")) == 0
    assert (project / "kept.zip").read_bytes().startswith(b"PK")


def test_an_artifact_that_was_not_tested_is_not_signed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate(fresh(project / "one" / "results"), OTHER_BUILD) == 3
    assert "this is not what was tested" in capsys.readouterr().err
    assert not list((project / "one").glob("verdict.intoto.jsonl"))


@pytest.fixture
def ledger(project: Path) -> str:
    return f"sqlite:///{project}/ledger.db"


def test_the_ledger_must_have_the_verdict(project: Path, ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    release = released(project, "one")
    assert verify(release, BUILD, "--ledger", ledger) == 1
    assert "there is no ledger yet" in capsys.readouterr().out
    record(released(project, "other"), ledger)
    capsys.readouterr()
    assert verify(release, BUILD, "--ledger", ledger) == 1
    assert "no entry of the verdict" in capsys.readouterr().out
    record(release, ledger)
    assert verify(release, BUILD, "--ledger", ledger) == 0


def test_a_later_verdict_takes_the_place_of_an_earlier_one(
    project: Path, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    former, later = released(project, "one"), released(project, "two", OTHER_BUILD)
    record(former, ledger)
    record(later, ledger)
    assert verify(later, OTHER_BUILD, "--ledger", ledger) == 0
    capsys.readouterr()
    assert verify(former, BUILD, "--ledger", ledger) == 1
    assert "has a later verdict than this one, entry 1" in capsys.readouterr().out
    assert verify(former, BUILD, "--ledger", ledger, "--rollback") == 0


def test_a_rollback_needs_the_newest_verdict_on_its_build(project: Path, ledger: str) -> None:
    former, later = released(project, "one"), released(project, "two")
    record(former, ledger)
    record(later, ledger)
    assert verify(former, BUILD, "--ledger", ledger, "--rollback") == 1


def test_a_ledger_that_was_changed_or_cut_vouches_for_nothing(
    project: Path, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    release, other = released(project, "one"), released(project, "two", OTHER_BUILD)
    record(release, ledger)
    record(other, ledger)
    capsys.readouterr()
    assert main(["record", "head", "--ledger", ledger]) == 0
    head = capsys.readouterr().out.strip().splitlines()[-1].split()[-1]
    assert verify(other, OTHER_BUILD, "--ledger", ledger, "--ledger-head", head) == 0
    with sqlite3.connect(project / "ledger.db") as database:
        database.execute("DELETE FROM nameraka_entries WHERE sequence = 2")
    assert verify(release, BUILD, "--ledger", ledger, "--ledger-head", head) == 1
    assert "does not go on from the head" in capsys.readouterr().out
    with sqlite3.connect(project / "ledger.db") as database:
        database.execute("UPDATE nameraka_entries SET body = replace(body, 'go', 'GO')")
    assert verify(release, BUILD, "--ledger", ledger) == 1
    assert "The ledger was changed" in capsys.readouterr().out


@pytest.mark.parametrize(("url", "code"), [("{ledger}", 1), ("", 1)])  # an empty one is a secret that is missing
def test_the_ledger_is_also_that_of_the_environment(
    project: Path, ledger: str, monkeypatch: pytest.MonkeyPatch, url: str, code: int
) -> None:
    release = released(project, "one")
    assert verify(release, BUILD) == 0
    monkeypatch.setenv("NAMERAKA_LEDGER", url.format(ledger=ledger))
    assert verify(release, BUILD) == code


@pytest.mark.parametrize("more", [["--rollback"], ["--ledger-head", "1:sha256:" + "0" * 64]])
def test_what_speaks_of_a_ledger_needs_one(project: Path, more: list[str]) -> None:
    assert verify(released(project, "one"), BUILD, *more) == 3


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://localhost/x", "sqlite://"])
def test_a_ledger_that_cannot_be_asked_is_refused(project: Path, url: str) -> None:
    assert verify(released(project, "one"), BUILD, "--ledger", url) == 1
