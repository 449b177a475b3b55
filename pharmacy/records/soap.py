"""The medication record (薬歴) of one patient: entries by SOAP, each edit a version of its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, find_thread, is_id
from pharmacy.core.clock import JST
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient, Thread
from pharmacy.core.texts import WrittenText
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.prescriptions.tables import Dispensing, Prescription
from pharmacy.records.follow_ups import FollowUpView, views_of_follow_ups
from pharmacy.records.held import is_held
from pharmacy.records.links import linked
from pharmacy.records.retention import load_retention
from pharmacy.records.tables import RecordEntry, RecordVersion

router = APIRouter(route_class=GuardedRoute, tags=["records"])

BASE = "/api/threads/{thread_id}/record"

EntryId = Annotated[str, Path(description="Id of an entry of this patient's record", examples=["9d2b" * 8])]


class Soap(BaseModel):
    """What an entry says."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "subjective": "朝の薬を飲むと胃がむかつく",
                    "objective": "ロキソプロフェンを空腹時に服用",
                    "assessment": "空腹時の服用による胃部不快感",
                    "plan": "食後の服用を説明。3日後に様子を確かめる",
                }
            ]
        },
    )

    subjective: WrittenText
    objective: WrittenText
    assessment: WrittenText
    plan: WrittenText


class Amendment(Soap):
    """A later wording. It names the version that it was written after, so that nobody's edit is lost unseen."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "based_on": 1,
                    "subjective": "朝の薬を飲むと胃がむかつく",
                    "objective": "ロキソプロフェンを食後に服用",
                    "assessment": "食後でも続く胃部不快感",
                    "plan": "処方医に相談する",
                }
            ]
        },
    )

    based_on: int = Field(ge=1, le=100_000, description="The newest version that the writer has read")


class VersionView(BaseModel):
    """What an entry said from a moment on."""

    number: int = Field(ge=1)
    subjective: str
    objective: str
    assessment: str
    plan: str
    author: str = Field(examples=["鈴木薬子"])
    written_at: datetime


class EntryView(BaseModel):
    """An entry with all its versions, the oldest first; the last one holds."""

    id: str
    identifier: str = Field(description="Whose it is: the patient under whom it was written", examples=["P-4F2A9C71"])
    versions: list[VersionView]
    kept_until: date = Field(
        description="The last day on which it has to be there, counted from its last version or the last dispensing"
    )


class RecordView(BaseModel):
    """A patient's record; while it is merged with another's, that one's entries too."""

    identifier: str = Field(examples=["P-4F2A9C71"])
    name: str = Field(examples=["佐藤花子"])
    merged_with: str | None = Field(description="Identifier of the patient with whom it is merged")
    held: bool = Field(description="It has to be kept whatever its age")
    entries: list[EntryView]
    follow_ups: list[FollowUpView]


def find_entry(session: Session, thread: Thread, entry_id: str) -> RecordEntry:
    """The entry, if it stands in this patient's record. Raises ProblemError `not_found` else."""
    entry = session.get(RecordEntry, entry_id) if is_id(entry_id) else None
    if entry is None or entry.patient_id not in linked(session, thread.patient_id):
        raise ProblemError("not_found")
    return entry


def versions_of(session: Session, entry: RecordEntry) -> list[RecordVersion]:
    """All of them, the oldest first."""
    wanted = select(RecordVersion).where(RecordVersion.entry_id == entry.id)
    return list(session.scalars(wanted.order_by(RecordVersion.number)))


def kept_until(session: Session, entry: RecordEntry) -> date:
    """The last day on which an entry has to be there.

    One period counts from its last version, one from the last time that its patient was dispensed anything, both by
    days in Japan and by the rule of that day; the one that ends later holds.
    """
    dispensed = (
        select(Dispensing.dispensed_at)
        .join(Prescription, Prescription.id == Dispensing.prescription_id)
        .where(Prescription.patient_id.in_(linked(session, entry.patient_id)), Dispensing.voided_at.is_(None))
        .order_by(Dispensing.dispensed_at.desc())
        .limit(1)
    )
    begins = [versions_of(session, entry)[-1].written_at, *session.scalars(dispensed)]
    return max(load_retention().kept_until(at.astimezone(JST).date()) for at in begins)


