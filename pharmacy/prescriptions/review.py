"""The review of a prescription (処方監査) and its dispensing (調剤)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action
from pharmacy.core.clock import Clock
from pharmacy.core.context import Here
from pharmacy.core.tables import Patient
from pharmacy.core.texts import WRITTEN
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.prescriptions.drugs import load_prescribing
from pharmacy.prescriptions.gates import proceed
from pharmacy.prescriptions.prescriptions import (
    PrescriptionId,
    PrescriptionView,
    find_prescription,
    note,
    view_of,
    view_of_inquiry,
)
from pharmacy.prescriptions.tables import Dispensing, Inquiry, Prescription

router = APIRouter(route_class=GuardedRoute, tags=["prescriptions"])

ORDER: Final = ("out_of_order", "inquiry_open")


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "アレルギーが分かった"}]})

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=WRITTEN)]


@router.post("/api/prescriptions/{prescription_id}/review", **guarded("beginReview", "not_found", *ORDER, "invalid"))
def begin_review(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId
) -> PrescriptionView:
    """Begin to review what was received."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        proceed(session, here.clock, prescription, "review")
        note(session, here, person, role, Action.REVIEW_BEGUN, prescription)
        return view_of(session, prescription)


@router.post(
    "/api/prescriptions/{prescription_id}/dispensing",
    **guarded(
        "dispense",
        "not_found",
        *ORDER,
        "findings_open",
        "prescription_expired",
        "prescription_early",
        "already_dispensed",
        "invalid",
    ),
)
def dispense(here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId) -> PrescriptionView:
    """Dispense what was reviewed, and write it into the dispensing record. Another pharmacist checks it in the end."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        proceed(session, here.clock, prescription, "dispense")
        prescription.dispensed_at = here.clock.now()
        prescription.dispensed_by, prescription.dispensed_subject = person.name, person.subject
        _write_record(session, prescription, person)
        note(session, here, person, role, Action.DISPENSED, prescription, master_version=load_prescribing().version)
        return view_of(session, prescription)


def _write_record(session: Session, prescription: Prescription, person: Person) -> None:
    patient = session.get_one(Patient, prescription.patient_id)
    asked = select(Inquiry).where(Inquiry.prescription_id == prescription.id).order_by(Inquiry.opened_at, Inquiry.id)
    session.add(
        Dispensing(
            prescription_id=prescription.id,
            fingerprint=prescription.fingerprint,
            dispensed_at=prescription.dispensed_at,
            pharmacist=person.name,
            pharmacist_subject=person.subject,
            patient_name=patient.name,
            patient_birthdate=patient.birthdate,
            institution=prescription.institution,
            prescriber=prescription.prescriber,
            issued_on=prescription.issued_on,
            items=prescription.items,
            inquiries=[view_of_inquiry(inquiry).model_dump(mode="json") for inquiry in session.scalars(asked)],
            master_version=load_prescribing().version,
        )
    )
    session.flush()


@router.post(
    "/api/prescriptions/{prescription_id}/recall",
    **guarded("recallDispensing", "not_found", *ORDER, "invalid", "too_large"),
)
def recall_dispensing(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId, why: Reason
) -> PrescriptionView:
    """Take back what was dispensed and has not left: it is reviewed again. The record keeps it, marked."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        proceed(session, here.clock, prescription, "recall")
        take_back(session, here.clock, person, prescription, why)
        note(session, here, person, role, Action.DISPENSING_RECALLED, prescription)
        return view_of(session, prescription)


def take_back(session: Session, clock: Clock, person: Person, prescription: Prescription, why: Reason) -> None:
    """The dispensing that stood does so no more; the record keeps it, marked with the reason."""
    wanted = select(Dispensing).where(Dispensing.prescription_id == prescription.id, Dispensing.voided_at.is_(None))
    for line in session.scalars(wanted):
        line.voided_at, line.voided_by, line.voided_because = clock.now(), person.name, why.reason
    prescription.dispensed_at = prescription.dispensed_by = prescription.dispensed_subject = None
    session.flush()


@router.post(
    "/api/prescriptions/{prescription_id}/refusal",
    **guarded("refusePrescription", "not_found", *ORDER, "invalid", "too_large"),
)
def refuse_prescription(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId, why: Reason
) -> PrescriptionView:
    """End what cannot be dispensed. The reason stays in the trail."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        proceed(session, here.clock, prescription, "refuse")
        note(session, here, person, role, Action.PRESCRIPTION_REFUSED, prescription, reason=why.reason)
        return view_of(session, prescription)
