"""Claiming a thread: one pharmacist at a time answers a patient. And the urgency, which only a pharmacist lowers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pharmacy.audit.trail import Action, record
from pharmacy.chat.messages import turn_yellow
from pharmacy.chat.threads import ThreadId, Urgency, announce, find_thread
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.texts import WRITTEN
from pharmacy.handover.states import check_not_offered
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.paging.states import acknowledge_if_calling, close_page

router = APIRouter(route_class=GuardedRoute, tags=["claims"])


class Claim(BaseModel):
    """Who answers this thread, since when."""

    thread_id: str
    claimed_by: str = Field(examples=["鈴木薬子"])
    claimed_at: datetime


class NewUrgency(BaseModel):
    """How urgent it is in the pharmacist's judgement, and why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"urgency": "yellow", "reason": "電話で本人に確認した"}]}
    )

    urgency: Urgency
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=WRITTEN)]


class UrgencyView(BaseModel):
    """The urgency as it now stands."""

    thread_id: str
    urgency: Urgency


@router.post(
    "/api/threads/{thread_id}/claim", **guarded("claimThread", "not_found", "claimed", "handover_open", "invalid")
)
def claim_thread(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> Claim:
    """Take the thread. Taking what one already holds changes nothing."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        if thread.claimed_subject not in {None, person.subject}:
            raise ProblemError("claimed")
        check_not_offered(session, thread.id, person.subject)
        if thread.claimed_subject is None or thread.claimed_at is None:
            thread.claimed_subject, thread.claimed_name = person.subject, person.name
            thread.claimed_at = here.clock.now()
            thread.version += 1
            record(session, here.clock, person, role, Action.THREAD_CLAIMED, f"thread:{thread.id}", thread=thread)
            acknowledge_if_calling(session, here.clock, person, role, thread)
        claimed = Claim(thread_id=thread.id, claimed_by=person.name, claimed_at=thread.claimed_at)
    announce(here.hub, thread)
    return claimed


@router.delete(
    "/api/threads/{thread_id}/claim", status_code=204, **guarded("releaseThread", "not_found", "claimed", "invalid")
)
def release_thread(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> None:
    """Give the thread back to the queue with its original waiting time. A supervisor may release anybody's."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        if thread.claimed_subject not in {None, person.subject} and "supervisor" not in person.roles:
            raise ProblemError("claimed")
        if thread.claimed_subject is not None:
            held_by = thread.claimed_subject
            thread.claimed_subject = thread.claimed_name = thread.claimed_at = None
            thread.version += 1
            target = f"thread:{thread.id}"
            record(session, here.clock, person, role, Action.THREAD_RELEASED, target, thread=thread, held_by=held_by)
    announce(here.hub, thread)


@router.put("/api/threads/{thread_id}/urgency", **guarded("setUrgency", "not_found", "invalid", "too_large"))
def set_urgency(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, new: NewUrgency
) -> UrgencyView:
    """Judge the urgency. The reason stays in the audit trail with the pharmacist's name."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        record(
            session,
            here.clock,
            person,
            role,
            Action.URGENCY_CHANGED,
            f"thread:{thread.id}",
            thread=thread,
            before=thread.urgency,
            after=new.urgency,
            reason=new.reason,
        )
        if new.urgency == "yellow" != thread.urgency:
            turn_yellow(session, here.clock, thread)
        thread.urgency = new.urgency
        thread.red_flag = thread.red_flag and new.urgency == "red"
        thread.needs_check = False
        if new.urgency == "red":
            acknowledge_if_calling(session, here.clock, person, role, thread)
        else:
            close_page(session, thread)
        thread.version += 1
    announce(here.hub, thread)
    return UrgencyView(thread_id=thread.id, urgency=new.urgency)
