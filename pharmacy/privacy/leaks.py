"""When data leaked (漏えい等): whose they were, found from the audit trail, and the clocks of the two reports."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path as File
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import is_id
from pharmacy.core.context import Here
from pharmacy.core.data import DATA
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import AuditEvent, Patient, Thread
from pharmacy.core.texts import WrittenText
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.privacy.states import LEAKS, LeakState, advance
from pharmacy.privacy.tables import Leak, LeakAffected

router = APIRouter(route_class=GuardedRoute, tags=["privacy"])

LEAK_FILE: Final = DATA / "leak.toml"

LeakId = Annotated[str, Path(description="Id of a leak of the branch", examples=["c05d" * 8])]
Standing = Literal["in_time", "due", "late", "reported"]


@dataclass(frozen=True)
class Clocks:
    """Days counted from when a leak was noticed."""

    version: str
    least_affected: int
    preliminary_from: timedelta
    preliminary_to: timedelta
    final: timedelta


@cache
def load_clocks(path: File = LEAK_FILE) -> Clocks:
    """Read them once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    days = content["preliminary_days"]
    return Clocks(
        content["version"],
        content["least_affected"],
        timedelta(days=days["from"]),
        timedelta(days=days["to"]),
        timedelta(days=content["final_days"]),
    )


class NewLeak(BaseModel):
    """What happened: through which account, and in which time. Who is affected is found, not said."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "what": "薬剤師の端末が盗まれ、画面が開いたままだった",
                    "account": "staff-suzuki",
                    "began_at": "2026-11-01T09:00:00+09:00",
                    "ended_at": "2026-11-01T18:00:00+09:00",
                }
            ]
        },
    )

    what: WrittenText
    account: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00]+$")]
    began_at: AwareDatetime
    ended_at: AwareDatetime


class Affected(BaseModel):
    """Somebody whose data leaked, and how to reach them."""

    name: str = Field(examples=["佐藤花子"])
    identifier: str = Field(examples=["P-4F2A9C71"])
    phone: str | None


class Report(BaseModel):
    """One of the two reports. `due_from`: from then on it presses."""

    due_from: datetime
    due_by: datetime
    reported_at: datetime | None
    standing: Standing


class LeakView(BaseModel):
    """A leak, those affected, and how its reports stand."""

    id: str
    state: LeakState
    what: str
    account: str
    noticed_at: datetime
    affected: list[Affected]
    preliminary: Report
    final: Report


class Account(BaseModel):
    """Somebody of the staff whose account has touched a patient's data."""

    account: str = Field(examples=["staff-suzuki"])
    name: str = Field(examples=["鈴木薬子"])


class Leaks(BaseModel):
    """The leaks of the branch, the newest first, and the accounts through which one could have happened."""

    leaks: list[LeakView]
    accounts: list[Account]


def affected_by(session: Session, branch: str, account: str, began: datetime, ended: datetime) -> list[str]:
    """Ids of the patients whose data this account touched in that time, by the audit trail."""
    touched = select(AuditEvent.thread_id).where(
        AuditEvent.branch == branch,
        AuditEvent.subject == account,
        AuditEvent.at.between(began, ended),
        AuditEvent.thread_id.is_not(None),
    )
    return list(session.scalars(select(Thread.patient_id).where(Thread.id.in_(touched)).order_by(Thread.patient_id)))


def _report(due_from: datetime, due_by: datetime, reported_at: datetime | None, now: datetime) -> Report:
    standing: Standing = "in_time"
    if reported_at is not None:
        standing = "reported"
    elif now > due_by:
        standing = "late"
    elif now >= due_from:
        standing = "due"
    return Report(due_from=due_from, due_by=due_by, reported_at=reported_at, standing=standing)


def _view(session: Session, leak: Leak, now: datetime) -> LeakView:
    clocks, noticed = load_clocks(), leak.noticed_at
    wanted = select(Patient).join(LeakAffected, LeakAffected.patient_id == Patient.id)
    people = session.scalars(wanted.where(LeakAffected.leak_id == leak.id).order_by(Patient.identifier))
    final_by = noticed + clocks.final
    return LeakView.model_validate(
        {
            "id": leak.id,
            "state": leak.state,
            "what": leak.what,
            "account": leak.account,
            "noticed_at": noticed,
            "affected": [Affected(name=one.name, identifier=one.identifier, phone=one.phone) for one in people],
            "preliminary": _report(
                noticed + clocks.preliminary_from, noticed + clocks.preliminary_to, leak.preliminary_at, now
            ),
            "final": _report(final_by - clocks.preliminary_to, final_by, leak.final_at, now),
        }
    )


