"""The page about a red flag as staff see it: who was called when, who has acknowledged it, when the next is called."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from pharmacy.chat.threads import ThreadId, announce, find_thread
from pharmacy.core.context import Here
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.paging.states import PageState, Recipient, acknowledge, calls_of, page_of
from pharmacy.paging.tables import Page

router = APIRouter(route_class=GuardedRoute, tags=["on call"])


class PageCallView(BaseModel):
    """One call."""

    recipient: Recipient = Field(examples=["on_call"])
    called_at: datetime


class PageView(BaseModel):
    """A page with all its calls. Nothing in it tells of the patient."""

    state: PageState
    calls: list[PageCallView] = Field(description="The first first")
    next_at: datetime | None = Field(description="When the chain goes on unless something happens; null when over")
    acknowledged_by: str | None = Field(description="Who has seen it", examples=["鈴木薬子"])
    acknowledged_at: datetime | None


def view_of_page(session: Session, thread_id: str) -> PageView | None:
    """The newest page about a thread, for staff."""
    page = page_of(session, thread_id)
    return None if page is None else _view(session, page)


def _view(session: Session, page: Page) -> PageView:
    return PageView.model_validate(
        {
            "state": page.state,
            "calls": [PageCallView.model_validate(call, from_attributes=True) for call in calls_of(session, page)],
            "next_at": page.due_at,
            "acknowledged_by": page.acknowledged_by,
            "acknowledged_at": page.acknowledged_at,
        }
    )


@router.post("/api/threads/{thread_id}/page/acknowledgement", **guarded("acknowledgePage", "not_found", "no_page"))
def acknowledge_page(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> PageView:
    """Say that one has seen the page. It stops the chain for the minutes in which one has to act."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        acknowledged = _view(session, acknowledge(session, here.clock, person, role, thread))
    announce(here.hub, thread)
    return acknowledged
