"""The life of a prescription, as a table from receiving to follow-up. What the table does not name cannot happen.

Guidance (服薬指導) is no state: it is the fact `guided_at`, which may come before or after dispensing, and must be there
before shipping. What else must hold before a step is in `gates`.
"""

from __future__ import annotations

from typing import Final, Literal

from pharmacy.core.problems import ProblemError
from pharmacy.prescriptions.tables import Prescription

PrescriptionState = Literal[
    "received",
    "under_review",
    "inquiry_open",
    "replacing",
    "dispensed",
    "checked",
    "shipped",
    "delivered",
    "receipt_confirmed",
    "followed_up",
    "refused",
    "expired",
    "face_to_face",
]
Event = Literal[
    "review",
    "inquire",
    "answer",
    "dispense",
    "recall",
    "replace",
    "check",
    "ship",
    "deliver",
    "confirm_receipt",
    "follow_up",
    "refuse",
    "expire",
    "refer",
    "resume_review",
    "resume_inquiry",
    "resume_dispensed",
]

TRANSITIONS: Final[dict[tuple[str, str], PrescriptionState]] = {
    ("received", "review"): "under_review",
    ("under_review", "inquire"): "inquiry_open",
    ("inquiry_open", "answer"): "under_review",
    ("under_review", "dispense"): "dispensed",
    ("dispensed", "recall"): "under_review",
    ("checked", "recall"): "under_review",
    ("dispensed", "check"): "checked",
    ("checked", "ship"): "shipped",
    ("shipped", "deliver"): "delivered",
    ("delivered", "confirm_receipt"): "receipt_confirmed",
    ("receipt_confirmed", "follow_up"): "followed_up",
    ("followed_up", "follow_up"): "followed_up",  # whoever is asked once more
    ("shipped", "replace"): "replacing",
    ("delivered", "replace"): "replacing",
    ("receipt_confirmed", "replace"): "replacing",
    ("followed_up", "replace"): "replacing",
    ("replacing", "inquire"): "inquiry_open",
    ("replacing", "dispense"): "dispensed",
    ("replacing", "refuse"): "refused",
    ("received", "refuse"): "refused",
    ("under_review", "refuse"): "refused",
    ("inquiry_open", "refuse"): "refused",
    ("received", "expire"): "expired",
    ("under_review", "expire"): "expired",
    ("inquiry_open", "expire"): "expired",
    ("received", "refer"): "face_to_face",
    ("under_review", "refer"): "face_to_face",
    ("inquiry_open", "refer"): "face_to_face",
    ("dispensed", "refer"): "face_to_face",
    ("checked", "refer"): "face_to_face",
    ("face_to_face", "resume_review"): "under_review",
    ("face_to_face", "resume_inquiry"): "inquiry_open",
    ("face_to_face", "resume_dispensed"): "dispensed",
}

ON_THE_WAY: Final = frozenset({"shipped", "delivered"})
"""It has left, and the patient has not said that they have it."""

GIVEN: Final = ON_THE_WAY | {"receipt_confirmed", "followed_up"}
"""It is with the patient or on its way to them, so that they can be asked how they fare with it."""


def possible(state: str) -> list[str]:
    """The events that the table knows in this state, sorted."""
    return sorted(event for known, event in TRANSITIONS if known == state)


def advance(prescription: Prescription, event: Event) -> None:
    """Move the prescription on. Raises ProblemError `inquiry_open` or `out_of_order` when the table does not know it."""
    state = TRANSITIONS.get((prescription.state, event))
    if state is None:
        raise ProblemError("inquiry_open" if prescription.state == "inquiry_open" else "out_of_order")
    prescription.state = state
