"""Switching a branch between suggesting only and answering some questions automatically, and stopping it at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.autonomy.gate import load_gate
from pharmacy.autonomy.states import Mode, mode_of
from pharmacy.autonomy.tables import Autonomy
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.texts import WRITTEN
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person

router = APIRouter(route_class=GuardedRoute, tags=["autonomy"])


class NewMode(BaseModel):
    """What the model may do from now on, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"mode": "auto_send", "reason": "年末の配送の問い合わせに備える"}]},
    )

    mode: Mode
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=WRITTEN)]


class AutonomyView(BaseModel):
    """What the model of this branch may do without a pharmacist."""

    mode: Mode
    topics: list[str] = Field(description="All that it may ever answer by itself", examples=[["delivery", "hours"]])
    gate_version: str = Field(examples=["2026.11.1"])
    changed_by: str | None = Field(examples=["小林薬長"])
    changed_at: datetime | None


@router.get("/api/autonomy", **guarded("getAutonomy"))
def get_autonomy(here: Here, person: CurrentPerson) -> AutonomyView:
    """The mode of one's branch; suggest-only unless somebody has decided otherwise."""
    with here.database.read() as session:
        return _view(session, person)


@router.put("/api/autonomy", **guarded("setAutonomy", "invalid", "too_large"))
def set_autonomy(here: Here, person: CurrentPerson, role: ActingRole, new: NewMode) -> AutonomyView:
    """Decide for one's branch. The reason stays in the audit trail."""
    return _change(here, person, role, new.mode, reason=new.reason)


@router.post("/api/autonomy/stop", **guarded("stopAutonomy"))
def stop_autonomy(here: Here, person: CurrentPerson, role: ActingRole) -> AutonomyView:
    """The kill switch: from this moment nothing more goes out automatically, not even what is being written."""
    return _change(here, person, role, "suggest_only", reason="stopped")


def _change(here: Pharmacy, person: Person, role: str, mode: Mode, reason: str) -> AutonomyView:
    with here.database.write() as session:
        before = mode_of(session, person.branch)
        session.merge(Autonomy(branch=person.branch, mode=mode, changed_by=person.name, changed_at=here.clock.now()))
        record(
            session,
            here.clock,
            person,
            role,
            Action.AUTONOMY_CHANGED,
            "autonomy",
            before=before,
            after=mode,
            reason=reason,
        )
        session.flush()
        return _view(session, person)


def _view(session: Session, person: Person) -> AutonomyView:
    row = session.get(Autonomy, person.branch)
    return AutonomyView(
        mode=mode_of(session, person.branch),
        topics=sorted(load_gate().topics),
        gate_version=load_gate().version,
        changed_by=row.changed_by if row else None,
        changed_at=row.changed_at if row else None,
    )
