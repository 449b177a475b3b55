"""Shipping a checked prescription: who asks for it, by which way, and when the parcel leaves the pharmacy."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import ProblemError
from pharmacy.delivery.addresses import settled_destination
from pharmacy.delivery.limits import Handover, Service, Ways, load_limits
from pharmacy.delivery.products import Product, product_of
from pharmacy.delivery.states import GIVEN_UP, STILL_HERE, advance
from pharmacy.delivery.tables import Destination, Shipment
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.prescriptions.gates import proceed
from pharmacy.prescriptions.items import Item
from pharmacy.prescriptions.prescriptions import PrescriptionId, PrescriptionView, find_prescription, note, view_of
from pharmacy.prescriptions.tables import Prescription

router = APIRouter(route_class=GuardedRoute, tags=["delivery"])

_SHIPPING_PROBLEMS = (
    "not_found",
    "out_of_order",
    "inquiry_open",
    "findings_open",
    "destination_unconfirmed",
    "invalid",
)
_PARCEL_PROBLEMS = ("parcel_elsewhere", "parcel_lost", "parcel_quarantined")


class ShippingRequest(BaseModel):
    """By which service, and how the parcel may be handed over."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"service": "standard", "handover": "in_person"}]}
    )

    service: Service
    handover: Handover


def shipments_of(session: Session, prescription: Prescription) -> Sequence[Shipment]:
    """All parcels of this prescription, the newest first."""
    wanted = select(Shipment).where(Shipment.prescription_id == prescription.id)
    return session.scalars(wanted.order_by(Shipment.requested_at.desc(), Shipment.id)).all()


def parcel_of(session: Session, prescription: Prescription) -> Shipment | None:
    """The parcel that counts: the newest whose place no other takes."""
    return next((parcel for parcel in shipments_of(session, prescription) if parcel.state not in GIVEN_UP), None)


def products_of(prescription: Prescription) -> list[Product] | None:
    """The package of each item; None when one is not known, so that nobody knows how it may travel."""
    products = [product_of(Item.model_validate(item)) for item in prescription.items]
    known = [product for product in products if product is not None]
    return known if len(known) == len(products) else None


def ways_of(prescription: Prescription) -> Ways:
    """How all of the prescription may travel in one parcel."""
    products = products_of(prescription)
    return Ways((), ()) if products is None else load_limits().ways(products)


def needs_cold(prescription: Prescription) -> bool:
    return any(product.storage == "cold" for product in products_of(prescription) or ())


@router.post(
    "/api/prescriptions/{prescription_id}/shipments",
    status_code=201,
    **guarded(
        "requestShipment", *_SHIPPING_PROBLEMS, *_PARCEL_PROBLEMS, "guidance_missing", "way_not_allowed", "too_large"
    ),
)
def request_shipment(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId, request: ShippingRequest
) -> PrescriptionView:
    """Have a parcel booked. Again only while it is still here and its destination was confirmed anew."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        parcel = parcel_of(session, prescription)
        if parcel is None:
            proceed(session, here.clock, prescription, "ship")
        destination = settled_destination(session, prescription)
        _check_way(ways_of(prescription), request)
        if parcel is not None:
            _replace(session, here, person, role, prescription, parcel, destination)
        session.add(
            Shipment(
                prescription_id=prescription.id,
                state="requested",
                destination_id=destination.id,
                service=request.service,
                handover=request.handover,
                cold=needs_cold(prescription),
                limits_version=load_limits().version,
                requested_at=here.clock.now(),
            )
        )
        way = request.model_dump()
        note(session, here, person, role, Action.SHIPMENT_REQUESTED, prescription, **way)
        view = view_of(session, prescription)
    here.wake("bookings")
    return view


def _check_way(ways: Ways, request: ShippingRequest) -> None:
    if request.service not in ways.services or request.handover not in ways.handovers:
        raise ProblemError("way_not_allowed")


def _replace(
    session: Session,
    here: Pharmacy,
    person: Person,
    role: str,
    prescription: Prescription,
    parcel: Shipment,
    destination: Destination,
) -> None:
    """Cancel a parcel that would go where it must not; one that may go, or has gone, is not doubled."""
    if parcel.state in STILL_HERE and parcel.destination_id == destination.id:
        raise ProblemError("parcel_elsewhere")
    advance(parcel, "cancel")
    note(session, here, person, role, Action.SHIPMENT_CANCELLED, prescription, parcel=parcel.id)


@router.post(
    "/api/prescriptions/{prescription_id}/hand-over",
    **guarded("handOverParcel", *_SHIPPING_PROBLEMS, *_PARCEL_PROBLEMS, "no_parcel"),
)
def hand_over_parcel(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId
) -> PrescriptionView:
    """The carrier takes the parcel. Not to an address that holds no more."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        destination, parcel = settled_destination(session, prescription), parcel_of(session, prescription)
        if parcel is not None and _number(session, parcel) != destination.address_number:
            raise ProblemError("destination_unconfirmed")
        parcel = advance(parcel, "hand_over")
        parcel.handed_over_at = here.clock.now()
        note(session, here, person, role, Action.PARCEL_HANDED_OVER, prescription, parcel=parcel.id)
        return view_of(session, prescription)


def _number(session: Session, parcel: Shipment) -> int:
    return session.get_one(Destination, parcel.destination_id).address_number
