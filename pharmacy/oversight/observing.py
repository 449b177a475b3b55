"""Noting what is measured, in the transaction of what it is measured on. Numbers and ids, never words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.core.tables import Draft, Thread
from pharmacy.identity.sessions import Person
from pharmacy.oversight.limits import load_limits
from pharmacy.oversight.tables import Observation
from pharmacy.triage.reply_times import is_overdue


def observe(
    session: Session,
    branch: str,
    name: str,
    at: datetime,
    value: float,
    *,
    bad: bool,
    by: Person | None = None,
    ref: str | None = None,
) -> None:
    """Note one value."""
    who = {"subject": by.subject, "person": by.name} if by else {}
    session.add(Observation(branch=branch, name=name, value=value, bad=bad, at=at, ref=ref, **who))


def observe_model(session: Session, branch: str, at: datetime, *, failed: bool) -> None:
    """The AI company was asked, and an answer came or not."""
    observe(session, branch, "llm", at, float(failed), bad=failed)


def observe_approval(session: Session, person: Person, draft: Draft, at: datetime) -> None:
    """How long the draft had been open when it was approved."""
    seconds = (at - (draft.opened_at or at)).total_seconds()
    too_fast = seconds < load_limits().too_fast.total_seconds()
    observe(session, person.branch, "approval", at, seconds, bad=too_fast, by=person, ref=draft.id)


def observe_sending(session: Session, person: Person, draft: Draft, at: datetime, edits: int) -> None:
    """A draft went out, changed by so many characters."""
    observe(session, person.branch, "draft_sent", at, edits, bad=edits == 0, by=person, ref=draft.id)


def observe_first_reply(session: Session, person: Person, thread: Thread, at: datetime) -> None:
    """A human answered whoever waited; call before the waiting ends."""
    if thread.waiting_since is not None:
        waited = (at - thread.waiting_since).total_seconds()
        observe(session, thread.branch, "first_reply", at, waited, bad=is_overdue(thread, at), by=person, ref=thread.id)
