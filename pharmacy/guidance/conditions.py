"""What must hold before a call begins and before guidance is completed, besides the order of steps."""

from __future__ import annotations

from sqlalchemy.orm import Session

from pharmacy.core.clock import Clock
from pharmacy.core.problems import ProblemError
from pharmacy.guidance.subjects import SUBJECTS
from pharmacy.guidance.tables import Guidance
from pharmacy.guidance.view import techniques_missing


def check_before_call(session: Session, clock: Clock, guidance: Guidance) -> None:
    """Raises ProblemError while the call must not begin."""
    SUBJECTS[guidance.subject_kind].check_may_begin(session, clock, guidance.subject_id)


def check_before_completion(session: Session, clock: Clock, guidance: Guidance) -> None:
    """Raises ProblemError for the first thing that is missing. That the call is live is asked of Zoom: `presence`."""
    if guidance.pharmacist_confirmed_at is None:
        raise ProblemError("pharmacist_unconfirmed")
    if not guidance.appropriate:
        raise ProblemError("not_judged")
    if techniques_missing(session, guidance):
        raise ProblemError("technique_unchecked")
    SUBJECTS[guidance.subject_kind].check_may_complete(session, clock, guidance.subject_id)
