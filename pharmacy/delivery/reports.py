"""What the carrier says of a parcel. Its word moves the parcel; whether the patient has it, only the patient knows."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit import automatic
from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import announce
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import ProblemError, documented
from pharmacy.core.tables import Thread
from pharmacy.delivery import holder
from pharmacy.delivery.carrier import signature
from pharmacy.delivery.limits import load_limits
from pharmacy.delivery.states import advance, possible
from pharmacy.delivery.tables import CarrierReport, Shipment
from pharmacy.triage.tasks import TaskKind, open_task

router = APIRouter(tags=["delivery"])

Kind = Literal["delivered", "delayed", "lost", "temperature_excursion"]

_SPOILING: Final = frozenset({"delayed", "temperature_excursion"})
_FOLLOWED_BY: Final[dict[str, tuple[TaskKind, ...]]] = {
    "quarantine": ("replace_medicine",),
    "lose": ("contact_patient",),
}
_TELLS: Final = {
    "deliver": Action.PARCEL_DELIVERED,
    "quarantine": Action.PARCEL_QUARANTINED,
    "lose": Action.PARCEL_LOST,
}


class Report(BaseModel):
    """One event of a parcel. A repetition has the same id, and changes nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"id": "event-1", "tracking_no": "NMR-0001", "kind": "delivered"}]},
    )

    id: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
    tracking_no: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
    kind: Kind
    at: datetime | None = Field(default=None, description="When the carrier saw it, for the record only")


class Heard(BaseModel):
    """The report is kept. `applied`: whether it moved the parcel on."""

    applied: bool


async def signed_by_carrier(
    request: Request,
    here: Here,
    x_carrier_signature: Annotated[str, Header(max_length=128, description="HMAC-SHA256 of the body, in hex")] = "",
) -> None:
    """Raises ProblemError unless the carrier, who alone shares the secret, has signed exactly this body."""
    secret = here.settings.carrier_secret
    expected = signature(secret, await request.body())
    if not secret or not hmac.compare_digest(expected.encode(), x_carrier_signature.encode()):
        raise ProblemError("signature_invalid")


@router.post(
    "/carrier/reports",
    operation_id="reportParcel",
    dependencies=[Depends(signed_by_carrier)],
    openapi_extra={"security": [{"carrier": []}]},
    responses=documented("signature_invalid", "not_found", "too_large", "invalid", "storage_unavailable"),
)
def report_parcel(here: Here, report: Report) -> Heard:
    """Told by the carrier, each event as often as it likes. Signed, for nobody is signed in here."""
    with here.database.write() as session:
        parcel = session.scalar(select(Shipment).where(Shipment.tracking_no == report.tracking_no).with_for_update())
        if parcel is None:
            raise ProblemError("not_found")
        known = session.scalar(select(CarrierReport).where(CarrierReport.report_id == report.id))
        if known is not None:
            return Heard(applied=known.applied)
        event = _event(parcel, report.kind)
        applied = event is not None and possible(parcel, event)
        session.add(
            CarrierReport(
                report_id=report.id,
                shipment_id=parcel.id,
                kind=report.kind,
                applied=applied,
                at=here.clock.now(),
                content=report.model_dump(mode="json"),
            )
        )
        thread = None
        if event is not None and applied:
            thread = _apply(session, here, parcel, event, report.kind)
    if thread is not None:
        announce(here.hub, thread)
    return Heard(applied=applied)


def _event(parcel: Shipment, kind: Kind) -> str | None:
    """What a report does to a parcel: warmth and time spoil only what must be kept cold."""
    if kind in _SPOILING:
        return "quarantine" if parcel.cold else None
    return "deliver" if kind == "delivered" else "lose"


def _apply(session: Session, here: Pharmacy, parcel: Shipment, event: str, kind: Kind) -> Thread:
    advance(parcel, event)
    if event == "deliver":
        parcel.delivered_at = here.clock.now()
        parcel.receipt_due_at = parcel.delivered_at + load_limits().receipt_within
    else:
        parcel.receipt_due_at = None
    holder.follow(session, here.clock, parcel, event)
    thread = holder.thread_of_parcel(session, parcel)
    itself, target = automatic.pharmacy_itself(thread.branch), holder.target_of(parcel)
    record(
        session,
        here.clock,
        itself,
        automatic.ROLE,
        _TELLS[event],
        target,
        thread=thread,
        parcel=parcel.id,
        report=kind,
    )
    for task in _FOLLOWED_BY.get(event, ()):
        open_task(session, here.clock, thread, task)
    if event == "lose" and parcel.prescription_id is not None:
        open_task(session, here.clock, thread, "contact_prescriber")
    thread.version += 1
    return thread
