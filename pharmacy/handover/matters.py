"""What is still open for a patient, whoever is in charge: red flags, promises, inquiries to the prescriber (疑義照会)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, announce, find_thread, is_id
from pharmacy.console.replies import check_charge
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Message, Thread
from pharmacy.core.texts import WrittenText
from pharmacy.handover.tables import Matter
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.prescriptions.tables import Inquiry, Prescription

router = APIRouter(route_class=GuardedRoute, tags=["handover"])

LOOKS_BACK: Final = 100
"""How many of the patient's messages are searched for the words that raised a flag."""

MatterId = Annotated[str, Path(description="Id of a matter", examples=["5f2c9a5e7b1d4c2680aa51e2f7c4d9b3"])]


class NewMatter(BaseModel):
    """Something to be done later, by whoever is in charge then."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "promise", "text": "18時までに電話する"}]}
    )

    kind: Literal["promise", "inquiry"] = Field(description="A promise to the patient, or an inquiry to the prescriber")
    text: WrittenText


class MatterView(BaseModel):
    """Something that is still open. Flags close by a judgement of the urgency, an inquiry about a prescription by its answer."""

    id: str = Field(examples=["red_flag", "5f2c9a5e7b1d4c2680aa51e2f7c4d9b3"])
    kind: Literal["red_flag", "crisis", "needs_check", "promise", "inquiry"]
    text: str = Field(description="What was promised or asked; of a flag: the patient's words that raised it")
    opened_by: str = Field(examples=["鈴木薬子"])
    opened_at: datetime
    prescription_id: str | None = Field(default=None, description="It ends by the prescriber's answer to this one")


def open_matters(session: Session, thread: Thread) -> list[MatterView]:
    """All of them, flags first, then what prescribers were asked, then the oldest."""
    matters = select(Matter).where(Matter.thread_id == thread.id, Matter.closed_at.is_(None))
    noted = map(_view, session.scalars(matters.order_by(Matter.opened_at, Matter.id)))
    return [*_flags(session, thread), *_inquiries(session, thread), *noted]


def _inquiries(session: Session, thread: Thread) -> list[MatterView]:
    """What prescribers were asked about this patient and have not answered."""
    asked = (
        select(Inquiry)
        .join(Prescription, Prescription.id == Inquiry.prescription_id)
        .where(
            Prescription.patient_id == thread.patient_id,
            Prescription.state == "inquiry_open",
            Inquiry.answered_at.is_(None),
        )
        .order_by(Inquiry.opened_at, Inquiry.id)
    )
    names = ("id", "opened_by", "opened_at", "prescription_id")
    return [
        MatterView.model_validate(
            {name: getattr(inquiry, name) for name in names} | {"kind": "inquiry", "text": inquiry.question}
        )
        for inquiry in session.scalars(asked)
    ]


def _flags(session: Session, thread: Thread) -> list[MatterView]:
    raised = {
        "crisis": ("crisis", thread.crisis),
        "red_flag": ("red", thread.red_flag and not thread.crisis),
        "needs_check": ("check", thread.needs_check),
    }
    if not any(is_open for _, is_open in raised.values()):
        return []
    wanted = select(Message).where(Message.thread_id == thread.id, Message.kind == "patient")
    messages = session.scalars(wanted.order_by(Message.seq.desc()).limit(LOOKS_BACK)).all()
    flags = []
    for kind, (level, is_open) in raised.items():
        words = [message for message in messages if (message.triage or {}).get("level") == level]
        if is_open and messages:
            message = next(iter(words), messages[-1])
            flag = {"id": kind, "kind": kind, "text": message.text, "opened_by": message.author}
            flags.append(MatterView.model_validate({**flag, "opened_at": message.sent_at}))
    return flags


def _view(matter: Matter) -> MatterView:
    names = ("id", "kind", "text", "opened_by", "opened_at")
    return MatterView.model_validate({name: getattr(matter, name) for name in names})


@router.post(
    "/api/threads/{thread_id}/matters",
    status_code=201,
    **guarded("openMatter", "not_found", "not_claimed", "claimed", "invalid", "too_large"),
)
def open_matter(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, new: NewMatter) -> MatterView:
    """Note something that must not be forgotten. It stays with the patient until it is done."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        check_charge(person, thread)
        matter = Matter(
            thread_id=thread.id, kind=new.kind, text=new.text, opened_by=person.name, opened_at=here.clock.now()
        )
        session.add(matter)
        session.flush()
        thread.version += 1
        target = f"matter:{matter.id}"
        record(session, here.clock, person, role, Action.MATTER_OPENED, target, thread=thread, kind=new.kind)
    announce(here.hub, thread)
    return _view(matter)


@router.post(
    "/api/threads/{thread_id}/matters/{matter_id}/close",
    **guarded("closeMatter", "not_found", "not_claimed", "claimed", "invalid"),
)
def close_matter(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, matter_id: MatterId
) -> MatterView:
    """It is done. Closing what is closed changes nothing; what is not noted here, a flag or an inquiry, ends elsewhere."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        check_charge(person, thread)
        matter = session.get(Matter, matter_id) if is_id(matter_id) else None
        if matter is None or matter.thread_id != thread.id:
            raise ProblemError("not_found")
        if matter.closed_at is None:
            matter.closed_by, matter.closed_at = person.name, here.clock.now()
            thread.version += 1
            record(session, here.clock, person, role, Action.MATTER_CLOSED, f"matter:{matter.id}", thread=thread)
    announce(here.hub, thread)
    return _view(matter)
