"""The run record as a real pytest writes it, and as it looks when that pytest does not live to its end."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hamcrest import contains_string, equal_to
from hand_made import Run

from nameraka import eventually
from nameraka.gate import recorded

OPTIONS = ("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest")


class Session:
    """A pytest of its own over one file of tests, with a plan in its environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pytest.ini").write_text("[pytest]\n")
        results = Run(folder / "results").write().folder
        for path in results.iterdir():
            if path.name != "plan.json":
                path.unlink()
        self.record = results / "run-1of1.jsonl"
        self.environment = {
            **os.environ,
            "NAMERAKA_RESULTS": str(results),
            "NAMERAKA_PLAN": str(results / "plan.json"),
            "NAMERAKA_SHARD": "1of1",
        }

    def start(self, tests: str, *options: str) -> subprocess.Popen[str]:
        (self.folder / "test_it.py").write_text("import os, pytest, signal, time\n" + textwrap.dedent(tests))
        command = [sys.executable, "-m", "pytest", *OPTIONS, *options, "test_it.py"]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def run(self, tests: str, *options: str) -> int:
        process = self.start(tests, *options)
        self.output = process.communicate(timeout=60)[0]
        return process.returncode

    def lines(self, event: str | None = None) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.record.read_text("utf-8").splitlines()]
        return [line for line in lines if event in (None, line["event"])]

    def outcomes(self) -> list[tuple[str, int, str]]:
        return [(line["id"].rpartition("::")[2], line["attempt"], line["outcome"]) for line in self.lines("end")]

    def wait_for(self, words: str) -> None:
        """Until the record holds ``words``."""
        eventually(
            lambda: self.record.read_text("utf-8") if self.record.exists() else "", contains_string(words), within=30
        )


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def test_a_record_has_a_header_a_line_at_each_start_and_end_and_a_closing_line(session: Session) -> None:
    assert session.run("def test_a(): pass\ndef test_b(): assert 1 == 2") == 1
    assert [line["event"] for line in session.lines()] == ["open", "start", "end", "start", "end", "closed"]
    header, closed = session.lines()[0], session.lines()[-1]
    assert header["libraries"]["pytest"] == pytest.__version__
    assert (header["shard"], header["environment"], header["seed"] is None) == ("1of1", "embedded", False)
    assert session.outcomes() == [("test_a", 1, "passed"), ("test_b", 1, "failed")]
    assert session.lines("end")[1]["why"] == "assert 1 == 2"
    assert (closed["reason"], closed["exit"]) == ("finished", 1)
    assert closed["counts"] == {"passed": 1, "failed": 1, "started": 2, "unfinished": 0}


def test_each_line_of_an_item_is_read_straight_into_its_type(session: Session) -> None:
    """What the gate's shapes do not name is read right too, but twice."""
    tests = """
        def test_a(request):
            request.node.user_properties.append(("nameraka.build", "sha256:1"))
            request.node.user_properties.append(("nameraka.measures", {"accessibility.serious": 0}))
            request.node.user_properties.append(("nameraka.contract", [("sendMessage", "201")]))
        """
    assert session.run(tests, "-n", "1") == 0
    for line in session.record.read_bytes().splitlines()[1:]:
        again = msgspec.json.encode(recorded._LINE._decoder.decode(line))
        assert again.count(b'"') == line.count(b'"'), line


def test_the_closing_line_covers_every_byte_before_it(session: Session) -> None:
    session.run("def test_a(): pass")
    *before, closing = session.record.read_bytes().splitlines(keepends=True)
    assert json.loads(closing)["digest"] == "sha256:" + hashlib.sha256(b"".join(before)).hexdigest()


