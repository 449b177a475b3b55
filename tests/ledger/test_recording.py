"""`nameraka record`: what happened is entered, what cannot have happened is refused, what should not have is flagged."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ledger_samples import build, commit, digest_of, document, nameraka, put

from nameraka.ledger.chain import Entry, next_entry
from nameraka.ledger.store import Ledger

DEPLOY = ("record", "deploy", "--environment", "production", "--commit-time", "2026-01-01T00:00:00Z")


@pytest.fixture
def verdict(project: Path) -> Path:
    return put(project / "reports/verdict.json", document())


def entries(project: Path) -> list[dict[str, Any]]:
    """The bodies, each with its kind."""
    book = Ledger(f"sqlite:///{project / 'reports/ledger.db'}").book()
    return [{"kind": one.kind, **json.loads(one.body)} for one in book.entries]


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What is said when a command refuses; it is one line, no traceback, and nothing is entered."""
    capsys.readouterr()
    assert nameraka(*arguments) == 3
    said = capsys.readouterr()
    assert (said.out, "Traceback" in said.err) == ("", False)
    return said.err


def in_hours(number: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=number)).isoformat(timespec="seconds")


def test_the_same_verdict_twice_is_one_entry(project: Path, verdict: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (nameraka("record", "verdict"), nameraka("record", "verdict", verdict)) == (0, 0)
    assert "it was there before" in capsys.readouterr().out
    compact = project / "elsewhere.json"  # laid out otherwise, and the same verdict
    compact.write_text(json.dumps(document(), sort_keys=True))
    assert nameraka("record", "verdict", compact) == 0
    (one,) = entries(project)
    assert (one["kind"], one["document"], one["verdict"]) == ("verdict", digest_of(document()), "go")
    assert one["requirements"] == {"CH-01": "verified", "CH-02": "verified"}
    assert (one["created"], one["seconds"]) == ("2026-01-05T03:04:05+00:00", 1.5)


def test_what_is_entered_and_the_head_to_keep_are_printed_in_either_language(
    verdict: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nameraka("record", "verdict", "--lang", "ja") == 0
    said = capsys.readouterr().out
    assert f"判定 go bbbbbbbbbbbb → production  {digest_of(document())}" in said
    assert "台帳の先頭（別の場所に控えること）: 1:sha256:" in said
    assert nameraka("record", "head") == 0
    assert capsys.readouterr().out.strip() in said


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"schema": 1}, "schema 1 is not known"),
        ({"verdict": "yes"}, "Invalid enum value 'yes'"),
        ({"exit_code": 1}, "go does not exit with 1"),
        ({"broken": ["freshness"]}, "the rule freshness does not hold"),
        ({"rules": []}, "no rule was asked"),
        ({"counts": {"planned": 0, "clean": 0, "failed": 0}}, "nothing was planned"),
        ({"counts": None}, "'counts' of the verdict"),
        ({"created": "yesterday"}, "'created' is no time"),
        ({"created": "2026-01-05T03:04:05"}, "timezone"),
        ({"build": "sha256:beef"}, "$.build"),
        ({"commit": "HEAD"}, "$.commit"),
        ({"states": {"CH-01": "fine"}}, "Invalid enum value 'fine'"),
        ({"requirements": [{"id": "CH-01", "state": "verified"}] * 2}, "a requirement stands twice"),
        ({"environment": "\ud800"}, "cannot be entered"),
        ({"created": "2126-01-05T03:04:05+00:00"}, "is in the future"),
    ],
)
def test_a_document_that_is_no_verdict_or_contradicts_itself_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], why: str
) -> None:
    path = project / "verdict.json"
    path.write_text(json.dumps(document(**changes)))
    assert why in refused(capsys, "record", "verdict", path)


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1, "a": 2}', b"[" * 100_000, b"\xff", b"null"])
def test_a_file_that_is_no_document_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (project / "verdict.json").write_bytes(content)
    assert "this is no verdict" in refused(capsys, "record", "verdict", "verdict.json").lower()
    assert "cannot be read" in refused(capsys, "record", "verdict", "absent.json")


