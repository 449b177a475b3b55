"""Guardians of minors: verified by a pharmacist, bound to one child, and for a grown child only by consent anew."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, find_thread, is_id
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient
from pharmacy.guidance.guardianship import holds
from pharmacy.guidance.rules import is_minor
from pharmacy.guidance.states import GuardianshipState, answer_guardianship
from pharmacy.guidance.tables import Guardianship
from pharmacy.guidance.view import ShownPapers
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded

router = APIRouter(route_class=GuardedRoute, tags=["guidance"])

GuardianshipId = Annotated[str, Path(description="Id of a guardianship", examples=["7c1e" * 8])]


class NewGuardian(ShownPapers):
    """Who wants to speak for the child: their own number here, and what they show to say who they are."""

    identifier: str = Field(max_length=20, examples=["P-0123ABCD"])
    relation: Literal["parent", "legal_guardian", "other_relative"]


class GuardianView(BaseModel):
    """Somebody who may speak, or might have spoken, for a child."""

    id: str
    guardian_name: str = Field(examples=["佐藤太郎"])
    relation: Literal["parent", "legal_guardian", "other_relative"]
    state: GuardianshipState
    holds: bool = Field(description="Whether they may see and act for the child today")
    verified_by: str = Field(examples=["鈴木薬子"])


class Guardians(BaseModel):
    """All who may speak for a patient, or might once. Only a minor gets further ones."""

    minor: bool
    guardians: list[GuardianView]


class ConsentAnew(BaseModel):
    """Whether who has come of age lets the guardian go on."""

    consented: bool


def _view(session: Session, here: Here, guardianship: Guardianship, child: Patient) -> GuardianView:
    return GuardianView.model_validate(
        {
            "id": guardianship.id,
            "guardian_name": session.get_one(Patient, guardianship.guardian_id).name,
            "relation": guardianship.relation,
            "state": guardianship.state,
            "holds": holds(guardianship, child, here.clock.now()),
            "verified_by": guardianship.verified_by,
        }
    )


@router.post(
    "/api/threads/{thread_id}/guardians",
    status_code=201,
    **guarded(
        "verifyGuardian", "not_found", "not_a_minor", "identity_mismatch", "guardian_known", "invalid", "too_large"
    ),
)
def verify_guardian(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, new: NewGuardian
) -> GuardianView:
    """Compare what a grown-up shows with the account that they have here, and let them speak for this one child."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        child, now = session.get_one(Patient, thread.patient_id), here.clock.now()
        if not is_minor(child.birthdate, now):
            raise ProblemError("not_a_minor")
        wanted = select(Patient).where(Patient.identifier == new.identifier, Patient.branch == person.branch)
        guardian = session.scalar(wanted)
        if guardian is None or guardian.id == child.id:
            raise ProblemError("not_found")
        if not new.match(guardian) or is_minor(guardian.birthdate, now):
            raise ProblemError("identity_mismatch")
        same = (Guardianship.child_id == child.id, Guardianship.guardian_id == guardian.id)
        if session.scalar(select(Guardianship.id).where(*same)) is not None:
            raise ProblemError("guardian_known")
        guardianship = Guardianship(
            child_id=child.id,
            guardian_id=guardian.id,
            relation=new.relation,
            state="verified",
            method=new.method,
            verified_by=person.name,
            verified_at=now,
        )
        session.add(guardianship)
        session.flush()
        target = f"guardianship:{guardianship.id}"
        record(
            session, here.clock, person, role, Action.GUARDIAN_VERIFIED, target, thread=thread, relation=new.relation
        )
        return _view(session, here, guardianship, child)


@router.get("/api/threads/{thread_id}/guardians", **guarded("listGuardians", "not_found", "invalid"))
def list_guardians(here: Here, person: CurrentPerson, thread_id: ThreadId) -> Guardians:
    """Who may speak for the patient, who might once, and whether that holds today."""
    with here.database.read() as session:
        thread = find_thread(session, person, thread_id)
        child = session.get_one(Patient, thread.patient_id)
        wanted = select(Guardianship).where(Guardianship.child_id == child.id).order_by(Guardianship.verified_at)
        found = [_view(session, here, guardianship, child) for guardianship in session.scalars(wanted)]
        return Guardians(minor=is_minor(child.birthdate, here.clock.now()), guardians=found)


@router.put(
    "/api/me/guardians/{guardianship_id}",
    **guarded("answerGuardian", "not_found", "still_a_minor", "guidance_step_done", "invalid", "too_large"),
)
def answer_guardian(
    here: Here, person: CurrentPerson, role: ActingRole, guardianship_id: GuardianshipId, given: ConsentAnew
) -> GuardianView:
    """Of age, let a former guardian go on speaking for one, or not any more."""
    with here.database.write() as session:
        guardianship = session.get(Guardianship, guardianship_id) if is_id(guardianship_id) else None
        if guardianship is None or guardianship.child_id != person.patient_id:
            raise ProblemError("not_found")
        child, now = session.get_one(Patient, person.patient_id), here.clock.now()
        if is_minor(child.birthdate, now):
            raise ProblemError("still_a_minor")
        answer_guardianship(guardianship, "consent" if given.consented else "end")
        guardianship.answered_at = now
        action = Action.GUARDIAN_CONSENTED if given.consented else Action.GUARDIAN_ENDED
        record(session, here.clock, person, role, action, f"guardianship:{guardianship.id}")
        return _view(session, here, guardianship, child)
