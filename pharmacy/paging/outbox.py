"""Pages for the on-call pharmacist: stored with their reason, delivered by a worker thread until accepted.

A page carries the case id and the urgency and nothing else: there is no field in which anything else could wait, and
its words are put together only when it leaves. Its idempotency key stays the same over all attempts and restarts, so a
pager that accepted it once can recognise a repetition.
"""

from __future__ import annotations

import logging
import tomllib
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from pharmacy.core.data import DATA
from pharmacy.core.database import Database
from pharmacy.core.outgoing import client
from pharmacy.core.tables import OutboxItem
from pharmacy.core.worker import Worker

log = logging.getLogger("pharmacy.outbox")

LEASE_MORE_SECONDS = 1.0
"""A page is taken for as long as its delivery may last, and so much longer; then its process must have died."""
IDLE_SECONDS = 1.0
UNKNOWN_RECIPIENT = "on_call"
"""Who is called when a newer version, since rolled back, has named a role that this one does not know."""
FIRST_RETRY_SECONDS = 0.2
LAST_RETRY_SECONDS = 5.0


def queue_page(session: Session, *, key: str, thread_id: str, urgency: str, recipient: str) -> None:
    """Queue a page in the caller's transaction; `key` names its reason, once and for all; `recipient` is a role."""
    session.add(OutboxItem(key=key, thread_id=thread_id, urgency=urgency, recipient=recipient))


@cache
def addresses() -> dict[str, str]:
    """How each role is addressed in a page."""
    plan = (DATA / "on_call.toml").read_text(encoding="utf-8")
    found: dict[str, str] = tomllib.loads(plan)["addresses"]
    return found


def words_of(item: OutboxItem, public_url: str) -> str:
    """All that a page says. Its link opens nothing for whoever is not signed in at a compliant device."""
    to = addresses().get(item.recipient, addresses()[UNKNOWN_RECIPIENT])
    return (
        f"【{to}】緊急度 {item.urgency} 症例 {item.thread_id} を確認してください {public_url}/console/{item.thread_id}"
    )


class Outbox(Worker):
    """The worker. Times here are the system's: a pager waits for real seconds."""

    name = "outbox"

    def __init__(self, database: Database, pager_url: str, timeout: float, public_url: str) -> None:
        """`timeout`: seconds that the pager has to accept a page; `public_url`: where its link leads."""
        self._public_url = public_url
        self._database = database
        self._pager_url = pager_url
        self._timeout = timeout
        super().__init__()

    def look(self) -> float:
        """Deliver one page, if one is due."""
        item = self._lease() if self._pager_url else None
        if item is None:
            return IDLE_SECONDS
        accepted = self._deliver(item)
        self._settle(item, accepted)
        return 0.0 if accepted else _retry_after(item.attempts)

    def _lease(self) -> OutboxItem | None:
        """Take the oldest undelivered page, unless another process is delivering it right now."""
        now = datetime.now(UTC)
        due = select(OutboxItem).where(
            OutboxItem.delivered_at.is_(None),
            or_(OutboxItem.leased_until.is_(None), OutboxItem.leased_until < now),
        )
        with self._database.read() as session:
            if session.scalar(due.limit(1)) is None:
                return None
        with self._database.write() as session:
            item = session.scalar(due.order_by(OutboxItem.attempts, OutboxItem.id).limit(1).with_for_update())
            if item is not None:
                item.leased_until = now + timedelta(seconds=self._timeout + LEASE_MORE_SECONDS)
                item.attempts += 1
            return item

    def _deliver(self, item: OutboxItem) -> bool:
        import httpx  # only now: most starts have nothing to page

        headers = {"Idempotency-Key": item.key}
        # The chat service is not to fetch the link either; if it does, it finds a page without one datum.
        page = {"text": words_of(item, self._public_url), "unfurl_links": False, "unfurl_media": False}
        try:
            answer = client().post(self._pager_url, json=page, headers=headers, timeout=self._timeout)
        except httpx.HTTPError as error:
            log.warning("page %s: attempt %d failed (%s)", item.id, item.attempts, type(error).__name__)
            return False
        if answer.is_success:
            return True
        log.warning("page %s: attempt %d was answered %d", item.id, item.attempts, answer.status_code)
        return False

    def _settle(self, item: OutboxItem, accepted: bool) -> None:
        with self._database.write() as session:
            values = {"delivered_at": datetime.now(UTC)} if accepted else {"leased_until": None}
            session.execute(update(OutboxItem).where(OutboxItem.id == item.id).values(values))


def _retry_after(attempts: int) -> float:
    return float(min(FIRST_RETRY_SECONDS * 2 ** min(attempts - 1, 10), LAST_RETRY_SECONDS))