def test_each_outcome_has_its_own_word(session: Session) -> None:
    session.run(
        """
        def test_passed(): pass
        def test_failed(): assert 0
        def test_error(): raise KeyError("x")
        def test_skipped(): pytest.skip("why not")
        @pytest.mark.xfail
        def test_xfailed(): assert 0
        @pytest.mark.xfail(strict=False)
        def test_xpassed(): pass
        @pytest.fixture
        def broken(): raise OSError("no server")
        def test_broken(broken): pass
        @pytest.fixture
        def breaks():
            yield
            raise OSError("cannot stop")
        def test_broken_afterwards(breaks): pass
        def test_failed_and_broken(breaks): assert 0
        """
    )
    assert {name: outcome for name, _, outcome in session.outcomes()} == {
        "test_passed": "passed",
        "test_failed": "failed",
        "test_error": "failed",
        "test_skipped": "skipped",
        "test_xfailed": "xfailed",
        "test_xpassed": "xpassed",
        "test_broken": "broken",
        "test_broken_afterwards": "broken",
        "test_failed_and_broken": "failed",
    }
    assert "why not" in session.lines("end")[3]["why"]


def test_the_build_that_answered_and_the_facts_arrive_also_from_workers(session: Session) -> None:
    tests = """
        @pytest.fixture(autouse=True)
        def answered(request):
            request.node.user_properties.append(("nameraka.build", "sha256:1"))
            request.node.user_properties.append(("nameraka.facts", {"browser": "chromium 1"}))
        def test_a(): pass
        def test_b(): pass
        """
    assert session.run(tests, "-n", "2") == 0
    assert [line["builds"] for line in session.lines("end")] == [["sha256:1"], ["sha256:1"]]
    assert {line["worker"] for line in session.lines("end")} == {"gw0", "gw1"}
    assert [line["browser"] for line in session.lines("facts")] == ["chromium 1"]


def test_a_second_contract_in_one_run_is_noted_and_not_mixed_with_the_first(session: Session) -> None:
    session.run(
        """
        @pytest.mark.parametrize("status", ["200", "200", "404"])
        def test_a(request, status):
            request.node.user_properties.append(("nameraka.documented", {"getNote": [status]}))
        """
    )
    assert [line["documented"] for line in session.lines("contract")] == [{"getNote": ["200"]}]
    assert [line["contract"] for line in session.lines("facts")] == ["another one than before: not one system answered"]


def test_what_broke_in_the_harness_is_not_called_a_failure(session: Session) -> None:
    tests = """
        def test_a(request):
            request.node.user_properties.append(("nameraka.unjudged", "no browser"))
            raise OSError("no browser")
        """
    session.run(tests)
    assert session.outcomes() == [("test_a", 1, "broken")]


def test_a_secret_in_a_message_is_masked(session: Session) -> None:
    session.run("def test_a(): assert False, 'Authorization: Bearer abcdefgh12345678ijklmnop'")
    assert "[masked]" in session.lines("end")[0]["why"]
    assert "abcdefgh12345678" not in session.record.read_text("utf-8")


def test_the_surroundings_that_the_parent_knows_are_noted(session: Session) -> None:
    session.environment["NAMERAKA_FACTS"] = '{"browser": "Chromium 1", "font": "Noto"}'
    session.run("def test_a(): pass")
    assert session.lines()[1] == {"event": "facts", "browser": "Chromium 1", "font": "Noto"}


def test_the_line_of_a_start_is_there_while_the_item_runs(session: Session) -> None:
    session.run(
        """
        def test_a():
            text = open(os.environ["NAMERAKA_RESULTS"] + "/run-1of1.jsonl").read()
            assert text.count("start") == 2 and text.endswith("\\n"), text   # "started" of the header is the other
        """
    )
    assert session.outcomes() == [("test_a", 1, "passed")]


def test_without_a_plan_there_is_no_record(session: Session) -> None:
    del session.environment["NAMERAKA_PLAN"]
    assert session.run("def test_a(): pass") == 0
    assert not session.record.exists()


def test_a_plan_that_cannot_be_read_is_a_usage_error(session: Session) -> None:
    (session.record.parent / "plan.json").write_text("{")
    assert session.run("def test_a(): pass") == 4
    assert "the plan of this run cannot be used" in session.output
    assert "Traceback" not in session.output


def test_a_second_pytest_does_not_write_into_the_record_of_the_first(session: Session) -> None:
    session.run("def test_a(): pass")
    first = session.record.read_bytes()
    assert session.run("def test_a(): pass") not in (0, 1)
    assert session.record.read_bytes() == first


def test_os_exit_leaves_the_record_open(session: Session) -> None:
    assert session.run("def test_a(): pass\ndef test_b(): os._exit(0)") == 0
    assert [line["event"] for line in session.lines()] == ["open", "start", "end", "start"]


