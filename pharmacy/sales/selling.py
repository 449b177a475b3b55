"""What a pharmacist does with an order: inform, check that it was understood, speak with the buyer, sell or refuse."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.texts import WRITTEN, WrittenText, digest_of
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.sales import states
from pharmacy.sales.judging import Judgement, judge, require_nothing_against
from pharmacy.sales.kampo import WarningKind
from pharmacy.sales.orders import Nothing, audit
from pharmacy.sales.records import keep_records
from pharmacy.sales.rules import lines_of, only_for_the_user
from pharmacy.sales.tables import Order
from pharmacy.sales.views import OrderId, OrderView, find_order, view_of_order

router = APIRouter(route_class=GuardedRoute, tags=["orders"])


class Information(BaseModel):
    """What the buyer has to know, in writing."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "胃を荒らすことがあります。空腹時は避けてください。"}]}
    )

    text: WrittenText


class Conversation(BaseModel):
    """How the pharmacist spoke with the buyer about this order."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal["video"] = Field(description="Both saw and heard each other, live", examples=["video"])


class Sale(BaseModel):
    """The warnings that the pharmacist has weighed."""

    model_config = ConfigDict(extra="forbid")

    acknowledged: list[WarningKind] = Field(max_length=10, examples=[["licorice"]])


class Refusal(BaseModel):
    """Why it is not sold."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=WRITTEN)] = Field(
        examples=["受診をお勧めしたため"]
    )


@router.post(
    "/api/orders/{order_id}/information",
    **guarded("giveInformation", "not_found", "no_such_step", "invalid", "too_large"),
)
def give_information(
    here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId, information: Information
) -> OrderView:
    """Inform the buyer in writing; again, where their words show that it was not understood."""
    with here.database.write() as session:
        order = find_order(session, person, order_id, lock=True)
        order.state = states.after(order.state, "inform")
        order.information, order.informed_by, order.understood_words = information.text, person.name, None
        digest = digest_of(information.text)
        audit(session, here.clock, person, role, Action.INFORMATION_GIVEN, order, digest=digest)
        return view_of_order(session, here.clock.now(), order, person)


@router.post(
    "/api/orders/{order_id}/understanding",
    **guarded("recordUnderstanding", "not_found", "no_such_step", "not_understood", "invalid", "too_large"),
)
def record_understanding(
    here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId, _: Nothing
) -> OrderView:
    """Record that the buyer's own words show that they understood. There are none before the buyer wrote them."""
    with here.database.write() as session:
        order = find_order(session, person, order_id, lock=True)
        order.state = states.after(order.state, "understand")
        order.understood_by, order.understood_at = person.name, here.clock.now()
        audit(session, here.clock, person, role, Action.UNDERSTANDING_RECORDED, order)
        return view_of_order(session, here.clock.now(), order, person)


@router.post(
    "/api/orders/{order_id}/conversation",
    **guarded("recordConversation", "not_found", "no_such_step", "guidance_needed", "invalid", "too_large"),
)
def record_conversation(
    here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId, conversation: Conversation
) -> OrderView:
    """Record that one spoke with the buyer by live video about this order. It is no guidance, which has its own proof."""
    with here.database.write() as session:
        order = find_order(session, person, order_id, lock=True)
        if order.state not in states.UNDECIDED:
            raise ProblemError("no_such_step")
        if only_for_the_user(lines_of(order.lines)):
            raise ProblemError("guidance_needed")
        order.channel, order.channel_by = conversation.channel, person.name
        audit(session, here.clock, person, role, Action.BUYER_SPOKEN_TO, order, channel=order.channel)
        return view_of_order(session, here.clock.now(), order, person)


@router.post(
    "/api/orders/{order_id}/release",
    **guarded(
        "releaseOrder",
        "not_found",
        "no_such_step",
        "not_understood",
        "only_for_user",
        "face_to_face_only",
        "not_to_minors",
        "guidance_needed",
        "video_needed",
        "question_open",
        "subscription_paused",
        "not_acknowledged",
        "invalid",
        "too_large",
    ),
)
def release_order(here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId, sale: Sale) -> OrderView:
    """Sell it: from now on it may be shipped. Judged by the purchases, the chart and the rules of this moment."""
    with here.database.write() as session:
        order, now = find_order(session, person, order_id, lock=True), here.clock.now()
        judgement = judge(session, now, order)
        state = states.after(order.state, _sale_event(order, judgement))
        require_nothing_against(judgement, set(sale.acknowledged))
        order.state = state
        _decide(order, person, now)
        keep_records(session, order, now)
        acknowledged, earlier = sorted(sale.acknowledged), [product.id for product, _ in judgement.earlier]
        audit(session, here.clock, person, role, Action.ORDER_RELEASED, order, warnings=acknowledged, earlier=earlier)
        return view_of_order(session, now, order, person)


@router.post(
    "/api/orders/{order_id}/refusal",
    **guarded("refuseOrder", "not_found", "no_such_step", "invalid", "too_large"),
)
def refuse_order(here: Here, person: CurrentPerson, role: ActingRole, order_id: OrderId, refusal: Refusal) -> OrderView:
    """Do not sell it, and say why."""
    with here.database.write() as session:
        order = find_order(session, person, order_id, lock=True)
        order.state, order.refusal = states.after(order.state, "refuse"), refusal.reason
        _decide(order, person, here.clock.now())
        audit(session, here.clock, person, role, Action.ORDER_REFUSED, order)
        return view_of_order(session, here.clock.now(), order, person)


def ship(session: Session, order: Order) -> None:
    """It leaves the pharmacy, in the caller's transaction. Raises ProblemError unless it was released for that."""
    order.state = states.after(order.state, "ship")


def _sale_event(order: Order, judgement: Judgement) -> states.OrderEvent:
    """Without information only what the law sells so; what was explained all the same is sold when understood."""
    simple = not judgement.needs_information and order.state == "answered"
    return "sell_uninformed" if simple else "sell"


def _decide(order: Order, person: Person, now: datetime) -> None:
    order.decided_by, order.decided_at = person.name, now
