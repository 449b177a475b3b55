"""A pharmacist's answers: once per turn, never past a message that the pharmacist has not read."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from pharmacy.ai.acknowledgement import Acknowledged, require_acknowledged
from pharmacy.ai.draft_states import expire_drafts
from pharmacy.audit.trail import Action, record
from pharmacy.chat.messages import IdempotencyKey, MessageView, append, earlier_result, view
from pharmacy.chat.threads import ThreadId, announce, find_thread
from pharmacy.console.quick_replies import open_places
from pharmacy.core.clock import Clock
from pharmacy.core.context import Here
from pharmacy.core.problems import InvalidField, ProblemError
from pharmacy.core.tables import Message, Patient, Thread
from pharmacy.core.texts import WrittenText, digest_of
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.oversight.observing import observe_first_reply
from pharmacy.paging.states import close_page

router = APIRouter(route_class=GuardedRoute, tags=["replies"])

Seq = Annotated[int, Field(ge=0, le=2**31 - 1, description="The greatest seq that the pharmacist has read")]


class NewReply(BaseModel):
    """What a pharmacist sends, and up to where they have read."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"patient": "P-4F2A9C71", "text": "次の時間に1回分だけ飲んでください。", "read_up_to": 3},
            ]
        },
    )

    patient: Annotated[str, StringConstraints(min_length=1, max_length=20)] = Field(
        description="Identifier of the patient for whom it was written, as the pharmacist saw it; no other may get it"
    )
    text: WrittenText
    read_up_to: Seq
    acknowledged: Acknowledged = None


def deliver(session: Session, clock: Clock, person: Person, thread: Thread, text: str, **fields: Any) -> Message:
    """Put a reply into a thread that the caller has locked and checked with `check_turn`.

    Raises ProblemError `unfilled` when something is left to fill in, whoever or whatever wrote the text.
    """
    if open_places(text):
        raise ProblemError("unfilled")
    message = append(session, clock, thread, "reply", text, person.name, responsible=person.name, **fields)
    observe_first_reply(session, person, thread, message.sent_at)
    thread.last_reply_seq = message.seq
    thread.waiting_since = None
    close_page(session, thread)
    return message


def check_turn(person: Person, thread: Thread, read_up_to: int) -> None:
    """Raises ProblemError unless this pharmacist holds the thread and has read all of it that matters."""
    if read_up_to > thread.last_seq:
        where = InvalidField(where="body.read_up_to", message="There is no such message in this thread")
        raise ProblemError("invalid", errors=[where])
    _check_nobody_else(person, thread)
    if thread.last_patient_seq > read_up_to:
        raise ProblemError("stale")
    if thread.last_reply_seq > read_up_to:
        raise ProblemError("answered")
    check_charge(person, thread)


def check_charge(person: Person, thread: Thread) -> None:
    """Raises ProblemError unless this pharmacist is in charge of the thread."""
    _check_nobody_else(person, thread)
    if thread.claimed_subject is None:
        raise ProblemError("not_claimed")


def _check_nobody_else(person: Person, thread: Thread) -> None:
    if thread.claimed_subject not in {None, person.subject}:
        raise ProblemError("claimed")


@router.post(
    "/api/threads/{thread_id}/replies",
    status_code=201,
    **guarded(
        "sendReply",
        "not_found",
        "wrong_patient",
        "not_claimed",
        "claimed",
        "stale",
        "answered",
        "unfilled",
        "warned",
        "idempotency_conflict",
        "invalid",
        "too_large",
        repeated=MessageView,
    ),
)
def send_reply(
    here: Here,
    person: CurrentPerson,
    role: ActingRole,
    thread_id: ThreadId,
    new: NewReply,
    idempotency_key: IdempotencyKey,
    response: Response,
) -> MessageView:
    """Answer the patient in one's own words and name. A repetition is answered 200."""
    sender = f"staff:{person.subject}"
    digest = digest_of(json.dumps([new.patient, new.text, new.read_up_to]))
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        earlier = earlier_result(session, thread, sender, idempotency_key, digest)
        if earlier is not None:
            response.status_code = 200
            return view(earlier, person)
        if session.get_one(Patient, thread.patient_id).identifier != new.patient:
            raise ProblemError("wrong_patient")
        check_turn(person, thread, new.read_up_to)
        warnings = require_acknowledged(session, thread, new.text, new.acknowledged)
        keys = {"sender": sender, "idempotency_key": idempotency_key, "request_digest": digest}
        message = deliver(session, here.clock, person, thread, new.text, **keys)
        for draft in expire_drafts(session, thread):
            target = f"draft:{draft.id}"
            record(session, here.clock, person, role, Action.DRAFT_EXPIRED, target, thread=thread, seq=message.seq)
        record(
            session,
            here.clock,
            person,
            role,
            Action.REPLY_SENT,
            f"message:{message.id}",
            thread=thread,
            seq=message.seq,
            read_up_to=new.read_up_to,
            digest=digest_of(new.text),
            **({"acknowledged": warnings} if warnings else {}),
        )
    announce(here.hub, thread)
    return view(message, person)
