"""The checks of the review, each a function from the case to its findings. Adding one adds a line to the table below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Final

from pharmacy.ai.master import Drug
from pharmacy.prescriptions.doses import check_doses
from pharmacy.prescriptions.drugs import about, classes_in, drugs_in, duplicates, interact
from pharmacy.prescriptions.findings import Case, Finding, FindingCode, finding, readable


def check(case: Case) -> list[Finding]:
    """Everything that any check finds."""
    return [one for look in CHECKS for one in look(case)]


def _prescribed(case: Case) -> list[Drug]:
    return [drug for item in case.items for drug in drugs_in(item.drug)]


def _known(case: Case) -> Iterator[Finding]:
    for item in case.items:
        if not drugs_in(item.drug):
            yield finding("unknown_drug", "inquiry", item.drug)


def _sensitive(case: Case, entries: Iterable[str], code: FindingCode, source: str) -> Iterator[Finding]:
    """Against one member of a family is against the family."""
    for entry in entries:
        named = drugs_in(entry)
        ids, classes = {drug.id for drug in named}, classes_in(entry)
        classes |= {name for drug in named for name in drug.classes}
        for drug in _prescribed(case):
            if drug.id in ids or drug.classes & classes:
                yield finding(code, "inquiry", drug.id, against=entry, source=source)


def _allergies(case: Case) -> Iterator[Finding]:
    yield from _sensitive(case, case.allergies, "allergy", "chart")


def _reactions(case: Case) -> Iterator[Finding]:
    yield from _sensitive(case, case.reactions, "reaction", "reactions")


def _together(case: Case) -> Iterator[Finding]:
    """Each prescribed drug with the others of the prescription and with all that the patient takes."""
    for one, other in combinations(case.items, 2):
        for drug in drugs_in(one.drug):
            yield from _pair(drug, drugs_in(other.drug), other.drug, "prescription")
    for taken in case.taken:
        for drug in _prescribed(case):
            # Who goes on taking what they take has it in their chart: that is not a second medicine.
            same = case.change == "unchanged" and taken.source == "chart"
            others = [other for other in drugs_in(taken.text) if not (same and other.id == drug.id)]
            yield from _pair(drug, others, taken.text, taken.source)


def _pair(drug: Drug, others: list[Drug], against: str, source: str) -> Iterator[Finding]:
    for other in others:
        if duplicates(drug, other):
            yield finding("duplicate", "inquiry", drug.id, against=against, source=source)
        elif interact(drug, other):
            yield finding("interaction", "inquiry", drug.id, against=against, source=source)


def _unreadable(case: Case) -> Iterator[Finding]:
    """What the master does not know cannot be checked, and a person has to look at it."""
    for taken in case.taken:
        if not readable(taken.text):
            yield finding("unreadable", "look", against=taken.text, source=taken.source)
    for entry in case.allergies:
        if not readable(entry) and not classes_in(entry):
            yield finding("unreadable", "look", against=entry, source="chart")


def _pregnancy(case: Case) -> Iterator[Finding]:
    """Unknown is not no. What must be known before guidance ends must be known before a drug to avoid is dispensed."""
    avoided = [drug for drug in _prescribed(case) if drug.pregnancy == "avoid"]
    if case.pregnancy == "yes":
        yield from (finding("pregnancy", "inquiry", drug.id) for drug in avoided)
    if case.pregnancy == "unknown":
        yield from (finding("pregnancy_unknown", "value", drug.id) for drug in avoided)
        yield finding("pregnancy_unknown", "look")


def _controlled(case: Case) -> Iterator[Finding]:
    """A narcotic or psychotropic may not come from a first visit online."""
    for drug in _prescribed(case):
        control = about(drug).control
        if control and case.visit == "online_first":
            yield finding("controlled_first_online", "inquiry", drug.id, against=control)


CHECKS: Final[tuple[Callable[[Case], Iterator[Finding]], ...]] = (
    _known,
    _allergies,
    _reactions,
    _together,
    _unreadable,
    _pregnancy,
    check_doses,
    _controlled,
)
