"""The worker that lets no page end in silence: whose time is over, goes on to the next."""

from __future__ import annotations

import logging
from threading import Event, Thread
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from pharmacy.clock import Clock
from pharmacy.database import Database
from pharmacy.hub import Hub
from pharmacy.outbox import Outbox
from pharmacy.paging import due_pages, go_on
from pharmacy.paging_tables import Page
from pharmacy.tables import Thread as Consultation
from pharmacy.threads import announce

log = logging.getLogger("pharmacy.escalation")

LOOK_SECONDS = 0.5
"""Real seconds between two looks at the pharmacy's clock."""
SILENT_SECONDS = 30.0


class Escalation:
    """Looks by the pharmacy's clock, which tests can set. Two processes may look: each page goes on under a lock."""

    def __init__(self, database: Database, clock: Clock, hub: Hub, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._hub = hub
        self._outbox = outbox
        self._stop = Event()
        self._beat = monotonic()
        self._worker = Thread(target=self._run, name="escalation", daemon=True)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        """Stop after the look under way."""
        self._stop.set()
        if self._worker.is_alive():
            self._worker.join(LOOK_SECONDS + 1)

    @property
    def alive(self) -> bool:
        return self._worker.is_alive() and monotonic() - self._beat < SILENT_SECONDS

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self._beat = monotonic()
            try:
                self._look()
            except SQLAlchemyError as error:
                log.error("escalation: the database is not usable (%s)", type(error).__name__)

    def _look(self) -> None:
        with self._database.read() as session:
            due = [page.id for page in due_pages(session, self._clock.now())]
        for page_id in due:
            with self._database.write() as session:
                page = session.get_one(Page, page_id, with_for_update=True)
                thread = session.get_one(Consultation, page.thread_id, with_for_update=True)
                called = go_on(session, self._clock, page, thread)
            if called:
                self._outbox.wake()
                announce(self._hub, thread)
