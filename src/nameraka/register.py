"""The register of acceptance criteria, ``features/requirements.toml``: what scenarios refer to by tag."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nameraka.features import SEVERITIES
from nameraka.findings import Finding, Findings

_KEYS = ("ja", "en", "severity", "source")
_ID = re.compile(r"[A-Z]{2,}-\d+")


@dataclass(frozen=True)
class Criterion:
    """One acceptance criterion: what must be true in both languages, how grave, and where it comes from."""

    id: str
    ja: str
    en: str
    severity: str
    source: str


def read_register(path: Path) -> Mapping[str, Criterion]:
    """The criteria by id; empty when there is no register. Raises ``Findings`` for every entry that is not right."""
    if not path.is_file():
        return {}
    name = f"{path.parent.name}/{path.name}"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Findings(
            [Finding(name, 0, "register", f"not valid TOML: {error}", "An id that stands twice is not valid.")]
        ) from None
    findings, criteria = [], {}
    for id, entry in table.items():
        problem = _problem(id, entry)
        if problem:
            findings.append(
                Finding(name, _line(path, id), "register", f"{id}: {problem}", f"Each entry has {', '.join(_KEYS)}.")
            )
        else:
            criteria[id] = Criterion(id, **entry)
    if findings:
        raise Findings(findings)
    return criteria


def _problem(id: str, entry: object) -> str:
    if not _ID.fullmatch(id):
        return "an id is capital letters, a dash and a number"
    if not isinstance(entry, dict) or set(entry) != set(_KEYS):
        return f"its keys are not {', '.join(_KEYS)}"
    if not all(isinstance(value, str) and value.strip() for value in entry.values()):
        return "a value is not a text, or is empty"
    return (
        "" if entry["severity"] in SEVERITIES else f"severity {entry['severity']!r} is none of {', '.join(SEVERITIES)}"
    )


def _line(path: Path, id: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    return next(
        (number for number, line in enumerate(lines, 1) if line.strip().startswith((f"[{id}]", f'["{id}"]'))), 0
    )
