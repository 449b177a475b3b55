"""What a supervisor sees: how each pharmacist uses the drafts, which limits are passed, how the canary fares."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.core.context import Here
from pharmacy.core.texts import WRITTEN
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.oversight.alerts import AlertState
from pharmacy.oversight.canary import thread_of
from pharmacy.oversight.limits import AlertName, load_limits
from pharmacy.oversight.measuring import by_pharmacist
from pharmacy.oversight.tables import Alert, Canary

router = APIRouter(route_class=GuardedRoute, tags=["oversight"])


class Use(BaseModel):
    """How one pharmacist uses the AI's drafts, within the windows of the limits."""

    pharmacist: str = Field(examples=["鈴木薬子"])
    sent: int = Field(description="Drafts sent")
    unedited: int = Field(description="Of them, those sent as the model wrote them")
    unedited_rate: float = Field(ge=0, le=1)
    approvals: int
    too_fast: int = Field(description="Approvals within fewer seconds of opening than anybody can read in")


class AlertView(BaseModel):
    """A limit that was passed."""

    id: str
    name: AlertName
    pharmacist: str | None = Field(description="Whom it is about, when it is about one")
    state: AlertState
    value: float
    limit: float
    opened_at: datetime
    cleared_at: datetime | None


class CanaryView(BaseModel):
    """The synthetic red flag of the branch."""

    running: bool
    case_id: str | None = Field(description="What its pages name")
    sent_at: datetime | None
    arrived_at: datetime | None = Field(description="When the last one set out whose page the pager accepted")


class CanaryOrder(BaseModel):
    """Whether it is to run, and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"running": True, "reason": "運用開始"}]})

    running: bool
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=WRITTEN)]


@router.get("/api/oversight/use", **guarded("listUse"))
def list_use(here: Here, person: CurrentPerson, role: ActingRole) -> list[Use]:
    """Each pharmacist of the branch who has used a draft lately. The look is recorded."""
    now, limits = here.clock.now(), load_limits().alerts
    with here.database.write() as session:
        sent = _of_branch(session, "draft_sent", now, "unedited_rate", person.branch)
        approved = _of_branch(session, "approval", now, "too_fast", person.branch)
        record(session, here.clock, person, role, Action.USE_VIEWED, "use", window=limits["too_fast"].window.days)
    return [
        Use(
            pharmacist=(sent.get(subject) or approved[subject])[0],
            sent=(count := sent.get(subject, ("", 0, 0))[1]),
            unedited=(unedited := sent.get(subject, ("", 0, 0))[2]),
            unedited_rate=unedited / count if count else 0.0,
            approvals=approved.get(subject, ("", 0, 0))[1],
            too_fast=approved.get(subject, ("", 0, 0))[2],
        )
        for subject in sorted(sent.keys() | approved.keys())
    ]


def _of_branch(session: Session, name: str, now: datetime, limit: str, branch: str) -> dict[str, tuple[str, int, int]]:
    rows = by_pharmacist(session, name, now, load_limits().alerts[limit])
    return {subject: (person, count, bad) for of, subject, person, count, bad in rows if of == branch}


@router.get("/api/oversight/alerts", **guarded("listAlerts"))
def list_alerts(here: Here, person: CurrentPerson) -> list[AlertView]:
    """The alerts of the branch, open ones first, the newest hundred."""
    wanted = select(Alert).where(Alert.branch == person.branch)
    with here.database.read() as session:
        found = session.scalars(wanted.order_by(Alert.state.desc(), Alert.opened_at.desc()).limit(100)).all()
    return [
        AlertView.model_validate(
            {
                "id": alert.id,
                "name": alert.name,
                "pharmacist": alert.person,
                "state": alert.state,
                "value": round(alert.value, 2),
                "limit": alert.limit,
                "opened_at": alert.opened_at,
                "cleared_at": alert.cleared_at,
            }
        )
        for alert in found
    ]


@router.get("/api/oversight/canary", **guarded("getCanary"))
def get_canary(here: Here, person: CurrentPerson) -> CanaryView:
    """How the canary of the branch fares."""
    with here.database.read() as session:
        return _view(session, person.branch)


@router.put("/api/oversight/canary", **guarded("setCanary", "invalid", "too_large"))
def set_canary(here: Here, person: CurrentPerson, role: ActingRole, order: CanaryOrder) -> CanaryView:
    """Start it or let it rest. Also where somebody rests it, its absence is told to the operator after a while."""
    with here.database.write() as session:
        canary = session.get(Canary, person.branch)
        if canary is None:
            canary = Canary(branch=person.branch, since=here.clock.now())
            session.add(canary)
        canary.running = order.running
        detail: dict[str, Any] = {"running": order.running, "reason": order.reason}
        record(session, here.clock, person, role, Action.CANARY_CHANGED, "canary", **detail)
        session.flush()
        return _view(session, person.branch)


def _view(session: Session, branch: str) -> CanaryView:
    canary = session.get(Canary, branch)
    return CanaryView(
        running=canary is not None and canary.running,
        case_id=thread_of(session, branch),
        sent_at=canary.sent_at if canary else None,
        arrived_at=canary.arrived_at if canary else None,
    )
