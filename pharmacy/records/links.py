"""Which patients' records are shown as one: found from the links that stand."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pharmacy.records.tables import RecordLink

MERGED = "merged"


def open_link(session: Session, patient_id: str) -> RecordLink | None:
    """The link that stands for this patient; at most one."""
    of_patient = or_(RecordLink.one_id == patient_id, RecordLink.other_id == patient_id)
    return session.scalar(select(RecordLink).where(of_patient, RecordLink.state == MERGED).limit(1))


def linked(session: Session, patient_id: str) -> list[str]:
    """The patient, and the one with whom their record is merged."""
    link = open_link(session, patient_id)
    return [patient_id] if link is None else sorted((link.one_id, link.other_id), key=lambda one: one != patient_id)
