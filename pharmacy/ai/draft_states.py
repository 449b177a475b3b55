"""The life of a draft, as a table. What the table does not name cannot happen."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Draft, Thread

DraftState = Literal["created", "opened", "edited", "approved", "sent", "expired", "rejected"]

TRANSITIONS: Final[dict[tuple[str, str], DraftState]] = {
    ("created", "open"): "opened",
    ("opened", "open"): "opened",
    ("edited", "open"): "edited",
    ("approved", "open"): "approved",
    ("opened", "edit"): "edited",
    ("edited", "edit"): "edited",
    ("approved", "edit"): "edited",
    ("opened", "approve"): "approved",
    ("edited", "approve"): "approved",
    ("approved", "approve"): "approved",
    ("approved", "send"): "sent",
    ("created", "reject"): "rejected",
    ("opened", "reject"): "rejected",
    ("edited", "reject"): "rejected",
    ("approved", "reject"): "rejected",
    ("created", "expire"): "expired",
    ("opened", "expire"): "expired",
    ("edited", "expire"): "expired",
    ("approved", "expire"): "expired",
}

OPEN_STATES: Final = tuple(sorted({state for state, event in TRANSITIONS if event == "expire"}))


def advance(draft: Draft, event: str) -> None:
    """Move the draft on. Raises ProblemError saying why it cannot."""
    state = TRANSITIONS.get((draft.state, event))
    if state is None:
        raise ProblemError(_refusal(draft, event))
    draft.state = state


def _refusal(draft: Draft, event: str) -> str:
    if draft.state == "expired":
        return "stale"
    if draft.state in {"sent", "rejected"}:
        return "draft_closed"
    if event == "send":
        return "changed" if draft.approved_digest is not None else "not_approved"
    return "not_opened"


def expire_drafts(session: Session, thread: Thread) -> list[Draft]:
    """End every open draft of a thread: what it answered is no longer all that the patient said."""
    drafts = session.scalars(select(Draft).where(Draft.thread_id == thread.id, Draft.state.in_(OPEN_STATES))).all()
    for draft in drafts:
        advance(draft, "expire")
    return list(drafts)
