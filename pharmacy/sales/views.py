"""An order as people see it, and finding it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.chat.threads import is_id
from pharmacy.core.context import Pharmacy
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient
from pharmacy.core.texts import WrittenText, digest_of
from pharmacy.delivery.holder import parcel_of_order
from pharmacy.delivery.states import ShipmentState, possible
from pharmacy.delivery.tables import Shipment
from pharmacy.identity.sessions import Person
from pharmacy.sales import states
from pharmacy.sales.judging import Judgement, judge
from pharmacy.sales.kampo import KampoWarning
from pharmacy.sales.products import load_products
from pharmacy.sales.tables import Order

OrderId = Annotated[str, Path(description="Id of an order", examples=["3b1f" * 8])]
Blocker = Literal[
    "only_for_user",
    "face_to_face_only",
    "not_to_minors",
    "guidance_needed",
    "video_needed",
    "question_open",
    "subscription_paused",
]
Step = Literal[
    "answer",
    "inform",
    "confirm",
    "understand",
    "guide",
    "speak",
    "sell",
    "refuse",
    "cancel",
    "ship",
    "record_receipt",
]

_OF_PATIENTS: tuple[Step, ...] = ("answer", "confirm", "cancel")
_OF_PHARMACISTS: tuple[Step, ...] = ("inform", "understand", "sell", "refuse", "ship")


class OrderLine(BaseModel):
    """A product and how many packs of it."""

    model_config = ConfigDict(extra="forbid")

    product: str = Field(min_length=1, max_length=64, examples=["kakkonto"])
    quantity: int = Field(ge=1, le=20, examples=[1])


class LineView(OrderLine):
    name: str = Field(examples=["みほん葛根湯"])
    name_en: str = Field(examples=["Mihon Kakkonto"])


class Questionnaire(BaseModel):
    """What the buyer answers before a pharmacist looks at the order (問診)."""

    model_config = ConfigDict(extra="forbid")

    bought_elsewhere: bool = Field(description="Bought the like in another shop lately", examples=[False])
    reason: WrittenText


class OrderView(BaseModel):
    """An order. What only staff may know is empty for the buyer."""

    id: str
    thread_id: str
    patient_name: str = Field(examples=["佐藤花子"])
    state: states.OrderState
    lines: list[LineView]
    for_age: int | None = Field(description="Age of another person who will use it; null: the buyer")
    placed_at: datetime
    questionnaire: Questionnaire | None
    information: str | None = Field(description="What the pharmacist wrote about the medicine")
    information_digest: str | None = Field(description="SHA-256 of it; confirming names it")
    understood_words: str | None = Field(description="What the buyer understood, in their own words")
    understood_by: str | None = Field(description="The pharmacist who checked that")
    channel: Literal["online", "video", "face_to_face"]
    blockers: list[Blocker] = Field(description="What stands against the sale now; the first is why it is refused")
    warnings: list[KampoWarning] = Field(description="For staff: to be weighed, and acknowledged at the sale")
    earlier: list[LineView] = Field(description="For staff: what the same person bought before, in all accounts")
    parcel: ShipmentState | None = Field(description="How far its parcel is; null while there is none")
    refusal: str | None = Field(description="Why a pharmacist does not sell it")
    decided_by: str | None = Field(examples=["鈴木薬子"])
    steps: list[Step] = Field(description="What whoever asks may do with it now")


def looking(here: Pharmacy, person: Person) -> AbstractContextManager[Session]:
    """A patient only reads, and waits for nobody; what staff look at is recorded."""
    return here.database.read() if person.is_patient else here.database.write()


def find_order(session: Session, person: Person, order_id: str, *, lock: bool = False) -> Order:
    """The order, if this person may know of it: their own, or one of the staff's branch. Raises `not_found` else."""
    wanted = select(Order).where(Order.id == order_id)
    order = session.scalar(wanted.with_for_update() if lock else wanted) if is_id(order_id) else None
    if order is None:
        raise ProblemError("not_found")
    if not (order.patient_id == person.patient_id if person.is_patient else order.branch == person.branch):
        raise ProblemError("not_found")
    return order


def view_of_order(session: Session, now: datetime, order: Order, person: Person) -> OrderView:
    judgement, staff = judge(session, now, order), not person.is_patient
    parcel = parcel_of_order(session, order.id)
    decided = order.state not in states.UNDECIDED
    return OrderView.model_validate(
        {
            "id": order.id,
            "thread_id": order.thread_id,
            "patient_name": session.get_one(Patient, order.patient_id).name,
            "state": order.state,
            "lines": [_line(row["product"], row["quantity"]) for row in order.lines],
            "for_age": order.for_age,
            "placed_at": order.placed_at,
            "questionnaire": order.questionnaire,
            "information": order.information,
            "information_digest": digest_of(order.information) if order.information else None,
            "understood_words": order.understood_words,
            "understood_by": order.understood_by,
            "channel": order.channel or "online",
            "blockers": [] if decided else list(judgement.blockers),
            "warnings": judgement.warnings if staff and not decided else [],
            "earlier": [_line(product.id, quantity) for product, quantity in judgement.earlier] if staff else [],
            "parcel": parcel.state if parcel else None,
            "refusal": order.refusal,
            "decided_by": order.decided_by,
            "steps": _steps(order, parcel, judgement, person),
        }
    )


def _line(product_id: str, quantity: int) -> LineView:
    product = load_products().get(product_id)
    names = (product.name, product.name_en) if product else (product_id, product_id)
    return LineView(product=product_id, quantity=quantity, name=names[0], name_en=names[1])


def _steps(order: Order, parcel: Shipment | None, judgement: Judgement, person: Person) -> list[Step]:
    """What the tables allow next; selling only while nothing stands against it."""
    events = {event for state, event in states.ORDER if state == order.state}
    if "sell_uninformed" in events and not judgement.needs_information:
        events.add("sell")
    if judgement.blockers:
        events.discard("sell")
    if person.is_patient:
        return [step for step in _OF_PATIENTS if step in events]
    if "pharmacist" not in person.roles:
        return []
    by_video: tuple[tuple[str, Step], ...] = (("guidance_needed", "guide"), ("video_needed", "speak"))
    spoken = [step for blocker, step in by_video if blocker in judgement.blockers and "refuse" in events]
    received: list[Step] = ["record_receipt"] if possible(parcel, "confirm") else []
    return [*(step for step in _OF_PHARMACISTS if step in events), *spoken, *received]
