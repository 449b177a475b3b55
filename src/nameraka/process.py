"""The system under test as a process: started on its port, waited for, killed like a power cut, restarted, stopped.

No orphan is left: the process is the leader of a group of its own, which goes down as a whole, and the kernel kills it
when the harness dies however suddenly (`launch`).
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from nameraka.exchanges import WireError
from nameraka.launch import launch
from nameraka.masking import mask_text
from nameraka.preloaded import Forked, Preloaded

_POLL = 0.02  # seconds between two looks at a system that is starting
_ANSWER_WITHIN = 2.0  # seconds for one answer to the question whether it is healthy

# Ports that Chromium refuses to open (net/base/port_util.cc), those above 1023.
UNSAFE_PORTS = frozenset(
    [1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080]
)


class ProcessError(WireError):
    """The system under test cannot be started, or is gone."""


class PortInUse(ProcessError):
    """Somebody else listens on the port."""

    unjudged = True


class DiedAtStart(ProcessError):
    """The process ended before it was healthy."""


class NeverHealthy(ProcessError):
    """The process lives, and did not become healthy in time."""


class SystemDied(ProcessError):
    """The process ended during the run and nobody had asked it to."""


_held: list[socket.socket] = []


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on and that browsers are willing to open; it is kept for whoever is meant to listen.

    On Linux, as long as this process lives, nobody is given the port by chance, neither before the server listens nor
    while it is down: a socket is bound to it that does not listen. A server that sets SO_REUSEADDR, as servers do, can
    listen beside it, and whoever connects while none does is refused.
    """
    while True:
        holder = socket.socket()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((host, 0))
        port: int = holder.getsockname()[1]
        if port in UNSAFE_PORTS:
            holder.close()
            continue
        if sys.platform == "linux":
            _held.append(holder)
        else:
            holder.close()  # no server could listen beside it
        return port


class SystemProcess:
    """One system under test.

    command: what to run; port: where it listens; health_url: answers 2xx when healthy; log_path: takes its output, all
    starts one after the other; env: added to the environment; start_within: seconds it may take to become healthy;
    stop_within: seconds that SIGTERM is given before SIGKILL; preloaded: starts it, when importing again would be long.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        port: int,
        health_url: str,
        log_path: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        name: str = "the system under test",
        start_within: float = 30.0,
        stop_within: float = 5.0,
        preloaded: Preloaded | None = None,
    ) -> None:
        self.command = list(command)
        self.port = port
        self.health_url = health_url
        self.log_path = log_path
        self.name = name
        self._env = dict(env or {})
        self._cwd = cwd
        self._start_within = start_within
        self._stop_within = stop_within
        self.preloaded = preloaded
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._log_start = 0
        self._wanted = False

    # --- state

    @property
    def alive(self) -> bool:
        """True while the process runs, healthy or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self.alive else None

    def check(self) -> None:
        """Raises SystemDied when the process ended although neither `kill` nor `stop` was called."""
        if self._wanted and not self.alive:
            raise SystemDied(f"{self.name} died during the run: {self._end()}.{self._log_excerpt()}")

    def log_tail(self, lines: int = 20) -> str:
        """The last lines that the process wrote since its last start, secrets masked."""
        if not self.log_path.exists():
            return ""
        with self.log_path.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(self._log_start, log.tell() - 64 * 1024))
            text = log.read().decode("utf-8", "replace")
        return mask_text("\n".join(text.splitlines()[-lines:]))

    # --- life

    def start(self) -> None:
        """Start it and return when it is healthy.

        Raises PortInUse, DiedAtStart, NeverHealthy; nothing is left running then.
        """
        if self.alive:
            raise ProcessError(f"{self.name} is running already (process {self.pid}); use restart()")
        self._check_port()
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        start = self.preloaded.start if self.preloaded else launch
        with self.log_path.open("ab") as log:
            self._log_start = log.tell()
            self._process = start(self.command, log, env={**os.environ, **self._env}, cwd=self._cwd)
        try:
            self._wait_until_healthy()
        except BaseException:
            self.kill()
            raise
        self._wanted = True

    def kill(self) -> None:
        """SIGKILL, as a power cut would: to the process and all that it started. Returns when it is gone."""
        self._wanted = False
        self._signal_group(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def restart(self) -> None:
        """Kill it if it still runs, and start it again on the same port. Raises as `start`."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """SIGTERM, and SIGKILL if it does not listen. Returns when it is gone; nothing happens when it is already."""
        self._wanted = False
        if self._process is not None and self.alive:
            self._signal_group(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(self._stop_within)
        self.kill()

    def __enter__(self) -> SystemProcess:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- how

    def _signal_group(self, number: signal.Signals) -> None:
        """To the whole group: it outlives its leader when the leader left children behind."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                if self.alive:  # and not yet the leader of a group
                    os.kill(self._process.pid, number)

    def _check_port(self) -> None:
        host = urlsplit(self.health_url).hostname or "127.0.0.1"
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            # As servers do: connections that a killed predecessor left in TIME_WAIT are no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, self.port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise ProcessError(f"{self.name} cannot listen on {host}:{self.port}: {error.strerror}") from None
                raise PortInUse(
                    f"port {self.port} on {host} is in use{_listener(self.port)}, so {self.name} cannot start.\n"
                    "  Remedy: stop that process, or choose another port."
                ) from None

    def _wait_until_healthy(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + self._start_within
        between = threading.Event()
        answer = "nothing listened on the port"
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise DiedAtStart(
                    f"{self.name} died at its start: {self._end()}.{self._log_excerpt()}\n"
                    f"  It was started by: {mask_text(' '.join(self.command))}"
                )
            healthy, answer = self._ask(answer)
            if healthy:
                return
            between.wait(_POLL)
        raise NeverHealthy(
            f"{self.name} was not healthy within {self._start_within:g} s; last answer of {self.health_url}: {answer}."
            f"{self._log_excerpt()}"
        )

    def _ask(self, before: str) -> tuple[bool, str]:
        """Whether it is healthy, and its answer in a few words (`before` while the port is still closed)."""
        parts = urlsplit(self.health_url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=_ANSWER_WITHIN)
        try:
            connection.request("GET", parts.path or "/", headers={"Connection": "close"})
            response = connection.getresponse()
            text = response.read(500).decode("utf-8", "replace")
            return 200 <= response.status < 300, f"{response.status} {mask_text(text)}".strip()
        except ConnectionRefusedError:
            return False, before
        except TimeoutError:
            return False, f"no answer within {_ANSWER_WITHIN:g} s"
        except (OSError, http.client.HTTPException) as error:
            return False, str(error) or type(error).__name__
        finally:
            connection.close()

    def _end(self) -> str:
        code = self._process.returncode if self._process is not None else None
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit status {code}"

    def _log_excerpt(self) -> str:
        tail = self.log_tail()
        if not tail:
            return f"\n  It wrote nothing to {self.log_path.name}."
        return "\n  Its last lines:\n" + "\n".join(f"    {line}" for line in tail.splitlines())


def _listener(port: int) -> str:
    """` by process 123 (python -m x)` when the system says who listens, else empty: other users' may be hidden."""
    import psutil

    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid:
                command = " ".join(psutil.Process(connection.pid).cmdline())
                return f" by process {connection.pid} ({mask_text(command[:120])})"
    return ""
