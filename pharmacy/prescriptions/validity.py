"""How long a prescription may be used, by days in Japan, and how often."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.clock import JST, Clock
from pharmacy.core.problems import ProblemError
from pharmacy.prescriptions.drugs import load_prescribing
from pharmacy.prescriptions.tables import Dispensing, Prescription


def last_day(prescription: Prescription) -> date:
    """The last day on which it may be dispensed for the first time: as it says itself, else the days of the rule."""
    if prescription.valid_until is not None:
        return date.fromisoformat(prescription.valid_until)
    # The issue day is the first of them.
    return date.fromisoformat(prescription.issued_on) + load_prescribing().valid_for - timedelta(days=1)


def check_not_used_up(session: Session, prescription: Prescription) -> None:
    """Raises ProblemError when it has been used up on any medium."""
    if len(dispensings_of(session, prescription)) >= prescription.uses:
        raise ProblemError("already_dispensed")


def check_in_time(session: Session, clock: Clock, prescription: Prescription) -> None:
    """Raises ProblemError when it is too late, or too early for the next use."""
    used = dispensings_of(session, prescription)
    today = clock.now().astimezone(JST).date()
    if not used:
        first, last = date.fromisoformat(prescription.issued_on), last_day(prescription)
    else:
        around, planned = load_prescribing().refill_around, _planned(used[-1])
        first, last = planned - around, planned + around
    if not first <= today <= last:
        raise ProblemError("prescription_expired" if today > last else "prescription_early")


def dispensings_of(session: Session, prescription: Prescription) -> list[Dispensing]:
    """How it was dispensed so far, whatever medium it came on; what was taken back does not count."""
    wanted = select(Dispensing).where(
        Dispensing.fingerprint == prescription.fingerprint, Dispensing.voided_at.is_(None)
    )
    return list(session.scalars(wanted.order_by(Dispensing.dispensed_at, Dispensing.id)))


def _planned(dispensing: Dispensing) -> date:
    """The day on which the patient will have used up what was dispensed."""
    days = max(item["days"] for item in dispensing.items)
    return dispensing.dispensed_at.astimezone(JST).date() + timedelta(days=days)
