"""Keeping and discarding: an order to hold a record, and the purge of an entry whose time is over."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, find_thread
from pharmacy.core.clock import JST
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.texts import WrittenText
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.records.held import is_held, open_hold
from pharmacy.records.links import linked
from pharmacy.records.retention import load_retention
from pharmacy.records.soap import BASE, EntryId, RecordView, find_entry, kept_until, view_of_record
from pharmacy.records.states import HOLDS, advance
from pharmacy.records.tables import RecordEntry, RecordHold, RecordVersion

router = APIRouter(route_class=GuardedRoute, tags=["records"])


class Hold(BaseModel):
    """Who ordered it and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "裁判所の証拠保全の指示"}]})

    reason: WrittenText


@router.put(BASE + "/hold", **guarded("holdRecord", "not_found", "record_held", "invalid", "too_large"))
def hold_record(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, hold: Hold) -> RecordView:
    """From now on nothing of this record is discarded, whatever its age."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        patients = linked(session, thread.patient_id)
        advance(HOLDS, "held" if is_held(session, patients) else "free", "hold")
        session.add(
            RecordHold(patient_id=thread.patient_id, reason=hold.reason, held_by=person.name, held_at=here.clock.now())
        )
        record(session, here.clock, person, role, Action.RECORD_HELD, f"record:{thread.patient_id}", thread=thread)
        session.flush()
        return view_of_record(session, thread, here.clock.now())


@router.delete(BASE + "/hold", **guarded("releaseRecord", "not_found", "record_not_held", "invalid"))
def release_record(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> RecordView:
    """The order to hold is over; the record's own period counts again."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        hold = open_hold(session, linked(session, thread.patient_id))
        advance(HOLDS, "held" if hold else "free", "release")
        assert hold is not None  # else there is no such transition
        hold.released_by, hold.released_at = person.name, here.clock.now()
        record(session, here.clock, person, role, Action.RECORD_RELEASED, f"record:{thread.patient_id}", thread=thread)
        session.flush()
        return view_of_record(session, thread, here.clock.now())


@router.delete(
    BASE + "/{entry_id}", **guarded("purgeRecordEntry", "not_found", "record_kept", "record_held", "invalid")
)
def purge_record_entry(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, entry_id: EntryId
) -> RecordView:
    """Discard an entry for good. Refused within its period and under a hold; that it was discarded stays on record."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        entry = find_entry(session, thread, entry_id)
        if is_held(session, linked(session, entry.patient_id)):
            raise ProblemError("record_held")
        until = kept_until(session, entry)
        if here.clock.now().astimezone(JST).date() <= until:
            raise ProblemError("record_kept", detail=until.isoformat())
        session.execute(delete(RecordVersion).where(RecordVersion.entry_id == entry.id))
        session.execute(delete(RecordEntry).where(RecordEntry.id == entry.id))
        record(
            session,
            here.clock,
            person,
            role,
            Action.RECORD_PURGED,
            f"record-entry:{entry_id}",
            thread=thread,
            kept_until=until.isoformat(),
            rules_version=load_retention().version,
        )
        return view_of_record(session, thread, here.clock.now())
