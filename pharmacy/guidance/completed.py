"""The one question that others ask about guidance."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.guidance.states import GIVEN
from pharmacy.guidance.tables import Guidance
from pharmacy.prescriptions.tables import Prescription


def guidance_completed(session: Session, prescription_id: str) -> bool:
    """Whether guidance on this prescription has been completed and still holds: nothing is shipped before."""
    prescription = session.get(Prescription, prescription_id)
    return prescription is not None and prescription.guided_at is not None


def subject_guided(session: Session, kind: str, subject_id: str) -> bool:
    """Whether guidance on this subject has been given; for subjects that keep no such fact themselves."""
    wanted = select(Guidance.id).where(
        Guidance.subject_kind == kind, Guidance.subject_id == subject_id, Guidance.state.in_(GIVEN)
    )
    return session.scalar(wanted.limit(1)) is not None
