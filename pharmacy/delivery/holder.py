"""What a parcel belongs to: a prescription, or an order of the shop. Either moves on with it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.clock import Clock
from pharmacy.core.tables import Thread
from pharmacy.delivery.tables import Shipment
from pharmacy.prescriptions.gates import proceed
from pharmacy.prescriptions.prescriptions import thread_of
from pharmacy.prescriptions.states import Event, possible
from pharmacy.prescriptions.tables import Prescription
from pharmacy.sales.states import ORDER
from pharmacy.sales.tables import Order

_MEANS: Final[dict[str, Event]] = {"deliver": "deliver", "confirm": "confirm_receipt"}
"""What an event of a parcel is for its prescription."""


def thread_of_parcel(session: Session, parcel: Shipment) -> Thread:
    """The consultation of whom it is for."""
    if parcel.order_id is not None:
        return session.get_one(Thread, session.get_one(Order, parcel.order_id).thread_id)
    return thread_of(session, session.get_one(Prescription, parcel.prescription_id))


def parcel_of_order(session: Session, order_id: str) -> Shipment | None:
    """The newest; there is another only where one was lost."""
    parcels = select(Shipment).where(Shipment.order_id == order_id).order_by(Shipment.requested_at.desc())
    return session.scalar(parcels.limit(1))


def target_of(parcel: Shipment) -> str:
    """How the audit trail names what the parcel belongs to."""
    return f"order:{parcel.order_id}" if parcel.order_id is not None else f"prescription:{parcel.prescription_id}"


def follow(session: Session, clock: Clock, parcel: Shipment, event: str) -> None:
    """Move the prescription or the order on with its parcel, where the event means something to it."""
    if parcel.order_id is not None:
        order = session.get_one(Order, parcel.order_id, with_for_update=True)
        order.state = ORDER.get((order.state, event), order.state)
        return
    if event not in _MEANS:
        return
    prescription = session.get_one(Prescription, parcel.prescription_id, with_for_update=True)
    if _MEANS[event] in possible(prescription.state):
        proceed(session, clock, prescription, _MEANS[event])
