"""The call: the pharmacist starts it as host, the listed people come in, and it is completed only while it is live."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import announce
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.texts import WrittenText
from pharmacy.guidance.conditions import check_before_call, check_before_completion
from pharmacy.guidance.consent import BASE
from pharmacy.guidance.endings import break_off
from pharmacy.guidance.presence import check_live
from pharmacy.guidance.states import advance, next_state
from pharmacy.guidance.subjects import SUBJECTS
from pharmacy.guidance.tables import Guidance
from pharmacy.guidance.view import (
    GuidanceId,
    GuidanceView,
    Medicine,
    Reason,
    covered_by,
    find_guidance,
    find_own,
    view_of,
)
from pharmacy.guidance.zoom import Zoom
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person

router = APIRouter(route_class=GuardedRoute, tags=["guidance"])


class HostsWay(BaseModel):
    """How the pharmacist opens the meeting. `start_url` makes whoever has it the host."""

    meeting_id: str = Field(examples=["81234567890"])
    passcode: str = Field(examples=["00000000"])
    start_url: str = Field(examples=["https://zoom.example/s/81234567890"])


class GuestsWay(BaseModel):
    """How one listed person comes in, through the waiting room."""

    meeting_id: str = Field(examples=["81234567890"])
    passcode: str = Field(examples=["00000000"])
    join_url: str = Field(examples=["https://zoom.example/w/81234567890"])


class SeenPharmacist(BaseModel):
    """The licence number of the pharmacist whom the patient was shown and is about to meet."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"pharmacist_licence": "第000000号"}]})

    pharmacist_licence: str = Field(max_length=40)


class TechniqueCheck(BaseModel):
    """Which device the patient was seen to use rightly, and how that was seen."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"medicine": "架空吸入薬", "how": "練習器で吸い込みを見た"}]}
    )

    medicine: Medicine
    how: Reason


class Completion(BaseModel):
    """The gist of the guidance, for the record."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"gist": "飲み方と副作用を説明した"}]})

    gist: WrittenText


class BreakOff(BaseModel):
    """Why the visit cannot go on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "通信が不安定"}]})

    reason: Reason


@router.post(
    BASE + "/call",
    **guarded(
        "startGuidanceCall",
        "not_found",
        "claimed",
        "not_consented",
        "not_identified",
        "guidance_step_done",
        "guidance_ended",
        "background_missing",
        "video_unavailable",
        "invalid",
    ),
)
def start_guidance_call(here: Here, person: CurrentPerson, role: ActingRole, guidance_id: GuidanceId) -> HostsWay:
    """Open this visit's own meeting, as its host. Asked again, the same meeting is shown again."""
    zoom = Zoom(here.settings)
    with here.database.read() as session:  # Zoom is asked in between: a slow Zoom must not keep others from writing
        known, _ = find_own(session, person, guidance_id, here.clock.now())
        next_state(known, "start")
        check_before_call(session, here.clock, known)
    meeting = zoom.find(known.meeting_id) if known.meeting_id else zoom.create()
    with here.database.write() as session:
        guidance, thread = find_own(session, person, guidance_id, here.clock.now())
        advance(guidance, "start")
        twice = guidance.meeting_id not in {None, meeting.id}
        if not twice:
            guidance.meeting_id, guidance.meeting_host, guidance.passcode = meeting.id, meeting.host, meeting.passcode
            thread.version += 1
            record(session, here.clock, person, role, Action.CALL_STARTED, f"guidance:{guidance.id}", thread=thread)
    if twice:  # two clicks at once: one meeting is enough
        zoom.end(meeting.id)
        raise ProblemError("guidance_step_done")
    announce(here.hub, thread)
    return HostsWay(meeting_id=meeting.id, passcode=meeting.passcode, start_url=meeting.start_url)


@router.post(
    BASE + "/join",
    **guarded(
        "joinGuidanceCall",
        "not_found",
        "not_consented",
        "not_identified",
        "call_not_started",
        "guidance_ended",
        "other_pharmacist",
        "video_unavailable",
        "invalid",
        "too_large",
    ),
)
def join_guidance_call(
    here: Here, person: CurrentPerson, role: ActingRole, guidance_id: GuidanceId, seen: SeenPharmacist
) -> GuestsWay:
    """Come in, having seen who the pharmacist is. Each person gets a way of their own, which admits nobody else."""
    with here.database.read() as session:
        known, _ = find_guidance(session, person, guidance_id, here.clock.now())
        next_state(known, "join")
        if seen.pharmacist_licence != known.pharmacist_licence:
            raise ProblemError("other_pharmacist")
    assert known.meeting_id is not None  # a call has one
    listed = _listed(known, person)
    if listed is None:
        party = "患者" if person.patient_id == known.patient_id else "保護者"
        registrant = Zoom(here.settings).register(known.meeting_id, party)
        listed = {"account": person.patient_id, "id": registrant.id, "join_url": registrant.join_url}
    with here.database.write() as session:
        guidance, thread = find_guidance(session, person, guidance_id, here.clock.now())
        advance(guidance, "join")
        listed = _listed(guidance, person) or listed
        others = [entry for entry in guidance.listed if entry["account"] != person.patient_id]
        guidance.listed = [*others, listed]
        guidance.pharmacist_confirmed_at = guidance.pharmacist_confirmed_at or here.clock.now()
        record(session, here.clock, person, role, Action.CALL_JOINED, f"guidance:{guidance.id}", thread=thread)
        way = GuestsWay(meeting_id=known.meeting_id, passcode=guidance.passcode or "", join_url=str(listed["join_url"]))
    announce(here.hub, thread)
    return way