def entries_of(session: Session, patients: list[str]) -> list[EntryView]:
    """The entries of these patients, the oldest first."""
    wanted = select(RecordEntry, Patient.identifier).join(Patient, Patient.id == RecordEntry.patient_id)
    wanted = wanted.where(RecordEntry.patient_id.in_(patients)).order_by(RecordEntry.opened_at, RecordEntry.id)
    return [_entry_view(session, entry, identifier) for entry, identifier in session.execute(wanted).tuples()]


def _entry_view(session: Session, entry: RecordEntry, identifier: str) -> EntryView:
    versions = versions_of(session, entry)
    names = tuple(VersionView.model_fields)
    return EntryView(
        id=entry.id,
        identifier=identifier,
        versions=[VersionView.model_validate({name: getattr(row, name) for name in names}) for row in versions],
        kept_until=kept_until(session, entry),
    )


def view_of_record(session: Session, thread: Thread, now: datetime) -> RecordView:
    """The record as it stands, for staff who may see it."""
    patients = linked(session, thread.patient_id)
    me = session.get_one(Patient, thread.patient_id)
    others = [session.get_one(Patient, other).identifier for other in patients if other != me.id]
    return RecordView(
        identifier=me.identifier,
        name=me.name,
        merged_with=next(iter(others), None),
        held=is_held(session, patients),
        entries=entries_of(session, patients),
        follow_ups=views_of_follow_ups(session, thread, now.astimezone(JST).date()),
    )


def _version(here: Here, person: Person, entry: RecordEntry, number: int, soap: Soap) -> RecordVersion:
    return RecordVersion(
        entry_id=entry.id,
        number=number,
        **soap.model_dump(include={"subjective", "objective", "assessment", "plan"}),
        author_subject=person.subject,
        author=person.name,
        written_at=here.clock.now(),
    )


@router.get(BASE, **guarded("getRecord", "not_found", "invalid"))
def get_record(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> RecordView:
    """The medication record of the thread's patient. The look is recorded."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id)
        record(session, here.clock, person, role, Action.RECORD_VIEWED, f"record:{thread.patient_id}", thread=thread)
        return view_of_record(session, thread, here.clock.now())


@router.post(BASE, status_code=201, **guarded("addRecordEntry", "not_found", "invalid", "too_large"))
def add_record_entry(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, soap: Soap
) -> RecordView:
    """Write a new entry into this patient's record."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        entry = RecordEntry(patient_id=thread.patient_id, opened_at=here.clock.now())
        session.add(entry)
        session.flush()
        session.add(_version(here, person, entry, 1, soap))
        record(session, here.clock, person, role, Action.RECORD_WRITTEN, f"record-entry:{entry.id}", thread=thread)
        session.flush()
        return view_of_record(session, thread, here.clock.now())


@router.post(
    BASE + "/{entry_id}/versions",
    status_code=201,
    **guarded("amendRecordEntry", "not_found", "record_changed", "invalid", "too_large"),
)
def amend_record_entry(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, entry_id: EntryId, soap: Amendment
) -> RecordView:
    """Add a version to an entry. The versions before it stay as they are."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        entry = find_entry(session, thread, entry_id)
        newest = versions_of(session, entry)[-1].number
        if soap.based_on != newest:
            raise ProblemError("record_changed")
        session.add(_version(here, person, entry, newest + 1, soap))
        target = f"record-entry:{entry.id}"
        record(session, here.clock, person, role, Action.RECORD_AMENDED, target, thread=thread, version=newest + 1)
        session.flush()
        return view_of_record(session, thread, here.clock.now())
