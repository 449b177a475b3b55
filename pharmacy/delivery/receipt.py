"""The receipt (受領確認): by the patient, in the app or on the telephone. The carrier's word does not count."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import find_thread, is_id
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import ProblemError
from pharmacy.delivery.holder import follow, parcel_of_order, target_of, thread_of_parcel
from pharmacy.delivery.shipping import parcel_of
from pharmacy.delivery.states import ShipmentState, advance
from pharmacy.delivery.tables import Shipment
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.prescriptions.prescriptions import PrescriptionId, PrescriptionView, find_prescription, view_of
from pharmacy.prescriptions.tables import Prescription
from pharmacy.sales.tables import Order
from pharmacy.sales.views import OrderId, OrderView, find_order, view_of_order

router = APIRouter(route_class=GuardedRoute, tags=["delivery"])

_PROBLEMS = ("not_found", "parcel_elsewhere", "parcel_lost", "parcel_quarantined", "invalid")

ParcelId = Annotated[str, Path(description="Id of a parcel", examples=["5e1d9a5e7b1d4c2680aa51e2f7c4d9b3"])]


class Parcel(BaseModel):
    """A parcel as its patient sees it."""

    id: str
    state: ShipmentState
    requested_at: datetime
    received_at: datetime | None


@router.get("/api/me/parcels", **guarded("listMyParcels"))
def list_my_parcels(here: Here, person: CurrentPerson) -> list[Parcel]:
    """The patient's parcels, the newest first."""
    with here.database.read() as session:
        wanted = (
            select(Shipment)
            .outerjoin(Prescription, Prescription.id == Shipment.prescription_id)
            .outerjoin(Order, Order.id == Shipment.order_id)
            .where(
                or_(Prescription.patient_id == person.patient_id, Order.patient_id == person.patient_id),
                Shipment.state != "cancelled",
            )
            .order_by(Shipment.requested_at.desc(), Shipment.id)
            .limit(100)
        )
        return [_view(parcel) for parcel in session.scalars(wanted)]


@router.post("/api/me/parcels/{parcel_id}/receipt", **guarded("confirmReceipt", *_PROBLEMS))
def confirm_receipt(here: Here, person: CurrentPerson, role: ActingRole, parcel_id: ParcelId) -> Parcel:
    """The patient has it in their hands."""
    with here.database.write() as session:
        parcel = session.get(Shipment, parcel_id, with_for_update=True) if is_id(parcel_id) else None
        if parcel is None:
            raise ProblemError("not_found")
        find_thread(session, person, thread_of_parcel(session, parcel).id, lock=True)
        _confirm(session, here, person, role, parcel, by="app")
        return _view(parcel)


@router.post("/api/prescriptions/{prescription_id}/receipt", **guarded("recordReceipt", *_PROBLEMS, "no_parcel"))
def record_receipt(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId
) -> PrescriptionView:
    """The patient has said on the telephone that they have it."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        _confirm(session, here, person, role, parcel_of(session, prescription), by="phone")
        return view_of(session, prescription)


@router.post("/api/orders/{order_id}/receipt", **guarded("recordOrderReceipt", *_PROBLEMS, "no_parcel"))
def record_order_receipt(here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId) -> OrderView:
    """The buyer has said on the telephone that they have it."""
    with here.database.write() as session:
        order = find_order(session, person, order_id, lock=True)
        _confirm(session, here, person, role, parcel_of_order(session, order.id), by="phone")
        return view_of_order(session, here.clock.now(), order, person)


def _confirm(
    session: Session,
    here: Pharmacy,
    person: Person,
    role: str,
    parcel: Shipment | None,
    by: str,
) -> None:
    moved = advance(parcel, "confirm")
    moved.received_at, moved.received_by, moved.receipt_due_at = here.clock.now(), by, None
    follow(session, here.clock, moved, "confirm")
    thread, target = thread_of_parcel(session, moved), target_of(moved)
    detail = {"parcel": moved.id, "by": by}
    record(session, here.clock, person, role, Action.RECEIPT_CONFIRMED, target, thread=thread, **detail)


def _view(parcel: Shipment) -> Parcel:
    return Parcel.model_validate({name: getattr(parcel, name) for name in Parcel.model_fields})
