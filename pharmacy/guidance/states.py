"""The life of a guidance and of a guardianship, as tables. What a table does not name cannot happen."""

from __future__ import annotations

from typing import Final, Literal

from pharmacy.core.problems import ProblemError
from pharmacy.guidance.tables import Guardianship, Guidance

GuidanceState = Literal[
    "planned", "consented", "identified", "in_call", "completed", "face_to_face", "guided_in_person", "broken_off"
]

TRANSITIONS: Final[dict[tuple[str, str], GuidanceState]] = {
    ("planned", "accept"): "consented",
    ("planned", "refuse"): "face_to_face",
    ("consented", "identify"): "identified",
    ("consented", "mismatch"): "broken_off",
    ("identified", "start"): "in_call",
    ("in_call", "start"): "in_call",
    ("in_call", "join"): "in_call",
    ("in_call", "check_technique"): "in_call",
    ("in_call", "complete"): "completed",
    ("planned", "approve"): "planned",
    ("consented", "approve"): "consented",
    ("identified", "approve"): "identified",
    ("in_call", "approve"): "in_call",
    ("planned", "refer"): "face_to_face",
    ("consented", "refer"): "face_to_face",
    ("identified", "refer"): "face_to_face",
    ("in_call", "refer"): "face_to_face",
    ("face_to_face", "guide_in_person"): "guided_in_person",
    ("planned", "break_off"): "broken_off",
    ("consented", "break_off"): "broken_off",
    ("identified", "break_off"): "broken_off",
    ("in_call", "break_off"): "broken_off",
}
"""`approve` and `refer` are the two judgements whether guidance online is appropriate."""

OPEN: Final = ("planned", "consented", "identified", "in_call")
GIVEN: Final = ("completed", "guided_in_person")

# What is still missing in a state, for whoever tries a later step.
_MISSING: Final = {"planned": "not_consented", "consented": "not_identified", "identified": "call_not_started"}
_ORDER: Final = ("accept", "refuse", "identify", "mismatch", "start", "join", "check_technique", "complete")
_NEXT: Final = {"planned": 0, "consented": 2, "identified": 4, "in_call": 5}


def next_state(guidance: Guidance, event: str) -> GuidanceState:
    """Where the event leads. Raises ProblemError saying what is missing, or that it is over."""
    state = TRANSITIONS.get((guidance.state, event))
    if state is None:
        raise ProblemError(_refusal(guidance.state, event))
    return state


def advance(guidance: Guidance, event: str) -> None:
    """Move the guidance on. Raises ProblemError as `next_state` does."""
    guidance.state = next_state(guidance, event)


def _refusal(state: str, event: str) -> str:
    if state not in OPEN:
        return "guidance_ended"
    if event == "guide_in_person":
        return "not_referred"
    behind = _ORDER.index(event) < _NEXT[state]
    return "guidance_step_done" if behind else _MISSING[state]


GuardianshipState = Literal["verified", "consented_anew", "ended"]

GUARDIANSHIP_TRANSITIONS: Final[dict[tuple[str, str], GuardianshipState]] = {
    ("verified", "consent"): "consented_anew",
    ("verified", "end"): "ended",
    ("consented_anew", "end"): "ended",
    ("ended", "consent"): "consented_anew",
}


def answer_guardianship(guardianship: Guardianship, event: str) -> None:
    """The grown child's answer. Raises ProblemError when there is nothing to answer."""
    state = GUARDIANSHIP_TRANSITIONS.get((guardianship.state, event))
    if state is None:
        raise ProblemError("guidance_step_done")
    guardianship.state = state
