"""Whether the audit trail is whole: for auditors, who need not believe the database."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pharmacy.audit import chain as audit_chain
from pharmacy.audit.trail import Action, record
from pharmacy.core.context import Here
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded

router = APIRouter(route_class=GuardedRoute, tags=["audit"])


class AuditCheck(BaseModel):
    """What following the chain from its first entry to its head found."""

    intact: bool
    entries: int = Field(description="How many entries were followed", examples=[4211])
    finding: Literal["entry", "end"] | None = Field(
        description="`entry`: one was altered, inserted, or the one before it is gone; `end`: the last ones are gone"
    )
    broken_at: int | None = Field(description="Id of the first entry that does not follow the one before it")
    head: str = Field(description="Seal of the last entry that follows; note it to compare with later", min_length=64)


@router.get("/api/audit/check", **guarded("checkAudit"))
def check_audit(here: Here, person: CurrentPerson, role: ActingRole) -> AuditCheck:
    """Follow the whole chain, over all branches. The check is itself recorded, with what it found."""
    with here.database.read() as session:
        chain = audit_chain.check(session)
    with here.database.write() as session:
        record(session, here.clock, person, role, Action.AUDIT_CHECKED, "audit", finding=chain.finding)
    return AuditCheck(
        intact=chain.finding is None,
        entries=chain.entries,
        finding=chain.finding,
        broken_at=chain.broken_at,
        head=chain.digest,
    )
