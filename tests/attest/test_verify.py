"""`nameraka verify` in the job that deploys: one line, 0 only for a go that holds in every respect."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hand_made import BUILD, ITEMS, OTHER_BUILD, Run, fresh
from securesystemslib.dsse import Envelope
from signed_release import Release, digest, sign, verdict_of

from nameraka.attest import statements
from nameraka.attest.envelope import encode, seal
from nameraka.attest.keys import load_private
from nameraka.gate.verdict import document, judge

Refused = Callable[..., str]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return sign(fresh(tmp_path / "run" / "results"), tmp_path / "out")


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Verify, see that it is refused in one line, and give that line."""

    def verify(release: Release, **changes: Any) -> str:
        capsys.readouterr()
        assert release.verify(**changes) == 1
        said = capsys.readouterr()
        assert said.out.startswith("refused: ")
        assert (said.out.count("\n"), said.err) == (1, "")
        return said.out

    return verify


def test_a_go_that_holds_exits_0_and_says_what_may_go_where(
    release: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.verify() == 0
    assert capsys.readouterr().out.startswith(f"go: {BUILD} for embedded, judged 2")
    assert release.verify(lang="ja") == 0
    assert capsys.readouterr().out.startswith(f"go: embedded 向け {BUILD}（判定 2")


def test_it_needs_the_bundle_the_archive_and_the_public_key_and_nothing_else(tmp_path: Path) -> None:
    made = sign(fresh(tmp_path / "run" / "results"), tmp_path / "out")
    policy = digest(made.policy())
    for path in (made.bundle, made.archive, made.public("gate")):
        path.rename(tmp_path / path.name)
    for folder in ("run", "out"):
        shutil.rmtree(tmp_path / folder)
    pinned = ["--artifact", BUILD, "--environment", "embedded", "--policy", policy, "--key", "gate.pub.json"]
    done = nameraka("verify", "verdict.intoto.jsonl", *pinned, "--evidence", "evidence.tar.gz", folder=tmp_path)
    assert (done.returncode, done.stdout[:3], done.stderr) == (0, "go:", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "evidence.tar.gz",
        "gate.pub.json",
        "verdict.intoto.jsonl",
    ]


def test_any_of_the_pinned_keys_may_have_signed(release: Release) -> None:
    assert release.verify(key=[release.public("stranger"), release.public("gate")]) == 0


def test_an_option_that_stands_twice_adds_a_key(release: Release) -> None:
    pinned = ["--artifact", BUILD, "--environment", "embedded", "--policy", release.policy()]
    keys = ["--key", release.public("gate"), "--key", release.public("stranger"), "--evidence", release.archive]
    assert nameraka("verify", *keys, *pinned, release.bundle, folder=release.keys).returncode == 0


def test_the_refusal_is_told_in_japanese_too(release: Release, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.verify(lang="ja", environment="production") == 1
    assert capsys.readouterr().out == "refused: 判定は環境 embedded に対するものです\n"


def test_a_verdict_for_another_artifact_environment_or_policy_is_refused(release: Release, refused: Refused) -> None:
    assert f"on another artifact, {BUILD}" in refused(release, artifact=OTHER_BUILD)
    assert "for the environment embedded" in refused(release, environment="production")
    assert "by another policy" in refused(release, policy="sha256:" + "0" * 64)


def test_a_policy_may_be_pinned_by_its_digest(release: Release) -> None:
    assert release.verify(policy=digest(release.policy())) == 0


def test_a_verdict_of_another_environment_cannot_be_replayed(tmp_path: Path, refused: Refused) -> None:
    release = sign(fresh(tmp_path / "run" / "results", environment="staging"), tmp_path / "out")
    assert "for the environment staging" in refused(release, environment="production")


def test_age_is_counted_from_the_judgement(tmp_path: Path, refused: Refused) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    run = Run(tmp_path / "run" / "results", planned_at=now - timedelta(hours=3)).write()
    release = sign(run, tmp_path / "out", now - timedelta(hours=2))
    assert release.verify() == 0
    assert release.verify(max_age="3h") == 0
    assert "too old" in refused(release, max_age="1h")
    assert "too old" in refused(release, max_age="119m")


def test_a_verdict_of_the_future_is_refused_and_a_clock_a_little_ahead_is_not(tmp_path: Path, refused: Refused) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    run = Run(tmp_path / "run" / "results", planned_at=now - timedelta(minutes=1)).write()
    assert sign(run, tmp_path / "out", now + timedelta(minutes=4)).verify() == 0
    assert "of the future" in refused(sign(run, tmp_path / "out", now + timedelta(minutes=6)))


def test_another_key_is_refused_also_under_the_gates_key_id(release: Release, refused: Refused) -> None:
    gate, stranger = (load_private(release.keys / f"{name}.pem").public_key.keyid for name in ("gate", "stranger"))
    assert "not pinned" in refused(release, key=release.public("stranger"))
    for number in (0, 1):
        made = release.lines
        release.resign(number, {}, "stranger")
        assert "not pinned" in refused(release)
        release.bundle.write_bytes(release.bundle.read_bytes().replace(stranger.encode(), gate.encode()))
        assert "does not fit what it signs" in refused(release)
        release.put(*made)
    assert release.verify() == 0


def test_an_unsigned_bundle_is_refused(release: Release, refused: Refused) -> None:
    lines = release.lines
    for empty in (b'"signatures":[]}', b'"signatures":null}', b'"signatures":[{"keyid":"","sig":""}]}'):
        release.put(lines[0].partition(b'"signatures"')[0] + empty, lines[1])
        assert "no DSSE envelope" in refused(release)


def test_another_payload_type_is_refused(release: Release, refused: Refused) -> None:
    envelope = Envelope(encode(release.statement(0)), "application/json", {})
    signature = envelope.sign(load_private(release.keys / "gate.pem"))
    document = envelope.to_dict()
    assert document["signatures"][0]["keyid"] == signature.keyid
    release.put(encode(document), release.lines[1])
    assert "not signed as an in-toto statement" in refused(release)


@pytest.mark.parametrize("order", [(1, 0), (0, 0, 1), (0, 1, 1), (0,), (1,), ()])
def test_swapped_repeated_and_missing_envelopes_are_refused(
    release: Release, refused: Refused, order: tuple[int, ...]
) -> None:
    lines = release.lines
    release.put(*(lines[number] for number in order))
    assert ("is not of the type" if order == (1, 0) else "bundle" if len(order) < 2 else "") in refused(release)


def test_an_envelope_of_another_verdict_does_not_fit(tmp_path: Path, refused: Refused) -> None:
    run, now = fresh(tmp_path / "run" / "results"), datetime.now(UTC).replace(microsecond=0)
    theirs = sign(run, tmp_path / "out", now - timedelta(seconds=10)).lines
    release = sign(run, tmp_path / "out", now)
    ours = release.lines
    for one in ((ours[0], theirs[1]), (theirs[0], ours[1])):
        release.put(*one)
        assert "of different times" in refused(release)


@pytest.mark.parametrize(
    ("number", "change", "why"),
    [
        (0, {"result": "WARNED"}, "the test result does not follow from the verdict: it has another result"),
        (0, {"nameraka:verdict/v1": None}, "is not an object"),
        (1, {"verificationResult": "FAILED"}, "does not say PASSED"),
        (1, {"verifiedLevels": ["FAILED"]}, "does not say PASSED"),
        (1, {"verifiedLevels": "NAMERAKA_RELEASE_GATE"}, "not a list of texts"),
        (1, {"verifier": {"id": "https://elsewhere.invalid/gate"}}, "it has another verifier"),
        (1, {"timeVerified": "2026-01-01T00:00:00+00:00"}, "of different times"),
        (1, {"resourceUri": f"{BUILD}#env=production"}, "for the environment"),
        (1, {"policy": {"uri": "gate.toml", "digest": {"sha256": "0" * 64}}}, "it has another policy"),
        (1, {"inputAttestations": []}, "names nameraka:evidence/v1 0 times"),
        (1, {"slsaVersion": "1.0"}, "it has another slsaVersion"),
        (1, {"dependencyLevels": {}}, "it has another dependencyLevels"),
    ],
)
def test_a_statement_that_says_otherwise_is_refused_though_the_gate_signed_it(
    release: Release, refused: Refused, number: int, change: dict[str, Any], why: str
) -> None:
    release.resign(number, change)
    assert why in refused(release)


def test_evidence_that_the_summary_does_not_name_in_full_is_refused(release: Release, refused: Refused) -> None:
    named = release.statement(1)["predicate"]["inputAttestations"]
    for one in named:
        if one["uri"] != "nameraka:evidence/v1":
            release.resign(1, {"inputAttestations": [other for other in named if other != one]})
            assert "it has another inputAttestations" in refused(release)


def test_another_archive_is_refused(release: Release, refused: Refused, tmp_path: Path) -> None:
    other = sign(fresh(tmp_path / "other" / "results"), tmp_path / "theirs", archive="evidence.zip")
    assert "not the one that was signed" in refused(release, evidence=other.archive)


def test_a_true_verdict_cannot_be_put_on_another_artifact(release: Release, refused: Refused) -> None:
    told = verdict_of(release)
    gate = load_private(release.keys / "gate.pem")
    first = seal(statements.test_result(told, OTHER_BUILD, "artifact"), gate)
    sealed = {"test_result": first.digest, "evidence": digest(release.archive)}
    second = seal(statements.summary(told, OTHER_BUILD, "artifact", verifier="nameraka:gate/v1", **sealed), gate)
    release.put(first.line, second.line)
    assert f"on another artifact, {BUILD}" in refused(release, artifact=OTHER_BUILD)


def test_a_lie_of_the_gate_is_found_by_judging_again(tmp_path: Path, refused: Refused) -> None:
    made = sign(fresh(tmp_path / "good" / "results"), tmp_path / "out")
    run = fresh(tmp_path / "run" / "results", answers={ITEMS[0].id: "failed"})
    case = run.case(datetime.now(UTC).replace(microsecond=0))
    told = document(judge(case))
    told |= {"verdict": "go", "exit_code": 0}
    told["items"] = [{**item, "state": "passed"} for item in told["items"]]
    told["rules"] = [{**rule, "holds": True, "findings": []} for rule in told["rules"]]
    made.sign_again(told, run)
    assert "judging the evidence again gives another verdict: no-go" in refused(made)


@pytest.mark.parametrize(
    "field", ["counts", "items", "rules", "notes", "unblock", "requirements", "run_id", "ended_at"]
)
def test_every_part_of_the_verdict_is_judged_again(tmp_path: Path, refused: Refused, field: str) -> None:
    made = sign(fresh(tmp_path / "good" / "results"), tmp_path / "out")
    case = made.run.case(datetime.now(UTC).replace(microsecond=0))
    told = document(judge(case))
    told[field] = (told[field][:-1] or [{"further": 1}]) if isinstance(told[field], list) else "another"
    made.sign_again(told)
    assert f"with other '{field}'" in refused(made)


@pytest.mark.parametrize("missing", ["bundle", "archive"])
def test_a_bundle_or_archive_that_cannot_be_read_is_refused(release: Release, refused: Refused, missing: str) -> None:
    path: Path = getattr(release, missing)
    path.unlink()
    assert "cannot be read" in refused(release)
    path.mkdir()
    assert "cannot be read" in refused(release)


@pytest.mark.parametrize(
    "changes",
    [
        {"artifact": "sha256:xyz"},
        {"artifact": "sha256:" + "B" * 64},
        {"artifact": "no such file"},
        {"policy": "no such file"},
        {"key": "no such file"},
        {"approver": "no such file"},
        {"max_age": "soon"},
        {"max_age": "0h"},
    ],
)
def test_what_the_caller_pins_must_be_right(
    release: Release, capsys: pytest.CaptureFixture[str], changes: dict[str, Any]
) -> None:
    assert release.verify(**changes) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err


@pytest.mark.parametrize("option", ["artifact", "environment", "policy", "key", "evidence"])
def test_nothing_that_must_be_pinned_may_be_left_out(release: Release, option: str) -> None:
    with pytest.raises(SystemExit) as left:
        release.verify(**{option: None})
    assert left.value.code == 3


def test_the_line_can_be_read_on_any_terminal(release: Release) -> None:
    pinned = ["--artifact", BUILD, "--environment", "embedded", "--policy", release.policy(), "--lang", "ja"]
    files = ["--key", release.public("gate"), "--evidence", release.archive]
    done = nameraka("verify", release.bundle, *pinned, *files, folder=release.keys, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("go: embedded \\u5411\\u3051")


def nameraka(*arguments: object, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "nameraka", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
