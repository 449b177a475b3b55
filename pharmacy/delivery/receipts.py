"""The worker that has somebody ask when a parcel is said to be delivered and the patient says nothing."""

from __future__ import annotations

from sqlalchemy import select

from pharmacy.chat.threads import announce
from pharmacy.core.clock import Clock
from pharmacy.core.database import Database
from pharmacy.core.hub import Hub
from pharmacy.core.worker import LOOK_SECONDS, Worker
from pharmacy.delivery.holder import thread_of_parcel
from pharmacy.delivery.tables import Shipment
from pharmacy.triage.tasks import open_task


class Receipts(Worker):
    """Looks by the pharmacy's clock, which tests can set. Two processes may look: each parcel is asked about once."""

    name = "receipts"

    def __init__(self, database: Database, clock: Clock, hub: Hub) -> None:
        self._database = database
        self._clock = clock
        self._hub = hub
        super().__init__()

    def look(self) -> float:
        """Open a task for every parcel whose time is over."""
        due = select(Shipment.id).where(Shipment.state == "delivered", Shipment.receipt_due_at <= self._clock.now())
        with self._database.read() as session:
            parcels = session.scalars(due).all()
        for parcel_id in parcels:
            self._have_asked(parcel_id)
        return LOOK_SECONDS

    def _have_asked(self, parcel_id: str) -> None:
        with self._database.write() as session:
            parcel = session.get_one(Shipment, parcel_id, with_for_update=True)
            if parcel.state != "delivered" or parcel.receipt_due_at is None:
                return
            parcel.receipt_due_at = None
            thread = thread_of_parcel(session, parcel)
            open_task(session, self._clock, thread, "confirm_receipt")
        announce(self._hub, thread)