def test_a_verdict_without_plan_environment_and_build_is_entered_all_the_same(project: Path) -> None:
    nothing = {"run_id": None, "plan": None, "commit": None, "planned_at": None, "ended_at": None, "build": None}
    put(project / "v.json", document("unknown", environment=None, **nothing, items=[]))
    assert nameraka("record", "verdict", "v.json") == 0
    assert (entries(project)[0]["environment"], entries(project)[0]["seconds"]) == (None, None)


def test_a_deployment_names_the_verdict_that_it_rests_on(project: Path, verdict: Path) -> None:
    assert nameraka("record", "verdict") == 0
    assert nameraka(*DEPLOY, "--build", build("b"), "--start", in_hours(-2), "--end", in_hours(-1)) == 0
    told = entries(project)[1]
    assert (told["verdict"], told["doubt"], told["commit"]) == (digest_of(document()), None, commit("b"))
    assert told["unplanned"] is False


@pytest.mark.parametrize(
    ("verdicts", "named", "doubt", "said"),
    [
        ([], None, "no-verdict", "no verdict on this build"),
        ([document(environment="staging")], None, "no-verdict", "no verdict on this build"),
        ([document("no-go")], None, "not-go", "is not go"),
        ([document("unknown")], None, "not-go", "is not go"),
        ([document(), document("unknown")], None, "not-go", "is not go"),
        ([document(), document("no-go")], document(), "not-go", "is not go"),
        ([document(of="c")], document(of="c"), "for-another", "another build or environment"),
        ([document(environment="staging")], document(environment="staging"), "for-another", "another build"),
        ([document()], document(of="d"), "no-verdict", "no verdict on this build"),
    ],
    ids=[
        "none",
        "elsewhere",
        "no-go",
        "unknown",
        "taken back",
        "named and taken back",
        "other build",
        "other place",
        "unheard of",
    ],
)
def test_a_deployment_without_a_go_for_it_is_entered_flagged_and_told(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    verdicts: list[dict[str, Any]],
    named: dict[str, Any] | None,
    doubt: str,
    said: str,
) -> None:
    for one in verdicts:
        assert nameraka("record", "verdict", put(project / "v.json", one)) == 0
    more = ("--verdict", digest_of(named)) if named else ()
    assert nameraka(*DEPLOY, "--artifact", build("b"), *more) == 1
    warned = next(line for line in capsys.readouterr().err.splitlines() if line.startswith("UNPROVEN:"))
    assert said in warned
    assert entries(project)[-1]["doubt"] == doubt


def test_the_artifact_itself_can_be_given_instead_of_its_digest(project: Path) -> None:
    import hashlib

    (project / "app.tar").write_bytes(b"the build")
    assert nameraka(*DEPLOY, "--artifact", "app.tar") == 1
    assert entries(project)[0]["build"] == "sha256:" + hashlib.sha256(b"the build").hexdigest()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ("--build=sha256:beef", "neither a file nor a digest"),
        (f"--build={build('b')} --end={in_hours(1)}", "is in the future"),
        (f"--build={build('b')} --start={in_hours(-1)} --end={in_hours(-2)}", "is after --end"),
        (f"--build={build('b')} --end=yesterday", "no time with an offset"),
        (f"--build={build('b')} --end=2026-01-01T00:00:00", "no time with an offset"),
        (f"--build={build('b')} --commit=--output=x", "no commit's full name"),
        (f"--build={build('b')} --commit=main", "no commit's full name"),
        (f"--build={build('b')} --end=2025-01-01T00:00:00Z", "after the deployment ended"),
        (f"--build={build('b')} --unplanned", "Name it with --incident"),
        (f"--build={build('b')} --unplanned --incident=INC-1", "no incident INC-1"),
        (f"--build={build('b')} --incident=INC-1", "no incident INC-1"),
        (f"--build={build('b')} --verdict=latest", "neither a file nor a digest"),
        (f"--build={build('b')} --environment=", "length >= 1"),
    ],
)
def test_a_deployment_that_cannot_have_been_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: str, why: str
) -> None:
    assert why in refused(capsys, *DEPLOY, *arguments.split())
    assert "no ledger" in refused(capsys, "matrix")


