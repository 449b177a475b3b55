"""Watching a process from outside: it is started, waited for, asked to end, killed with all it left, and never believed.

The parent of a test run must outlive whatever happens in it: a hang, a crash, ``os._exit``, a Ctrl-C, a kill. It adopts
the orphans of its child (on Linux), so that a browser or a server whose starter was killed does not live on.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil

# What a test run gets to tear scenarios down and close its record; pytest-xdist alone waits 10 seconds for its workers.
GRACE_SECONDS: Final = 20.0
# What processes get to end by themselves once the run is over.
LINGER_SECONDS: Final = 2.0

_ASKED: Final = {
    signal.SIGINT: "Ctrl-C (SIGINT)",
    signal.SIGTERM: "SIGTERM",
    signal.SIGHUP: "a closed terminal (SIGHUP)",
}
_WATCHED: Final = {*_ASKED, signal.SIGCHLD}
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended. ``exit_code`` or ``signal`` is None; ``stopped_by`` says who or what asked it to end;
    ``leftovers`` are the names of the processes that had to be killed after it."""

    exit_code: int | None
    signal: int | None
    stopped_by: str | None
    started: str
    ended: str
    seconds: float
    leftovers: tuple[str, ...]

    @property
    def asked(self) -> bool:
        """Whether a person or the machine asked for the end (and not the time limit)."""
        return self.stopped_by in _ASKED.values()


def watch(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    limit_seconds: float,
    spent_seconds: float = 0.0,
    keep: Sequence[int] = (),
    output: int | None = None,
    grace_seconds: float = GRACE_SECONDS,
) -> Ending:
    """Run ``command`` in ``folder`` to its end, at most ``limit_seconds``, and leave no process behind.

    Of the limit, ``spent_seconds`` are over already. What it says goes to the file descriptor ``output``, if given.
    Signals that ask this process to end are passed on to the command alone; it then has ``grace_seconds``, after that (or
    at a second request) everything is killed. It gets SIGTERM when this process dies. ``keep`` are file descriptors that
    it inherits. Raises ``OSError`` when it cannot be started.
    """
    # Blocked signals are fetched one at a time below; unlike a handler this also sees a SIGINT that was inherited as
    # ignored, which is what a shell does to every command started with `&`.
    former_mask = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    ours = {process.pid for process in psutil.Process().children()}
    _adopt_orphans(True)
    started, began = _now(), time.monotonic()
    try:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=keep,
            preexec_fn=lambda: _begin_afresh(former_mask),
        )
        try:
            stopped_by = _wait(process, limit_seconds, limit_seconds - spent_seconds, grace_seconds)
        finally:
            leftovers = _clear_away(ours | {process.pid})
            if process.poll() is None:
                process.kill()
            code = process.wait()
    finally:
        _adopt_orphans(False)
        signal.pthread_sigmask(signal.SIG_SETMASK, former_mask)
    return Ending(
        exit_code=code if code >= 0 else None,
        signal=-code if code < 0 else None,
        stopped_by=stopped_by,
        started=started,
        ended=_now(),
        seconds=round(time.monotonic() - began, 3),
        leftovers=leftovers,
    )


def _wait(process: subprocess.Popen[bytes], limit: float, left: float, grace: float) -> str | None:
    """Until the process has ended; returns what made it end before its time."""
    deadline = time.monotonic() + left
    stopped_by: str | None = None
    while process.poll() is None:
        left = deadline - time.monotonic()
        seen = signal.sigtimedwait(_WATCHED, left) if left > 0 else None
        if seen is not None and seen.si_signo == signal.SIGCHLD:
            continue
        if seen is None and time.monotonic() < deadline:
            continue
        if stopped_by is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        else:
            asked = signal.Signals(seen.si_signo) if seen else signal.SIGTERM
            stopped_by = _ASKED[asked] if seen else f"the time limit of {limit:g} seconds"
            process.send_signal(signal.SIGINT if asked == signal.SIGINT else signal.SIGTERM)
            deadline = time.monotonic() + grace
    return stopped_by


def _clear_away(spared: set[int]) -> tuple[str, ...]:
    """End every descendant that is not spared; returns the names of those that had to be killed."""
    names: list[str] = []
    patience = LINGER_SECONDS
    while left := [one for one in psutil.Process().children(recursive=True) if one.pid not in spared]:
        _, alive = psutil.wait_procs(left, timeout=patience)
        patience = 0.5
        for one in alive:
            with suppress(psutil.NoSuchProcess):
                names.append(one.name())
                one.kill()
    return tuple(sorted(names))


def _begin_afresh(mask: set[signal.Signals] | set[Any]) -> None:
    """Between fork and exec: signals as a program expects them, and an end when the parent dies."""
    for asked in _ASKED:
        signal.signal(asked, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set(mask) - _WATCHED)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _adopt_orphans(wanted: bool) -> None:
    _prctl(_PR_SET_CHILD_SUBREAPER, int(wanted))


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _prctl(option: int, value: int) -> None:
    if _libc is not None:
        _libc.prctl(option, value, 0, 0, 0)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
