"""Subscriptions (定期便): a product that comes again and again, until something about its user changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit import automatic
from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import is_id
from pharmacy.core.clock import Clock
from pharmacy.core.context import Here
from pharmacy.core.database import Database
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient, Thread
from pharmacy.core.texts import WRITTEN
from pharmacy.core.worker import LOOK_SECONDS, Worker
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.sales import states
from pharmacy.sales.products import load_products, plain
from pharmacy.sales.rules import may_be_subscribed
from pharmacy.sales.tables import Order, Subscription
from pharmacy.sales.views import looking

router = APIRouter(route_class=GuardedRoute, tags=["subscriptions"])

Reason = Literal["pregnancy", "new_medicine", "allergy", "adverse"]
SubscriptionId = Annotated[str, Path(description="Id of a subscription", examples=["6f4a" * 8])]

_GOES_ON: Final = ("active", "paused")


class NewSubscription(BaseModel):
    """What is to come, and how often."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"product": "kakkonto", "quantity": 1, "every_days": 30}]}
    )

    product: str = Field(min_length=1, max_length=64)
    quantity: int = Field(ge=1, le=5)
    every_days: int = Field(ge=7, le=180)


class Clearance(BaseModel):
    """What the pharmacist found out."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=WRITTEN)] = Field(
        examples=["電話で確認。併用に問題なし"]
    )


class SubscriptionView(BaseModel):
    """A subscription. `reasons`: why it is paused."""

    id: str
    thread_id: str
    patient_name: str = Field(examples=["佐藤花子"])
    product: str = Field(examples=["kakkonto"])
    name: str = Field(examples=["みほん葛根湯"])
    name_en: str = Field(examples=["Mihon Kakkonto"])
    quantity: int
    every_days: int
    state: states.SubscriptionState
    reasons: list[Reason]
    next_due_at: datetime
    cleared_by: str | None = Field(examples=["鈴木薬子"])


@router.post(
    "/api/subscriptions",
    status_code=201,
    **guarded("subscribe", "not_found", "not_subscribable", "invalid", "too_large"),
)
def subscribe(here: Here, person: CurrentPerson, role: ActingRole, new: NewSubscription) -> SubscriptionView:
    """Begin; the first order is placed at once, and a pharmacist sells each one."""
    product = load_products().get(new.product)
    if product is None:
        raise ProblemError("not_found")
    if not may_be_subscribed(product):
        raise ProblemError("not_subscribable")
    with here.database.write() as session:
        patient, now = session.get_one(Patient, person.patient_id), here.clock.now()
        thread = session.scalars(select(Thread).where(Thread.patient_id == patient.id)).one()
        subscription = Subscription(
            patient_id=patient.id,
            thread_id=thread.id,
            branch=thread.branch,
            state="active",
            product=product.id,
            quantity=new.quantity,
            every_days=new.every_days,
            next_due_at=now,
            reasons=[],
            cleared_chart=_chart(patient),
        )
        session.add(subscription)
        session.flush()
        _audit(session, here.clock, person, role, Action.SUBSCRIPTION_STARTED, subscription)
        _renew(session, here.clock, subscription)
        return _view(session, subscription)


@router.get("/api/subscriptions", **guarded("listSubscriptions"))
def list_subscriptions(here: Here, person: CurrentPerson, role: ActingRole) -> list[SubscriptionView]:
    """One's own, or those of the branch; what is paused first."""
    mine = Subscription.patient_id == person.patient_id if person.is_patient else Subscription.branch == person.branch
    wanted = select(Subscription).where(mine).order_by(Subscription.state.desc(), Subscription.next_due_at)
    with looking(here, person) as session:
        found = [_view(session, subscription) for subscription in session.scalars(wanted)]
        if not person.is_patient:
            target = f"subscriptions:{person.branch}"
            record(session, here.clock, person, role, Action.SUBSCRIPTIONS_VIEWED, target, entries=len(found))
    return found


@router.post(
    "/api/subscriptions/{subscription_id}/clearance",
    **guarded("clearSubscription", "not_found", "no_such_step", "invalid", "too_large"),
)
def clear_subscription(
    here: Here, person: CurrentPerson, role: ActingRole, subscription_id: SubscriptionId, clearance: Clearance
) -> SubscriptionView:
    """A pharmacist has looked into the change: it may go on, by the chart as it is now."""
    with here.database.write() as session:
        subscription = _find(session, person, subscription_id)
        subscription.state = states.subscription_after(subscription.state, "clear")
        reasons, subscription.reasons = subscription.reasons, []
        subscription.cleared_by, subscription.cleared_because = person.name, clearance.reason
        subscription.cleared_chart = _chart(session.get_one(Patient, subscription.patient_id))
        _audit(session, here.clock, person, role, Action.SUBSCRIPTION_CLEARED, subscription, reasons=reasons)
        return _view(session, subscription)


@router.post(
    "/api/subscriptions/{subscription_id}/end",
    **guarded("endSubscription", "not_found", "no_such_step", "invalid"),
)
def end_subscription(
    here: Here, person: CurrentPerson, role: ActingRole, subscription_id: SubscriptionId
) -> SubscriptionView:
    """The patient wants no more of it."""
    with here.database.write() as session:
        subscription = _find(session, person, subscription_id)
        subscription.state = states.subscription_after(subscription.state, "end")
        _audit(session, here.clock, person, role, Action.SUBSCRIPTION_ENDED, subscription)
        return _view(session, subscription)


