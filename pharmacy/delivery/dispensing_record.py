"""The dispensing record (調剤録) of one prescription: every item that the ordinance names, each from where it arose."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action
from pharmacy.core.clock import JST
from pharmacy.core.context import Here
from pharmacy.core.tables import Patient
from pharmacy.delivery.tables import FinalCheck
from pharmacy.guidance.states import GIVEN
from pharmacy.guidance.tables import Guidance
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.prescriptions.items import Item, Unit
from pharmacy.prescriptions.prescriptions import PrescriptionId, find_prescription, note
from pharmacy.prescriptions.tables import Inquiry, Prescription

router = APIRouter(route_class=GuardedRoute, tags=["records"])


class DispensedItem(BaseModel):
    """A drug, and all that was dispensed of it."""

    drug: str = Field(examples=["アモキシシリン"])
    strength_mg: float | None
    unit: Unit
    amount: float = Field(description="In units, for all days together", examples=[15])
    times: int
    days: int


class AnsweredInquiry(BaseModel):
    """What the prescriber was asked and answered; the answer is null while there is none."""

    question: str
    answer: str | None
    doctor: str | None = Field(examples=["森医師"])
    answered_at: datetime | None


class GuidanceGiven(BaseModel):
    """What the patient was told, by whom and when."""

    gist: str | None
    pharmacist: str = Field(examples=["鈴木薬子"])
    given_at: datetime | None


class DispensingRecord(BaseModel):
    """The record. What has not happened yet is null or empty; nothing in it was typed a second time."""

    patient_name: str = Field(examples=["佐藤花子"])
    patient_age: int | None = Field(description="In full years, on the day of dispensing")
    items: list[DispensedItem]
    issued_on: date
    dispensed_at: datetime | None
    dispensed_by: str | None = Field(examples=["鈴木薬子"])
    checked_at: datetime | None
    checked_by: str | None = Field(examples=["高橋薬子"])
    prescriber: str = Field(examples=["森医師"])
    institution: str = Field(examples=["みなと内科"])
    inquiries: list[AnsweredInquiry]
    guidance: GuidanceGiven | None


@router.get(
    "/api/prescriptions/{prescription_id}/dispensing-record",
    **guarded("getDispensingRecord", "not_found", "invalid"),
)
def get_dispensing_record(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId
) -> DispensingRecord:
    """The record as it stands. The look is recorded."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id)
        note(session, here, person, role, Action.DISPENSING_RECORD_VIEWED, prescription)
        patient, check = session.get_one(Patient, prescription.patient_id), _check(session, prescription)
        return DispensingRecord(
            patient_name=patient.name,
            patient_age=_age(patient.birthdate, prescription.dispensed_at),
            items=[_item(Item.model_validate(item)) for item in prescription.items],
            issued_on=date.fromisoformat(prescription.issued_on),
            dispensed_at=prescription.dispensed_at,
            dispensed_by=prescription.dispensed_by,
            checked_at=check.checked_at if check else None,
            checked_by=check.checker_name if check else None,
            prescriber=prescription.prescriber,
            institution=prescription.institution,
            inquiries=_inquiries(session, prescription),
            guidance=_guidance(session, prescription),
        )


def _item(item: Item) -> DispensedItem:
    return DispensedItem(
        drug=item.drug,
        strength_mg=item.strength_mg,
        unit=item.unit,
        amount=item.quantity * item.days,
        times=item.times,
        days=item.days,
    )


def _age(birthdate: str, dispensed_at: datetime | None) -> int | None:
    if dispensed_at is None:
        return None
    born, day = date.fromisoformat(birthdate), dispensed_at.astimezone(JST).date()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _check(session: Session, prescription: Prescription) -> FinalCheck | None:
    """The last check that was passed."""
    wanted = select(FinalCheck).where(FinalCheck.prescription_id == prescription.id)
    newest = session.scalars(wanted.order_by(FinalCheck.checked_at.desc()))
    return next((check for check in newest if not check.mismatches), None)


def _inquiries(session: Session, prescription: Prescription) -> list[AnsweredInquiry]:
    wanted = select(Inquiry).where(Inquiry.prescription_id == prescription.id).order_by(Inquiry.opened_at, Inquiry.id)
    fields = AnsweredInquiry.model_fields
    return [
        AnsweredInquiry.model_validate({name: getattr(inquiry, name) for name in fields})
        for inquiry in session.scalars(wanted)
    ]


def _guidance(session: Session, prescription: Prescription) -> GuidanceGiven | None:
    wanted = select(Guidance).where(
        Guidance.subject_kind == "prescription", Guidance.subject_id == prescription.id, Guidance.state.in_(GIVEN)
    )
    guidance = session.scalar(wanted.order_by(Guidance.ended_at.desc()).limit(1))
    if guidance is None:
        return None
    return GuidanceGiven(gist=guidance.gist, pharmacist=guidance.pharmacist_name, given_at=guidance.ended_at)
