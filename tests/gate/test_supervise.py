"""Processes watched from outside: asked, killed, and nothing of them left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from nameraka.supervise import Ending, watch


def run(folder: Path, code: str, limit: float = 30, grace: float = 5) -> Ending:
    """Watch a Python program."""
    command = [sys.executable, "-c", "import os, signal, subprocess, sys, time\n" + textwrap.dedent(code)]
    return watch(command, environment=os.environ, folder=folder, limit_seconds=limit, grace_seconds=grace)


def alive(pid_file: Path) -> bool:
    try:
        return psutil.Process(int(pid_file.read_text())).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("code", [0, 1, 7])
def test_the_exit_code_is_seen_as_it_is(tmp_path: Path, code: int) -> None:
    ending = run(tmp_path, f"sys.exit({code})")
    assert (ending.exit_code, ending.signal, ending.stopped_by, ending.leftovers) == (code, None, None, ())


def test_a_death_by_signal_is_no_exit_code(tmp_path: Path) -> None:
    ending = run(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    assert (ending.exit_code, ending.signal) == (None, signal.SIGKILL)


def test_at_the_time_limit_it_is_asked_to_end(tmp_path: Path) -> None:
    code = """
        def end(*_): open("asked", "w").close(); sys.exit(9)
        signal.signal(signal.SIGTERM, end)
        time.sleep(60)
        """
    ending = run(tmp_path, code, limit=1)
    assert (ending.exit_code, ending.stopped_by) == (9, "the time limit of 1 seconds")
    assert (tmp_path / "asked").exists()


def test_what_does_not_end_when_asked_is_killed(tmp_path: Path) -> None:
    ending = run(tmp_path, "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)", limit=1, grace=0.5)
    assert (ending.signal, ending.stopped_by) == (signal.SIGKILL, "the time limit of 1 seconds")


def test_nothing_that_it_started_lives_on(tmp_path: Path) -> None:
    code = """
        for new_session in (False, True):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=new_session)
            open(f"pid-{new_session}", "w").write(str(child.pid))
        os._exit(0)
        """
    ending = run(tmp_path, code)
    assert ending.exit_code == 0
    assert len(ending.leftovers) == 2
    assert not alive(tmp_path / "pid-False")
    assert not alive(tmp_path / "pid-True")


def test_orphans_of_orphans_are_found(tmp_path: Path) -> None:
    code = """
        inner = "import os,time; open('pid','w').write(str(os.getpid())); time.sleep(60)"
        middle = f"import subprocess,sys; subprocess.Popen([sys.executable, '-c', {inner!r}], start_new_session=True)"
        subprocess.run([sys.executable, "-c", middle])
        while not os.path.exists("pid"): time.sleep(0.02)
        """
    assert run(tmp_path, code).leftovers
    assert not alive(tmp_path / "pid")


def test_children_that_were_there_before_are_spared(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        run(tmp_path, "pass")
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


PARENT = """
import os, sys
from pathlib import Path
from nameraka.supervise import watch
child = '''
import os, signal, sys, time
def say(number, frame): open(f"got-{signal.Signals(number).name}", "a").write("x"); sys.exit(5)
for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, say)
open("ready", "w").write(str(os.getpid()))
time.sleep(60)
'''
ending = watch([sys.executable, "-c", child], environment=os.environ, folder=Path.cwd(), limit_seconds=60, grace_seconds=5)
print(ending.exit_code, ending.stopped_by)
"""


def parent(folder: Path, *prefix: str) -> subprocess.Popen[str]:
    """A process that watches another; returns when that one is ready."""
    process = subprocess.Popen([*prefix, sys.executable, "-c", PARENT], cwd=folder, text=True, stdout=subprocess.PIPE)
    wait_for(folder / "ready")
    return process


def wait_for(path: Path) -> None:
    subprocess.run(["timeout", "30", "sh", "-c", 'until [ -s "$0" ]; do sleep 0.02; done', str(path)], check=True)


@pytest.mark.parametrize(
    ("asked", "passed_on", "said"),
    [
        (signal.SIGINT, "SIGINT", "Ctrl-C (SIGINT)"),
        (signal.SIGTERM, "SIGTERM", "SIGTERM"),
        (signal.SIGHUP, "SIGTERM", "a closed terminal (SIGHUP)"),
    ],
    ids=["SIGINT", "SIGTERM", "SIGHUP"],
)
def test_a_request_to_end_is_passed_on(tmp_path: Path, asked: signal.Signals, passed_on: str, said: str) -> None:
    process = parent(tmp_path)
    process.send_signal(asked)
    assert process.communicate(timeout=30)[0] == f"5 {said}\n"
    assert (tmp_path / f"got-{passed_on}").read_text() == "x"


def test_ctrl_c_works_where_it_was_inherited_as_ignored(tmp_path: Path) -> None:
    # What a shell does to every command that a script starts with `&`.
    process = parent(tmp_path, "sh", "-c", 'trap "" INT; exec "$0" "$@"')
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[0] == "5 Ctrl-C (SIGINT)\n"


def test_when_the_watcher_is_killed_the_watched_is_asked_to_end(tmp_path: Path) -> None:
    process = parent(tmp_path)
    process.kill()
    process.wait()
    wait_for(tmp_path / "got-SIGTERM")
    process.communicate()
