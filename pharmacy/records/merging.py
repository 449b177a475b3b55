"""Merging the records of two patients who are one person (名寄せ), and separating them again exactly as they were."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, find_thread
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient, Thread
from pharmacy.core.texts import WrittenText
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.records.links import open_link
from pharmacy.records.soap import BASE, RecordView, view_of_record
from pharmacy.records.states import LINKS, advance
from pharmacy.records.tables import RecordLink

router = APIRouter(route_class=GuardedRoute, tags=["records"])


class Merge(BaseModel):
    """With whom, and why it is sure that they are one person."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"identifier": "P-4F2A9C71", "reason": "本人が電話で二重の登録を申し出た"}]},
    )

    identifier: str = Field(pattern=r"^P-[0-9A-F]{8}$", description="Identifier of the other patient of the branch")
    reason: WrittenText


class Separation(BaseModel):
    """Why they are two after all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "同姓同名の別人だった"}]})

    reason: WrittenText


def _state(link: RecordLink | None) -> str:
    return link.state if link else "separate"


def _other(session: Session, thread: Thread, identifier: str) -> Patient:
    other = session.scalar(select(Patient).where(Patient.identifier == identifier, Patient.branch == thread.branch))
    if other is None:
        raise ProblemError("not_found")
    if other.id == thread.patient_id:
        raise ProblemError("same_patient")
    return other


def _log(session: Session, here: Here, person: CurrentPerson, role: str, action: Action, link: RecordLink) -> None:
    """A line in the trail of each of the two: whoever reads one of them has to find it."""
    for patient_id in (link.one_id, link.other_id):
        thread = session.scalars(select(Thread).where(Thread.patient_id == patient_id)).one()
        record(session, here.clock, person, role, action, f"record-link:{link.id}", thread=thread)


@router.post(
    BASE + "/merge",
    status_code=201,
    **guarded("mergeRecords", "not_found", "records_merged", "same_patient", "invalid", "too_large"),
)
def merge_records(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, merge: Merge) -> RecordView:
    """Show the records of two patients as one. No entry is moved or changed."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        other = _other(session, thread, merge.identifier)
        for patient_id in (thread.patient_id, other.id):
            state = advance(LINKS, _state(open_link(session, patient_id)), "merge")
        link = RecordLink(
            one_id=thread.patient_id,
            other_id=other.id,
            state=state,
            reason=merge.reason,
            merged_by=person.name,
            merged_at=here.clock.now(),
        )
        session.add(link)
        session.flush()
        _log(session, here, person, role, Action.RECORDS_MERGED, link)
        return view_of_record(session, thread, here.clock.now())


@router.post(
    BASE + "/separation",
    **guarded("separateRecords", "not_found", "records_separate", "invalid", "too_large"),
)
def separate_records(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, separation: Separation
) -> RecordView:
    """Undo the merge: each record is again what was written under its own patient."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        link = open_link(session, thread.patient_id)
        state = advance(LINKS, _state(link), "separate")
        assert link is not None  # else there is no such transition
        link.state, link.separated_by, link.separated_at = state, person.name, here.clock.now()
        link.reason = f"{link.reason}\n{separation.reason}"
        _log(session, here, person, role, Action.RECORDS_SEPARATED, link)
        session.flush()
        return view_of_record(session, thread, here.clock.now())
