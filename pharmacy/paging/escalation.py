"""The worker that lets no page end in silence: whose time is over, goes on to the next."""

from __future__ import annotations

import logging

from pharmacy.chat.threads import announce
from pharmacy.core.clock import Clock
from pharmacy.core.database import Database
from pharmacy.core.hub import Hub
from pharmacy.core.tables import Thread as Consultation
from pharmacy.core.worker import LOOK_SECONDS, Worker
from pharmacy.paging.outbox import Outbox
from pharmacy.paging.states import due_pages, go_on
from pharmacy.paging.tables import Page

log = logging.getLogger("pharmacy.escalation")


class Escalation(Worker):
    """Looks by the pharmacy's clock, which tests can set. Two processes may look: each page goes on under a lock."""

    name = "escalation"

    def __init__(self, database: Database, clock: Clock, hub: Hub, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._hub = hub
        self._outbox = outbox
        super().__init__()

    def look(self) -> float:
        """Go on with every page whose time is over."""
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
        return LOOK_SECONDS
