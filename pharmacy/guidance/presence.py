"""Whether a call is what the law asks for: both sides there, seen and heard, and nobody else."""

from __future__ import annotations

from pharmacy.core.problems import ProblemError
from pharmacy.guidance.tables import Guidance
from pharmacy.guidance.zoom import Present, Zoom


def is_stranger(guidance: Guidance, *, host: bool, registrant_id: str) -> bool:
    """Whether somebody in the meeting is neither its host nor on this visit's list."""
    return not host and registrant_id not in {entry["id"] for entry in guidance.listed}


def check_live(zoom: Zoom, guidance: Guidance) -> None:
    """Ask Zoom who is there now. Raises ProblemError when somebody is missing, unseen, unheard, or too many."""
    assert guidance.meeting_id is not None  # a call has one
    present = zoom.present(guidance.meeting_id, guidance.meeting_host or "")
    if any(is_stranger(guidance, host=one.host, registrant_id=one.registrant_id) for one in present):
        raise ProblemError("third_party_present")
    if not (_anybody_live(present, host=True) and _anybody_live(present, host=False)):
        raise ProblemError("no_live_video")


def _anybody_live(present: list[Present], *, host: bool) -> bool:
    return any(one.live for one in present if one.host == host)
