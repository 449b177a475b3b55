"""Threads: one patient's conversation, who may see it, in which state it is."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from fastapi import Path
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.hub import Hub, queue_topic, thread_topic
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Thread
from pharmacy.identity.sessions import Person
from pharmacy.privacy.standing import AI_DRAFTS, consents

Urgency = Literal["red", "yellow", "green"]
ThreadState = Literal["new", "waiting", "claimed", "answered"]

URGENCY_ORDER: Final = ("red", "yellow", "green")

ThreadId = Annotated[str, Path(description="Id of a thread", examples=["0f3c9a5e7b1d4c2680aa51e2f7c4d9b3"])]

_ID: Final = re.compile(r"[0-9a-f]{32}")


class Suggestions(BaseModel):
    """Whether the AI may be asked for a draft in this thread, and if not, why."""

    allowed: bool
    reason: Literal["red_flag", "crisis", "no_consent"] | None = None


def is_id(value: str) -> bool:
    """Whether this can be an id of ours at all; anything else is simply not found."""
    return _ID.fullmatch(value) is not None


def find_thread(session: Session, person: Person, thread_id: str, *, lock: bool = False) -> Thread:
    """The thread, if this person may know of it: the patient's own, or one of the staff's branch.

    Raises ProblemError `not_found` else: that it exists is not told. `lock` holds it until the transaction ends.
    """
    if not is_id(thread_id):
        raise ProblemError("not_found")
    wanted = select(Thread).where(Thread.id == thread_id)
    thread = session.scalar(wanted.with_for_update() if lock else wanted)
    if thread is None:
        raise ProblemError("not_found")
    if person.is_patient:
        visible = thread.patient_id == person.patient_id
    else:
        visible = thread.branch == person.branch or thread.id in person.emergency_threads
    if not visible:
        raise ProblemError("not_found")
    return thread


def state_of(thread: Thread) -> ThreadState:
    if thread.claimed_subject is not None:
        return "claimed"
    if thread.waiting_since is not None:
        return "waiting"
    return "answered" if thread.last_patient_seq else "new"


def suggestions_of(session: Session, thread: Thread) -> Suggestions:
    """A crisis turns the model off for good, a red flag until the urgency is lowered; and nothing without consent."""
    if thread.crisis:
        return Suggestions(allowed=False, reason="crisis")
    if thread.urgency == "red":
        return Suggestions(allowed=False, reason="red_flag")
    if not consents(session, thread.patient_id, AI_DRAFTS):
        return Suggestions(allowed=False, reason="no_consent")
    return Suggestions(allowed=True)


def announce(hub: Hub, thread: Thread) -> None:
    """Tell everybody who watches this thread or its queue that there is something new. Call after the commit."""
    hub.notify(thread_topic(thread.id), queue_topic(thread.branch))
