"""May this order be sold now? One judgement, taken when it is placed, shown to the pharmacist, and binding at the sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.core.clock import JST
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient, Thread
from pharmacy.sales import kampo
from pharmacy.sales.history import bought_before
from pharmacy.sales.rules import (
    HERE,
    Channels,
    Line,
    age_on,
    channels,
    lines_of,
    needs_information,
    only_for_the_user,
)
from pharmacy.sales.tables import Order, Subscription


@dataclass(frozen=True)
class Judgement:
    """`channels`: by which the sale is allowed; `blockers`: problem codes that stand against it now, gravest first."""

    channels: Channels
    earlier: list[Line]
    warnings: list[kampo.KampoWarning]
    blockers: tuple[str, ...]
    needs_information: bool


def channel_of(order: Order) -> str:
    """By which channel the buyer was spoken to: `video` by guidance that was completed, or on a pharmacist's word."""
    return order.channel or "online"


def judge(session: Session, now: datetime, order: Order) -> Judgement:
    """By the rules, the chart and the purchases of this moment."""
    patient, lines = session.get_one(Patient, order.patient_id), lines_of(order.lines)
    earlier = bought_before(session, now, patient, except_for=order.id)
    age = age_on(patient.birthdate, now.astimezone(JST).date())
    elsewhere = bool((order.questionnaire or {}).get("bought_elsewhere"))
    allowed = channels(lines, earlier, age, elsewhere)
    for_self = order.for_age is None
    return Judgement(
        channels=allowed,
        earlier=earlier,
        warnings=kampo.warnings(
            (product for product, _ in lines),
            (product for product, _ in earlier) if for_self else (),
            patient.medicines if for_self else (),
            age if order.for_age is None else order.for_age,
            patient.pregnancy if for_self else "unknown",
        ),
        blockers=tuple(_blockers(session, order, lines, allowed)),
        needs_information=needs_information(lines),
    )


def _blockers(session: Session, order: Order, lines: list[Line], allowed: Channels) -> list[str]:
    found = []
    if only_for_the_user(lines) and order.for_age is not None:
        found.append("only_for_user")
    if not allowed & HERE:
        found.append("face_to_face_only" if allowed else "not_to_minors")
    elif channel_of(order) not in allowed:
        found.append("guidance_needed" if only_for_the_user(lines) else "video_needed")
    if has_open_question(session, order.thread_id):
        found.append("question_open")
    subscription = session.get(Subscription, order.subscription_id) if order.subscription_id else None
    if subscription is not None and subscription.state == "paused":
        found.append("subscription_paused")
    return found


def has_open_question(session: Session, thread_id: str) -> bool:
    """Whether the buyer has asked the pharmacy something that nobody has answered yet."""
    thread = session.get_one(Thread, thread_id)
    return thread.last_patient_seq > thread.last_reply_seq


def require_possible(judgement: Judgement) -> None:
    """Raises ProblemError when the order can never be sold here, whatever a pharmacist does."""
    for code in ("only_for_user", "face_to_face_only", "not_to_minors"):
        if code in judgement.blockers:
            raise ProblemError(code)


def require_nothing_against(judgement: Judgement, acknowledged: set[str]) -> None:
    """Raises ProblemError with the gravest thing that stands against the sale."""
    if judgement.blockers:
        raise ProblemError(judgement.blockers[0])
    missing = [warning.code for warning in judgement.warnings if warning.code not in acknowledged]
    if missing:
        raise ProblemError("not_acknowledged", detail=", ".join(missing))
