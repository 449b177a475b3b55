"""Who am I here?"""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select

from pharmacy.core.context import Here
from pharmacy.core.tables import Thread
from pharmacy.identity.access import CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.states import load_limits

router = APIRouter(route_class=GuardedRoute, tags=["me"])


class Idle(BaseModel):
    """Seconds without a touch of the person after which the page warns, and locks. The pharmacy locks by itself, too."""

    warn_seconds: int = Field(examples=[840])
    lock_seconds: int = Field(examples=[900])


class Me(BaseModel):
    """The signed-in person. Only a patient has a thread of their own."""

    kind: Literal["patient", "staff"]
    name: str = Field(examples=["佐藤花子"])
    branch: str = Field(examples=["shibuya"])
    roles: list[str] = Field(examples=[["patient"]])
    thread_id: str | None
    idle: Idle | None = Field(description="When the page has to warn and to lock; null when it never does")


@router.get("/api/me", **guarded("getMe"))
def get_me(here: Here, person: CurrentPerson) -> Me:
    """The signed-in person, as the identity provider described them."""
    thread_id = None
    if person.is_patient:
        with here.database.read() as session:
            thread_id = session.scalar(select(Thread.id).where(Thread.patient_id == person.patient_id))
    return Me.model_validate(
        {
            "kind": person.kind,
            "name": person.name,
            "branch": person.branch,
            "roles": list(person.roles),
            "thread_id": thread_id,
            "idle": None if person.is_patient else _idle(),
        }
    )


def _idle() -> Idle:
    limits = load_limits()
    return Idle(warn_seconds=int(limits.warn.total_seconds()), lock_seconds=int(limits.lock.total_seconds()))