@router.put(
    BASE + "/technique",
    **guarded(
        "checkTechnique",
        "not_found",
        "claimed",
        "not_consented",
        "not_identified",
        "call_not_started",
        "guidance_ended",
        "invalid",
        "too_large",
    ),
)
def check_technique(
    here: Here, person: CurrentPerson, role: ActingRole, guidance_id: GuidanceId, check: TechniqueCheck
) -> GuidanceView:
    """Record that the patient was seen, in the call, to use the device rightly."""
    with here.database.write() as session:
        guidance, thread = find_own(session, person, guidance_id, here.clock.now())
        advance(guidance, "check_technique")
        if check.medicine not in covered_by(session, guidance):
            raise ProblemError("not_found")
        entry = {"medicine": check.medicine, "how": check.how, "checked_by": person.name}
        others = [former for former in guidance.techniques if former["medicine"] != check.medicine]
        guidance.techniques = [*others, entry]
        thread.version += 1
        record(session, here.clock, person, role, Action.TECHNIQUE_CHECKED, f"guidance:{guidance.id}", thread=thread)
        view = view_of(session, here.clock.now(), person, guidance)
    announce(here.hub, thread)
    return view


@router.post(
    BASE + "/completion",
    **guarded(
        "completeGuidance",
        "not_found",
        "claimed",
        "not_consented",
        "not_identified",
        "call_not_started",
        "guidance_ended",
        "pharmacist_unconfirmed",
        "not_judged",
        "technique_unchecked",
        "pregnancy_unknown",
        "no_live_video",
        "third_party_present",
        "video_unavailable",
        "invalid",
        "too_large",
    ),
)
def complete_guidance(
    here: Here, person: CurrentPerson, role: ActingRole, guidance_id: GuidanceId, completion: Completion
) -> GuidanceView:
    """Say that the guidance was given. Refused unless picture and sound of both flow at this moment."""
    zoom = Zoom(here.settings)
    with here.database.read() as session:
        known, _ = find_own(session, person, guidance_id, here.clock.now())
        next_state(known, "complete")
        check_before_completion(session, here.clock, known)
    check_live(zoom, known)
    with here.database.write() as session:
        guidance, thread = find_own(session, person, guidance_id, here.clock.now())
        advance(guidance, "complete")
        check_before_completion(session, here.clock, guidance)
        guidance.gist, guidance.ended_at = completion.gist, here.clock.now()
        SUBJECTS[guidance.subject_kind].completed(session, here.clock, person, guidance.subject_id, "video")
        thread.version += 1
        record(
            session,
            here.clock,
            person,
            role,
            Action.GUIDANCE_COMPLETED,
            f"guidance:{guidance.id}",
            thread=thread,
            notice_version=guidance.notice_version,
            identity_method=guidance.identity_method,
        )
        meeting_id = guidance.meeting_id
        view = view_of(session, here.clock.now(), person, guidance)
    announce(here.hub, thread)
    if meeting_id is not None:
        zoom.end(meeting_id)
    return view


@router.post(
    BASE + "/break-off",
    **guarded("breakOffGuidance", "not_found", "guidance_ended", "invalid", "too_large"),
)
def break_off_guidance(
    here: Here, person: CurrentPerson, role: ActingRole, guidance_id: GuidanceId, told: BreakOff
) -> GuidanceView:
    """Stop, as any pharmacist of the branch; another visit can be planned."""
    with here.database.write() as session:
        guidance, thread = find_guidance(session, person, guidance_id, here.clock.now())
        break_off(session, here.clock, person, role, guidance, thread, "break_off", told.reason)
        meeting_id = guidance.meeting_id
        view = view_of(session, here.clock.now(), person, guidance)
    announce(here.hub, thread)
    if meeting_id is not None:
        Zoom(here.settings).end(meeting_id)
    return view


def _listed(guidance: Guidance, person: Person) -> dict[str, Any] | None:
    """How this person is on the list of the meeting, if they are."""
    return next((entry for entry in guidance.listed if entry["account"] == person.patient_id), None)
