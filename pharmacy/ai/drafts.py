"""AI drafts: made on request, opened, maybe edited, approved by a named pharmacist, and only then sent as approved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from pharmacy.ai import guards, suggest
from pharmacy.ai.draft_age import too_old
from pharmacy.ai.draft_states import OPEN_STATES, DraftState, advance
from pharmacy.ai.edit_distance import edit_distance
from pharmacy.ai.master import load_master
from pharmacy.audit.trail import Action, record
from pharmacy.chat.messages import MessageView, messages_after, view
from pharmacy.chat.threads import ThreadId, announce, find_thread, is_id, suggestions_of
from pharmacy.console.replies import check_turn, deliver
from pharmacy.core.clock import JST, Clock
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Draft, Message, Patient, Thread
from pharmacy.core.texts import WrittenText, digest_of
from pharmacy.evaluation.states import active_version
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person
from pharmacy.oversight.observing import observe_approval, observe_model, observe_sending
from pharmacy.telemetry.notes import trace_of
from pharmacy.triage import rules as triage

router = APIRouter(route_class=GuardedRoute, tags=["drafts"])

DraftId = Annotated[
    str, Path(description="Id of a draft of this thread", examples=["5f2c9a5e7b1d4c2680aa51e2f7c4d9b3"])
]
BASE = "/api/threads/{thread_id}/drafts"
ONE = BASE + "/{draft_id}"


class DraftView(BaseModel):
    """A text that an AI wrote and no patient has seen."""

    id: str
    thread_id: str
    state: DraftState
    text: str
    digest: str = Field(description="SHA-256 of the text; approving names it", examples=["9f86d081884c7d65…"])
    read_up_to: int = Field(description="The last message that the draft took into account")
    warnings: list[guards.DraftWarning]
    blocked: bool = Field(description="A warning stands that has to be edited away before approval")
    model: str = Field(examples=["pharmacy-suggest"])
    prompt_version: str = Field(examples=["reply-2026.11.1"])
    approved_by: str | None = Field(examples=["鈴木薬子"])


class DraftEdit(BaseModel):
    """The pharmacist's words instead of the model's."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "次の時間に1回分だけ飲んでください。"}]}
    )

    text: WrittenText


class Approval(BaseModel):
    """Which text exactly is approved."""

    model_config = ConfigDict(extra="forbid")

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(examples=["9f86d0" + "8" * 58])


def _view(draft: Draft) -> DraftView:
    return DraftView.model_validate(
        {
            "id": draft.id,
            "thread_id": draft.thread_id,
            "state": draft.state,
            "text": draft.text,
            "digest": digest_of(draft.text),
            "read_up_to": draft.read_up_to,
            "warnings": draft.warnings,
            "blocked": draft.blocked,
            "model": draft.model,
            "prompt_version": draft.prompt_version,
            "approved_by": draft.approved_by,
        }
    )


def _guard(session: Session, thread: Thread, draft: Draft) -> None:
    """Check the text again: it or the chart may have changed."""
    found = guards.check(draft.text, session.get_one(Patient, thread.patient_id))
    draft.warnings = [warning.model_dump() for warning in found]
    draft.blocked = any(warning.blocking for warning in found)


def _find(session: Session, thread: Thread, draft_id: str) -> Draft:
    draft = session.get(Draft, draft_id) if is_id(draft_id) else None
    if draft is None or draft.thread_id != thread.id:
        raise ProblemError("not_found")
    return draft


def _require_suggestions(session: Session, thread: Thread) -> None:
    off = suggestions_of(session, thread)
    if not off.allowed:
        raise ProblemError("suggestions_off", detail=off.reason)


def _require_turn(person: Person, thread: Thread) -> None:
    """Drafts are for whoever may answer now: not for a thread that somebody else has claimed."""
    if thread.claimed_subject not in {None, person.subject}:
        raise ProblemError("claimed")


