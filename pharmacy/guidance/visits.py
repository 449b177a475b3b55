"""Planning a visit by video, and seeing those there are."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, announce, find_thread
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.guidance.guardianship import children_of
from pharmacy.guidance.states import OPEN
from pharmacy.guidance.subjects import SUBJECTS, SubjectKind
from pharmacy.guidance.tables import Guidance
from pharmacy.guidance.view import GuidanceView, Medicine, view_of
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded

router = APIRouter(route_class=GuardedRoute, tags=["guidance"])


class NewGuidance(BaseModel):
    """What the visit is about. `medicines`: what the pharmacist will explain besides what the subject holds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"subject_kind": "consultation", "subject_id": "0f" * 16, "medicines": ["架空吸入薬"]}]
        },
    )

    subject_kind: SubjectKind
    subject_id: str = Field(max_length=32)
    medicines: list[Medicine] = Field(default=[], max_length=50)


@router.post(
    "/api/threads/{thread_id}/guidances",
    status_code=201,
    **guarded("planGuidance", "not_found", "no_licence", "guidance_open", "invalid", "too_large"),
)
def plan_guidance(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, new: NewGuidance
) -> GuidanceView:
    """Plan a visit, as the pharmacist who will hold it; their name and licence are what the patient is shown."""
    if not person.licence:
        raise ProblemError("no_licence")
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        SUBJECTS[new.subject_kind].check_may_plan(session, thread, new.subject_id)
        about = (Guidance.subject_kind == new.subject_kind, Guidance.subject_id == new.subject_id)
        if session.scalar(select(Guidance.id).where(*about, Guidance.state.in_(OPEN)).limit(1)) is not None:
            raise ProblemError("guidance_open")
        guidance = Guidance(
            thread_id=thread.id,
            patient_id=thread.patient_id,
            branch=thread.branch,
            subject_kind=new.subject_kind,
            subject_id=new.subject_id,
            medicines=new.medicines,
            state="planned",
            planned_at=here.clock.now(),
            pharmacist_subject=person.subject,
            pharmacist_name=person.name,
            pharmacist_licence=person.licence,
        )
        session.add(guidance)
        session.flush()
        thread.version += 1
        target = f"guidance:{guidance.id}"
        record(
            session, here.clock, person, role, Action.GUIDANCE_PLANNED, target, thread=thread, about=new.subject_kind
        )
        view = view_of(session, here.clock.now(), person, guidance)
    announce(here.hub, thread)
    return view


@router.get("/api/threads/{thread_id}/guidances", **guarded("listGuidances", "not_found", "invalid"))
def list_guidances(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> Sequence[GuidanceView]:
    """All visits of a patient, the newest first. The look is recorded."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id)
        wanted = select(Guidance).where(Guidance.thread_id == thread.id).order_by(Guidance.planned_at.desc())
        found = [view_of(session, here.clock.now(), person, guidance) for guidance in session.scalars(wanted)]
        target = f"thread:{thread.id}"
        record(session, here.clock, person, role, Action.GUIDANCES_VIEWED, target, thread=thread, entries=len(found))
    return found


@router.get("/api/me/guidances", **guarded("listMyGuidances"))
def list_my_guidances(here: Here, person: CurrentPerson, role: ActingRole) -> Sequence[GuidanceView]:
    """The visits of the person and of each child that they may speak for today, the newest first."""
    with here.database.write() as session:
        now = here.clock.now()
        children = [child.id for child in children_of(session, person.patient_id, now)]
        wanted = select(Guidance).where(Guidance.patient_id.in_([person.patient_id, *children]))
        guidances = session.scalars(wanted.order_by(Guidance.planned_at.desc())).all()
        found = [view_of(session, now, person, guidance) for guidance in guidances]
        target = f"patient:{person.patient_id}"
        record(session, here.clock, person, role, Action.GUIDANCES_VIEWED, target, entries=len(found))
    return found
