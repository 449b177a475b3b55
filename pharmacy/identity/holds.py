"""What a session may have to wait for: the person's choice between two sign-ins, and proof of who a patient is."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.devices import DeviceCookie, is_known, know
from pharmacy.identity.sessions import Person, close_all, hashed, others_of
from pharmacy.identity.states import Hold, advance, load_limits
from pharmacy.identity.tables import SessionUse, VerificationTries

router = APIRouter(route_class=GuardedRoute, tags=["session"])

_LONGEST: Final = 20


class Continued(BaseModel):
    """How many other sign-ins of this person were ended."""

    ended: int = Field(ge=0, examples=[1])


class Proof(BaseModel):
    """What only the patient knows: the birth date, and the number on the bag of their medicine."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"birthdate": "1980-04-01", "identifier": "P-4F2A9C71"}]}
    )

    birthdate: Annotated[str, StringConstraints(max_length=_LONGEST, pattern=r"^[^\x00]*$")]
    identifier: Annotated[str, StringConstraints(max_length=_LONGEST, pattern=r"^[^\x00]*$")]


@router.post("/api/me/activity", status_code=204, **guarded("sayActive"))
def say_i_am_active(person: CurrentPerson) -> None:
    """The person at the page has done something; the page itself asks for much on its own, which does not count."""


@router.post("/api/me/session", **guarded("continueSession", "no_such_step"))
def continue_session(here: Here, person: CurrentPerson, role: ActingRole) -> Continued:
    """Go on here: every other sign-in of this person ends."""
    with here.database.write() as session:
        _move(session, person, "continued")
        ended = close_all(session, person.kind, person.subject, but=person.session_hash)
        record(session, here.clock, person, role, Action.SESSION_CONTINUED, _target(person), ended=ended)
    return Continued(ended=ended)


@router.post(
    "/api/me/verification",
    status_code=204,
    **guarded("verifyMyself", "no_such_step", "not_verified", "invalid", "too_large"),
)
def verify_myself(
    here: Here, person: CurrentPerson, role: ActingRole, proof: Proof, device: DeviceCookie = None
) -> None:
    """Prove on a new device who one is. What was wrong is not told, nor whether it was one try too many."""
    advance(person.hold, "verified")  # who need not prove anything is not asked
    with here.database.write() as session:
        verified = _verify(session, here.clock.now(), person, proof)
        if verified:
            others = others_of(session, person.kind, person.subject, person.session_hash, here.clock.sessions_now())
            _move(session, person, "verified_elsewhere_open" if others else "verified")
            if device and person.patient_id:
                know(session, here.clock.now(), person.patient_id, device)
        action = Action.IDENTITY_VERIFIED if verified else Action.IDENTITY_NOT_VERIFIED
        record(session, here.clock, person, role, action, _target(person))
    if not verified:
        raise ProblemError("not_verified")


def hold_of(
    session: Session, kind: str, patient_id: str | None, is_new: bool, device: str, others: list[str]
) -> Hold | None:
    """What a sign-in that has just begun has to wait for."""
    if kind == "patient" and patient_id and not is_new and not is_known(session, patient_id, device):
        return "unverified"
    return "choosing" if others else None


def _verify(session: Session, now: datetime, person: Person, proof: Proof) -> bool:
    """Compares, and counts what was wrong. While the tries are blocked the right answer is a wrong one, too."""
    patient = session.get_one(Patient, person.patient_id)
    tries = session.get(VerificationTries, patient.id) or VerificationTries(patient_id=patient.id, failed=0)
    session.add(tries)
    if tries.blocked_until is not None and now < tries.blocked_until:
        return False
    told = f"{proof.birthdate.strip()}/{proof.identifier.strip().upper()}"
    if compare_digest(hashed(told), hashed(f"{patient.birthdate}/{patient.identifier}")):
        tries.failed, tries.blocked_until = 0, None
        return True
    tries.failed += 1
    if tries.failed >= load_limits().tries:
        tries.failed, tries.blocked_until = 0, now + load_limits().block
    return False


def _move(session: Session, person: Person, event: str) -> None:
    use = session.get_one(SessionUse, person.session_hash, with_for_update=True)
    use.hold = advance(use.hold, event)


def _target(person: Person) -> str:
    return f"session:{person.session_hash[:12]}"
