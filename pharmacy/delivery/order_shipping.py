"""Shipping what was sold in the shop: only what was released, so informed and understood where the law asks for it.

What was lost on its way is sent once more, and not silently: the buyer was spoken to before.
"""

from __future__ import annotations

from fastapi import APIRouter

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import find_thread
from pharmacy.core.clock import JST
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.delivery.addresses import address_of
from pharmacy.delivery.limits import load_limits
from pharmacy.delivery.tables import Destination, Shipment
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.records.follow_ups import is_planned, plan
from pharmacy.sales.rules import lines_of, load_rules
from pharmacy.sales.selling import ship
from pharmacy.sales.views import OrderId, OrderView, find_order, view_of_order
from pharmacy.triage.tasks import is_open

router = APIRouter(route_class=GuardedRoute, tags=["delivery"])


@router.post(
    "/api/orders/{order_id}/shipments",
    status_code=201,
    **guarded(
        "shipOrder",
        "not_found",
        "no_such_step",
        "not_understood",
        "buyer_not_contacted",
        "destination_unconfirmed",
        "invalid",
    ),
)
def ship_order(here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId) -> OrderView:
    """Have a parcel booked for an order that was sold, to the buyer's address, and the buyer followed up."""
    with here.database.write() as session:
        order, now = find_order(session, person, order_id, lock=True), here.clock.now()
        thread = find_thread(session, person, order.thread_id)
        if order.state == "lost" and is_open(session, thread, "contact_patient"):
            raise ProblemError("buyer_not_contacted")
        ship(session, order)
        address = address_of(session, order.patient_id)
        if address is None:
            raise ProblemError("destination_unconfirmed")
        destination = Destination(
            order_id=order.id,
            address_number=address.number,
            name=address.name,
            address=address.address,
            confirmed_at=now,
            confirmed_subject=person.subject,
            confirmed_by=person.name,
        )
        session.add(destination)
        session.flush()
        parcel = Shipment(
            order_id=order.id,
            state="requested",
            destination_id=destination.id,
            service="standard",
            handover="in_person",
            cold=False,
            limits_version=load_limits().version,
            requested_at=now,
        )
        session.add(parcel)
        record(session, here.clock, person, role, Action.SHIPMENT_REQUESTED, f"order:{order.id}", thread=thread)
        if not is_planned(session, order.id):
            names = "、".join(product.name for product, _ in lines_of(order.lines))
            due_on = (now + load_rules().follow_up).astimezone(JST).date()
            plan(session, here.clock, person, role, thread, names, due_on, order_id=order.id)
        view = view_of_order(session, now, order, person)
    here.wake("bookings")
    return view
