"""The system under test as a process: every way it can fail to start, die, come back and go away."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from nameraka import masking
from nameraka.process import (
    UNSAFE_PORTS,
    DiedAtStart,
    NeverHealthy,
    PortInUse,
    ProcessError,
    SystemDied,
    SystemProcess,
    free_port,
)


def script(folder: Path, text: str, **options: object) -> SystemProcess:
    """A process that runs `text`, with its port as PORT."""
    port = free_port()
    settings: dict[str, Any] = {
        "port": port,
        "health_url": f"http://127.0.0.1:{port}/health",
        "log_path": folder / "log" / "system.log",
        "name": "the shop",
        **options,
    }
    return SystemProcess([sys.executable, "-c", f"PORT = {port}\n{text}"], **settings)


SERVE = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    status = int(os.environ.get("STATUS", 200))
    def do_GET(self):
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(os.environ.get("ANSWER", "ok").encode())
print("password=correct-horse", flush=True)
server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
server.serve_forever()
"""


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SystemProcess]:
    with script(tmp_path, SERVE) as process:
        yield process


def ask(process: SystemProcess) -> str:
    with urllib.request.urlopen(process.health_url, timeout=5) as answer:
        text: str = answer.read().decode()
    return text


# --- life


def test_it_is_healthy_when_start_returns_and_gone_when_stop_returns(shop: SystemProcess) -> None:
    assert ask(shop) == "ok"
    pid = shop.pid
    assert pid is not None
    shop.check()
    shop.stop()
    assert gone(pid)
    assert not shop.alive
    assert shop.pid is None
    shop.check()
    shop.stop()


def test_it_comes_back_on_its_port_after_each_of_many_kills(shop: SystemProcess) -> None:
    pids = set()
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", shop.port)) as open_connection:
            pids.add(shop.pid)
            shop.kill()
            shop.check()
            assert open_connection.fileno() > 0
        shop.start()
        assert ask(shop) == "ok"
    assert len(pids) == 5


def test_starting_it_twice_is_refused(shop: SystemProcess) -> None:
    with pytest.raises(ProcessError, match=r"is running already \(process \d+\)"):
        shop.start()
    assert ask(shop) == "ok"


