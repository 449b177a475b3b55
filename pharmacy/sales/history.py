"""What one person bought before, whichever account, branch, order or product it was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.core.tables import Patient
from pharmacy.sales.products import plain
from pharmacy.sales.rules import Line, lines_of, load_rules
from pharmacy.sales.tables import Order

_CAME_TO_NOTHING = ("refused", "cancelled")


def accounts_of(session: Session, patient: Patient) -> list[str]:
    """The ids of all accounts of this human being: born the same day, and of the same name or telephone."""
    born = session.scalars(select(Patient).where(Patient.birthdate == patient.birthdate))
    return [one.id for one in born if one.id == patient.id or _same_person(one, patient)]


def _same_person(one: Patient, other: Patient) -> bool:
    phones = {"".join(filter(str.isdigit, phone)) for phone in (one.phone or "", other.phone or "")}
    return plain(one.name) == plain(other.name) or (len(phones) == 1 and "" not in phones)


def bought_before(session: Session, now: datetime, patient: Patient, except_for: str = "") -> list[Line]:
    """What this person bought, or is about to buy, within the period that the rules look back from `now`.

    What counts is when it was sold, not when it was ordered.
    """
    wanted = select(Order).where(
        Order.patient_id.in_(accounts_of(session, patient)),
        Order.state.not_in(_CAME_TO_NOTHING),
        func.coalesce(Order.decided_at, Order.placed_at) > now - load_rules().history,
        Order.id != except_for,
    )
    return [line for order in session.scalars(wanted) for line in lines_of(order.lines)]
