"""The mode of a branch and the life of an automatic answer, as tables. What they do not name cannot happen."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.autonomy.gate import topic_of
from pharmacy.autonomy.tables import Autonomy, AutoReply
from pharmacy.core.tables import Message, Thread

Mode = Literal["suggest_only", "auto_send"]
AutoReplyState = Literal["waiting", "sent", "held"]

TRANSITIONS: Final[dict[tuple[str, str], AutoReplyState]] = {
    ("waiting", "send"): "sent",
    ("waiting", "hold"): "held",
}


def mode_of(session: Session, branch: str) -> Mode:
    """What a branch lets the model do; suggest-only unless somebody has decided otherwise."""
    row = session.get(Autonomy, branch)
    return "auto_send" if row is not None and row.mode == "auto_send" else "suggest_only"


def advance(reply: AutoReply, event: str, reason: str | None = None) -> None:
    """Move it on. Raises KeyError when the table does not know the way: it was sent or held already."""
    reply.state = TRANSITIONS[reply.state, event]
    reply.reason = reason


def consider(session: Session, now: datetime, thread: Thread, message: Message) -> None:
    """Let the model answer this message, if the branch wants it and the gate lets it through. In the caller's transaction."""
    if (
        mode_of(session, thread.branch) != "auto_send"
        or thread.urgency != "green"
        or thread.needs_check
        or thread.crisis
    ):
        return
    texts = session.scalars(
        select(Message.text)
        .where(Message.thread_id == thread.id, Message.kind == "patient", Message.seq > thread.last_reply_seq)
        .order_by(Message.seq)
    ).all()
    topic = topic_of(texts)
    if topic is not None:
        session.add(AutoReply(thread_id=thread.id, asked_seq=message.seq, topic=topic, state="waiting", created_at=now))
