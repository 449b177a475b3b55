"""What a person sees of a thread as a whole."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select

from pharmacy.ai.draft_states import OPEN_STATES
from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import Suggestions, ThreadId, ThreadState, Urgency, find_thread, state_of, suggestions_of
from pharmacy.console.charts import Chart, chart_of
from pharmacy.core.context import Here
from pharmacy.core.tables import Draft, Patient, Thread
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.paging.on_call import PageView, view_of_page
from pharmacy.triage.tasks import TaskView, views_of_tasks

router = APIRouter(route_class=GuardedRoute, tags=["thread"])


class PatientIdentity(BaseModel):
    """Three identifiers, so that nobody is mistaken for another."""

    name: str = Field(examples=["佐藤花子"])
    birthdate: str = Field(examples=["1980-04-01"])
    identifier: str = Field(examples=["P-4F2A9C71"])


class ThreadView(BaseModel):
    """A thread. `draft_id` is for staff only and names the draft that is still open."""

    thread_id: str
    patient: PatientIdentity
    chart: Chart
    urgency: Urgency
    red_flag: bool = Field(description="A red flag or crisis was noticed and no pharmacist has lowered the urgency")
    needs_check: bool = Field(description="A flag was denied or about somebody else: a human has to look")
    state: ThreadState
    claimed_by: str | None = Field(description="Name of the pharmacist who has claimed the thread")
    claimed_by_me: bool
    emergency: bool = Field(description="Read by another branch in an emergency: nothing but reading is allowed")
    waiting_since: datetime | None = Field(description="When the first unanswered message came")
    last_seq: int
    last_patient_seq: int
    version: int = Field(description="Counts visible changes; a `thread` event of the stream names it")
    suggestions: Suggestions
    page: PageView | None = Field(description="The newest page about this thread; for staff only")
    tasks: list[TaskView] = Field(description="What has to be done or was done, the newest first; for staff only")
    draft_id: str | None


@router.get("/api/threads/{thread_id}", **guarded("getThread", "not_found", "invalid"))
def get_thread(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> ThreadView:
    """The thread with its patient's identity and chart. A look by staff is recorded."""
    with here.database.read() as session:
        thread = find_thread(session, person, thread_id)
        patient = session.get_one(Patient, thread.patient_id)
        open_drafts = select(Draft.id).where(Draft.thread_id == thread.id, Draft.state.in_(OPEN_STATES))
        page = None if person.is_patient else view_of_page(session, thread.id)
        suggestions = suggestions_of(session, thread)
        tasks = [] if person.is_patient else views_of_tasks(session, here.clock.now(), thread)
        draft_id = None if person.is_patient else session.scalar(open_drafts.order_by(Draft.created_at.desc()).limit(1))
    if not person.is_patient:
        with here.database.write() as session:
            record(session, here.clock, person, role, Action.THREAD_VIEWED, f"thread:{thread.id}", thread=thread)
    return _view(thread, patient, person, page, tasks, draft_id, suggestions)


def _view(
    thread: Thread,
    patient: Patient,
    person: Person,
    page: PageView | None,
    tasks: list[TaskView],
    draft_id: str | None,
    suggestions: Suggestions,
) -> ThreadView:
    return ThreadView.model_validate(
        {
            "thread_id": thread.id,
            "patient": PatientIdentity(name=patient.name, birthdate=patient.birthdate, identifier=patient.identifier),
            "chart": chart_of(patient),
            "urgency": thread.urgency,
            "red_flag": thread.red_flag,
            "needs_check": thread.needs_check,
            "state": state_of(thread),
            "claimed_by": thread.claimed_name,
            "claimed_by_me": thread.claimed_subject == person.subject,
            "emergency": not person.is_patient and thread.branch != person.branch,
            "waiting_since": thread.waiting_since,
            "last_seq": thread.last_seq,
            "last_patient_seq": thread.last_patient_seq,
            "version": thread.version,
            "suggestions": suggestions,
            "page": page,
            "tasks": tasks,
            "draft_id": draft_id,
        }
    )
