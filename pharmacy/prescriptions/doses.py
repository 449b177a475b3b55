"""The doses of a prescription: by unit and strength, for adults, by a child's weight, by the kidneys. Never by a guess."""

from __future__ import annotations

from collections.abc import Iterator

from pharmacy.ai.master import Drug
from pharmacy.prescriptions.drugs import KidneyDose, about, drugs_in, load_prescribing
from pharmacy.prescriptions.findings import Case, Finding, finding
from pharmacy.prescriptions.items import Item


def check_doses(case: Case) -> Iterator[Finding]:
    """Each item by itself, in milligrams of the ingredient."""
    for item in case.items:
        for drug in drugs_in(item.drug):
            yield from _strength(drug, item)
            yield from _dose(drug, item, case)


def _strength(drug: Drug, item: Item) -> Iterator[Finding]:
    """20 mg in a millilitre of syrup is not 20 mg in a gram of powder."""
    known = about(drug).strengths
    if item.daily_mg is None:
        yield finding("strength_missing", "inquiry", drug.id)
    elif known is not None and item.unit != "mg" and item.strength_mg not in known.get(item.unit, ()):
        yield finding("no_such_strength", "inquiry", drug.id, against=f"{item.strength_mg:g} mg/{item.unit}")


def _dose(drug: Drug, item: Item, case: Case) -> Iterator[Finding]:
    if item.daily_mg is None:
        return
    if case.age < load_prescribing().child_under:
        yield from _child(drug, item, item.daily_mg, case.weight_kg)
    else:
        yield from _over(drug, item.daily_mg, drug.max_daily_mg)
        yield from _over(drug, item.daily_mg / item.times, drug.max_single_mg)
    yield from _kidneys(drug, item.daily_mg, case)


def _over(drug: Drug, found: float, limit: float | None) -> Iterator[Finding]:
    if limit is not None and found > limit:
        yield finding("over_max_dose", "inquiry", drug.id, found=round(found, 3), limit=round(limit, 3))


def _child(drug: Drug, item: Item, daily: float, weight: float | None) -> Iterator[Finding]:
    dose = about(drug).child
    if dose is None:
        yield finding("child_dose_unknown", "inquiry", drug.id)
    elif dose.max_daily_mg == 0:
        yield finding("not_for_children", "inquiry", drug.id)
    elif weight is None:
        yield finding("weight_missing", "value", drug.id)
    else:
        yield from _over(drug, daily, min(dose.daily_mg_per_kg * weight, dose.max_daily_mg))
        if dose.single_mg_per_kg is not None:
            yield from _over(drug, daily / item.times, dose.single_mg_per_kg * weight)


def _kidneys(drug: Drug, daily: float, case: Case) -> Iterator[Finding]:
    doses = about(drug).kidneys
    if not doses or (case.egfr is None and case.kidney_disease == "no"):
        return
    if case.egfr is None:
        yield finding("egfr_missing", "value", drug.id)
        return
    dose = _lowest_above(doses, case.egfr)
    if dose is not None and dose.max_daily_mg == 0:
        yield finding("not_for_kidneys", "inquiry", drug.id, against=f"eGFR {case.egfr:g}")
    elif dose is not None:
        yield from _over(drug, daily, dose.max_daily_mg)


def _lowest_above(doses: tuple[KidneyDose, ...], egfr: float) -> KidneyDose | None:
    """The strictest limit that holds at this eGFR; limits are sorted by it."""
    return next((dose for dose in doses if egfr < dose.below), None)
