"""Who may speak for whom: asked at every request, so that access ends on the day the child comes of age."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.tables import Patient
from pharmacy.guidance.rules import is_minor
from pharmacy.guidance.tables import Guardianship


def holds(guardianship: Guardianship, child: Patient, now: datetime) -> bool:
    """Verified counts as long as the child is a minor; afterwards only what the grown child consented to anew."""
    if guardianship.state == "verified":
        return is_minor(child.birthdate, now)
    return guardianship.state == "consented_anew"


def speaks_for(session: Session, guardian_id: str | None, child: Patient, now: datetime) -> bool:
    """Whether this account may see and act for this very child."""
    found = session.scalar(
        select(Guardianship).where(Guardianship.child_id == child.id, Guardianship.guardian_id == guardian_id)
    )
    return found is not None and holds(found, child, now)


def children_of(session: Session, guardian_id: str | None, now: datetime) -> list[Patient]:
    """Everybody whom this account may speak for today."""
    wanted = select(Guardianship, Patient).join(Patient, Patient.id == Guardianship.child_id)
    pairs = session.execute(wanted.where(Guardianship.guardian_id == guardian_id)).tuples()
    return [child for guardianship, child in pairs if holds(guardianship, child, now)]
