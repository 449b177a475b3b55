"""Prescriptions: receiving them for a patient, and who may see which."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.ai.master import plain
from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import is_id
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient, Thread
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.prescriptions.drugs import drugs_in, ids_of
from pharmacy.prescriptions.items import Item, ShortText
from pharmacy.prescriptions.states import PrescriptionState
from pharmacy.prescriptions.tables import Inquiry, Prescription
from pharmacy.prescriptions.validity import last_day

router = APIRouter(route_class=GuardedRoute, tags=["prescriptions"])

Medium = Literal["e_prescription", "image"]
Visit = Literal["in_person", "online_first", "online_later"]
Change = Literal["first", "changed", "unchanged"]

PrescriptionId = Annotated[str, Path(description="Id of a prescription", examples=["3b1d9a5e7b1d4c2680aa51e2f7c4d9b3"])]


def _of_our_time(day: date) -> date:
    if not 2000 <= day.year < 2100:
        raise ValueError("a day from 2000 to 2099")
    return day


Day = Annotated[date, AfterValidator(_of_our_time)]


class NewPrescription(BaseModel):
    """A prescription as it arrived, entered by a clerk or a pharmacist."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "patient": "P-000001",
                    "medium": "e_prescription",
                    "redemption_number": "1234567890123456",
                    "institution": "みなと内科",
                    "prescriber": "森医師",
                    "visit": "in_person",
                    "change": "first",
                    "issued_on": "2026-06-01",
                    "items": [
                        {
                            "drug": "アムロジピン",
                            "strength_mg": 5,
                            "quantity": 1,
                            "unit": "tablet",
                            "times": 1,
                            "days": 28,
                        }
                    ],
                }
            ]
        },
    )

    patient: str = Field(min_length=1, max_length=20, description="The patient's number at the pharmacy")
    medium: Medium
    redemption_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$")] | None = Field(
        default=None, description="Of an e-prescription (引換番号), which needs it"
    )
    institution: ShortText = Field(examples=["みなと内科"])
    prescriber: ShortText = Field(examples=["森医師"])
    visit: Visit = Field(description="How the doctor saw the patient")
    change: Change = Field(description="Compared with what the patient has been taking")
    issued_on: Day = Field(description="Issue day, in Japan")
    valid_until: Day | None = Field(default=None, description="Last day of use, where the prescription names one")
    uses: int = Field(default=1, ge=1, le=3, description="How often it may be dispensed; more than once if refillable")
    items: list[Item] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _e_prescription_has_its_number(self) -> NewPrescription:
        if self.medium == "e_prescription" and self.redemption_number is None:
            raise ValueError("an e-prescription needs its redemption number")
        return self


class InquiryView(BaseModel):
    """An inquiry to the prescriber, and the answer once there is one."""

    id: str
    question: str
    opened_by: str = Field(examples=["鈴木薬子"])
    opened_at: datetime
    outcome: Literal["unchanged", "changed", "withdrawn"] | None
    answer: str | None
    doctor: str | None = Field(examples=["森医師"])
    answered_at: datetime | None
    recorded_by: str | None = Field(examples=["鈴木薬子"])


class PrescriptionView(BaseModel):
    """A prescription as it stands."""

    id: str
    patient_name: str = Field(examples=["佐藤花子"])
    patient_birthdate: str = Field(examples=["1980-04-01"])
    patient_identifier: str = Field(examples=["P-000001"])
    thread_id: str = Field(description="The patient's consultation")
    state: PrescriptionState
    medium: Medium
    redemption_number: str | None
    institution: str
    prescriber: str
    visit: Visit
    change: Change
    issued_on: date
    valid_until: date | None
    uses: int
    items: list[Item]
    last_day: date = Field(description="The last day on which it may be dispensed for the first time")
    inquiries: list[InquiryView]
    guided: bool = Field(description="Whether the guidance is done")
    guided_by: str | None
    received_at: datetime
    received_by: str
    dispensed_at: datetime | None
    dispensed_by: str | None = Field(examples=["鈴木薬子"])


def find_prescription(session: Session, person: Person, prescription_id: str, *, lock: bool = False) -> Prescription:
    """The prescription, if this person may know of it: the patient's own, or one of the staff's branch.

    Raises ProblemError `not_found` else: that it exists is not told. `lock` holds it until the transaction ends.
    """
    if not is_id(prescription_id):
        raise ProblemError("not_found")
    wanted = select(Prescription).where(Prescription.id == prescription_id)
    found = session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise ProblemError("not_found")
    visible = found.patient_id == person.patient_id if person.is_patient else found.branch == person.branch
    if not visible:
        raise ProblemError("not_found")
    return found


