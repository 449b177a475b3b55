"""Who acts when nobody does: the pharmacy itself, by its rules and clocks. So it stands in the audit trail."""

from __future__ import annotations

from typing import Final

from pharmacy.identity.sessions import Person

ROLE: Final = "system"


def pharmacy_itself(branch: str) -> Person:
    """The actor of what happens by rule or by time. Nobody can sign in as it."""
    return Person(
        kind="system",
        subject="pharmacy",
        name="薬局（自動）",
        branch=branch,
        roles=(ROLE,),
        mfa=False,
        compliant_device=False,
        patient_id=None,
        session_hash="",
    )
