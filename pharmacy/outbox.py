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
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pharmacy.database import Database
from pharmacy.outgoing import client
from pharmacy.tables import OutboxItem

log = logging.getLogger("pharmacy.outbox")

REQUEST_SECONDS = 5.0
LEASE_SECONDS = REQUEST_SECONDS + 2
IDLE_SECONDS = 5.0
FIRST_RETRY_SECONDS = 0.2
LAST_RETRY_SECONDS = 5.0
SILENT_SECONDS = 30.0


def queue_page(session: Session, *, key: str, thread_id: str, urgency: str, recipient: str) -> None:
    """Queue a page in the caller's transaction; `key` names its reason, once and for all; `recipient` is a role."""
    session.add(OutboxItem(key=key, thread_id=thread_id, urgency=urgency, recipient=recipient))


@cache
def addresses() -> dict[str, str]:
    """How each role is addressed in a page."""
    plan = (Path(__file__).parent / "data" / "on_call.toml").read_text(encoding="utf-8")
    found: dict[str, str] = tomllib.loads(plan)["addresses"]
    return found


def words_of(item: OutboxItem) -> str:
    """All that a page says."""
    return f"【{addresses()[item.recipient]}】緊急度 {item.urgency} 症例 {item.thread_id} を確認してください"


class Outbox:
    """The worker. Times here are the system's: a pager waits for real seconds."""

    def __init__(self, database: Database, pager_url: str) -> None:
        self._database = database
        self._pager_url = pager_url
        self._wake = Event()
        self._stop = False
        self._beat = monotonic()
        self._worker = Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        """Stop after the attempt under way."""
        self._stop = True
        self._wake.set()
        if self._worker.is_alive():
            self._worker.join(REQUEST_SECONDS + 1)

    def wake(self) -> None:
        """There may be something to deliver."""
        self._wake.set()

    @property
    def alive(self) -> bool:
        return self._worker.is_alive() and monotonic() - self._beat < SILENT_SECONDS

    def _run(self) -> None:
        pause = 0.0
        while not self._stop:
            self._wake.wait(pause)
            self._wake.clear()
            self._beat = monotonic()
            if self._stop or not self._pager_url:
                pause = IDLE_SECONDS
                continue
            try:
                item = self._lease()
                if item is None:
                    pause = IDLE_SECONDS
                    continue
                accepted = self._deliver(item)
                self._settle(item, accepted)
                pause = 0.0 if accepted else _retry_after(item.attempts)
            except SQLAlchemyError as error:
                log.error("outbox: the database is not usable (%s)", type(error).__name__)
                pause = LAST_RETRY_SECONDS

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
                item.leased_until = now + timedelta(seconds=LEASE_SECONDS)
                item.attempts += 1
            return item

    def _deliver(self, item: OutboxItem) -> bool:
        import httpx  # only now: most starts have nothing to page

        headers = {"Idempotency-Key": item.key}
        try:
            answer = client().post(
                self._pager_url, json={"text": words_of(item)}, headers=headers, timeout=REQUEST_SECONDS
            )
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