def thread_of(session: Session, prescription: Prescription) -> Thread:
    """The consultation of the patient whose prescription it is; its trail is where entries about it belong."""
    return session.scalars(select(Thread).where(Thread.patient_id == prescription.patient_id)).one()


def view_of(session: Session, prescription: Prescription) -> PrescriptionView:
    patient = session.get_one(Patient, prescription.patient_id)
    wanted = select(Inquiry).where(Inquiry.prescription_id == prescription.id).order_by(Inquiry.opened_at, Inquiry.id)
    told = {name: getattr(prescription, name, None) for name in PrescriptionView.model_fields}
    return PrescriptionView.model_validate(
        told
        | {
            "patient_name": patient.name,
            "patient_birthdate": patient.birthdate,
            "patient_identifier": patient.identifier,
            "thread_id": thread_of(session, prescription).id,
            "inquiries": [view_of_inquiry(inquiry) for inquiry in session.scalars(wanted)],
            "guided": prescription.guided_at is not None,
            "last_day": last_day(prescription),
        }
    )


def view_of_inquiry(inquiry: Inquiry) -> InquiryView:
    return InquiryView.model_validate({name: getattr(inquiry, name) for name in InquiryView.model_fields})


def fingerprint_of(patient_id: str, new: NewPrescription) -> str:
    """The same for the same prescription on whatever medium: whose it is, of which day, for which drugs."""
    drugs = sorted({name for item in new.items for name in ids_of(drugs_in(item.drug)) or [plain(item.drug)]})
    return hashlib.sha256(json.dumps([patient_id, new.issued_on.isoformat(), drugs]).encode()).hexdigest()


@router.post(
    "/api/prescriptions", status_code=201, **guarded("receivePrescription", "not_found", "invalid", "too_large")
)
def receive_prescription(here: Here, person: CurrentPerson, role: ActingRole, new: NewPrescription) -> PrescriptionView:
    """Enter a prescription that arrived for a patient of the branch."""
    with here.database.write() as session:
        patient = session.scalar(select(Patient).where(Patient.identifier == new.patient.replace("\0", "")))
        if patient is None or patient.branch != person.branch:
            raise ProblemError("not_found")
        items: list[dict[str, Any]] = [item.model_dump() for item in new.items]
        prescription = Prescription(
            patient_id=patient.id,
            branch=patient.branch,
            state="received",
            medium=new.medium,
            redemption_number=new.redemption_number,
            institution=new.institution,
            prescriber=new.prescriber,
            visit=new.visit,
            change=new.change,
            issued_on=new.issued_on.isoformat(),
            valid_until=new.valid_until and new.valid_until.isoformat(),
            uses=new.uses,
            items_as_issued=items,
            items=items,
            fingerprint=fingerprint_of(patient.id, new),
            received_at=here.clock.now(),
            received_by=person.name,
        )
        session.add(prescription)
        session.flush()
        note(session, here, person, role, Action.PRESCRIPTION_RECEIVED, prescription, medium=new.medium)
        return view_of(session, prescription)


@router.get("/api/prescriptions", **guarded("listPrescriptions"))
def list_prescriptions(here: Here, person: CurrentPerson, role: ActingRole) -> list[PrescriptionView]:
    """The patient's own, or those of the branch, the newest first. A look by staff is recorded."""
    with here.database.write() as session:
        mine = Prescription.patient_id == person.patient_id
        wanted = select(Prescription).where(mine if person.is_patient else Prescription.branch == person.branch)
        newest = wanted.order_by(Prescription.received_at.desc(), Prescription.id).limit(200)
        found = [view_of(session, prescription) for prescription in session.scalars(newest)]
        if not person.is_patient:
            target = f"prescriptions:{person.branch}"
            record(session, here.clock, person, role, Action.PRESCRIPTIONS_VIEWED, target, entries=len(found))
    return found


@router.get("/api/prescriptions/{prescription_id}", **guarded("getPrescription", "not_found", "invalid"))
def get_prescription(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId
) -> PrescriptionView:
    """One prescription. A look by staff is recorded."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id)
        if not person.is_patient:
            note(session, here, person, role, Action.PRESCRIPTION_VIEWED, prescription)
        return view_of(session, prescription)


def note(
    session: Session, here: Here, person: Person, role: str, action: Action, prescription: Prescription, **detail: Any
) -> None:
    """Add to the trail of the patient's consultation what somebody did to the prescription."""
    target, thread = f"prescription:{prescription.id}", thread_of(session, prescription)
    record(session, here.clock, person, role, action, target, thread=thread, **detail)
