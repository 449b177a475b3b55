"""Opening a consultation of another branch in an emergency, and the list that its supervisor sees of that."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, is_id
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Thread
from pharmacy.core.texts import WRITTEN
from pharmacy.emergency.grants import how_long
from pharmacy.emergency.tables import EmergencyAccess
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.paging.outbox import queue_page

router = APIRouter(route_class=GuardedRoute, tags=["emergency"])

SHOWN_AT_MOST = 200


class Emergency(BaseModel):
    """Why somebody has to read what is not theirs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "店頭で意識を失い、服用中の薬が分からない"}]}
    )

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=WRITTEN)]


class EmergencyView(BaseModel):
    """One opening: who, which case, why, from when to when."""

    thread_id: str
    opened_by: str = Field(examples=["井上薬介"])
    reason: str
    opened_at: datetime
    until: datetime


@router.post(
    "/api/threads/{thread_id}/emergency-access",
    status_code=201,
    **guarded("openEmergencyAccess", "not_found", "not_needed", "invalid", "too_large"),
)
def open_emergency_access(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, emergency: Emergency
) -> EmergencyView:
    """Read this consultation for a while. The supervisor of its branch is told at once."""
    with here.database.write() as session:
        thread = session.get(Thread, thread_id) if is_id(thread_id) else None
        if thread is None:
            raise ProblemError("not_found")
        if thread.branch == person.branch:
            raise ProblemError("not_needed")
        now = here.clock.now()
        access = EmergencyAccess(
            thread_id=thread.id,
            branch=thread.branch,
            subject=person.subject,
            name=person.name,
            reason=emergency.reason,
            opened_at=now,
            until=now + how_long(),
        )
        session.add(access)
        session.flush()
        queue_page(
            session,
            key=f"emergency-{access.id}",
            thread_id=thread.id,
            urgency=thread.urgency,
            recipient="supervisor",
        )
        told = {"reason": access.reason, "until": access.until.isoformat()}
        record(session, here.clock, person, role, Action.EMERGENCY_OPENED, f"thread:{thread.id}", thread=thread, **told)
    here.outbox.wake()
    return _view(access)


@router.get("/api/emergency-access", **guarded("listEmergencyAccess"))
def list_emergency_access(here: Here, person: CurrentPerson) -> list[EmergencyView]:
    """Every opening of the branch's consultations by others, the newest first."""
    wanted = select(EmergencyAccess).where(EmergencyAccess.branch == person.branch)
    with here.database.read() as session:
        rows = session.scalars(wanted.order_by(EmergencyAccess.opened_at.desc()).limit(SHOWN_AT_MOST)).all()
    return [_view(row) for row in rows]


def _view(access: EmergencyAccess) -> EmergencyView:
    return EmergencyView(
        thread_id=access.thread_id,
        opened_by=access.name,
        reason=access.reason,
        opened_at=access.opened_at,
        until=access.until,
    )
