"""A Python program whose modules are loaded once: every start is a fork of a process that has them.

What starts is a process like any other, with an id, a group, an environment and an output of its own; it only need not
import again what its predecessor had. Servers that fork their workers do the same. The process that has the modules
(`python -m nameraka.preloaded`) runs none of the program, and the kernel kills what it forked when it dies.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from nameraka.launch import launch

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


class Forked:
    """A process that was forked, with what of ``subprocess.Popen`` is needed: it stays a zombie until it is asked for."""

    def __init__(self, pid: int, home: _Line) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._home = home
        self._end = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """How it ended, as `returncode`, or None while it lives."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, when it has. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        if self.returncode is None:
            if not select.select([self._end], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            try:
                self.returncode = self._home.ask(end=self.pid)
            except EOFError:
                self.returncode = -signal.SIGKILL  # by the kernel, when its parent died
            os.close(self._end)
        return self.returncode


class Preloaded:
    """Starts `python -m program …` by a fork of a process that has imported `modules`.

    cwd: where it imports from. The first start launches that process; leaving the context ends it, and with it whatever
    it forked. Another program starts ordinarily, so does this one in another folder, where it may be another version,
    and everything where the kernel has no pidfd (Linux has).
    """

    def __init__(self, program: str, *modules: str, cwd: Path) -> None:
        self._program = [sys.executable, "-m", program]
        self._modules = modules
        self._cwd = cwd
        self._home: subprocess.Popen[bytes] | None = None
        self._line: _Line | None = None

    def __enter__(self) -> Preloaded:
        return self

    def __exit__(self, *_: object) -> None:
        if self._home is not None and self._line is not None:
            self._line.close()
            self._home.wait()
            self._home = None

    def start(
        self, command: Sequence[str], log: IO[bytes], *, env: Mapping[str, str], cwd: Path | None
    ) -> subprocess.Popen[bytes] | Forked:
        """As `launch`. A module that cannot be imported is told in the log, and the process that is returned has ended."""
        if list(command[:3]) != self._program or cwd != self._cwd or not hasattr(os, "pidfd_open"):
            return launch(command, log, env=env, cwd=cwd)
        if self._home is None or self._home.poll() is not None:
            self._home, self._line = self._load(log)
        assert self._line is not None
        try:
            pid = self._line.ask(start={"argv": list(command[2:]), "env": dict(env)}, file=log)
        except EOFError:
            self._line.close()
            self._home.wait()
            return self._home
        return Forked(pid, self._line)

    def _load(self, log: IO[bytes]) -> tuple[subprocess.Popen[bytes], _Line]:
        ours, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            command = [*self._program[:2], __name__, str(number), *self._modules]
            return launch(command, log, env=os.environ, cwd=self._cwd, keep=[number]), _Line(ours)


class _Line:
    """Questions and answers between the harness and the process that has the modules: JSON, a line each."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._answers = end.makefile("r", encoding="utf-8")

    def ask(self, *, file: IO[bytes] | None = None, **question: Any) -> int:
        """The answer; `file` goes along. Raises EOFError when nobody is there any more."""
        try:
            socket.send_fds(self._end, [json.dumps(question).encode() + b"\n"], [file.fileno()] if file else [])
            return int(self._answers.readline())
        except (OSError, ValueError):
            raise EOFError("the process that has the modules is gone") from None

    def close(self) -> None:
        self._answers.close()
        self._end.close()


def _serve(end: socket.socket) -> list[str] | None:
    """Fork whenever that is asked; returns None when the harness hangs up, and in each child what it shall run."""
    home = os.getpid()
    while True:
        question, files = _read_question(end)
        if question is None:
            return None
        if (pid := question.get("end")) is not None:
            end.sendall(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            continue
        if (pid := os.fork()) == 0:
            end.close()
            return _settle(home, question["start"], files[0])
        os.close(files[0])
        end.sendall(b"%d\n" % pid)


def _read_question(end: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    text, files = b"", list[int]()
    while not text.endswith(b"\n"):
        more, came, *_ = socket.recv_fds(end, 1 << 16, 1)
        text, files = text + more, files + came
        if not more:
            return None, files
    return json.loads(text), files


def _settle(home: int, start: dict[str, Any], log: int) -> list[str]:
    """In the child: a group, an output and an environment of its own. Returns its arguments."""
    os.setsid()
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != home:
        sys.exit("the harness died first")
    for number in (1, 2):
        os.dup2(log, number)
    os.close(log)
    os.environ.clear()
    os.environ.update(start["env"])
    argv: list[str] = start["argv"]
    return argv


def main() -> None:
    """`python -m nameraka.preloaded DESCRIPTOR MODULE…`: import them, and fork for whoever asks at the other end."""
    number, *modules = sys.argv[1:]
    for module in modules:
        importlib.import_module(module)
    gc.freeze()  # memory that is shared with what is forked stays shared
    argv = _serve(socket.socket(fileno=int(number)))
    if argv is not None:
        sys.argv = argv
        runpy.run_module(argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
