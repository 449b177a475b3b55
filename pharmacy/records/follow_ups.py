"""Follow-up of a therapy, a prescription or an order (服薬フォロー): an individual contact and its result end it, a bulk notice never does."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat import notices
from pharmacy.chat.messages import append
from pharmacy.chat.threads import ThreadId, announce, find_thread, is_id
from pharmacy.core.clock import JST, Clock
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Message, Thread
from pharmacy.core.texts import WrittenText
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.prescriptions.gates import proceed
from pharmacy.prescriptions.prescriptions import find_prescription
from pharmacy.prescriptions.states import GIVEN, ON_THE_WAY
from pharmacy.prescriptions.tables import Prescription
from pharmacy.records.states import FOLLOW_UPS, FollowUpState, advance
from pharmacy.records.tables import FollowUp
from pharmacy.sales.states import after
from pharmacy.sales.tables import Order

router = APIRouter(route_class=GuardedRoute, tags=["records"])

Channel = Literal["chat", "phone", "video"]

FollowUpId = Annotated[str, Path(description="Id of a follow-up of this thread", examples=["4e7a" * 8])]


class NewFollowUp(BaseModel):
    """What is to be asked, by which day in Japan, and of which prescription; of none, it is about the therapy as a whole."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"subject": "血圧の薬を替えた後のふらつき", "due_on": "2026-12-01"}]},
    )

    subject: WrittenText
    due_on: date
    prescription_id: str | None = Field(default=None, max_length=64, description="One that the patient was sent")


class Contact(BaseModel):
    """How this one patient was reached, and what came of it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"channel": "phone", "result": "ふらつきはない。残薬は2日分"}]},
    )

    channel: Channel
    result: WrittenText


class BulkNotice(BaseModel):
    """The same words to everybody who is to be followed up."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "お薬の調子はいかがですか。"}]})

    text: WrittenText


class BulkResult(BaseModel):
    """To how many patients it went."""

    recipients: int = Field(ge=0)


class FollowUpView(BaseModel):
    """A follow-up, and how it ended."""

    id: str
    state: FollowUpState
    subject: str
    due_on: date
    overdue: bool
    prescription_id: str | None
    opened_by: str = Field(examples=["鈴木薬子"])
    channel: Channel | None
    result: str | None
    done_by: str | None = Field(examples=["鈴木薬子"])
    done_at: datetime | None


def views_of_follow_ups(session: Session, thread: Thread, today: date) -> list[FollowUpView]:
    """All of a thread, the most pressing first. `today`: in Japan."""
    wanted = select(FollowUp).where(FollowUp.thread_id == thread.id).order_by(FollowUp.due_on, FollowUp.id)
    return [_view(row, today) for row in session.scalars(wanted)]


def _view(row: FollowUp, today: date) -> FollowUpView:
    names = set(FollowUpView.model_fields) - {"overdue"}
    overdue = row.state == "open" and row.due_on < today
    return FollowUpView.model_validate({name: getattr(row, name) for name in names} | {"overdue": overdue})


def _reached_by_chat(session: Session, follow_up: FollowUp) -> bool:
    """Whether a pharmacist has written to this patient since; what went out by itself or to all does not count."""
    wanted = exists().where(
        Message.thread_id == follow_up.thread_id,
        Message.kind.in_(("reply", "correction")),
        Message.responsible.is_not(None),
        Message.sent_at >= follow_up.opened_at,
    )
    return bool(session.scalar(select(wanted)))


