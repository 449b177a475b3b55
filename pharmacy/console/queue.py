"""The queue of a branch: who waits for an answer, most urgent first, then who has waited longest."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import URGENCY_ORDER, ThreadState, Urgency, state_of
from pharmacy.core.context import Here
from pharmacy.core.tables import Patient, Thread
from pharmacy.handover.states import OPEN
from pharmacy.handover.tables import Handover
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.paging.states import threads_being_called_about
from pharmacy.triage.reply_times import is_overdue, reply_due_at

router = APIRouter(route_class=GuardedRoute, tags=["queue"])


class QueueEntry(BaseModel):
    """One patient who waits. No word of what they wrote."""

    thread_id: str
    patient_name: str = Field(examples=["佐藤花子"])
    urgency: Urgency
    red_flag: bool
    needs_check: bool
    handover: bool = Field(description="A colleague has to take over; nobody has accepted yet")
    page_unanswered: bool = Field(description="Somebody is being called about it, and nobody has acknowledged yet")
    waiting_since: datetime | None = Field(description="When the first unanswered message came; null when answered")
    reply_due_at: datetime | None = Field(description="By when a human has to have answered; null when answered")
    overdue: bool = Field(description="That time is over, whatever was sent automatically meanwhile")
    state: ThreadState
    claimed_by: str | None = Field(examples=["鈴木薬子"])
    claimed_by_me: bool


@router.get("/api/queue", **guarded("listQueue", "invalid"))
def list_queue(
    here: Here,
    person: CurrentPerson,
    role: ActingRole,
    mine: Annotated[bool, Query(description="Instead: all that I have claimed, answered or not")] = False,
) -> list[QueueEntry]:
    """All of the branch who wait, in the order in which they are to be answered."""
    with here.database.read() as session:
        entries = waiting(session, person, here.clock.now(), mine=mine)
    with here.database.write() as session:
        record(session, here.clock, person, role, Action.QUEUE_VIEWED, f"queue:{person.branch}", entries=len(entries))
    return entries


def waiting(session: Session, person: Person, now: datetime, *, mine: bool = False) -> list[QueueEntry]:
    """The entries for one member of staff, as they stand at this time."""
    rank = case({name: place for place, name in enumerate(URGENCY_ORDER)}, value=Thread.urgency)
    offered = select(Handover.id).where(Handover.thread_id == Thread.id, Handover.state == OPEN).exists()
    wanted = (
        select(Thread, Patient.name)
        .join(Patient, Patient.id == Thread.patient_id)
        .where(Thread.branch == person.branch)
        .where(Thread.claimed_subject == person.subject if mine else or_(Thread.waiting_since.is_not(None), offered))
        .order_by(rank, Thread.waiting_since.nulls_last(), Thread.id)
    )
    handed_over = set(session.scalars(select(Handover.thread_id).where(Handover.state == OPEN)))
    calling = threads_being_called_about(session, person.branch)
    return [
        QueueEntry.model_validate(
            {
                "thread_id": thread.id,
                "patient_name": name,
                "urgency": thread.urgency,
                "red_flag": thread.red_flag,
                "needs_check": thread.needs_check,
                "handover": thread.id in handed_over,
                "page_unanswered": thread.id in calling,
                "waiting_since": thread.waiting_since,
                "reply_due_at": reply_due_at(thread),
                "overdue": is_overdue(thread, now),
                "state": state_of(thread),
                "claimed_by": thread.claimed_name,
                "claimed_by_me": thread.claimed_subject == person.subject,
            }
        )
        for thread, name in session.execute(wanted).tuples()
    ]
