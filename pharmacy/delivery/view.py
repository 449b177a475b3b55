"""Everything about shipping one prescription, for staff: what was checked, where it goes, how it may, where it is."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action
from pharmacy.core.context import Here
from pharmacy.delivery.addresses import (
    AddressView,
    DestinationView,
    address_of,
    destination_of,
    view_of_address,
    view_of_destination,
)
from pharmacy.delivery.limits import Handover, Service
from pharmacy.delivery.shipping import parcel_of, shipments_of, ways_of
from pharmacy.delivery.states import STILL_HERE, ShipmentState, possible
from pharmacy.delivery.tables import CarrierReport, Destination, FinalCheck, Shipment
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.prescriptions import states as prescription_states
from pharmacy.prescriptions.prescriptions import (
    PrescriptionId,
    PrescriptionView,
    find_prescription,
    note,
    view_of,
)
from pharmacy.prescriptions.tables import Prescription

router = APIRouter(route_class=GuardedRoute, tags=["delivery"])

Step = Literal["check", "confirm_destination", "ship", "hand_over", "record_receipt", "replace", "follow_up"]
Hint = Literal[
    "same_person",
    "out_of_order",
    "guidance_missing",
    "destination_unconfirmed",
    "way_not_allowed",
    "parcel_lost",
    "parcel_quarantined",
]

_ROLE: Final = "pharmacist"


class CheckView(BaseModel):
    """One final check; with nothing that does not match it was passed."""

    checked_at: datetime
    checked_by: str = Field(examples=["高橋薬子"])
    mismatches: list[Literal["label", "item", "strength", "quantity"]]


class ReportView(BaseModel):
    """What the carrier said."""

    at: datetime
    kind: Literal["delivered", "delayed", "lost", "temperature_excursion"]


class ParcelView(BaseModel):
    """One parcel, as staff see it."""

    id: str
    state: ShipmentState
    service: Service
    handover: Handover
    name: str
    address: str
    tracking_no: str | None
    requested_at: datetime
    received_at: datetime | None
    received_by: Literal["app", "phone"] | None
    reports: list[ReportView]


class DeliveryView(BaseModel):
    """How far a prescription is. `services` and `handovers`: how it may travel."""

    prescription: PrescriptionView
    checks: list[CheckView]
    address: AddressView | None
    destination: DestinationView | None
    services: list[Service]
    handovers: list[Handover]
    parcels: list[ParcelView]
    steps: list[Step] = Field(description="What this person may do now; a page offers nothing else")
    hint: Hint | None = Field(description="What stands in the way of the next step, as a refusal would say")


@router.get("/api/prescriptions/{prescription_id}/delivery", **guarded("getDelivery", "not_found", "invalid"))
def get_delivery(here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId) -> DeliveryView:
    """How far it is on its way. The look is recorded."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id)
        note(session, here, person, role, Action.DELIVERY_VIEWED, prescription)
        address, destination = address_of(session, prescription.patient_id), destination_of(session, prescription)
        ways = ways_of(prescription)
        view = DeliveryView(
            prescription=view_of(session, prescription),
            checks=_checks(session, prescription),
            address=view_of_address(address),
            destination=view_of_destination(destination, address),
            services=list(ways.services),
            handovers=list(ways.handovers),
            parcels=[_parcel(session, parcel) for parcel in shipments_of(session, prescription)],
            steps=[],
            hint=None,
        )
        view.steps = _steps(session, person, prescription, view)
        view.hint = _hint(session, person, prescription, view)
        return view


def _steps(session: Session, person: Person, prescription: Prescription, view: DeliveryView) -> list[Step]:
    """What the rules of each step would let this person do; those rules, and not this list, are what refuses."""
    if _ROLE not in person.roles:
        return []
    known, parcel = prescription_states.possible(prescription.state), parcel_of(session, prescription)
    settled = view.destination is not None and view.destination.current
    may_travel = bool(view.services and view.handovers) and settled
    steps: dict[Step, bool] = {
        "check": "check" in known and prescription.dispensed_subject != person.subject,
        "confirm_destination": view.address is not None and not settled,
        "ship": may_travel and _may_ship(session, prescription, parcel, known, view),
        "hand_over": possible(parcel, "hand_over") and settled and _goes_there(session, parcel, view),
        "record_receipt": possible(parcel, "confirm"),
        "replace": possible(parcel, "replace"),
        "follow_up": prescription.state in prescription_states.GIVEN,
    }
    return [step for step, offered in steps.items() if offered]


def _hint(session: Session, person: Person, prescription: Prescription, view: DeliveryView) -> Hint | None:
    """The first thing that stands in the way."""
    parcel, known = parcel_of(session, prescription), prescription_states.possible(prescription.state)
    hindered: dict[Hint, bool] = {
        "parcel_lost": parcel is not None and parcel.state == "lost",
        "parcel_quarantined": parcel is not None and parcel.state == "quarantined",
        "same_person": "check" in known and prescription.dispensed_subject == person.subject,
        "out_of_order": parcel is None and "ship" not in known,
        "guidance_missing": prescription.guided_at is None,
        "way_not_allowed": not (view.services and view.handovers),
        "destination_unconfirmed": (parcel is None or parcel.state in STILL_HERE)
        and (view.destination is None or not view.destination.current),
    }
    return next((hint for hint, hinders in hindered.items() if hinders), None)


def _may_ship(
    session: Session, prescription: Prescription, parcel: Shipment | None, known: list[str], view: DeliveryView
) -> bool:
    if parcel is None:
        return "ship" in known and prescription.guided_at is not None
    return parcel.state in STILL_HERE and not _goes_there(session, parcel, view)


def _goes_there(session: Session, parcel: Shipment | None, view: DeliveryView) -> bool:
    """Whether the parcel goes to the address that holds."""
    if parcel is None or view.address is None:
        return False
    return session.get_one(Destination, parcel.destination_id).address_number == view.address.number


def _checks(session: Session, prescription: Prescription) -> list[CheckView]:
    wanted = select(FinalCheck).where(FinalCheck.prescription_id == prescription.id).order_by(FinalCheck.checked_at)
    return [
        CheckView.model_validate(
            {"checked_at": check.checked_at, "checked_by": check.checker_name, "mismatches": check.mismatches}
        )
        for check in session.scalars(wanted)
    ]


def _parcel(session: Session, parcel: Shipment) -> ParcelView:
    destination = session.get_one(Destination, parcel.destination_id)
    wanted = select(CarrierReport).where(CarrierReport.shipment_id == parcel.id).order_by(CarrierReport.at)
    told = {name: getattr(parcel, name, None) for name in ParcelView.model_fields}
    reports = [{"at": report.at, "kind": report.kind} for report in session.scalars(wanted)]
    where = {"name": destination.name, "address": destination.address}
    return ParcelView.model_validate(told | where | {"reports": reports})