def test_a_clock_may_be_a_little_ahead(project: Path) -> None:
    assert nameraka(*DEPLOY, "--build", build("b"), "--end", in_hours(4 / 60)) == 1


def test_the_time_of_the_commit_is_asked_from_git(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git = {"GIT_COMMITTER_DATE": "2026-01-02T03:04:05+09:00", "GIT_AUTHOR_DATE": "2025-06-01T00:00:00+00:00"}
    who = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false")
    for line in (("init", "-q"), (*who, "commit", "-q", "--allow-empty", "-m", "x")):
        subprocess.run(["git", *line], cwd=project, check=True, env={**os.environ, **git})
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project, check=True, capture_output=True, text=True)
    sha = head.stdout.strip()
    for given in ((), ("--commit", sha)):
        nameraka("record", "deploy", "--environment", "production", "--build", build("b"), *given)
        told = entries(project)[-1]
        assert (told["commit"], told["committed"]) == (sha, "2026-01-01T18:04:05+00:00")
    capsys.readouterr()
    nameraka("record", "deploy", "--environment", "production", "--build", build("c"), "--commit", commit("9"))
    assert entries(project)[-1]["committed"] is None
    assert "counts in no lead time" in capsys.readouterr().err


def test_a_rollback_returns_to_the_build_before_and_names_what_it_takes_back(project: Path) -> None:
    for number, of in enumerate("bc"):
        nameraka("record", "verdict", put(project / "v.json", document(of=of)))
        assert nameraka(*DEPLOY, "--build", build(of), "--end", in_hours(number - 5)) == 0
    nameraka("record", "incident", "--id", "INC-1", "--cause-deploy", "latest", "--opened", in_hours(-3))
    assert nameraka("record", "rollback", "--environment", "production", "--incident", "INC-1") == 0
    told = entries(project)[-1]
    assert (told["build"], told["takes_back"], told["unplanned"]) == (build("b"), 4, True)
    assert (told["commit"], told["verdict"]) == (commit("b"), digest_of(document(of="b")))


def test_a_rollback_to_nowhere_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    back = ("record", "rollback", "--environment", "production")
    assert "Nothing was deployed" in refused(capsys, *back)
    nameraka(*DEPLOY, "--build", build("b"), "--end", in_hours(-5))
    assert "no former build" in refused(capsys, *back)
    assert "is what runs" in refused(capsys, *back, "--build", build("b"))
    assert "was never in production" in refused(capsys, *back, "--build", build("d"))
    nameraka(*DEPLOY, "--build", build("c"), "--end", in_hours(-4))
    assert nameraka(*back, "--end", in_hours(-3)) == 1
    assert "is a rollback itself" in refused(capsys, *back)
    assert nameraka(*back, "--build", build("c")) == 1
    nameraka("record", "undeploy", "--environment", "production")
    assert "Nothing was deployed" in refused(capsys, "record", "undeploy", "--environment", "production")


