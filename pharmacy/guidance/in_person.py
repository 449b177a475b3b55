"""Guidance in person, for whom it must not or shall not be online: the pharmacist who gave it says so, and all goes on."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import announce
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.texts import WrittenText
from pharmacy.guidance.calls import TechniqueCheck
from pharmacy.guidance.consent import BASE
from pharmacy.guidance.states import advance
from pharmacy.guidance.subjects import SUBJECTS
from pharmacy.guidance.view import GuidanceId, GuidanceView, find_guidance, techniques_missing, view_of
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded

router = APIRouter(route_class=GuardedRoute, tags=["guidance"])


class InPerson(BaseModel):
    """What was said, and for each device how its use was seen."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"gist": "飲み方と副作用を店頭で説明した", "techniques": []}]}
    )

    gist: WrittenText
    techniques: list[TechniqueCheck] = Field(default=[], max_length=50)


@router.post(
    BASE + "/in-person",
    **guarded(
        "recordGuidanceInPerson",
        "not_found",
        "no_licence",
        "not_referred",
        "guidance_ended",
        "background_missing",
        "pregnancy_unknown",
        "technique_unchecked",
        "invalid",
        "too_large",
    ),
)
def record_guidance_in_person(
    here: Here, person: CurrentPerson, role: ActingRole, guidance_id: GuidanceId, given: InPerson
) -> GuidanceView:
    """Say that one gave it in person, after it was referred. All that must be known online must be known here, too."""
    if not person.licence:
        raise ProblemError("no_licence")
    with here.database.write() as session:
        guidance, thread = find_guidance(session, person, guidance_id, here.clock.now())
        advance(guidance, "guide_in_person")
        subject = SUBJECTS[guidance.subject_kind]
        subject.check_may_begin(session, here.clock, guidance.subject_id)
        subject.check_may_complete(session, here.clock, guidance.subject_id)
        seen = [check.model_dump() | {"checked_by": person.name} for check in given.techniques]
        guidance.techniques = [*guidance.techniques, *seen]
        if techniques_missing(session, guidance):
            raise ProblemError("technique_unchecked")
        guidance.pharmacist_subject, guidance.pharmacist_name = person.subject, person.name
        guidance.pharmacist_licence = person.licence
        guidance.gist, guidance.ended_at = given.gist, here.clock.now()
        subject.completed(session, here.clock, person, guidance.subject_id, "face_to_face")
        thread.version += 1
        target = f"guidance:{guidance.id}"
        record(session, here.clock, person, role, Action.GUIDED_IN_PERSON, target, thread=thread)
        view = view_of(session, here.clock.now(), person, guidance)
    announce(here.hub, thread)
    return view
