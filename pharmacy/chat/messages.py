"""Messages: durable before they are acknowledged, numbered by the server, the same for both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.ai.draft_states import expire_drafts
from pharmacy.audit.trail import Action, record
from pharmacy.autonomy.states import consider
from pharmacy.chat import notices
from pharmacy.chat.hours import is_open, last_closing
from pharmacy.chat.threads import ThreadId, announce, find_thread
from pharmacy.core.clock import Clock
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.known import known
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Message, Thread, new_id
from pharmacy.core.texts import WrittenText, digest_of
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.paging.states import open_page
from pharmacy.sales import subscriptions
from pharmacy.telemetry.notes import ROOT
from pharmacy.triage.rules import Verdict, assess
from pharmacy.triage.tasks import open_task

router = APIRouter(route_class=GuardedRoute, tags=["messages"])

TRIAGE_LOOKS_BACK = 5

_NOTICED: Final = {
    "check": Action.CHECK_REQUESTED,
    "yellow": Action.YELLOW_FLAG_RAISED,
    "red": Action.RED_FLAG_RAISED,
    "crisis": Action.RED_FLAG_RAISED,
}

IdempotencyKey = Annotated[
    str,
    Header(description="Made by the sender, one per intended message: a repetition is answered with the first result"),
    StringConstraints(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$"),
]


class NewMessage(BaseModel):
    """What a patient sends."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "薬を飲み忘れました"}]})

    text: WrittenText


Level = Literal["none", "check", "yellow", "red", "crisis"]
Kind = Literal["patient", "reply", "correction", "automatic", "other"]
Notice = Literal["red_flag", "crisis", "adverse", "visit", "check", "hours", "bulk", "auto_reply"]


class TriageRecord(BaseModel):
    """What the rules of that day said of a message. Shown to staff only."""

    level: Level
    rules: list[str] = Field(examples=[["chest-pain"]])
    doubtful: list[str] = Field(description="Flags that were denied or about somebody else")
    rules_version: str = Field(examples=["2026.11.1"])


class MessageView(BaseModel):
    """A message, the same for patient and staff but for `triage`."""

    id: str
    seq: int = Field(ge=1, description="Place in the thread; the server's order, without gaps")
    kind: Kind = Field(
        description="`other`: a newer version, since rolled back, wrote a kind that this one does not know"
    )
    state: Literal["received"] = Field(default="received", description="It is stored durably")
    text: str
    author: str = Field(examples=["佐藤花子"])
    responsible: str | None = Field(description="The pharmacist who answers for a reply", examples=["鈴木薬子"])
    automatic: bool = Field(description="Sent by the pharmacy itself: fixed words, or an automatic answer")
    corrects: int | None = Field(default=None, description="A correction: the seq of the reply that it corrects")
    corrected_by: int | None = Field(default=None, description="A reply that was corrected: the seq of its correction")
    notice: Notice | None = Field(description="What fixed words are about")
    sent_at: datetime
    triage: TriageRecord | None = None


@dataclass(frozen=True)
class Sent:
    """A stored message; `replay` when it had been stored by an earlier request with the same key."""

    message: Message
    replay: bool


def view(message: Message, person: Person) -> MessageView:
    return MessageView.model_validate(
        {
            "id": message.id,
            "seq": message.seq,
            "kind": known(message.kind, Kind, "other"),
            "text": message.text,
            "author": message.author,
            "responsible": message.responsible,
            "automatic": message.kind == "automatic",
            "corrects": message.corrects,
            "corrected_by": message.corrected_by,
            "notice": known(message.notice, Notice, None),
            "sent_at": message.sent_at,
            "triage": None if person.is_patient else _readable(message.triage),
        }
    )


def _readable(triage: dict[str, Any] | None) -> dict[str, Any] | None:
    """A level that this version does not know is one for a human to check."""
    return triage and {**triage, "level": known(triage["level"], Level, "check")}


def append(session: Session, clock: Clock, thread: Thread, kind: str, text: str, author: str, **fields: Any) -> Message:
    """Add a message at the end of a thread that the caller has locked."""
    thread.last_seq += 1
    thread.version += 1
    message = Message(
        id=new_id(),
        thread_id=thread.id,
        seq=thread.last_seq,
        kind=kind,
        text=text,
        author=author,
        sent_at=clock.now(),
        **fields,
    )
    session.add(message)
    return message


def earlier_result(session: Session, thread: Thread, sender: str, key: str, digest: str) -> Message | None:
    """What an earlier request with this key stored. Raises ProblemError when that request said something else."""
    found = session.scalar(
        select(Message).where(Message.thread_id == thread.id, Message.sender == sender, Message.idempotency_key == key)
    )
    if found is not None and found.request_digest != digest:
        raise ProblemError("idempotency_conflict")
    return found


def messages_after(session: Session, thread_id: str, after: int, limit: int | None = None) -> Sequence[Message]:
    wanted = select(Message).where(Message.thread_id == thread_id, Message.seq > after).order_by(Message.seq)
    return session.scalars(wanted.limit(limit) if limit is not None else wanted).all()


@router.get("/api/threads/{thread_id}/messages", **guarded("listMessages", "not_found", "invalid"))
def list_messages(
    here: Here,
    person: CurrentPerson,
    role: ActingRole,
    thread_id: ThreadId,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Only messages with a greater seq")] = 0,
) -> list[MessageView]:
    """The messages in the server's order. A look by staff is recorded."""
    with here.database.read() as session:
        thread = find_thread(session, person, thread_id)
        found = messages_after(session, thread.id, after)
    if not person.is_patient:
        with here.database.write() as session:
            target = f"thread:{thread.id}"
            record(session, here.clock, person, role, Action.MESSAGES_VIEWED, target, thread=thread, after=after)
    return [view(message, person) for message in found]