def _find(session: Session, branch: str, leak_id: str) -> Leak:
    leak = session.get(Leak, leak_id, with_for_update=True) if is_id(leak_id) else None
    if leak is None or leak.branch != branch:
        raise ProblemError("not_found")
    return leak


@router.get("/api/leaks", **guarded("listLeaks"))
def list_leaks(here: Here, person: CurrentPerson, role: ActingRole) -> Leaks:
    """The leaks of the branch and where their reports stand. The look is recorded."""
    seen = select(AuditEvent.subject, AuditEvent.actor).where(
        AuditEvent.branch == person.branch,
        AuditEvent.thread_id.is_not(None),
        AuditEvent.role.not_in(("patient", "system")),
    )
    mine = select(Leak).where(Leak.branch == person.branch).order_by(Leak.noticed_at.desc())
    with here.database.write() as session:
        leaks = [_view(session, leak, here.clock.now()) for leak in session.scalars(mine)]
        accounts = [
            Account(account=row[0], name=row[1]) for row in session.execute(seen.distinct().order_by(AuditEvent.actor))
        ]
        record(session, here.clock, person, role, Action.LEAKS_VIEWED, "leaks", entries=len(leaks))
    return Leaks(leaks=leaks, accounts=accounts)


@router.post("/api/leaks", status_code=201, **guarded("openLeak", "nobody_affected", "invalid", "too_large"))
def open_leak(here: Here, person: CurrentPerson, role: ActingRole, new: NewLeak) -> LeakView:
    """Begin: whose data the account touched in that time is found, and both clocks run from now."""
    with here.database.write() as session:
        affected = affected_by(session, person.branch, new.account, new.began_at, new.ended_at)
        if len(affected) < load_clocks().least_affected:
            raise ProblemError("nobody_affected")
        leak = Leak(
            branch=person.branch,
            state="open",
            what=new.what,
            account=new.account,
            began_at=new.began_at,
            ended_at=new.ended_at,
            noticed_at=here.clock.now(),
            rules_version=load_clocks().version,
        )
        session.add(leak)
        session.flush()
        session.add_all(LeakAffected(leak_id=leak.id, patient_id=patient_id) for patient_id in affected)
        target = f"leak:{leak.id}"
        record(session, here.clock, person, role, Action.LEAK_OPENED, target, affected=len(affected))
        session.flush()
        return _view(session, leak, here.clock.now())


@router.post(
    "/api/leaks/{leak_id}/preliminary", **guarded("reportPreliminary", "not_found", "leak_out_of_order", "invalid")
)
def report_preliminary(here: Here, person: CurrentPerson, role: ActingRole, leak_id: LeakId) -> LeakView:
    """The preliminary report (速報) has been handed in."""
    with here.database.write() as session:
        leak = _find(session, person.branch, leak_id)
        leak.state = advance(LEAKS, leak.state, "report_preliminary")
        leak.preliminary_at = here.clock.now()
        record(session, here.clock, person, role, Action.LEAK_REPORTED, f"leak:{leak.id}", report="preliminary")
        return _view(session, leak, here.clock.now())


@router.post("/api/leaks/{leak_id}/final", **guarded("reportFinal", "not_found", "leak_out_of_order", "invalid"))
def report_final(here: Here, person: CurrentPerson, role: ActingRole, leak_id: LeakId) -> LeakView:
    """The final report (確報) has been handed in."""
    with here.database.write() as session:
        leak = _find(session, person.branch, leak_id)
        leak.state = advance(LEAKS, leak.state, "report_final")
        leak.final_at = here.clock.now()
        record(session, here.clock, person, role, Action.LEAK_REPORTED, f"leak:{leak.id}", report="final")
        return _view(session, leak, here.clock.now())
