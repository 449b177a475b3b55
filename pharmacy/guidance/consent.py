"""Before the call: the notice is answered, the patient identified, and it is judged whether it may be online."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import announce
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError, answer
from pharmacy.core.tables import Patient
from pharmacy.guidance.endings import WHEN_MISMATCHED, break_off, refer
from pharmacy.guidance.rules import is_minor, load_notice
from pharmacy.guidance.states import advance
from pharmacy.guidance.view import GuidanceId, GuidanceView, Reason, ShownPapers, find_guidance, find_own, view_of
from pharmacy.guidance.zoom import Zoom
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded

router = APIRouter(route_class=GuardedRoute, tags=["guidance"])

BASE = "/api/guidances/{guidance_id}"


class NoticeAnswer(BaseModel):
    """The answer to the notice that was shown, named by its version."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"version": "2026.11.1", "accepted": True}]}
    )

    version: str = Field(max_length=40)
    accepted: bool


class Judgement(BaseModel):
    """Whether this guidance may be online, in the pharmacist's judgement, and why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"appropriate": True, "reason": "継続の薬で、症状は安定"}]}
    )

    appropriate: bool
    reason: Reason


@router.post(
    BASE + "/notice",
    **guarded(
        "answerNotice",
        "not_found",
        "notice_changed",
        "guardian_required",
        "guidance_step_done",
        "guidance_ended",
        "invalid",
        "too_large",
    ),
)
def answer_notice(
    here: Here, person: CurrentPerson, role: ActingRole, guidance_id: GuidanceId, given: NoticeAnswer
) -> GuidanceView:
    """Accept what was disclosed, or refuse and be offered guidance in person. For a minor the guardian answers."""
    with here.database.write() as session:
        now = here.clock.now()
        guidance, thread = find_guidance(session, person, guidance_id, now)
        patient = session.get_one(Patient, guidance.patient_id)
        if person.patient_id == patient.id and is_minor(patient.birthdate, now):
            raise ProblemError("guardian_required")
        if given.version != load_notice().version:
            raise ProblemError("notice_changed")
        if given.accepted:
            advance(guidance, "accept")
            guidance.notice_version, guidance.notice_answered_by = given.version, person.name
            thread.version += 1
        else:
            refer(session, here.clock, person, role, guidance, thread, "refuse")
        action = Action.NOTICE_ACCEPTED if given.accepted else Action.NOTICE_REFUSED
        target = f"guidance:{guidance.id}"
        record(session, here.clock, person, role, action, target, thread=thread, notice_version=given.version)
        view = view_of(session, now, person, guidance)
    announce(here.hub, thread)
    return view


@router.post(
    BASE + "/identity",
    response_model=GuidanceView,
    **guarded(
        "identifyPatient",
        "not_found",
        "claimed",
        "not_consented",
        "guidance_step_done",
        "guidance_ended",
        "identity_mismatch",
        "invalid",
        "too_large",
    ),
)
def identify_patient(
    here: Here, person: CurrentPerson, role: ActingRole, guidance_id: GuidanceId, shown: ShownPapers
) -> GuidanceView | Response:
    """Compare what the patient shows with whom we know. A mismatch breaks the visit off, and is refused."""
    with here.database.write() as session:
        guidance, thread = find_own(session, person, guidance_id, here.clock.now())
        matches = shown.match(session.get_one(Patient, guidance.patient_id))
        if matches:
            advance(guidance, "identify")
            guidance.identity_method = shown.method
            thread.version += 1
            target = f"guidance:{guidance.id}"
            record(
                session, here.clock, person, role, Action.PATIENT_IDENTIFIED, target, thread=thread, method=shown.method
            )
        else:
            break_off(session, here.clock, person, role, guidance, thread, "mismatch", WHEN_MISMATCHED)
        view = view_of(session, here.clock.now(), person, guidance)
    announce(here.hub, thread)
    return view if matches else answer("identity_mismatch")


@router.put(
    BASE + "/judgement",
    **guarded("judgeGuidance", "not_found", "claimed", "guidance_ended", "invalid", "too_large"),
)
def judge_guidance(
    here: Here, person: CurrentPerson, role: ActingRole, guidance_id: GuidanceId, judgement: Judgement
) -> GuidanceView:
    """Say for this very visit whether it may be online. A "no" refers the patient to guidance in person."""
    with here.database.write() as session:
        guidance, thread = find_own(session, person, guidance_id, here.clock.now())
        guidance.appropriate, guidance.judgement_reason = judgement.appropriate, judgement.reason
        if judgement.appropriate:
            advance(guidance, "approve")
            thread.version += 1
        else:
            refer(session, here.clock, person, role, guidance, thread, "refer")
        record(
            session,
            here.clock,
            person,
            role,
            Action.GUIDANCE_JUDGED,
            f"guidance:{guidance.id}",
            thread=thread,
            appropriate=judgement.appropriate,
        )
        meeting_id = guidance.meeting_id
        view = view_of(session, here.clock.now(), person, guidance)
    announce(here.hub, thread)
    if meeting_id is not None and not judgement.appropriate:
        Zoom(here.settings).end(meeting_id)
    return view
