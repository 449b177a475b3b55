"""The life of a page about a red flag, as a table: called, acknowledged, gone on to the next, over.

A page is over only when a pharmacist has answered or judged the urgency. Until then there is always a time at which the
chain goes on, kept in the database, so that neither silence nor a restart ends it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.audit import automatic
from pharmacy.audit.trail import Action, record
from pharmacy.core.clock import Clock
from pharmacy.core.data import DATA
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Thread
from pharmacy.identity.sessions import Person
from pharmacy.paging.outbox import queue_page
from pharmacy.paging.tables import Page, PageCall

PageState = Literal["calling", "acknowledged", "closed"]
Recipient = Literal["on_call", "next_on_call", "supervisor"]

CANARY: Final = "canary"
CANARY_BRANCH: Final = "canary:"
"""How the branch of a synthetic patient begins: a call about them wakes nobody."""

PLAN_FILE: Final = DATA / "on_call.toml"

TRANSITIONS: Final[dict[tuple[str, str], PageState]] = {
    ("calling", "no_answer"): "calling",
    ("calling", "acknowledge"): "acknowledged",
    ("acknowledged", "no_answer"): "calling",
    ("calling", "close"): "closed",
    ("acknowledged", "close"): "closed",
}


@dataclass(frozen=True)
class Plan:
    """Who is called in which order, and how long each has."""

    version: str
    source: str
    recipients: tuple[Recipient, ...]
    to_acknowledge: timedelta
    to_act: timedelta

    def recipient(self, number: int) -> Recipient:
        """Who gets this call; the last of the chain gets all that follow."""
        return self.recipients[min(number, len(self.recipients)) - 1]


@cache
def load_plan(path: Path = PLAN_FILE) -> Plan:
    """Read the plan once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Plan(
        version=content["version"],
        source=content["source"],
        recipients=tuple(content["recipients"]),
        to_acknowledge=timedelta(minutes=content["minutes_to_acknowledge"]),
        to_act=timedelta(minutes=content["minutes_to_act"]),
    )


def advance(page: Page, event: str) -> None:
    """Move the page on. Raises ProblemError `no_page` when the table does not know the way."""
    state = TRANSITIONS.get((page.state, event))
    if state is None:
        raise ProblemError("no_page")
    page.state = state


def page_of(session: Session, thread_id: str) -> Page | None:
    """The newest page about this thread."""
    wanted = select(Page).where(Page.thread_id == thread_id).order_by(Page.opened_at.desc(), Page.id)
    return session.scalar(wanted.limit(1))


def calls_of(session: Session, page: Page) -> list[PageCall]:
    """Its calls, the first first."""
    return list(session.scalars(select(PageCall).where(PageCall.page_id == page.id).order_by(PageCall.number)))


def open_page(session: Session, clock: Clock, thread: Thread) -> None:
    """Call the on-call pharmacist about a red flag, in the caller's transaction. A chain under way goes on as it is."""
    latest = page_of(session, thread.id)
    if latest is not None and latest.state == "calling":
        return
    if latest is not None and latest.state == "acknowledged":
        _close(latest)
    page = Page(
        thread_id=thread.id,
        branch=thread.branch,
        state="calling",
        plan_version=load_plan().version,
        opened_at=clock.now(),
    )
    session.add(page)
    session.flush()
    _call(session, clock, thread, page)


def acknowledge(session: Session, clock: Clock, person: Person, role: str, thread: Thread) -> Page:
    """Somebody has seen the page. Raises ProblemError `no_page` when none waits for that."""
    page = page_of(session, thread.id)
    if page is None:
        raise ProblemError("no_page")
    advance(page, "acknowledge")
    page.acknowledged_subject, page.acknowledged_by = person.subject, person.name
    page.acknowledged_at = clock.now()
    page.due_at = page.acknowledged_at + load_plan().to_act
    thread.version += 1
    record(session, clock, person, role, Action.PAGE_ACKNOWLEDGED, f"page:{page.id}", thread=thread)
    return page


def acknowledge_if_calling(session: Session, clock: Clock, person: Person, role: str, thread: Thread) -> None:
    """Taking on the thread says that one has seen the page."""
    page = page_of(session, thread.id)
    if page is not None and page.state == "calling":
        acknowledge(session, clock, person, role, thread)


def close_page(session: Session, thread: Thread) -> None:
    """A pharmacist has answered or judged: nobody needs to be called any more."""
    page = page_of(session, thread.id)
    if page is not None and page.state != "closed":
        _close(page)
        thread.version += 1


def go_on(session: Session, clock: Clock, page: Page, thread: Thread) -> bool:
    """What happens when the time of a page is over; True when somebody was called."""
    if page.due_at is None or page.due_at > clock.now():
        return False
    if page.state == "acknowledged" and thread.claimed_subject is not None:
        page.due_at = clock.now() + load_plan().to_act
        return False
    advance(page, "no_answer")
    _call(session, clock, thread, page)
    return True


def threads_being_called_about(session: Session, branch: str) -> frozenset[str]:
    """The threads of a branch with a page that nobody has acknowledged."""
    wanted = select(Page.thread_id).where(Page.branch == branch, Page.state == "calling")
    return frozenset(session.scalars(wanted))


def key_of_call(page: Page, number: int) -> str:
    """By which the pager knows this call, and the outbox too."""
    return f"page-{page.id}-{number}"


def due_pages(session: Session, now: datetime) -> list[Page]:
    """The pages whose time is over, the longest over first."""
    return list(session.scalars(select(Page).where(Page.due_at <= now).order_by(Page.due_at)))


def _close(page: Page) -> None:
    advance(page, "close")
    page.due_at = None


def _call(session: Session, clock: Clock, thread: Thread, page: Page) -> None:
    plan, now = load_plan(), clock.now()
    number = (session.scalar(select(func.max(PageCall.number)).where(PageCall.page_id == page.id)) or 0) + 1
    recipient = CANARY if thread.branch.startswith(CANARY_BRANCH) else plan.recipient(number)
    session.add(PageCall(page_id=page.id, number=number, recipient=recipient, called_at=now))
    queue_page(session, key=key_of_call(page, number), thread_id=thread.id, urgency="red", recipient=recipient)
    page.due_at = now + plan.to_acknowledge
    thread.version += 1
    record(
        session,
        clock,
        automatic.pharmacy_itself(thread.branch),
        automatic.ROLE,
        Action.PAGE_CALLED,
        f"page:{page.id}",
        thread=thread,
        number=number,
        recipient=recipient,
        plan_version=plan.version,
    )
