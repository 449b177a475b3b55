"""The register of acceptance criteria, ``features/requirements.toml``: what scenarios refer to by tag."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nameraka.findings import Finding, Findings
from nameraka.gate.text import Text

SEVERITIES = ("critical", "major", "minor")

# Beyond these bounds a register is a mistake or an attack: TOML's time grows with the square of a line.
MAX_BYTES = 1024 * 1024
MAX_LINE = 2_000

_REQUIRED = ("ja", "en", "severity", "hazard", "source")
_KEYS = (*_REQUIRED, "promised")
_ID = re.compile(r"[A-Z]{2,}-\d+")
_NAMES = "capabilities"  # the table that names what the letters of the ids stand for
_HEADING = re.compile(r"""\s*\[\s*["']?([^"'\]]+?)["']?\s*\]""")
_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class Criterion:
    """One acceptance criterion.

    ``ja`` and ``en`` say what must be true, ``severity`` how grave it is where it is not (``critical``, ``major``,
    ``minor``), ``hazard`` what harm comes to whom then, and ``source`` where the demand comes from. ``promised`` is False
    while no scenario proves it. ``capability`` is what the letters of its id stand for, None where the register does not
    say. ``line`` is where it stands in the register, from 1 (0: not known).
    """

    id: str
    ja: str
    en: str
    severity: str
    hazard: Text
    source: str
    promised: bool = True
    capability: Text | None = None
    line: int = field(default=0, compare=False)


def read_register(path: Path) -> Mapping[str, Criterion]:
    """The criteria by id; empty when there is no register. Raises ``Findings`` as ``parse_register`` does."""
    return parse_register(path.read_bytes(), register_name(path)) if path.is_file() else {}


def register_name(path: Path) -> str:
    """How findings name the register: its folder and itself."""
    return f"{path.parent.name}/{path.name}"


def parse_register(content: bytes, name: str) -> Mapping[str, Criterion]:
    """The criteria by id, in the order in which they stand in ``content``, the bytes of the register called ``name``.

    Raises ``Findings`` for everything in it that is not right, each with its line.
    """
    lines = _lines(content, name)
    table = _table(lines, name)
    named = table.pop(_NAMES, {})
    mistakes = [(_NAMES, *mistake) for mistake in _misnamed(named, table)]
    mistakes += [(id, *mistake) for id, entry in table.items() for mistake in _mistakes(id, entry)]
    if mistakes:
        raise Findings(
            Finding(name, _line(lines, section, key), "register", f"{section}: {what}", remedy)
            for section, key, what, remedy in mistakes
        )
    return {id: _criterion(id, entry, named.get(letters_of(id)), _line(lines, id)) for id, entry in table.items()}


def letters_of(id: str) -> str:
    """The letters of an id: those of CH-01 are CH."""
    return id.partition("-")[0]


def _criterion(id: str, entry: Mapping[str, Any], capability: Mapping[str, str] | None, line: int) -> Criterion:
    values = {**entry, "hazard": Text(**entry["hazard"])}
    return Criterion(id, **values, capability=Text(**capability) if capability else None, line=line)


def _lines(content: bytes, name: str) -> list[str]:
    if len(content) > MAX_BYTES:
        remedy = "A register is what people write and read; is this one?"
        raise Findings([Finding(name, 0, "register", f"it is larger than {MAX_BYTES // 1024} KiB", remedy)])
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Findings(
            [Finding(name, line, "register", "this line is not UTF-8 text", "Save the file as UTF-8.")]
        ) from None
    long = [number for number, line in enumerate(lines, 1) if len(line) > MAX_LINE]
    if long:
        what = f"this line has more than {MAX_LINE:,} characters"
        raise Findings(Finding(name, number, "register", what, "Write one sentence.") for number in long)
    return lines


def _table(lines: Sequence[str], name: str) -> dict[str, Any]:
    try:
        return tomllib.loads("\n".join(lines))
    except RecursionError:
        raise Findings([Finding(name, 0, "register", "it is nested too deeply", "Each entry is flat.")]) from None
    except tomllib.TOMLDecodeError as error:
        # TOML refuses a table that stands twice, but names one of the places only.
        twice = list(_twice(lines, name))
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else 0
        raise Findings(
            twice
            or [Finding(name, line, "register", f"not valid TOML: {error}", "https://toml.io says how it is written.")]
        ) from None


def _twice(lines: Sequence[str], name: str) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if heading := _HEADING.match(line):
            former = first.setdefault(heading[1], number)
            if former != number:
                what = f"{heading[1]} already stands in line {former}"
                yield Finding(name, number, "register", what, "Give one of the two an id of its own.")


def _mistakes(id: str, entry: object) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one entry: the key that it is about (empty: the entry itself), what it is, and a remedy."""
    if not _ID.fullmatch(id):
        yield "", "an id is capital letters, a dash and a number", "For example [CH-01]."
    if not isinstance(entry, dict):
        yield "", "it is no table", f"An entry is [id] and, below it, {', '.join(_REQUIRED)}."
        return
    for key in entry:
        if key not in _KEYS:
            yield key, f"the key {key!r} is not known", f"Known are {', '.join(_KEYS)}."
    for key in _REQUIRED:
        if key not in entry:
            yield "", f"{key} is missing", f"Each entry has {', '.join(_REQUIRED)}."
    for key in ("ja", "en", "source"):
        if key in entry and not _is_text(entry[key]):
            yield key, f"{key} is no text, or is empty", f'Write {key} = "…".'
    if "severity" in entry and entry["severity"] not in SEVERITIES:
        known = ", ".join(SEVERITIES)
        yield "severity", f"severity {entry['severity']!r} is none of {known}", f"Choose one of {known}."
    if "hazard" in entry and not _is_in_both_languages(entry["hazard"]):
        yield "hazard", "hazard is not a text in ja and in en", 'Write hazard = { ja = "…", en = "…" }.'
    if not isinstance(entry.get("promised", True), bool):
        yield "promised", "promised is neither true nor false", "Write promised = false, or leave the line out."


def _misnamed(named: object, ids: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the names of the letters: once some have a name, all that ids begin with have one."""
    if not isinstance(named, dict):
        yield "", "it is no table", 'Write a line XX = { ja = "…", en = "…" } for each.'
        return
    used = dict.fromkeys(map(letters_of, ids))
    for letters, texts in named.items():
        if letters not in used:
            yield letters, f"no id begins with {letters}", "Take the line away."
        if not _is_in_both_languages(texts):
            yield letters, f"{letters} is not a text in ja and in en", f'Write {letters} = {{ ja = "…", en = "…" }}.'
    for letters in used if named else ():
        if letters not in named:
            yield "", f"{letters} has no name", f'Write {letters} = {{ ja = "…", en = "…" }}.'


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_in_both_languages(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"ja", "en"} and all(map(_is_text, value.values()))


def _line(lines: Sequence[str], id: str, key: str = "") -> int:
    """The line of an entry's heading, or of one of its keys; 0 when it is written in some other way than usual."""
    headings = ((number, _HEADING.match(line)) for number, line in enumerate(lines, 1))
    start = next((number for number, heading in headings if heading and heading[1] == id), 0)
    if not key:
        return start
    for number, line in enumerate(lines[start:], start + 1):
        if _HEADING.match(line):
            break
        if re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""", line):
            return number
    return start
