"""Inquiries to the prescriber (疑義照会): asked during the review, answered before anything is dispensed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action
from pharmacy.chat.threads import announce
from pharmacy.core.context import Here
from pharmacy.core.texts import WRITTEN
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.prescriptions.assessment import findings_of
from pharmacy.prescriptions.gates import proceed
from pharmacy.prescriptions.items import Item, ShortText
from pharmacy.prescriptions.prescriptions import (
    PrescriptionId,
    PrescriptionView,
    find_prescription,
    note,
    thread_of,
    view_of,
)
from pharmacy.prescriptions.tables import Inquiry, Prescription

router = APIRouter(route_class=GuardedRoute, tags=["prescriptions"])

Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=WRITTEN)]


class Question(BaseModel):
    """What the prescriber is asked."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "ペニシリンのアレルギー歴があります。変更できますか"}]},
    )

    question: Words


class Answer(BaseModel):
    """What the prescriber answered. `changed` carries the prescription as it holds from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"doctor": "森医師", "answer": "そのまま調剤してください", "outcome": "unchanged"}]
        },
    )

    doctor: ShortText = Field(description="Who answered")
    answer: Words
    outcome: Literal["unchanged", "changed", "withdrawn"]
    items: list[Item] | None = Field(default=None, min_length=1, max_length=50)

    @model_validator(mode="after")
    def _items_when_changed(self) -> Answer:
        if (self.outcome == "changed") != (self.items is not None):
            raise ValueError("items belong to a changed prescription and to nothing else")
        return self


@router.post(
    "/api/prescriptions/{prescription_id}/inquiry",
    status_code=201,
    **guarded("openInquiry", "not_found", "out_of_order", "inquiry_open", "invalid", "too_large"),
)
def open_inquiry(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId, asked: Question
) -> PrescriptionView:
    """Ask about all that is unsettled. Until the answer is recorded nothing of it can be dispensed."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        proceed(session, here.clock, prescription, "inquire")
        found = findings_of(session, here.clock, prescription)
        inquiry = Inquiry(
            prescription_id=prescription.id,
            question=asked.question,
            findings=[one.key for one in found if one.needs == "inquiry" and not one.settled],
            opened_at=here.clock.now(),
            opened_by=person.name,
        )
        session.add(inquiry)
        session.flush()
        note(session, here, person, role, Action.INQUIRY_OPENED, prescription, inquiry=inquiry.id)
        thread = thread_of(session, prescription)
        thread.version += 1
        view = view_of(session, prescription)
    announce(here.hub, thread)
    return view


@router.post(
    "/api/prescriptions/{prescription_id}/inquiry/answer",
    **guarded("answerInquiry", "not_found", "out_of_order", "invalid", "too_large"),
)
def answer_inquiry(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId, told: Answer
) -> PrescriptionView:
    """Record the prescriber's answer. It settles what was asked about; a changed prescription is reviewed anew."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        proceed(session, here.clock, prescription, "refuse" if told.outcome == "withdrawn" else "answer")
        inquiry = _open_one(session, prescription)
        inquiry.outcome, inquiry.answer, inquiry.doctor = told.outcome, told.answer, told.doctor
        inquiry.answered_at, inquiry.recorded_by = here.clock.now(), person.name
        if told.items is not None:
            prescription.items = [item.model_dump() for item in told.items]
        session.flush()
        detail: dict[str, Any] = {"inquiry": inquiry.id, "outcome": told.outcome}
        note(session, here, person, role, Action.INQUIRY_ANSWERED, prescription, **detail)
        thread = thread_of(session, prescription)
        thread.version += 1
        view = view_of(session, prescription)
    announce(here.hub, thread)
    return view


def _open_one(session: Session, prescription: Prescription) -> Inquiry:
    wanted = select(Inquiry).where(Inquiry.prescription_id == prescription.id, Inquiry.answered_at.is_(None))
    return session.scalars(wanted).one()