def test_an_incident_names_the_deployment_that_caused_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nameraka(*DEPLOY, "--build", build("b"), "--start", in_hours(-5), "--end", in_hours(-4))
    nameraka(*DEPLOY, "--build", build("c"), "--end", in_hours(-1))
    opened = (
        "record",
        "incident",
        "--opened",
        in_hours(-4.5),
        "--requirement",
        "CH-01",
        "CH-02",
        "--severity",
        "major",
    )
    assert nameraka(*opened, "--id", "A", "--cause-deploy", "latest") == 0
    assert "no verdict in the ledger speaks of the requirement CH-02" in capsys.readouterr().err
    told = entries(project)[-1]
    assert (told["cause"], told["requirements"], told["severity"]) == (1, ["CH-01", "CH-02"], "major")
    assert nameraka(*opened, "--id", "B", "--cause-deploy", "1") == 0
    assert nameraka(*opened, "--id", "C", "--cause-deploy", "none") == 0
    for cause in ("2", "3", "99", "x"):
        assert f"--cause-deploy {cause}" in refused(capsys, *opened, "--id", "D", "--cause-deploy", cause)
    elsewhere = refused(capsys, *opened, "--id", "D", "--cause-deploy", "latest", "--environment", "staging")
    assert "No deployment to staging" in elsewhere
    early = ("record", "incident", "--id", "D", "--cause-deploy", "latest", "--opened", in_hours(-9))
    assert "No deployment to production had begun" in refused(capsys, *early)
    ahead = ("record", "incident", "--id", "D", "--cause-deploy", "none", "--opened", in_hours(1))
    assert "is in the future" in refused(capsys, *ahead)


