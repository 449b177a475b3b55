"""What must hold before a step, besides the order of steps: the one way in which a prescription moves on."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.clock import Clock
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient
from pharmacy.prescriptions.assessment import open_findings
from pharmacy.prescriptions.states import Event, advance
from pharmacy.prescriptions.tables import Background, Inquiry, Prescription
from pharmacy.prescriptions.validity import check_in_time, check_not_used_up

REVIEWED: Final = frozenset({"dispense", "check", "ship"})
"""Before each of these the review is done again: the chart may have changed since."""


def proceed(session: Session, clock: Clock, prescription: Prescription, event: Event) -> None:
    """Move the prescription on, or raise ProblemError saying why it must not.

    What replaces a spoiled parcel was dispensed in time once, so that its days do not count again.
    """
    replacing = prescription.state == "replacing"
    advance(prescription, event)
    if event == "dispense":
        session.get_one(Patient, prescription.patient_id, with_for_update=True)  # two media, one after the other
        _check_not_asked_about_elsewhere(session, prescription)
        check_not_used_up(session, prescription)
        if not replacing:
            check_in_time(session, clock, prescription)
    if event in REVIEWED and open_findings(session, clock, prescription):
        raise ProblemError("findings_open")
    if event == "ship" and prescription.guided_at is None:
        raise ProblemError("guidance_missing")


def resume(session: Session, clock: Clock, prescription: Prescription) -> None:
    """Guidance was given after all: it goes on where it was. What was dispensed is checked anew before it leaves."""
    asked = select(Inquiry.id).where(Inquiry.prescription_id == prescription.id, Inquiry.answered_at.is_(None))
    if prescription.dispensed_at is not None:
        proceed(session, clock, prescription, "resume_dispensed")
    elif session.scalar(asked.limit(1)) is not None:
        proceed(session, clock, prescription, "resume_inquiry")
    else:
        proceed(session, clock, prescription, "resume_review")


def _check_not_asked_about_elsewhere(session: Session, prescription: Prescription) -> None:
    """An inquiry about the image is an inquiry about the e-prescription."""
    asked = select(Prescription.id).where(
        Prescription.fingerprint == prescription.fingerprint, Prescription.state == "inquiry_open"
    )
    if session.scalar(asked.limit(1)) is not None:
        raise ProblemError("inquiry_open")


def check_may_begin_guidance(session: Session, clock: Clock, prescription: Prescription) -> None:
    """Raises `background_missing` when a first or changed prescription came and nobody has asked about all else since."""
    if prescription.change == "unchanged":
        return
    background = session.get(Background, prescription.patient_id)
    asked = background is not None and background.recorded_at >= prescription.received_at
    told = background is not None and None not in (background.notebook, background.concomitant, background.reactions)
    if not (asked and told):
        raise ProblemError("background_missing")


def check_may_complete_guidance(session: Session, clock: Clock, prescription: Prescription) -> None:
    """Raises `pregnancy_unknown` while nobody has answered it: unknown is not no."""
    if session.get_one(Patient, prescription.patient_id).pregnancy == "unknown":
        raise ProblemError("pregnancy_unknown")
