"""A person's signature on a verdict: name, time and meaning, bound to that verdict, with a key that is nobody else's."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hand_made import ITEMS, fresh
from signed_release import APPROVED, Release, sign

from nameraka.attest.envelope import seal
from nameraka.attest.keys import load_private

TWO = "schema = 1\n[signatures]\napprovers = 2\n"


def release_under(policy: str, folder: Path) -> Release:
    return sign(fresh(folder / "run" / "results", inputs={"gate.toml": policy}), folder / "out")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return release_under(APPROVED, tmp_path)


def refused(release: Release, capsys: pytest.CaptureFixture[str], **changes: object) -> str:
    capsys.readouterr()
    assert release.verify(**changes) == 1
    said = capsys.readouterr().out
    assert said.startswith("refused: ")
    assert said.count("\n") == 1
    return said


def test_a_policy_that_asks_for_a_person_is_obeyed(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    assert "asks for 1 to release it; 0 did" in refused(release, capsys, approver=release.public("approver"))
    assert release.approve() == 0
    assert "released by 山田 花子: sha256:bbbb" in capsys.readouterr().out
    assert release.verify(approver=release.public("approver")) == 0
    assert "approved by: 山田 花子 (released)" in capsys.readouterr().out


def test_without_pinned_approvers_no_approval_counts(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    release.approve()
    assert "not pinned" in refused(release, capsys)
    assert "not pinned" in refused(release, capsys, approver=release.public("stranger"))


def test_a_review_is_no_release(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    release.approve(meaning="reviewed")
    assert "0 did" in refused(release, capsys, approver=release.public("approver"))


def test_two_are_two_people_and_not_one_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = release_under(TWO, tmp_path)
    both = [release.public("approver"), release.public("second")]
    release.approve()
    release.approve("approver", "released", "Somebody Else")
    assert "asks for 2 to release it; 1 did" in refused(release, capsys, approver=[both[0], both[0]])
    release.approve("second", "released", "John Smith")
    assert release.verify(approver=both) == 0


def test_one_rejection_stops_the_release_whoever_released_it(
    release: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    release.approve()
    release.approve("second", "rejected", "John Smith", "--comment", "the banner covers the button")
    both = [release.public("approver"), release.public("second")]
    assert "John Smith has rejected it" in refused(release, capsys, approver=both)


def test_an_approval_that_was_taken_away_is_missing(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    release.approve()
    release.put(*release.lines[:2])
    assert "0 did" in refused(release, capsys, approver=release.public("approver"))


def test_an_approval_of_another_verdict_does_not_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = release_under(APPROVED, tmp_path)
    kept = release.lines
    later = sign(release.run, tmp_path / "out", datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1))
    later.approve()
    later.put(*kept, later.lines[2])
    sign(release.run, tmp_path / "elsewhere")
    assert "not the one that was signed" not in refused(release, capsys, approver=release.public("approver"))


def test_the_gates_key_cannot_approve(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.approve("gate") == 3
    assert "the gate's own key" in capsys.readouterr().err
    assert len(release.lines) == 2


def test_one_key_cannot_be_pinned_for_both_roles(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    release.approve()
    both = [release.public("gate"), release.public("approver")]
    assert release.verify(approver=both) == 3
    assert "Give each role keys of its own" in capsys.readouterr().err


def test_an_approver_cannot_play_the_gate(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    release.resign(0, {}, "approver")
    assert "not pinned" in refused(release, capsys, approver=release.public("approver"))


def test_what_is_not_go_can_be_rejected_and_not_released(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = sign(fresh(tmp_path / "run" / "results", answers={ITEMS[0].id: "failed"}), tmp_path / "out")
    assert release.approve() == 3
    assert "cannot be released" in capsys.readouterr().err
    assert release.approve(meaning="rejected") == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"time": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}, "in the future"),
        ({"time": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}, "before the verdict"),
        ({"time": "2026-01-02T03:04:05"}, "no time zone"),
        ({"time": "soon"}, "is no time"),
        ({"time": 5}, "is not a text"),
        ({"meaning": "maybe"}, "no meaning"),
        ({"meaning": ["released"]}, "is not a text"),
        ({"name": ""}, "is not a text"),
        ({"verdict": {}}, "of this artifact and this verdict"),
        ({"further": "field"}, "of this artifact and this verdict"),
    ],
)
def test_an_approval_that_is_none_is_refused(
    release: Release, capsys: pytest.CaptureFixture[str], change: dict[str, object], why: str
) -> None:
    release.approve()
    release.resign(2, change, "approver")
    assert why in refused(release, capsys, approver=release.public("approver"))


def test_an_approval_of_another_artifact_does_not_count(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    release.approve()
    statement = release.statement(2)
    statement["subject"][0]["digest"]["sha256"] = "c" * 64
    release.put(*release.lines[:2], seal(statement, load_private(release.keys / "approver.pem")).line)
    assert "of this artifact and this verdict" in refused(release, capsys, approver=release.public("approver"))


def test_the_same_approval_twice_is_refused(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    release.approve()
    release.put(*release.lines, release.lines[2])
    assert "twice" in refused(release, capsys, approver=release.public("approver"))


def test_two_people_may_approve_at_once(tmp_path: Path) -> None:
    release = release_under(TWO, tmp_path)
    command = [sys.executable, "-m", "nameraka", "approve", str(release.bundle), "--meaning", "released"]
    approving = [
        subprocess.Popen([*command, "--key", str(release.keys / f"{key}.pem"), "--name", key])
        for key in ("approver", "second")
    ]
    assert [process.wait(60) for process in approving] == [0, 0]
    assert release.verify(approver=[release.public("approver"), release.public("second")]) == 0


@pytest.mark.parametrize("content", [b"", b"{}\n{}\n", b"\xff\n" * 5])
def test_what_is_no_bundle_cannot_be_approved(release: Release, content: bytes) -> None:
    release.bundle.write_bytes(content)
    assert release.approve() == 3
    assert release.bundle.read_bytes() == content


def test_a_bundle_that_is_not_there_cannot_be_approved(release: Release) -> None:
    release.bundle.unlink()
    assert release.approve() == 3
    assert not release.bundle.exists()


@pytest.mark.parametrize(("name", "comment"), [("", "x"), (" ", "x"), ("x" * 201, "x"), ("x", "x" * 4_001)])
def test_a_name_is_needed_and_words_have_limits(release: Release, name: str, comment: str) -> None:
    assert release.approve("approver", "released", name, "--comment", comment) == 3


def test_a_name_cannot_speak_to_the_terminal(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    release.approve("approver", "released", "x\x1b[2J\ngo: yes\u202e")
    assert release.verify(approver=release.public("approver")) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert said.count("\n") == 2
