"""A process that does not outlive the harness: leader of a group of its own, and killed by the kernel when we die.

On Linux the death signal follows the thread that launched it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

# Runs before the command and becomes it. Not a preexec_fn: that runs Python between fork and exec, which can deadlock
# when threads are about. 1 is PR_SET_PDEATHSIG; the parent may have died before it was asked for.
_LAUNCHER = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit("the harness died first")
try:
    os.execvp(sys.argv[2], sys.argv[2:])
except OSError as error:
    sys.exit(f"{sys.argv[2]}: {error.strerror}")
"""


def launch(
    command: Sequence[str], log: IO[bytes], *, env: Mapping[str, str], cwd: Path | None, keep: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start `command` with nothing to read and all that it writes in `log`; it keeps the descriptors `keep`."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), *command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=cwd,
        pass_fds=keep,
        start_new_session=True,
    )
