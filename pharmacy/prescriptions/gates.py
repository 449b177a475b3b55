"""What must hold before a step, besides the order of steps: the one way in which a prescription moves on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from pharmacy.core.clock import Clock
from pharmacy.core.problems import ProblemError
from pharmacy.prescriptions.states import Event, advance
from pharmacy.prescriptions.tables import Prescription


def proceed(session: Session, clock: Clock, prescription: Prescription, event: Event) -> None:
    """Move the prescription on, or raise ProblemError saying why it must not."""
    advance(prescription, event)
    if event == "ship" and prescription.guided_at is None:
        raise ProblemError("guidance_missing")


def check_may_begin_guidance(session: Session, clock: Clock, prescription: Prescription) -> None:
    """Raises ProblemError when guidance on this prescription must not begin yet."""


def check_may_complete_guidance(session: Session, clock: Clock, prescription: Prescription) -> None:
    """Raises ProblemError when guidance on this prescription must not be completed yet."""
