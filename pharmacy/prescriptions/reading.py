"""What staff read beside a prescription: what the review finds now, and its lines in the dispensing record (調剤録)."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action
from pharmacy.core.context import Here
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.prescriptions.assessment import findings_of
from pharmacy.prescriptions.drugs import load_prescribing
from pharmacy.prescriptions.findings import Finding
from pharmacy.prescriptions.items import Item
from pharmacy.prescriptions.prescriptions import InquiryView, PrescriptionId, find_prescription, note
from pharmacy.prescriptions.states import possible
from pharmacy.prescriptions.tables import Dispensing, Prescription

router = APIRouter(route_class=GuardedRoute, tags=["prescriptions"])


class DispensingView(BaseModel):
    """A line of the dispensing record (調剤録), as it was written when the medicine was dispensed."""

    dispensed_at: datetime
    pharmacist: str = Field(examples=["鈴木薬子"])
    patient_name: str
    patient_birthdate: str
    institution: str
    prescriber: str
    issued_on: date
    items: list[Item]
    inquiries: list[InquiryView]
    voided_at: datetime | None = Field(description="When it was taken back")
    voided_by: str | None
    voided_because: str | None


class ReviewView(BaseModel):
    """The review as it stands now. `steps`: what the order of steps allows next."""

    findings: list[Finding]
    dispensings: list[DispensingView] = Field(description="Oldest first; what was taken back stays, marked")
    steps: list[str] = Field(examples=[["dispense", "inquire", "refuse"]])
    master_version: str = Field(description="Of the drug master and the rules of prescribing", examples=["2026.11.1"])


@router.get("/api/prescriptions/{prescription_id}/review", **guarded("getReview", "not_found", "invalid"))
def get_review(here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId) -> ReviewView:
    """What the review finds, worked out from the prescription and the patient as they are known now."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id)
        note(session, here, person, role, Action.PRESCRIPTION_VIEWED, prescription)
        return ReviewView(
            findings=findings_of(session, here.clock, prescription),
            dispensings=_dispensings(session, prescription),
            steps=possible(prescription.state),
            master_version=load_prescribing().version,
        )


def _dispensings(session: Session, prescription: Prescription) -> list[DispensingView]:
    wanted = select(Dispensing).where(Dispensing.prescription_id == prescription.id)
    rows = session.scalars(wanted.order_by(Dispensing.dispensed_at, Dispensing.id))
    return [
        DispensingView.model_validate({name: getattr(row, name) for name in DispensingView.model_fields})
        for row in rows
    ]
