"""Where each promise of the register stands by what ran: for people to see; whether a release may go is the gate's word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nameraka.plan import FILE_NAME, Plan
from nameraka.register import Criterion, letters_of
from nameraka.shapes import Malformed

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Promise:
    """A criterion, the results that speak for it, and the planned items that have none.

    ``criterion`` is None for an id that only results know; ``state`` is one of ``gate.words.REQUIREMENT_STATES``.
    """

    id: str
    criterion: Criterion | None
    state: str
    results: Sequence[Result] = ()
    unanswered: Sequence[str] = ()

    @property
    def letters(self) -> str:
        """The letters of its id: its capability."""
        return letters_of(self.id)

    @property
    def severity(self) -> str:
        """As the register says; the gravest where it says nothing."""
        return self.criterion.severity if self.criterion else "critical"


def promises_of(
    register: Mapping[str, Criterion], results: Iterable[Result], planned: Mapping[str, Sequence[str]] | None
) -> list[Promise]:
    """Every criterion of the register, in its order, and then those that only results know.

    ``planned`` has the items that are due for each criterion; None where no plan can be read, and then nothing is known to
    be missing.
    """
    spoken: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        for label in result.get("labels") or ():
            if isinstance(label, dict) and label.get("name") == "criterion":
                spoken[str(label.get("value"))].append(result)
    names = dict.fromkeys([*register, *sorted(spoken.keys() | (planned or {}).keys())])
    return [_promise(name, register.get(name), spoken[name], planned) for name in names]


def _promise(
    name: str, criterion: Criterion | None, results: Sequence[Result], planned: Mapping[str, Sequence[str]] | None
) -> Promise:
    answered = {result.get("fullName") for result in results}
    due = (planned or {}).get(name, ())
    unanswered = [item for item in due if item not in answered]
    return Promise(name, criterion, _state(criterion, results, unanswered, planned, bool(due)), results, unanswered)


def _state(
    criterion: Criterion | None,
    results: Sequence[Result],
    unanswered: Sequence[str],
    planned: Mapping[str, Sequence[str]] | None,
    due: bool,
) -> str:
    seen = {result.get("status") for result in results}
    if seen & {"failed", "broken"}:
        return "failed"
    if seen == {"passed"} and not unanswered:
        return "verified"
    if criterion and not criterion.promised and not due and seen <= {"skipped"}:
        return "proposed"
    return "not-run" if due or planned is None or seen else "uncovered"


def planned_items(results: Path) -> dict[str, list[str]] | None:
    """The items that the plan in ``results`` has for each criterion; None where there is no plan that can be read."""
    try:
        plan = Plan.from_json((results / FILE_NAME).read_bytes())
    except (OSError, Malformed):
        return None
    planned: dict[str, list[str]] = defaultdict(list)
    for item in plan.items:
        for criterion in item.criteria:
            planned[criterion].append(item.id)
    return dict(planned)