def test_pytest_exit_is_not_a_normal_end(session: Session) -> None:
    assert session.run("def test_a(): pytest.exit('enough', returncode=0)") == 0
    assert (session.lines()[-1]["reason"], session.lines()[-1]["counts"]["unfinished"]) == ("exited", 1)


def test_ctrl_c_is_not_a_normal_end(session: Session) -> None:
    session.run("def test_a(): os.kill(os.getpid(), signal.SIGINT); time.sleep(9)")
    assert (session.lines()[-1]["reason"], session.lines()[-1]["counts"]["unfinished"]) == ("interrupted", 1)


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "workers"])
def test_sigterm_closes_the_record_and_tears_down(session: Session, options: tuple[str, ...]) -> None:
    tests = """
        @pytest.fixture
        def server():
            yield
            open("torn-down", "w").close()
        def test_a(server):
            open("running", "w").close()
            time.sleep(2 if "PYTEST_XDIST_WORKER" in os.environ else 60)
        """
    process = session.start(tests, *options)
    session.wait_for('"start"')
    eventually((session.folder / "running").exists, equal_to(True), within=30)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    assert session.lines()[-1]["reason"] == "terminated"
    assert (session.folder / "torn-down").exists()


def test_sigkill_leaves_the_record_open(session: Session) -> None:
    process = session.start("def test_a(): time.sleep(60)")
    session.wait_for('"start", "id"')
    process.kill()
    process.communicate(timeout=40)
    assert [line["event"] for line in session.lines()] == ["open", "start"]


def test_errors_at_collection_are_not_a_normal_end(session: Session) -> None:
    assert session.run("import nowhere") == 2
    assert session.lines()[-1]["reason"] == "stopped"


def test_an_internal_error_is_not_a_normal_end(session: Session) -> None:
    (session.folder / "conftest.py").write_text("def pytest_runtest_logfinish(nodeid): raise ValueError('hook')")
    assert session.run("def test_a(): pass") == 3
    assert session.lines()[-1]["reason"] == "internal error"


def test_a_killed_worker_is_told_and_its_item_crashed(session: Session) -> None:
    session.run("def test_a(): os.kill(os.getpid(), signal.SIGKILL)\ndef test_b(): pass", "-n", "2")
    assert ("test_a", 1, "crashed") in session.outcomes()
    assert len(session.lines("worker-lost")) == 1


def test_a_crash_is_kept_when_a_retry_passes(session: Session) -> None:
    pytest.importorskip("pytest_rerunfailures")
    tests = """
        def test_a():
            if not os.path.exists("once"):
                open("once", "w").close()
                os.kill(os.getpid(), signal.SIGKILL)
        """
    assert session.run(tests, "-n", "2", "--reruns", "2") == 0
    assert session.outcomes() == [("test_a", 1, "crashed"), ("test_a", 2, "passed")]


def test_a_failure_is_kept_when_a_retry_passes(session: Session) -> None:
    pytest.importorskip("pytest_rerunfailures")
    tests = """
        tried = []
        def test_a():
            tried.append(1)
            assert len(tried) > 2
        """
    assert session.run(tests, "--reruns", "2") == 0
    assert session.outcomes() == [("test_a", 1, "failed"), ("test_a", 2, "failed"), ("test_a", 3, "passed")]


def test_a_disk_that_fills_up_leaves_the_record_open_and_the_run_red(session: Session) -> None:
    tests = """
        import resource
        def test_a():
            resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(os.environ["NAMERAKA_RESULTS"] + "/run-1of1.jsonl") + 40,) * 2)
        def test_b(): pass
        """
    assert session.run(tests) not in (0, 1)
    assert "closed" not in session.record.read_text("utf-8")
    assert not session.record.read_bytes().endswith(b"\n")


def test_a_line_that_only_leads_on_is_told_with_what_follows(session: Session) -> None:
    session.run("def test_a():\n    raise AssertionError('\\nExpected: 1\\n     but: was 2\\nand more')")
    assert session.lines("end")[0]["why"] == "AssertionError: Expected: 1 but: was 2"
