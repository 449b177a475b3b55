"""Consent: what each patient agreed to, in which wording and when; and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import announce
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Thread
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.privacy.standing import Purpose, last_decision, load_purposes
from pharmacy.privacy.states import CONSENTS, ConsentState, advance
from pharmacy.privacy.tables import ConsentDecision

router = APIRouter(route_class=GuardedRoute, tags=["privacy"])

PurposeId = Annotated[str, Path(description="Id of a purpose", examples=["ai_drafts"])]


class Agreement(BaseModel):
    """To which wording exactly the patient agrees."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": "2026.11.1"}]})

    version: str = Field(min_length=1, max_length=40)


class ConsentView(BaseModel):
    """A purpose in the wording that holds now, and what this patient said to it."""

    purpose: Purpose
    state: ConsentState = Field(description="`none` also when an older wording was agreed to")
    decided_version: str | None = Field(description="The wording that the last decision was about")
    decided_at: datetime | None


def _view(purpose: Purpose, last: ConsentDecision | None) -> ConsentView:
    return ConsentView.model_validate(
        {
            "purpose": purpose,
            "state": _state(purpose, last),
            "decided_version": last.version if last else None,
            "decided_at": last.decided_at if last else None,
        }
    )


def _state(purpose: Purpose, last: ConsentDecision | None) -> str:
    if last is None or (last.state == "given" and last.version != purpose.version):
        return "none"
    return last.state


def _decide(here: Pharmacy, person: Person, role: str, purpose_id: str, event: str, action: Action) -> ConsentView:
    purpose = load_purposes().get(purpose_id)
    if purpose is None:
        raise ProblemError("not_found")
    assert person.patient_id is not None  # only patients are let in here
    with here.database.write() as session:
        thread = session.scalars(select(Thread).where(Thread.patient_id == person.patient_id).with_for_update()).one()
        state = advance(CONSENTS, _state(purpose, last_decision(session, person.patient_id, purpose.id)), event)
        decision = ConsentDecision(
            patient_id=person.patient_id,
            purpose=purpose.id,
            version=purpose.version,
            state=state,
            decided_at=here.clock.now(),
        )
        session.add(decision)
        thread.version += 1
        target = f"consent:{purpose.id}"
        record(session, here.clock, person, role, action, target, thread=thread, version=purpose.version)
    announce(here.hub, thread)
    return _view(purpose, decision)


def decisions_of(session: Session, patient_id: str) -> list[ConsentDecision]:
    """All that this patient ever said, the oldest first."""
    wanted = select(ConsentDecision).where(ConsentDecision.patient_id == patient_id)
    return list(session.scalars(wanted.order_by(ConsentDecision.id)))


@router.get("/api/me/consents", **guarded("listMyConsents"))
def list_my_consents(here: Here, person: CurrentPerson) -> list[ConsentView]:
    """What the patient is asked, in the wording that holds now, and what they said."""
    assert person.patient_id is not None  # only patients are let in here
    with here.database.read() as session:
        return [_view(one, last_decision(session, person.patient_id, one.id)) for one in load_purposes().values()]


@router.put(
    "/api/me/consents/{purpose_id}",
    **guarded("giveConsent", "not_found", "consent_given", "changed", "invalid", "too_large"),
)
def give_consent(
    here: Here, person: CurrentPerson, role: ActingRole, purpose_id: PurposeId, agreement: Agreement
) -> ConsentView:
    """Agree to the wording that was read; to one that does not hold any more nobody can agree."""
    purpose = load_purposes().get(purpose_id)
    if purpose is not None and purpose.version != agreement.version:
        raise ProblemError("changed")
    return _decide(here, person, role, purpose_id, "give", Action.CONSENT_GIVEN)


@router.delete("/api/me/consents/{purpose_id}", **guarded("withdrawConsent", "not_found", "consent_missing", "invalid"))
def withdraw_consent(here: Here, person: CurrentPerson, role: ActingRole, purpose_id: PurposeId) -> ConsentView:
    """Take it back: from now on the patient's data are not used for this any more."""
    return _decide(here, person, role, purpose_id, "withdraw", Action.CONSENT_WITHDRAWN)