def test_one_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    deaf = script(tmp_path, "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVE, stop_within=0.2)
    deaf.start()
    pid = deaf.pid
    assert pid is not None
    started = time.monotonic()
    deaf.stop()
    assert time.monotonic() - started >= 0.2
    assert gone(pid)


def test_its_children_go_down_with_it(tmp_path: Path) -> None:
    parent = script(
        tmp_path, "import subprocess, sys\nprint('child', subprocess.Popen(['sleep', '60']).pid, flush=True)\n" + SERVE
    )
    with parent:
        child = int(re.findall(r"child (\d+)", parent.log_tail())[0])
        assert not gone(child)
        parent.kill()
        psutil.wait_procs([psutil.Process(child)] if psutil.pid_exists(child) else [], timeout=5)
    assert gone(child)


def test_nothing_is_left_when_the_harness_is_killed(tmp_path: Path) -> None:
    harness = (
        "import sys\nfrom pathlib import Path\nfrom nameraka.process import SystemProcess, free_port\nport = free_port()\n"
        f"s = SystemProcess([sys.executable, '-c', f'PORT = {{port}}\\n' + {SERVE!r}], port=port,"
        f" health_url=f'http://127.0.0.1:{{port}}/', log_path=Path({str(tmp_path / 'log')!r}))\n"
        "s.start()\nprint(s.pid, flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", harness], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        system = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        _, alive = psutil.wait_procs([system], timeout=5)
    assert alive == []


# --- what goes wrong


def test_a_port_in_use_is_told_with_who_has_it(tmp_path: Path) -> None:
    process = script(tmp_path, SERVE)
    said = rf"port {process.port} .* in use by process {os.getpid()}"
    with socket.create_server(("127.0.0.1", process.port)), pytest.raises(PortInUse, match=said):
        process.start()
    assert not process.alive


def test_a_port_that_is_not_allowed_is_no_port_in_use(tmp_path: Path) -> None:
    process = script(tmp_path, SERVE, health_url="http://192.0.2.1/health")
    with pytest.raises(ProcessError, match=r"cannot listen on 192\.0\.2\.1"):
        process.start()


def test_a_death_at_the_start_shows_the_last_lines_and_no_secret(tmp_path: Path) -> None:
    process = script(tmp_path, "print('token=s3cr3ts3cr3t', flush=True)\nraise SystemExit('no database')")
    with pytest.raises(DiedAtStart, match="the shop died at its start: exit status 1") as error:
        process.start()
    assert "no database" in str(error.value)
    assert "s3cr3ts3cr3t" not in str(error.value)


def test_a_command_that_does_not_exist_is_told_plainly(tmp_path: Path) -> None:
    process = script(tmp_path, "")
    process.command = ["/nowhere/pharmacy"]
    with pytest.raises(DiedAtStart, match="/nowhere/pharmacy: No such file"):
        process.start()


def test_one_that_never_gets_healthy_is_given_up_and_killed(tmp_path: Path) -> None:
    sick = script(tmp_path, SERVE, env={"STATUS": "503", "ANSWER": "database locked"}, start_within=1.0)
    with pytest.raises(NeverHealthy, match=r"not healthy within 1 s; last answer of .*/health: 503 database locked"):
        sick.start()
    assert not sick.alive


def test_one_that_never_listens_is_given_up(tmp_path: Path) -> None:
    mute = script(tmp_path, "import threading; threading.Event().wait()", start_within=0.5)
    with pytest.raises(NeverHealthy, match="nothing listened on the port"):
        mute.start()
    assert not mute.alive


def test_one_that_accepts_and_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nameraka.process._ANSWER_WITHIN", 0.2)
    text = "import socket, threading; s = socket.create_server(('127.0.0.1', PORT)); threading.Event().wait()"
    with pytest.raises(NeverHealthy, match=r"no answer within 0\.2 s"):
        script(tmp_path, text, start_within=0.7).start()


def test_a_death_during_the_run_is_told_with_its_signal_and_log(shop: SystemProcess) -> None:
    pid = shop.pid  # asked once: the answer changes as soon as it is dead
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(SystemDied, match="the shop died during the run: killed by SIGKILL") as error:
        shop.check()
    assert "password=[masked]" in str(error.value)
    shop.restart()
    shop.check()


def test_the_log_keeps_every_start_and_shows_the_last(shop: SystemProcess) -> None:
    shop.restart()
    assert shop.log_path.read_text().count("password=correct-horse") == 2
    assert shop.log_tail().count("password") == 1
    assert masking.MASK in shop.log_tail()


def test_a_free_port_is_one_that_browsers_open(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {5060, 5061, 6000, 6667, 10080} <= UNSAFE_PORTS
    offered: list[int] = []

    class FirstIsUnsafe:
        def __contains__(self, port: int) -> bool:
            offered.append(port)
            return len(offered) == 1

    monkeypatch.setattr("nameraka.process.UNSAFE_PORTS", FirstIsUnsafe())
    assert free_port() == offered[1] != offered[0]


def test_a_port_that_was_given_is_taken_by_nobody_else_and_a_server_can_listen_on_it_again_and_again() -> None:
    port = free_port()
    for _ in range(3):
        with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        with socket.socket() as passer_by, pytest.raises(OSError, match="in use"):
            passer_by.bind(("127.0.0.1", port))


def test_a_port_that_was_given_is_not_given_by_chance_to_anybody() -> None:
    port = free_port()
    given = set()
    for _ in range(60_000):  # more often than there are ports
        with socket.socket() as somebody:
            somebody.bind(("127.0.0.1", 0))
            given.add(somebody.getsockname()[1])
    assert len(given) > 1_000
    assert port not in given
