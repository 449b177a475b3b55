"""The worker that books parcels with the carrier, and tells it which will not come, until it has accepted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Select, and_, or_, select

from pharmacy.core.clock import Clock
from pharmacy.core.database import Database
from pharmacy.core.worker import Worker
from pharmacy.delivery import carrier
from pharmacy.delivery.states import advance
from pharmacy.delivery.tables import Destination, Shipment

IDLE_SECONDS: Final = 1.0
FIRST_RETRY_SECONDS: Final = 0.2
LAST_RETRY_SECONDS: Final = 5.0
LEASE: Final = timedelta(seconds=carrier.REQUEST_SECONDS + 2)


class Bookings(Worker):
    """Leases and pauses are real time: a carrier answers in real seconds."""

    name = "bookings"

    def __init__(self, database: Database, clock: Clock, carrier_url: str) -> None:
        self._database = database
        self._clock = clock
        self._carrier_url = carrier_url
        super().__init__()

    def look(self) -> float:
        """Tell the carrier of one parcel, if there is one to tell of."""
        leased = self._lease() if self._carrier_url else None
        if leased is None:
            return IDLE_SECONDS
        shipment, destination = leased
        accepted = self._cancel(shipment) if shipment.state == "cancelled" else self._book(shipment, destination)
        return 0.0 if accepted else _retry_after(shipment.attempts)

    def _lease(self) -> tuple[Shipment, Destination] | None:
        """Take the parcel that waits longest, unless another process is telling the carrier of it right now."""
        now = datetime.now(UTC)
        with self._database.read() as session:
            if session.scalar(_due(now).limit(1)) is None:
                return None
        with self._database.write() as session:
            order = _due(now).order_by(Shipment.attempts, Shipment.requested_at)
            shipment = session.scalar(order.limit(1).with_for_update())
            if shipment is None:
                return None
            shipment.leased_until = now + LEASE
            shipment.attempts += 1
            return shipment, session.get_one(Destination, shipment.destination_id)

    def _book(self, leased: Shipment, destination: Destination) -> bool:
        number = carrier.book(self._carrier_url, leased, destination)
        with self._database.write() as session:
            shipment = session.get_one(Shipment, leased.id, with_for_update=True)
            shipment.leased_until = None
            if number is None:
                return False
            shipment.tracking_no = number
            if shipment.state == "requested":  # else it was cancelled meanwhile, and the carrier must hear of it
                advance(shipment, "book")
            return True

    def _cancel(self, leased: Shipment) -> bool:
        told = carrier.cancel(self._carrier_url, leased)
        with self._database.write() as session:
            shipment = session.get_one(Shipment, leased.id, with_for_update=True)
            shipment.leased_until = None
            if told:
                shipment.cancellation_told_at = self._clock.now()
        return told


def _due(now: datetime) -> Select[Shipment]:
    untold = and_(
        Shipment.state == "cancelled", Shipment.tracking_no.is_not(None), Shipment.cancellation_told_at.is_(None)
    )
    free = or_(Shipment.leased_until.is_(None), Shipment.leased_until < now)
    return select(Shipment).where(or_(Shipment.state == "requested", untold), free)


def _retry_after(attempts: int) -> float:
    return float(min(FIRST_RETRY_SECONDS * 2 ** min(attempts - 1, 10), LAST_RETRY_SECONDS))