def plan(
    session: Session,
    clock: Clock,
    person: Person,
    role: str,
    thread: Thread,
    subject: str,
    due_on: date,
    *,
    order_id: str | None = None,
    prescription_id: str | None = None,
) -> FollowUp:
    """Have this patient asked how it goes, in the caller's transaction; with what they were sent, once it is on its way."""
    row = FollowUp(
        thread_id=thread.id,
        order_id=order_id,
        prescription_id=prescription_id,
        branch=thread.branch,
        state="open",
        subject=subject,
        due_on=due_on,
        opened_by=person.name,
        opened_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(session, clock, person, role, Action.FOLLOW_UP_OPENED, f"follow-up:{row.id}", thread=thread)
    return row


def is_planned(session: Session, order_id: str) -> bool:
    """Whether the buyer is to be asked how they fare with this order."""
    wanted = exists().where(FollowUp.order_id == order_id, FollowUp.state == "open")
    return bool(session.scalar(select(wanted)))


@router.post(
    "/api/threads/{thread_id}/follow-ups",
    status_code=201,
    **guarded("openFollowUp", "not_found", "out_of_order", "invalid", "too_large"),
)
def open_follow_up(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, new: NewFollowUp
) -> FollowUpView:
    """Have this patient asked how the therapy goes."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        if new.prescription_id is not None:
            prescription = find_prescription(session, person, new.prescription_id)
            if prescription.patient_id != thread.patient_id:
                raise ProblemError("not_found")
            if prescription.state not in GIVEN:
                raise ProblemError("out_of_order")
        given = new.prescription_id
        row = plan(session, here.clock, person, role, thread, new.subject, new.due_on, prescription_id=given)
        return _view(row, here.clock.now().astimezone(JST).date())


@router.post(
    "/api/threads/{thread_id}/follow-ups/{follow_up_id}/contact",
    **guarded(
        "completeFollowUp",
        "not_found",
        "follow_up_done",
        "no_individual_contact",
        "no_such_step",
        "not_received",
        "out_of_order",
        "invalid",
        "too_large",
    ),
)
def complete_follow_up(
    here: Here,
    person: CurrentPerson,
    role: ActingRole,
    thread_id: ThreadId,
    follow_up_id: FollowUpId,
    contact: Contact,
) -> FollowUpView:
    """Say how this patient was reached and what came of it. By chat a pharmacist must have written to them since."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        row = session.get(FollowUp, follow_up_id) if is_id(follow_up_id) else None
        if row is None or row.thread_id != thread.id:
            raise ProblemError("not_found")
        state = advance(FOLLOW_UPS, row.state, "complete")
        if contact.channel == "chat" and not _reached_by_chat(session, row):
            raise ProblemError("no_individual_contact")
        row.state, row.channel, row.result = state, contact.channel, contact.result
        row.done_by, row.done_at = person.name, here.clock.now()
        if row.order_id is not None:
            order = session.get_one(Order, row.order_id, with_for_update=True)
            order.state = after(order.state, "follow_up")
        if row.prescription_id is not None:
            prescription = session.get_one(Prescription, row.prescription_id, with_for_update=True)
            if prescription.state in ON_THE_WAY:
                raise ProblemError("not_received")
            proceed(session, here.clock, prescription, "follow_up")
        target = f"follow-up:{row.id}"
        record(session, here.clock, person, role, Action.FOLLOW_UP_DONE, target, thread=thread, channel=contact.channel)
        return _view(row, here.clock.now().astimezone(JST).date())


@router.post("/api/follow-ups/notice", status_code=201, **guarded("sendBulkNotice", "invalid", "too_large"))
def send_bulk_notice(here: Here, person: CurrentPerson, role: ActingRole, notice: BulkNotice) -> BulkResult:
    """The same words to every patient of the branch with an open follow-up. It ends none of them."""
    open_ones = select(FollowUp.thread_id).where(FollowUp.branch == person.branch, FollowUp.state == "open")
    with here.database.write() as session:
        wanted = select(Thread).where(Thread.id.in_(open_ones), Thread.branch == person.branch).order_by(Thread.id)
        threads = session.scalars(wanted.with_for_update()).all()
        for thread in threads:
            message = append(session, here.clock, thread, "automatic", notice.text, notices.BULK_AUTHOR, notice="bulk")
            target = f"message:{message.id}"
            record(session, here.clock, person, role, Action.BULK_NOTICE_SENT, target, thread=thread)
    for thread in threads:
        announce(here.hub, thread)
    return BulkResult(recipients=len(threads))
