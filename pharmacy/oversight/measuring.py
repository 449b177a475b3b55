"""What the pharmacy's own state says right now, as values that limits can be held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pharmacy.core.tables import OutboxItem, Thread
from pharmacy.oversight.alerts import Measured
from pharmacy.oversight.limits import Limit, load_limits
from pharmacy.oversight.tables import Canary, Observation
from pharmacy.paging.tables import Page, PageCall
from pharmacy.triage.reply_times import load_reply_times


def measure(session: Session, now: datetime, under_way: list[tuple[Page, datetime]]) -> list[Measured]:
    """Every value of every branch for which there is anything to measure.

    under_way: pages that the pager has not accepted, or had not a moment ago, and since when they are called.
    """
    limits = load_limits().alerts
    return [
        *_waiting(session, now),
        *_red_flags(session, now, limits["red_flag_latency"], under_way),
        *_shares(session, now, "llm", "llm_failure", limits["llm_failure"]),
        *_shares(session, now, "first_reply", "budget_burn", limits["budget_burn"]),
        *_of_pharmacists(session, now),
        *_canaries(session, now),
    ]


def _waiting(session: Session, now: datetime) -> Iterator[Measured]:
    grouped = select(Thread.branch, Thread.urgency, func.count(), func.min(Thread.waiting_since))
    grouped = grouped.where(Thread.waiting_since.is_not(None)).group_by(Thread.branch, Thread.urgency)
    depth: dict[str, int] = {}
    late: dict[str, float] = {}
    for branch, urgency, count, since in session.execute(grouped):
        depth[branch] = depth.get(branch, 0) + count
        overdue = now - (since + load_reply_times().within[urgency]) if since else now - now
        late[branch] = max(late.get(branch, 0.0), overdue.total_seconds() / 60)
    yield from (Measured(branch, "queue_depth", float(count)) for branch, count in depth.items())
    yield from (Measured(branch, "first_human", minutes) for branch, minutes in late.items())


def _red_flags(
    session: Session, now: datetime, limit: Limit, under_way: list[tuple[Page, datetime]]
) -> Iterator[Measured]:
    """Pages that were delivered are observations; those still under way count by how long they have waited."""
    slowest = (
        select(Observation.branch, func.max(Observation.value))
        .where(Observation.name == "red_flag_page", Observation.at.between(now - limit.window, now))
        .group_by(Observation.branch)
    )
    seconds: dict[str, float] = {row[0]: row[1] for row in session.execute(slowest)}
    for page, called_at in under_way:
        waited = (now - called_at).total_seconds()
        seconds[page.branch] = max(seconds.get(page.branch, 0.0), waited)
    yield from (Measured(branch, "red_flag_latency", value) for branch, value in seconds.items())


def undelivered(session: Session) -> list[tuple[Page, datetime]]:
    """The first calls about red flags that the pager has not accepted yet."""
    wanted = (
        select(Page, PageCall.called_at)
        .join(PageCall, PageCall.page_id == Page.id)
        .join(OutboxItem, OutboxItem.key == "page-" + Page.id + "-1")
        .where(PageCall.number == 1, Page.state != "closed", OutboxItem.delivered_at.is_(None))
    )
    return [(page, called_at) for page, called_at in session.execute(wanted)]


def _shares(session: Session, now: datetime, observed: str, name: str, limit: Limit) -> Iterator[Measured]:
    """The share of bad ones, as a multiple of what is allowed."""
    grouped = (
        select(Observation.branch, func.count(), func.sum(case((Observation.bad, 1), else_=0)))
        .where(Observation.name == observed, Observation.at.between(now - limit.window, now))
        .group_by(Observation.branch)
    )
    for branch, count, bad in session.execute(grouped):
        if count >= limit.at_least:
            yield Measured(branch, name, bad / count / limit.allowed)


def _of_pharmacists(session: Session, now: datetime) -> Iterable[Measured]:
    rate, fast = load_limits().alerts["unedited_rate"], load_limits().alerts["too_fast"]
    for branch, subject, person, count, bad in by_pharmacist(session, "draft_sent", now, rate):
        if count >= rate.at_least:
            yield Measured(branch, "unedited_rate", bad / count, subject, person)
    for branch, subject, person, _count, bad in by_pharmacist(session, "approval", now, fast):
        yield Measured(branch, "too_fast", float(bad), subject, person)


def by_pharmacist(session: Session, name: str, now: datetime, limit: Limit) -> list[tuple[str, str, str, int, int]]:
    """Branch, subject and name of each pharmacist, how many were observed in the window, how many were bad."""
    grouped = (
        select(
            Observation.branch,
            Observation.subject,
            func.max(Observation.person),
            func.count(),
            func.sum(case((Observation.bad, 1), else_=0)),
        )
        .where(Observation.name == name, Observation.at.between(now - limit.window, now))
        .where(Observation.subject.is_not(None))
        .group_by(Observation.branch, Observation.subject)
    )
    return [(row[0], str(row[1]), str(row[2]), row[3], row[4]) for row in session.execute(grouped)]


def _canaries(session: Session, now: datetime) -> Iterator[Measured]:
    for canary in session.scalars(select(Canary)):
        alive = canary.arrived_at or canary.since
        yield Measured(canary.branch, "canary_absent", (now - alive).total_seconds() / 60)
