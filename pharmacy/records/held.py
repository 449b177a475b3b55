"""Whether records have to be kept whatever their age."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.records.tables import RecordHold


def open_hold(session: Session, patients: list[str]) -> RecordHold | None:
    """An order to keep the record of one of these patients, if one stands."""
    standing = select(RecordHold).where(RecordHold.patient_id.in_(patients), RecordHold.released_at.is_(None))
    return session.scalar(standing.order_by(RecordHold.held_at).limit(1))


def is_held(session: Session, patients: list[str]) -> bool:
    return open_hold(session, patients) is not None
