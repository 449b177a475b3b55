"""The bundle of a verdict, ``verdict.intoto.jsonl``: the test result, the gate's summary, then people's approvals.

A bundle is not signed as a whole: lines can be taken away. So the summary names the test result by digest, approvals name
it too, and how many approvals there must be stands in the policy.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO, Final

from nameraka.attest.envelope import Sealed, parse_line
from nameraka.attest.refused import Refused

LARGEST: Final = 256 * 1024 * 1024  # bytes; the verdict on 50,000 items has some dozens of millions
MOST_LINES: Final = 64


def parse_bundle(content: bytes) -> tuple[Sealed, Sealed, tuple[Sealed, ...]]:
    """Test result, summary and approvals. Raises ``Refused`` for anything but whole lines, each there once."""
    if content.count(b"\n") > MOST_LINES:
        raise Refused(f"the bundle has more than {MOST_LINES} lines", f"署名ファイルが {MOST_LINES} 行を超えています")
    *lines, rest = content.split(b"\n")
    if rest or len(lines) < 2:
        raise Refused(
            "the bundle is cut: it has a test result, a summary and approvals, each a whole line",
            "署名ファイルが途中で切れています（試験結果・要約・承認が1行ずつ必要です）",
        )
    if len(set(lines)) != len(lines):
        raise Refused("the bundle has an envelope twice", "署名ファイルに同じエンベロープが2回あります")
    test_result, summary, *approvals = map(parse_line, lines)
    return test_result, summary, tuple(approvals)


def read_bundle(file: IO[bytes]) -> tuple[Sealed, Sealed, tuple[Sealed, ...]]:
    """As ``parse_bundle``, from the beginning of a file. Raises ``OSError``, too."""
    size = file.seek(0, os.SEEK_END)
    if size > LARGEST:
        raise Refused(f"the bundle has more than {LARGEST:,} bytes", f"署名ファイルが {LARGEST:,} バイトを超えています")
    file.seek(0)
    return parse_bundle(file.read(size))


def write_bundle(path: Path, test_result: Sealed, summary: Sealed) -> None:
    """Write a new bundle whole or not at all. Raises ``OSError``."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with half.open("xb") as file:
            file.write(test_result.line + b"\n" + summary.line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def append_to_bundle(file: IO[bytes], approval: Sealed) -> None:
    """Add an approval at the end of a bundle that is open for update. Raises ``OSError``."""
    file.seek(0, os.SEEK_END)
    file.write(approval.line + b"\n")
    file.flush()
    os.fsync(file.fileno())


def lock(file: IO[bytes]) -> None:
    """Hold the bundle until it is closed: two people may approve at once."""
    fcntl.flock(file.fileno(), fcntl.LOCK_EX)
