"""Where parcels go: the patient says it, a pharmacist confirms it at the guidance, and nothing else is ever used."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Thread
from pharmacy.core.texts import WRITTEN
from pharmacy.delivery.tables import Address, Destination
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.prescriptions.prescriptions import PrescriptionId, find_prescription, note
from pharmacy.prescriptions.tables import Prescription

router = APIRouter(route_class=GuardedRoute, tags=["delivery"])


class AddressEntry(BaseModel):
    """Where to send parcels, and to whom."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "佐藤花子", "address": "架空県架空市1-2-3"}]},
    )

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=WRITTEN)]
    address: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=WRITTEN)]


class AddressView(BaseModel):
    """An address as a patient gave it; `number` counts the changes."""

    name: str
    address: str
    number: int = Field(examples=[1])


class MyAddress(BaseModel):
    """The patient's own; null while none was given."""

    current: AddressView | None


class Confirmation(BaseModel):
    """Which of the patient's addresses was confirmed with them: by its number, so that it is the one that was read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"number": 1}]})

    number: int = Field(ge=1, le=1_000_000)


class DestinationView(BaseModel):
    """What a pharmacist confirmed. `current`: the patient has said nothing else since."""

    name: str
    address: str
    number: int
    current: bool
    confirmed_at: datetime
    confirmed_by: str = Field(examples=["鈴木薬子"])


def address_of(session: Session, patient_id: str) -> Address | None:
    """The patient's latest."""
    wanted = select(Address).where(Address.patient_id == patient_id).order_by(Address.number.desc())
    return session.scalar(wanted.limit(1))


def destination_of(session: Session, prescription: Prescription) -> Destination | None:
    """What was confirmed last for this prescription."""
    wanted = select(Destination).where(Destination.prescription_id == prescription.id)
    return session.scalar(wanted.order_by(Destination.address_number.desc()).limit(1))


def settled_destination(session: Session, prescription: Prescription) -> Destination:
    """Where the parcel may go. Raises ProblemError while nothing is confirmed, or what was is not true any more."""
    destination, address = destination_of(session, prescription), address_of(session, prescription.patient_id)
    if destination is None or address is None or destination.address_number != address.number:
        raise ProblemError("destination_unconfirmed")
    return destination


def view_of_address(address: Address | None) -> AddressView | None:
    if address is None:
        return None
    return AddressView(name=address.name, address=address.address, number=address.number)


def view_of_destination(destination: Destination | None, latest: Address | None) -> DestinationView | None:
    if destination is None:
        return None
    return DestinationView(
        name=destination.name,
        address=destination.address,
        number=destination.address_number,
        current=latest is not None and latest.number == destination.address_number,
        confirmed_at=destination.confirmed_at,
        confirmed_by=destination.confirmed_by,
    )


@router.get("/api/me/address", **guarded("getMyAddress"))
def get_my_address(here: Here, person: CurrentPerson) -> MyAddress:
    """Where the patient's parcels are to go."""
    with here.database.read() as session:
        return MyAddress(current=view_of_address(address_of(session, _patient_id(person))))


@router.put("/api/me/address", **guarded("putMyAddress", "invalid", "too_large"))
def put_my_address(here: Here, person: CurrentPerson, role: ActingRole, entry: AddressEntry) -> MyAddress:
    """Give an address, or another one. What has not left goes nowhere until a pharmacist has confirmed it."""
    patient_id = _patient_id(person)
    with here.database.write() as session:
        thread = session.scalars(select(Thread).where(Thread.patient_id == patient_id).with_for_update()).one()
        before = address_of(session, patient_id)
        address = Address(
            patient_id=patient_id,
            number=before.number + 1 if before else 1,
            name=entry.name,
            address=entry.address,
            given_at=here.clock.now(),
        )
        session.add(address)
        session.flush()
        target = f"address:{patient_id}"
        record(session, here.clock, person, role, Action.ADDRESS_CHANGED, target, thread=thread, number=address.number)
        return MyAddress(current=view_of_address(address))


@router.post(
    "/api/prescriptions/{prescription_id}/destination",
    **guarded("confirmDestination", "not_found", "address_changed", "invalid", "too_large"),
)
def confirm_destination(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId, confirmation: Confirmation
) -> DestinationView:
    """Confirm with the patient where the parcel goes, at the guidance or after they changed it. Kept with the name."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        address = address_of(session, prescription.patient_id)
        if address is None or address.number != confirmation.number:
            raise ProblemError("address_changed")
        destination = Destination(
            prescription_id=prescription.id,
            address_number=address.number,
            name=address.name,
            address=address.address,
            confirmed_at=here.clock.now(),
            confirmed_subject=person.subject,
            confirmed_by=person.name,
        )
        session.add(destination)
        session.flush()
        note(session, here, person, role, Action.DESTINATION_CONFIRMED, prescription, number=address.number)
        view = view_of_destination(destination, address)
        assert view is not None  # as it was made just now
        return view


def _patient_id(person: Person) -> str:
    assert person.patient_id is not None  # else the guard had not let them in
    return person.patient_id
