"""The life of an export, as a table; and the limits of sharing one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pharmacy.core.data import DATA
from pharmacy.core.problems import ProblemError
from pharmacy.exports.tables import Export

ExportState = Literal["shared", "withdrawn"]

TRANSITIONS: Final[dict[tuple[str, str], ExportState]] = {
    ("shared", "withdraw"): "withdrawn",
}

EXPORTS_FILE: Final = DATA / "exports.toml"


@dataclass(frozen=True)
class Limits:
    """Whose addresses are ours, how long a share may last in hours, and how many people may be named."""

    domain: str
    longest_hours: int
    most_people: int


@cache
def load_limits(path: Path = EXPORTS_FILE) -> Limits:
    """Read the limits once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Limits(content["domain"], content["longest_hours"], content["most_people"])


def advance(export: Export, event: str) -> None:
    """Move the export on. Raises ProblemError `no_such_step` when the table does not know the way."""
    state = TRANSITIONS.get((export.state, event))
    if state is None:
        raise ProblemError("no_such_step")
    export.state = state