def test_an_incident_has_one_beginning_and_one_end(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begins = ("record", "incident", "--id", "A", "--cause-deploy", "none", "--opened")
    assert nameraka(*begins, in_hours(-2)) == 0
    assert "entered before, as entry 1" in refused(capsys, *begins, in_hours(-1))
    ends = ("record", "restore", "--incident", "A", "--at")
    assert "cannot have ended before" in refused(capsys, *ends, in_hours(-3))
    assert "is in the future" in refused(capsys, *ends, in_hours(3))
    assert "no incident B" in refused(capsys, "record", "restore", "--incident", "B")
    end = in_hours(-1)
    assert (nameraka(*ends, end), nameraka(*ends, end)) == (0, 0)
    assert "If it broke out again" in refused(capsys, *ends, in_hours(-0.5))
    assert [one["kind"] for one in entries(project)] == ["incident", "restore"]


def test_only_a_verdict_that_blocked_can_have_blocked_without_cause(
    project: Path, verdict: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nameraka("record", "verdict")
    mark = ("record", "false-block", "--reason", "the stub was down", "--verdict")
    assert "it blocked nothing" in refused(capsys, *mark, digest_of(document()))
    assert "has no verdict" in refused(capsys, *mark, digest_of(document("no-go")))
    nameraka("record", "verdict", put(project / "v.json", document("no-go")))
    assert (nameraka(*mark, digest_of(document("no-go"))), nameraka(*mark, "v.json")) == (0, 0)
    assert [one["kind"] for one in entries(project)] == ["verdict", "verdict", "false-block"]


def test_a_new_environment_is_told_so_that_a_misspelt_one_shows(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nameraka(*DEPLOY, "--build", build("b"))
    assert "first entry for the environment" not in capsys.readouterr().err
    nameraka(*DEPLOY[:-2], "--environment", "prodution\x1b[31m", "--build", build("b"))
    assert "first entry for the environment prodution\\u001b[31m" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "is empty"),
        ("nonsense", "URL is not understood"),
        ("mysql://u:hunter2@h/d", "not kept in mysql"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:////proc/nowhere/ledger.db", "cannot be made"),
        ("postgresql://u:hunter2@/d?host=/nowhere", "cannot be used"),
    ],
)
def test_a_ledger_that_is_nowhere_is_refused_without_telling_a_password(
    verdict: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    said = refused(capsys, "record", "verdict", "--ledger", url)
    assert why in said
    assert "hunter2" not in said
    monkeypatch.setenv("NAMERAKA_LEDGER", url)
    assert why in refused(capsys, "record", "verdict")


def test_a_file_that_is_no_database_is_refused(verdict: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (verdict.parent / "ledger.db").write_bytes(b"no database, however long one looks at it" * 100)
    assert "cannot be used" in refused(capsys, "record", "verdict")
    assert "cannot be used" in refused(capsys, "matrix")


def test_reading_begins_no_ledger(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        ("matrix",),
        ("trend",),
        ("baseline", "--environment", "x"),
        ("record", "head"),
        ("record", "check"),
    ):
        assert "there is no ledger yet" in refused(capsys, *command)
    assert not (project / "reports/ledger.db").exists()
    (project / "reports/ledger.db").touch()
    assert "holds no ledger" in refused(capsys, "matrix")


def test_a_reader_waits_for_a_writer_and_the_other_way_round(project: Path, verdict: Path) -> None:
    """A long transaction of one keeps the other from nothing but the time."""
    nameraka("record", "verdict")
    ledger = Ledger(f"sqlite:///{project / 'reports/ledger.db'}")
    with ledger.write():
        assert len(Ledger(f"sqlite:///{project / 'reports/ledger.db'}").book().entries) == 1
        other = threading.Thread(target=nameraka, args=("record", "incident", "--id", "A", "--cause-deploy", "none"))
        other.start()
    other.join(60)
    assert len(ledger.book().entries) == 2


def test_the_command_works_as_a_process_and_loads_no_database_before_it_must(verdict: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nameraka", "record", "verdict"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    code = "import sys, nameraka.cli, nameraka.gate.command; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_fifty_thousand_items_fit(project: Path) -> None:
    items = [{"id": f"features/a.feature::場面{one}[api]", "state": "passed", "seconds": 0.5} for one in range(50_000)]
    large = document(items=items)
    assert nameraka("record", "verdict", put(project / "v.json", large)) == 0
    assert entries(project)[0]["seconds"] == 25_000
    assert nameraka("record", "check") == 0
    assert (project / "reports/ledger.db").stat().st_size < (project / "v.json").stat().st_size / 5


def test_a_clock_that_is_behind_the_ledger_is_told_and_time_does_not_run_back(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nameraka("record", "incident", "--id", "A", "--cause-deploy", "none") == 0
    path = project / "reports/ledger.db"
    last = Ledger(f"sqlite:///{path}").book().entries[-1]
    ahead = next_entry(last, last.kind, {**json.loads(last.body), "id": "B"}, datetime.now(UTC) + timedelta(hours=3))
    with sqlite3.connect(path) as connection:  # as a machine would have written it whose clock is wrong
        values = tuple(getattr(ahead, name) for name in Entry.__slots__)
        connection.execute("INSERT INTO nameraka_entries VALUES (?, ?, ?, ?, ?, ?)", values)
    capsys.readouterr()
    assert nameraka("record", "restore", "--incident", "A") == 0
    assert f"the ledger's newest entry is of {ahead.at}" in capsys.readouterr().err
    assert Ledger(f"sqlite:///{path}").book().entries[-1].at == ahead.at


def test_a_deployment_told_twice_is_one_though_its_verdict_came_in_between(
    project: Path, verdict: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A job that is run again must not count as another deployment, nor wash the first clean."""
    once = (*DEPLOY, "--build", build("b"), "--commit", commit("b"), "--end", in_hours(-2))
    assert nameraka(*once) == 1
    assert nameraka("record", "verdict") == 0
    assert nameraka(*once) == 1
    assert "it was there before" in capsys.readouterr().out
    assert "and otherwise" in refused(capsys, *once, "--start", in_hours(-3))
    nameraka(*DEPLOY, "--build", build("c"), "--end", in_hours(-1.5))
    back = ("record", "rollback", "--environment", "production", "--end", in_hours(-1))
    assert (nameraka(*back), nameraka(*back), nameraka(*back, "--build", build("b"))) == (0, 0, 0)
    assert [one["kind"] for one in entries(project)] == ["deploy", "verdict", "deploy", "deploy"]
