"""All that the pharmacy keeps of one person, and of nobody else: found by that person's id alone."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.console.charts import Chart, chart_of
from pharmacy.core.tables import Message, Patient, Thread
from pharmacy.privacy.consents import decisions_of
from pharmacy.records.soap import EntryView, entries_of


class PersonalMessage(BaseModel):
    """One message of the person's own conversation."""

    seq: int
    kind: str
    text: str
    author: str
    sent_at: datetime


class PersonalConsent(BaseModel):
    """One decision about consent."""

    purpose: str
    version: str
    state: str
    decided_at: datetime


class PersonalData(BaseModel):
    """What is kept of one person."""

    name: str = Field(examples=["佐藤花子"])
    birthdate: str = Field(examples=["1980-04-01"])
    phone: str | None
    identifier: str = Field(examples=["P-4F2A9C71"])
    chart: Chart
    messages: list[PersonalMessage]
    record: list[EntryView] = Field(description="Entries written under this person; never those of a merged record")
    consents: list[PersonalConsent]


def export_of(session: Session, thread: Thread) -> PersonalData:
    """The data of the thread's patient. A merge with another's record does not widen it: it may be undone."""
    patient = session.get_one(Patient, thread.patient_id)
    messages = session.scalars(select(Message).where(Message.thread_id == thread.id).order_by(Message.seq))
    return PersonalData(
        name=patient.name,
        birthdate=patient.birthdate,
        phone=patient.phone,
        identifier=patient.identifier,
        chart=chart_of(patient),
        messages=[
            PersonalMessage.model_validate({name: getattr(row, name) for name in PersonalMessage.model_fields})
            for row in messages
        ],
        record=entries_of(session, [patient.id]),
        consents=[
            PersonalConsent.model_validate({name: getattr(row, name) for name in PersonalConsent.model_fields})
            for row in decisions_of(session, patient.id)
        ],
    )
