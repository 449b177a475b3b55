"""What the review finds in a prescription: worked out anew at every look from the prescription, the chart and all that
the patient takes. Nothing is kept but what the prescriber answered, so that no change can go unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.clock import JST, Clock
from pharmacy.core.tables import Patient
from pharmacy.prescriptions.checks import check
from pharmacy.prescriptions.findings import Case, Finding, Taken
from pharmacy.prescriptions.items import Item
from pharmacy.prescriptions.tables import Background, Inquiry, Prescription
from pharmacy.sales.history import bought_before

ENDED: Final = ("refused", "expired")


def findings_of(session: Session, clock: Clock, prescription: Prescription) -> list[Finding]:
    """Everything that the review finds now."""
    stood_by = select(Inquiry).where(Inquiry.prescription_id == prescription.id, Inquiry.outcome == "unchanged")
    settled = {key for inquiry in session.scalars(stood_by) for key in inquiry.findings}
    found = {one.key: one for one in check(case_of(session, clock, prescription))}
    return [one.model_copy(update={"settled": one.key in settled}) for one in found.values()]


def case_of(session: Session, clock: Clock, prescription: Prescription) -> Case:
    """The prescription with the patient as they are known now."""
    patient = session.get_one(Patient, prescription.patient_id)
    background = session.get(Background, patient.id) or Background()
    today = clock.now().astimezone(JST).date()
    return Case(
        items=tuple(Item.model_validate(item) for item in prescription.items),
        visit=prescription.visit,
        change=prescription.change,
        allergies=tuple(patient.allergies),
        reactions=tuple(background.reactions or ()),
        pregnancy=patient.pregnancy,
        taken=(
            *(Taken(text, "chart") for text in patient.medicines),
            *(Taken(text, "notebook") for text in background.notebook or ()),
            *(Taken(text, "concomitant") for text in background.concomitant or ()),
            *(Taken(text, "bought") for text in _bought_here(session, clock, patient)),
            *(Taken(text, "other_prescription") for text in _other_prescriptions(session, prescription, today)),
        ),
        age=age_on(date.fromisoformat(patient.birthdate), today),
        weight_kg=background.weight_kg,
        egfr=background.egfr,
        kidney_disease=background.kidney_disease or "unknown",
    )


def age_on(born: date, today: date) -> int:
    """Years completed."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _other_prescriptions(session: Session, prescription: Prescription, today: date) -> Iterable[str]:
    """What else we have for the patient: waiting to be dispensed, or dispensed and not used up.

    The same prescription on another medium is not another one: that it is dispensed once is a rule of its own.
    """
    wanted = select(Prescription).where(
        Prescription.patient_id == prescription.patient_id,
        Prescription.id != prescription.id,
        Prescription.fingerprint != prescription.fingerprint,
        Prescription.state.not_in(ENDED),
    )
    for other in session.scalars(wanted.order_by(Prescription.received_at, Prescription.id)):
        began = other.dispensed_at.astimezone(JST).date() if other.dispensed_at else today
        for item in other.items:
            if began + timedelta(days=item["days"]) > today:
                yield item["drug"]


def _bought_here(session: Session, clock: Clock, patient: Patient) -> Iterable[str]:
    """What the patient bought of us without a prescription lately, with what is in it."""
    for product, _packs in bought_before(session, clock.now(), patient):
        yield f"{product.name}（{'、'.join(sorted(product.ingredients))}）"


def open_findings(session: Session, clock: Clock, prescription: Prescription) -> list[Finding]:
    """Those that nothing has settled and that must be settled before the patient gets the medicine."""
    every = findings_of(session, clock, prescription)
    return [one for one in every if one.needs != "look" and not one.settled]
