"""The verdict in a few lines for whoever reads the terminal: what, why, what would turn it, where to look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nameraka.gate.formats.document import Document, headline, subject
from nameraka.gate.text import Text, printable

FIRST = 10
FEW = 3
"""Of many that say the same, such as what a part of the plan left unanswered."""

_COLOURS = {"go": "\x1b[1;32m", "no-go": "\x1b[1;31m", "unknown": "\x1b[1;33m"}
_NOTE = Text("To be known", "注意")
_WHY = Text("Why", "理由")
_TURN = Text("What would turn it", "判定を変えるには")
_LOOK = Text("Where to look", "詳しくは")
_CAUSE = Text("cause", "原因")


def explain(document: Document, language: str = "en", *, colour: bool = False, places: tuple[Path, ...] = ()) -> str:
    """The explanation of a verdict in ``language`` (``ja`` or ``en``); ``places`` are files that say more."""
    return "\n".join(_lines(document, language, colour, places))


def _lines(document: Document, language: str, colour: bool, places: tuple[Path, ...]) -> Iterator[str]:
    answer = document["verdict"]
    shown = f"{_COLOURS[answer]}{answer}\x1b[0m" if colour else answer
    yield f"{shown}: {headline(document).say(language)}"
    if document["plan"]:
        run, environment, build = (printable(document[name] or "-") for name in ("run_id", "environment", "build"))
        yield f"  run {run}  environment {environment}  build {build}"
    yield from _notes(document["notes"], language)
    if broken := [rule for rule in document["rules"] if rule["findings"]]:
        yield ""
        yield _WHY.say(language)
        for rule in broken:
            yield from _rule(rule, language)
        yield ""
        yield _TURN.say(language)
        for step in document["unblock"][:FIRST]:
            yield f"  - {printable(step['action'][language])}"
    if places:
        yield ""
        yield _LOOK.say(language)
        yield from (f"  {place}" for place in places)


def _notes(notes: list[Mapping[str, Any]], language: str) -> Iterator[str]:
    """What is excused and what needs attention, break-glass first: before the reasons, so that nobody reads past it."""
    if not notes:
        return
    yield ""
    yield _NOTE.say(language)
    for note in notes[:FIRST]:
        about = " ".join(printable(note[name]) for name in ("requirement", "item") if note[name])
        yield f"  ! {about + ': ' if about else ''}{printable(note['text'][language])} [{note['kind']}]"
    yield from _more(len(notes) - FIRST, "  ", language)


def _rule(rule: Mapping[str, Any], language: str) -> Iterator[str]:
    findings = rule["findings"]
    yield f"  {rule['statement'][language]} [{rule['name']}]"
    alike = len({finding["what"]["en"] for finding in findings}) == 1 and len(findings) > FIRST
    shown = FEW if alike else FIRST
    for finding in findings[:shown]:
        yield f"    {_finding(finding, language)}"
    yield from _more(len(findings) - shown, "    ", language)


def _finding(finding: Mapping[str, Any], language: str) -> str:
    mark = "✗" if finding["effect"] == "no-go" else "?"
    about, file = subject(finding) or "", finding["file"]
    place = f" ({printable(file)})" if file and file != about else ""
    cause = f" [{_CAUSE.say(language)} {finding['fingerprint']}]" if finding["fingerprint"] else ""
    return f"{mark} {printable(about)} {printable(finding['what'][language])}{place}{cause}"


def _more(left: int, indent: str, language: str) -> Iterator[str]:
    if left > 0:
        yield indent + Text(f"… and {left} more", f"… ほか{left}件").say(language)
