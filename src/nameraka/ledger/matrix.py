"""Requirement x build x environment: what was shown of which build, and whether that is enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from nameraka.ledger.events import Recorded, State, Verdict
from nameraka.ledger.history import History

Sufficient = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Cell:
    """The state of one requirement on one build for one environment, by the newest verdict on both."""

    requirement: str
    build: str
    environment: str
    state: State
    verdict: Recorded[Verdict]


@dataclass(frozen=True, slots=True)
class Reply:
    """Whether one requirement is shown on a build. ``state`` is None where no verdict speaks of it."""

    requirement: str
    sufficient: Sufficient
    state: State | None
    verdict: Recorded[Verdict] | None


def cells(history: History) -> tuple[Cell, ...]:
    """The whole matrix: environments and requirements in alphabetical order, builds by their newest verdict, new first."""
    newest = {
        (told.build, told.environment): one
        for one in history.verdicts
        if (told := one.body).build is not None and told.environment is not None
    }
    found = [
        Cell(requirement, build, environment, state, one)
        for (build, environment), one in newest.items()
        if build is not None and environment is not None
        for requirement, state in one.body.requirements.items()
    ]
    return tuple(sorted(found, key=lambda cell: (cell.environment, cell.requirement, -cell.verdict.sequence)))


def ask(history: History, build: str, environment: str, requirements: Iterable[str] = ()) -> tuple[Reply, ...]:
    """Whether each of the requirements is shown on the build for the environment.

    Without any, all are asked that the newest verdict speaks of and that were promised. Empty when there is nothing that
    could be asked.
    """
    verdict = history.verdict_on(build, environment)
    states = verdict.body.requirements if verdict else {}
    asked = tuple(dict.fromkeys(requirements)) or tuple(id for id, state in states.items() if state != "proposed")
    return tuple(Reply(id, _sufficient(states.get(id), verdict), states.get(id), verdict) for id in asked)


def _sufficient(state: State | None, verdict: Recorded[Verdict] | None) -> Sufficient:
    """yes: verified, by a go. no: seen broken, excused instead of shown, or the release is a no-go. Else nobody knows."""
    if verdict is None or state is None:
        return "unknown"
    if verdict.body.verdict == "no-go" or state in ("failed", "waived"):
        return "no"
    return "yes" if (verdict.body.verdict, state) == ("go", "verified") else "unknown"


def together(replies: Sequence[Reply]) -> Sufficient:
    """One answer for all: any no is no, any unknown is unknown, nothing asked is unknown."""
    answers = {reply.sufficient for reply in replies}
    if "no" in answers:
        return "no"
    return "yes" if answers == {"yes"} else "unknown"
