"""What a buyer does: order, answer the questionnaire, confirm what was explained, call it off."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.core.clock import Clock
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Thread
from pharmacy.core.texts import WrittenText, digest_of
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.sales import states
from pharmacy.sales.judging import judge, require_possible
from pharmacy.sales.products import load_products
from pharmacy.sales.tables import Order
from pharmacy.sales.views import OrderId, OrderLine, OrderView, Questionnaire, find_order, looking, view_of_order

router = APIRouter(route_class=GuardedRoute, tags=["orders"])

NEWEST = 100
"""How many orders a list shows at most."""


class NewOrder(BaseModel):
    """What somebody wants to buy, and for whom."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"lines": [{"product": "kakkonto", "quantity": 1}], "for_age": None}]},
    )

    lines: list[OrderLine] = Field(min_length=1, max_length=20)
    for_age: int | None = Field(ge=0, le=130, description="Age of another person who will use it; null: the buyer")


class Confirmation(BaseModel):
    """Which information was read, and what was understood. Nothing is filled in for the buyer."""

    model_config = ConfigDict(extra="forbid")

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(examples=["9f86d0" + "8" * 58])
    words: WrittenText


class Nothing(BaseModel):
    """A body in which nothing can be said."""

    model_config = ConfigDict(extra="forbid")


@router.post(
    "/api/orders",
    status_code=201,
    **guarded("placeOrder", "face_to_face_only", "only_for_user", "not_to_minors", "not_found", "invalid", "too_large"),
)
def place_order(here: Here, person: CurrentPerson, role: ActingRole, new: NewOrder) -> OrderView:
    """Order for oneself or another. What can never be sold to this buyer here is refused at once."""
    if any(line.product not in load_products() for line in new.lines):
        raise ProblemError("not_found")
    with here.database.write() as session:
        thread = session.scalars(select(Thread).where(Thread.patient_id == person.patient_id)).one()
        order = Order(
            patient_id=thread.patient_id,
            thread_id=thread.id,
            branch=thread.branch,
            state="questionnaire",
            lines=[line.model_dump() for line in new.lines],
            for_age=new.for_age,
            placed_at=here.clock.now(),
        )
        session.add(order)
        session.flush()
        require_possible(judge(session, here.clock.now(), order))
        audit(session, here.clock, person, role, Action.ORDER_PLACED, order, lines=order.lines)
        return view_of_order(session, here.clock.now(), order, person)


@router.get("/api/orders", **guarded("listOrders"))
def list_orders(here: Here, person: CurrentPerson, role: ActingRole) -> list[OrderView]:
    """One's own orders, or those of the branch; the newest first."""
    mine = Order.patient_id == person.patient_id if person.is_patient else Order.branch == person.branch
    with looking(here, person) as session:
        found = session.scalars(select(Order).where(mine).order_by(Order.placed_at.desc(), Order.id).limit(NEWEST))
        orders = [view_of_order(session, here.clock.now(), order, person) for order in found]
        if not person.is_patient:
            target = f"orders:{person.branch}"
            record(session, here.clock, person, role, Action.ORDERS_VIEWED, target, entries=len(orders))
    return orders


@router.get("/api/orders/{order_id}", **guarded("getOrder", "not_found", "invalid"))
def get_order(here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId) -> OrderView:
    """One order as it stands."""
    with looking(here, person) as session:
        order = find_order(session, person, order_id)
        if not person.is_patient:
            audit(session, here.clock, person, role, Action.ORDER_VIEWED, order)
        return view_of_order(session, here.clock.now(), order, person)


@router.post(
    "/api/orders/{order_id}/questionnaire",
    **guarded("answerQuestionnaire", "not_found", "no_such_step", "invalid", "too_large"),
)
def answer_questionnaire(
    here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId, answers: Questionnaire
) -> OrderView:
    """What a pharmacist has to know first. Once for an order."""
    with here.database.write() as session:
        order = find_order(session, person, order_id, lock=True)
        order.state = states.after(order.state, "answer")
        order.questionnaire = answers.model_dump()
        audit(session, here.clock, person, role, Action.ORDER_ANSWERED, order)
        return view_of_order(session, here.clock.now(), order, person)


@router.post(
    "/api/orders/{order_id}/confirmation",
    **guarded("confirmInformation", "not_found", "no_such_step", "invalid", "too_large"),
)
def confirm_information(
    here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId, confirmation: Confirmation
) -> OrderView:
    """Say in one's own words what one understood of the information that was given. A pharmacist judges it next."""
    with here.database.write() as session:
        order = find_order(session, person, order_id, lock=True)
        state = states.after(order.state, "confirm")
        if confirmation.digest != digest_of(order.information or ""):
            raise ProblemError("no_such_step")  # they read an older text
        order.state, order.understood_words = state, confirmation.words
        audit(session, here.clock, person, role, Action.INFORMATION_CONFIRMED, order, digest=confirmation.digest)
        return view_of_order(session, here.clock.now(), order, person)


@router.post(
    "/api/orders/{order_id}/cancellation",
    **guarded("cancelOrder", "not_found", "no_such_step", "invalid", "too_large"),
)
def cancel_order(here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId, _: Nothing) -> OrderView:
    """Call it off, as long as it is not decided."""
    with here.database.write() as session:
        order = find_order(session, person, order_id, lock=True)
        order.state = states.after(order.state, "cancel")
        audit(session, here.clock, person, role, Action.ORDER_CANCELLED, order)
        return view_of_order(session, here.clock.now(), order, person)


def audit(
    session: Session, clock: Clock, person: Person, role: str, action: Action, order: Order, **detail: object
) -> None:
    """One line of the trail about this order, beside its buyer's consultation."""
    thread = session.get_one(Thread, order.thread_id)
    record(session, clock, person, role, action, f"order:{order.id}", thread=thread, **detail)
