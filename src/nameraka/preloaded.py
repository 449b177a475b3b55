"""A Python program whose modules are loaded once: every start is a fork of a process that has them.

What starts is a process like any other, with an id, a group, an environment and an output of its own; it only need not
import again what its predecessor had. Servers that fork their workers do the same. The process that has the modules
(`python -m nameraka.preloaded`, the home) runs none of the program; it forks a branch for each process of the harness
that calls, and the branch forks what that one starts. Whoever dies takes along what it forked.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import secrets
import select
import signal
import socket
import struct
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


class Home:
    """A process that imports `modules`, once, as soon as somebody calls for the first time; it dies with us.

    cwd: where it imports from. `address`: where others can call; empty, and no process, where the kernel has no pidfd
    (Linux has). A module that cannot be imported is told by whatever starts.
    """

    def __init__(self, *modules: str, cwd: Path) -> None:
        self.address = ""
        self._process: subprocess.Popen[bytes] | None = None
        if not hasattr(os, "pidfd_open"):
            return
        self.address = secrets.token_hex(16)
        with socket.socket(socket.AF_UNIX) as door, Path(os.devnull).open("wb") as log:
            door.bind(_abstract(self.address))
            door.listen()
            command = [sys.executable, "-m", __name__, str(door.fileno()), *modules]
            self._process = launch(command, log, env=os.environ, cwd=cwd, keep=[door.fileno()])

    def close(self) -> None:
        """End it and whatever came from it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Preloaded:
    """Starts `python -m program …` by a fork of the home that is found at `address`.

    cwd: where the home imports from. Another program starts ordinarily, so does this one in another folder, where it may
    be another version, and everything when there is no home.
    """

    def __init__(self, program: str, *, cwd: Path, address: str) -> None:
        self._program = [sys.executable, "-m", program]
        self._cwd = cwd
        self._address = address
        self._line: _Line | None = None

    def call(self) -> None:
        """Something will start soon: the home may begin to import."""
        if self._line is None and self._address:
            with contextlib.suppress(OSError):  # nobody is at home any more
                self._line = _Line(self._address)

    def close(self) -> None:
        """End whatever was started by a fork."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def start(
        self, command: Sequence[str], log: IO[bytes], *, env: Mapping[str, str], cwd: Path | None
    ) -> subprocess.Popen[bytes] | Forked:
        """As `launch`."""
        if list(command[:3]) == self._program and cwd == self._cwd:
            self.call()
            if self._line is not None:
                try:
                    pid = self._line.ask(start={"argv": list(command[2:]), "env": dict(env)}, file=log)
                    return Forked(pid, self._line)
                except EOFError:
                    self.close()
        return launch(command, log, env=env, cwd=cwd)


class _Line:
    """Questions of the harness and answers of its branch: JSON, a line each."""

    def __init__(self, address: str) -> None:
        """Raises OSError when nobody is at home, or a stranger."""
        self._end = socket.socket(socket.AF_UNIX)
        try:
            self._end.connect(_abstract(address))
            if not _is_ours(self._end):
                raise ConnectionRefusedError
        except OSError:
            self._end.close()
            raise
        self._answers = self._end.makefile("r", encoding="utf-8")

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


def _abstract(address: str) -> str:
    """A name of Linux's own, which needs no file and leaves none."""
    return f"\0nameraka-{address}"


def _is_ours(end: socket.socket) -> bool:
    """Whether the other end has our user id: names without a file are open to everybody on the machine."""
    _, user, _ = struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(user == os.getuid())


def _branch_off(door: socket.socket, modules: Sequence[str]) -> socket.socket:
    """At home: import, and fork whenever somebody calls. Returns in each branch the line to its caller."""
    home = os.getpid()
    loaded = False
    while True:
        end, _ = door.accept()
        if not _is_ours(end):
            end.close()
            continue
        if not loaded:
            with contextlib.suppress(Exception):  # whatever starts meets it again, and has an output to tell it
                _import(modules)
            gc.freeze()  # memory that is shared with what is forked stays shared
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a branch ended
            loaded = True
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            door.close()
            _die_with(home)
            return end
        end.close()


def _serve(end: socket.socket) -> list[str] | None:
    """In a branch: fork whenever that is asked; returns None when the harness hangs up, and in each child what it shall run."""
    branch = os.getpid()
    while True:
        question, files = _read_question(end)
        if question is None:
            return None
        if (pid := question.get("end")) is not None:
            end.sendall(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            continue
        if (pid := os.fork()) == 0:
            end.close()
            return _settle(branch, question["start"], files[0])
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


def _settle(branch: int, start: dict[str, Any], log: int) -> list[str]:
    """In the child: a group, an output and an environment of its own. Returns its arguments."""
    os.setsid()
    _die_with(branch)
    for number in (1, 2):
        os.dup2(log, number)
    os.close(log)
    os.environ.clear()
    os.environ.update(start["env"])
    argv: list[str] = start["argv"]
    return argv


def _die_with(parent: int) -> None:
    """Whatever way it ends."""
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the harness died first")


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        importlib.import_module(module)


def main() -> None:
    """`python -m nameraka.preloaded DESCRIPTOR MODULE…`: be at home to whoever calls at this socket."""
    number, *modules = sys.argv[1:]
    argv = _serve(_branch_off(socket.socket(fileno=int(number)), modules))
    if argv is not None:
        _import(modules)
        sys.argv = argv
        runpy.run_module(argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
