"""What a file really is, by its bytes alone: what the sender calls it counts for nothing."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.core.data import DATA
from pharmacy.core.problems import ProblemError

ATTACHMENTS_FILE: Final = DATA / "attachments.toml"


@dataclass(frozen=True)
class Rules:
    """How large a file may be in bytes, how many a thread may have, how each kind begins, what must not be inside."""

    largest: int
    most: int
    kinds: dict[str, re.Pattern[bytes]]
    refused: tuple[bytes, ...]


@cache
def load_rules(path: Path = ATTACHMENTS_FILE) -> Rules:
    """Read the rules once. Raises KeyError, ValueError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Rules(
        largest=content["largest_bytes"],
        most=content["most_files"],
        kinds={kind: _beginning(digits) for kind, digits in content["kinds"].items()},
        refused=tuple(mark.lower().encode() for mark in content["refused"]["marks"]),
    )


def kind_of(content: bytes) -> str:
    """Which picture it is. Raises ProblemError `too_large` or `file_refused` for everything that is not clean."""
    rules = load_rules()
    if len(content) > rules.largest:
        raise ProblemError("too_large")
    folded = content.lower()
    if any(mark in folded for mark in rules.refused):
        raise ProblemError("file_refused")
    for kind, beginning in rules.kinds.items():
        if beginning.match(content):
            return kind
    raise ProblemError("file_refused")


def _beginning(digits: str) -> re.Pattern[bytes]:
    parts = re.findall("..", digits)
    return re.compile(b"".join(b"." if part == ".." else re.escape(bytes.fromhex(part)) for part in parts), re.DOTALL)