def _bury(here: Pharmacy, person: Person, role: str, thread_id: str, draft_id: str) -> bool:
    """Whether the draft is too old; the first to come upon it ends it, in a transaction that outlives the refusal."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        draft = _find(session, thread, draft_id)
        old = too_old(draft, here.clock.now())
        if old and draft.state in OPEN_STATES:
            advance(draft, "expire")
            thread.version += 1
            record(session, here.clock, person, role, Action.DRAFT_EXPIRED, f"draft:{draft.id}", thread=thread)
        buried = old and draft.state == "expired"
    if buried:
        announce(here.hub, thread)
    return buried


@contextmanager
def _acting(
    here: Pharmacy, person: Person, role: str, thread_id: str, draft_id: str, act: str
) -> Iterator[tuple[Session, Thread, Draft]]:
    """One act on a draft by whoever may answer now: the draft goes to its next state, and everybody hears of it."""
    if _bury(here, person, role, thread_id, draft_id):
        raise ProblemError("draft_expired")
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        draft = _find(session, thread, draft_id)
        _require_turn(person, thread)
        advance(draft, act)
        yield session, thread, draft
        thread.version += 1
    announce(here.hub, thread)


@router.post(
    BASE,
    status_code=201,
    **guarded("createDraft", "not_found", "suggestions_off", "claimed", "stale", "ai_unavailable", "invalid"),
)
def create_draft(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> DraftView:
    """Ask the AI for a draft. A red flag or crisis is refused before the model hears of it."""
    with here.database.read() as session:
        thread = find_thread(session, person, thread_id)
        _require_suggestions(session, thread)
        _require_turn(person, thread)
        patient = session.get_one(Patient, thread.patient_id)
        read_up_to = thread.last_seq
        seen = messages_after(session, thread.id, max(0, read_up_to - 4 * suggest.TURNS))
        trace = trace_of(session, thread.id, read_up_to)
        version = active_version(session, thread.branch)
    year = here.clock.now().astimezone(JST).year
    began = here.telemetry.now()
    try:
        suggestion = suggest.ask(here.settings, suggest.prompt(patient, seen, year, version), version)
    except suggest.AiUnavailableError as error:
        with here.database.write() as session:
            target = f"thread:{thread.id}"
            reason = str(error)
            observe_model(session, thread.branch, here.clock.now(), failed=True)
            record(session, here.clock, person, role, Action.DRAFT_UNAVAILABLE, target, thread=thread, reason=reason)
        here.telemetry.tell(trace, "model", began, thread=thread.id, outcome=reason)
        raise ProblemError("ai_unavailable", detail=reason) from error
    here.telemetry.tell(trace, "model", began, thread=thread.id, model=suggestion.model, outcome="answered")
    began = here.telemetry.now()
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        _require_suggestions(session, thread)
        _require_turn(person, thread)
        if thread.last_patient_seq > read_up_to:
            raise ProblemError("stale")
        draft = Draft(
            thread_id=thread.id,
            state="created",
            suggested_text=suggestion.text,
            text=suggestion.text,
            read_up_to=read_up_to,
            model=suggestion.model,
            prompt_version=version.id,
            created_at=here.clock.now(),
        )
        session.add(draft)
        observe_model(session, thread.branch, here.clock.now(), failed=False)
        _guard(session, thread, draft)
        session.flush()
        thread.version += 1
        record(
            session,
            here.clock,
            person,
            role,
            Action.DRAFT_SUGGESTED,
            f"draft:{draft.id}",
            thread=thread,
            model=draft.model,
            prompt_version=draft.prompt_version,
            master_version=load_master().version,
            warnings=[warning["code"] for warning in draft.warnings],
            digest=digest_of(draft.text),
        )
    here.telemetry.tell(trace, "draft", began, thread=thread.id, draft=draft.id, prompt_version=draft.prompt_version)
    announce(here.hub, thread)
    return _view(draft)


@router.get(ONE, **guarded("getDraft", "not_found", "invalid"))
def get_draft(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, draft_id: DraftId) -> DraftView:
    """A draft in whatever state. The look is recorded; it does not count as opening."""
    _bury(here, person, role, thread_id, draft_id)
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id)
        draft = _find(session, thread, draft_id)
        record(session, here.clock, person, role, Action.DRAFT_VIEWED, f"draft:{draft.id}", thread=thread)
    return _view(draft)


@router.post(
    ONE + "/open", **guarded("openDraft", "not_found", "claimed", "stale", "draft_closed", "draft_expired", "invalid")
)
def open_draft(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, draft_id: DraftId
) -> DraftView:
    """The pharmacist has the draft before their eyes."""
    with _acting(here, person, role, thread_id, draft_id, "open") as (session, thread, draft):
        draft.opened_at = draft.opened_at or here.clock.now()
        record(session, here.clock, person, role, Action.DRAFT_OPENED, f"draft:{draft.id}", thread=thread)
    return _view(draft)


@router.put(
    ONE,
    **guarded(
        "editDraft",
        "not_found",
        "claimed",
        "not_opened",
        "stale",
        "draft_closed",
        "draft_expired",
        "invalid",
        "too_large",
    ),
)
def edit_draft(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, draft_id: DraftId, edit: DraftEdit
) -> DraftView:
    """Change the text. An approval given before is gone with the text it was given for."""
    with _acting(here, person, role, thread_id, draft_id, "edit") as (session, thread, draft):
        draft.text = edit.text
        draft.approved_by = draft.approved_subject = None
        _guard(session, thread, draft)
        digest = digest_of(draft.text)
        record(
            session, here.clock, person, role, Action.DRAFT_EDITED, f"draft:{draft.id}", thread=thread, digest=digest
        )
    return _view(draft)


@router.post(
    ONE + "/approve",
    **guarded(
        "approveDraft",
        "not_found",
        "claimed",
        "not_opened",
        "guard_blocked",
        "changed",
        "stale",
        "draft_closed",
        "draft_expired",
        "suggestions_off",
        "invalid",
        "too_large",
    ),
)
def approve_draft(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, draft_id: DraftId, approval: Approval
) -> DraftView:
    """The pharmacist answers for exactly this text."""
    began = here.telemetry.now()
    with _acting(here, person, role, thread_id, draft_id, "approve") as (session, thread, draft):
        _require_suggestions(session, thread)
        if approval.digest != digest_of(draft.text):
            raise ProblemError("changed")
        _guard(session, thread, draft)
        if draft.blocked:
            raise ProblemError("guard_blocked")
        draft.approved_digest = approval.digest
        observe_approval(session, person, draft, here.clock.now())
        draft.approved_by, draft.approved_subject = person.name, person.subject
        target = f"draft:{draft.id}"
        record(session, here.clock, person, role, Action.DRAFT_APPROVED, target, thread=thread, digest=approval.digest)
        trace = trace_of(session, thread.id, draft.read_up_to)
    here.telemetry.tell(trace, "approval", began, thread=thread.id, draft=draft.id)
    return _view(draft)


@router.post(
    ONE + "/send",
    status_code=201,
    **guarded(
        "sendDraft",
        "not_found",
        "claimed",
        "not_claimed",
        "not_approved",
        "changed",
        "stale",
        "answered",
        "guard_blocked",
        "suggestions_off",
        "draft_closed",
        "draft_expired",
        "invalid",
        repeated=MessageView,
    ),
)
def send_draft(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, draft_id: DraftId, response: Response
) -> MessageView:
    """Send what was approved, unchanged, in the name of who approved it. A repetition is answered 200."""
    began = here.telemetry.now()
    if _bury(here, person, role, thread_id, draft_id):
        raise ProblemError("draft_expired")
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        draft = _find(session, thread, draft_id)
        if draft.state == "sent" and draft.message_id is not None and draft.approved_subject == person.subject:
            response.status_code = 200
            return view(session.get_one(Message, draft.message_id), person)
        advance(draft, "send")
        check_turn(person, thread, draft.read_up_to)
        _require_suggestions(session, thread)
        if draft.approved_digest != digest_of(draft.text) or draft.approved_by is None:
            raise ProblemError("changed")
        _guard(session, thread, draft)
        if draft.blocked:
            raise ProblemError("guard_blocked")
        message = _deliver_draft(session, here.clock, person, role, thread, draft)
        trace = trace_of(session, thread.id, draft.read_up_to)
    here.telemetry.tell(trace, "delivery", began, thread=thread.id, draft=draft.id, reply=message.id)
    announce(here.hub, thread)
    return view(message, person)


def _deliver_draft(session: Session, clock: Clock, person: Person, role: str, thread: Thread, draft: Draft) -> Message:
    message = deliver(session, clock, person, thread, draft.text, draft_id=draft.id)
    message.responsible = draft.approved_by
    draft.message_id = message.id
    edits = edit_distance(draft.suggested_text, draft.text)
    observe_sending(session, person, draft, clock.now(), edits)
    record(
        session,
        clock,
        person,
        role,
        Action.DRAFT_SENT,
        f"draft:{draft.id}",
        thread=thread,
        draft_id=draft.id,
        message_id=message.id,
        seq=message.seq,
        digest=draft.approved_digest,
        approved_by=draft.approved_by,
        model=draft.model,
        prompt_version=draft.prompt_version,
        rules_version=triage.load_rules().version,
        master_version=load_master().version,
        edit_distance=edits,
        seconds_shown=round((message.sent_at - (draft.opened_at or message.sent_at)).total_seconds(), 1),
    )
    return message


@router.post(
    ONE + "/reject",
    **guarded("rejectDraft", "not_found", "claimed", "stale", "draft_closed", "draft_expired", "invalid"),
)
def reject_draft(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, draft_id: DraftId
) -> DraftView:
    """Throw the draft away."""
    with _acting(here, person, role, thread_id, draft_id, "reject") as (session, thread, draft):
        record(session, here.clock, person, role, Action.DRAFT_REJECTED, f"draft:{draft.id}", thread=thread)
    return _view(draft)
