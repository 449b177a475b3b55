"""Correcting what was sent: by a message of its own that says so. The original stays where and as it was."""

from __future__ import annotations

import json
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from pharmacy.ai.acknowledgement import Acknowledged, require_acknowledged
from pharmacy.audit.trail import Action, record
from pharmacy.chat.messages import IdempotencyKey, MessageView, append, earlier_result, view
from pharmacy.chat.threads import ThreadId, announce, find_thread, is_id
from pharmacy.console.quick_replies import open_places
from pharmacy.console.replies import check_charge
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Message, Thread
from pharmacy.core.texts import WrittenText, digest_of
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded

router = APIRouter(route_class=GuardedRoute, tags=["replies"])

CORRECTABLE: Final[dict[str, bool]] = {"reply": True, "correction": True, "patient": False, "automatic": False}
"""Which kinds of message a pharmacist may correct: their own and their colleagues', nobody else's words."""

MessageId = Annotated[
    str, Path(description="Id of a message of this thread", examples=["5f2c9a5e7b1d4c2680aa51e2f7c4d9b3"])
]


class NewCorrection(BaseModel):
    """What should have been said."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "1日3回ではなく、1日2回お飲みください。"}]}
    )

    text: WrittenText
    acknowledged: Acknowledged = None


@router.post(
    "/api/threads/{thread_id}/messages/{message_id}/correction",
    status_code=201,
    **guarded(
        "correctReply",
        "not_found",
        "not_claimed",
        "claimed",
        "not_correctable",
        "corrected",
        "unchanged",
        "unfilled",
        "warned",
        "idempotency_conflict",
        "invalid",
        "too_large",
        repeated=MessageView,
    ),
)
def correct_reply(
    here: Here,
    person: CurrentPerson,
    role: ActingRole,
    thread_id: ThreadId,
    message_id: MessageId,
    new: NewCorrection,
    idempotency_key: IdempotencyKey,
    response: Response,
) -> MessageView:
    """Correct a reply, in one's own name. It is no answer to what the patient asks now. A repetition is answered 200."""
    sender = f"staff:{person.subject}"
    digest = digest_of(json.dumps([new.text, "corrects", message_id], ensure_ascii=True))
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        earlier = earlier_result(session, thread, sender, idempotency_key, digest)
        if earlier is not None:
            response.status_code = 200
            return view(earlier, person)
        original = _find(session, thread, message_id)
        check_charge(person, thread)
        _check(original, new.text)
        warnings = require_acknowledged(session, thread, new.text, new.acknowledged)
        keys = {"sender": sender, "idempotency_key": idempotency_key, "request_digest": digest}
        message = append(
            session,
            here.clock,
            thread,
            "correction",
            new.text,
            person.name,
            responsible=person.name,
            corrects=original.seq,
            **keys,
        )
        original.corrected_by = message.seq
        record(
            session,
            here.clock,
            person,
            role,
            Action.REPLY_CORRECTED,
            f"message:{original.id}",
            thread=thread,
            seq=original.seq,
            corrected_by=message.seq,
            digest_before=digest_of(original.text),
            digest=digest_of(new.text),
            **({"acknowledged": warnings} if warnings else {}),
        )
    announce(here.hub, thread)
    return view(message, person)


def _find(session: Session, thread: Thread, message_id: str) -> Message:
    message = session.get(Message, message_id) if is_id(message_id) else None
    if message is None or message.thread_id != thread.id:
        raise ProblemError("not_found")
    return message


def _check(original: Message, text: str) -> None:
    """Raises ProblemError unless this text may stand as the correction of this message."""
    if not CORRECTABLE.get(original.kind, False):
        raise ProblemError("not_correctable")
    if original.corrected_by is not None:
        raise ProblemError("corrected")
    if text == original.text:
        raise ProblemError("unchanged")
    if open_places(text):
        raise ProblemError("unfilled")