@router.post(
    "/api/threads/{thread_id}/messages",
    status_code=201,
    **guarded("sendMessage", "not_found", "idempotency_conflict", "invalid", "too_large", repeated=MessageView),
)
def send_message(
    here: Here,
    person: CurrentPerson,
    role: ActingRole,
    thread_id: ThreadId,
    new: NewMessage,
    idempotency_key: IdempotencyKey,
    response: Response,
) -> MessageView:
    """Store the patient's message. The answer comes only when it is durable; a repetition is answered 200."""
    began = here.telemetry.now()
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        sent = receive(session, here.clock, person, role, thread, new.text, idempotency_key)
    if not sent.replay:
        announce(here.hub, thread)
        here.outbox.wake()
        here.wake("auto_replies")
        _trace(here, began, sent.message)
    response.status_code = 200 if sent.replay else 201
    return view(sent.message, person)


def _trace(here: Pharmacy, began: int, message: Message) -> None:
    """The beginning of a trace: the message itself, and what the rules made of it."""
    ids = {"message": message.id, "thread": message.thread_id}
    here.telemetry.tell(message.id, ROOT, began, **ids)
    if message.triage is not None:
        judged = {"level": message.triage["level"], "rules_version": message.triage["rules_version"]}
        here.telemetry.tell(message.id, "rules", began, **ids, **judged)


def receive(session: Session, clock: Clock, person: Person, role: str, thread: Thread, text: str, key: str) -> Sent:
    """Take a patient's message in, in the caller's transaction, with all that its words call for."""
    sender, digest = f"patient:{person.subject}", digest_of(text)
    earlier = earlier_result(session, thread, sender, key, digest)
    if earlier is not None:
        return Sent(earlier, replay=True)
    verdict = assess(text, _unanswered_before(session, thread))
    message = append(
        session,
        clock,
        thread,
        "patient",
        text,
        person.name,
        sender=sender,
        idempotency_key=key,
        request_digest=digest,
        triage=verdict.as_record(),
    )
    thread.last_patient_seq = message.seq
    thread.waiting_since = thread.waiting_since or message.sent_at
    target = f"message:{message.id}"
    record(session, clock, person, role, Action.MESSAGE_RECEIVED, target, thread=thread, seq=message.seq)
    for draft in expire_drafts(session, thread):
        record(session, clock, person, role, Action.DRAFT_EXPIRED, f"draft:{draft.id}", thread=thread, seq=message.seq)
    _act_on(session, clock, person, role, thread, message, verdict)
    consider(session, clock.now(), thread, message)
    _say_when_closed(session, clock, thread)
    return Sent(message, replay=False)


def _unanswered_before(session: Session, thread: Thread) -> list[str]:
    """The patient's last messages since the last reply, oldest first."""
    recent = session.scalars(
        select(Message.text)
        .where(Message.thread_id == thread.id, Message.kind == "patient", Message.seq > thread.last_reply_seq)
        .order_by(Message.seq.desc())
        .limit(TRIAGE_LOOKS_BACK)
    )
    return list(recent)[::-1]


def _act_on(
    session: Session, clock: Clock, person: Person, role: str, thread: Thread, message: Message, verdict: Verdict
) -> None:
    """What a verdict means for the thread. Rules only ever raise the urgency; lowering is a pharmacist's act."""
    thread.crisis = thread.crisis or verdict.crisis
    thread.needs_check = thread.needs_check or bool(verdict.doubtful)
    if verdict.level == "none":
        return
    record(
        session,
        clock,
        person,
        role,
        _NOTICED[verdict.level],
        f"message:{message.id}",
        thread=thread,
        **verdict.as_record(),
    )
    if verdict.level in {"red", "crisis"}:
        thread.urgency, thread.red_flag = "red", True
        open_page(session, clock, thread)
    for notice, words in notices.answering(verdict):
        _say(session, clock, thread, notice, words)
    if thread.urgency == "green":
        turn_yellow(session, clock, thread, told=verdict.adverse)
    if verdict.adverse:
        open_task(session, clock, thread, "physician")
        subscriptions.pause(session, clock, thread.patient_id, "adverse")


def turn_yellow(session: Session, clock: Clock, thread: Thread, *, told: bool = False) -> None:
    """Yellow: the patient is advised to see a doctor in time, unless `told` already, and somebody checks back."""
    thread.urgency = "yellow"
    if not told:
        _say(session, clock, thread, "visit", notices.VISIT)
    open_task(session, clock, thread, "check_back")


def _say_when_closed(session: Session, clock: Clock, thread: Thread) -> None:
    """Once per closed period: when a human will answer."""
    now = clock.now()
    if is_open(now):
        return
    told = select(Message.id).where(
        Message.thread_id == thread.id, Message.notice == "hours", Message.sent_at >= last_closing(now)
    )
    if session.scalar(told.limit(1)) is None:
        _say(session, clock, thread, "hours", notices.outside_hours(now))


def _say(session: Session, clock: Clock, thread: Thread, notice: str, text: str) -> None:
    append(session, clock, thread, "automatic", text, notices.AUTHOR, notice=notice)