def pause(session: Session, clock: Clock, patient_id: str, reason: Reason) -> None:
    """Pause all that comes to this patient, in the caller's transaction."""
    for subscription in _going_on(session, patient_id):
        _pause(session, clock, subscription, [reason])


def pause_if_chart_changed(session: Session, clock: Clock, patient: Patient) -> None:
    """Pause what was begun or cleared by another chart than the one that stands now, in the caller's transaction."""
    for subscription in _going_on(session, patient.id):
        _pause(session, clock, subscription, _changes(subscription.cleared_chart, _chart(patient)))


class Renewals(Worker):
    """Places the next order of every subscription that is due. A paused one has none."""

    name = "renewals"

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__()
        self._database, self._clock = database, clock

    def look(self) -> float:
        due = select(Subscription.id).where(
            Subscription.state == "active", Subscription.next_due_at <= self._clock.now()
        )
        with self._database.read() as session:
            waiting = session.scalars(due).all()
        for subscription_id in waiting:
            with self._database.write() as session:
                subscription = session.get_one(Subscription, subscription_id, with_for_update=True)
                pause_if_chart_changed(session, self._clock, session.get_one(Patient, subscription.patient_id))
                if subscription.state == "active" and subscription.next_due_at <= self._clock.now():
                    _renew(session, self._clock, subscription)
        return LOOK_SECONDS


def _renew(session: Session, clock: Clock, subscription: Subscription) -> None:
    """Place the order that is due, and say when the next one is: after a long sleep one, not all that were missed."""
    now = clock.now()
    order = Order(
        patient_id=subscription.patient_id,
        thread_id=subscription.thread_id,
        subscription_id=subscription.id,
        branch=subscription.branch,
        state="answered",
        lines=[{"product": subscription.product, "quantity": subscription.quantity}],
        placed_at=now,
    )
    session.add(order)
    session.flush()
    subscription.next_due_at = now + timedelta(days=subscription.every_days)
    person = automatic.pharmacy_itself(subscription.branch)
    thread = session.get_one(Thread, subscription.thread_id)
    record(
        session,
        clock,
        person,
        automatic.ROLE,
        Action.ORDER_PLACED,
        f"order:{order.id}",
        thread=thread,
        lines=order.lines,
    )


def _pause(session: Session, clock: Clock, subscription: Subscription, reasons: list[Reason]) -> None:
    new = [reason for reason in reasons if reason not in subscription.reasons]
    if not new:
        return
    subscription.state = states.subscription_after(subscription.state, "pause")
    subscription.reasons = [*subscription.reasons, *new]
    person = automatic.pharmacy_itself(subscription.branch)
    _audit(session, clock, person, automatic.ROLE, Action.SUBSCRIPTION_PAUSED, subscription, reasons=new)


def _chart(patient: Patient) -> dict[str, Any]:
    """What of a chart can make a medicine unsuitable."""
    return {
        "pregnancy": patient.pregnancy,
        "medicines": sorted(map(plain, patient.medicines)),
        "allergies": sorted(map(plain, patient.allergies)),
    }


def _changes(before: dict[str, Any], now: dict[str, Any]) -> list[Reason]:
    """What became worse, or may have: less medicine, or no pregnancy any more, is no reason."""
    found: list[Reason] = []
    if now["pregnancy"] != before["pregnancy"] and now["pregnancy"] != "no":
        found.append("pregnancy")
    if set(now["medicines"]) - set(before["medicines"]):
        found.append("new_medicine")
    if set(now["allergies"]) - set(before["allergies"]):
        found.append("allergy")
    return found


def _going_on(session: Session, patient_id: str) -> list[Subscription]:
    wanted = select(Subscription).where(Subscription.patient_id == patient_id, Subscription.state.in_(_GOES_ON))
    return list(session.scalars(wanted))


def _find(session: Session, person: Person, subscription_id: str) -> Subscription:
    found = session.get(Subscription, subscription_id, with_for_update=True) if is_id(subscription_id) else None
    if found is None:
        raise ProblemError("not_found")
    if not (found.patient_id == person.patient_id if person.is_patient else found.branch == person.branch):
        raise ProblemError("not_found")
    return found


def _audit(
    session: Session, clock: Clock, person: Person, role: str, action: Action, subscription: Subscription, **detail: Any
) -> None:
    thread = session.get_one(Thread, subscription.thread_id)
    target = f"subscription:{subscription.id}"
    record(session, clock, person, role, action, target, thread=thread, product=subscription.product, **detail)


def _view(session: Session, subscription: Subscription) -> SubscriptionView:
    product = load_products().get(subscription.product)
    return SubscriptionView.model_validate(
        {
            "id": subscription.id,
            "thread_id": subscription.thread_id,
            "patient_name": session.get_one(Patient, subscription.patient_id).name,
            "product": subscription.product,
            "name": product.name if product else subscription.product,
            "name_en": product.name_en if product else subscription.product,
            "quantity": subscription.quantity,
            "every_days": subscription.every_days,
            "state": subscription.state,
            "reasons": subscription.reasons,
            "next_due_at": subscription.next_due_at,
            "cleared_by": subscription.cleared_by,
        }
    )
