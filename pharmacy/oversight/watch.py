"""The worker that holds what is measured against the limits, and opens and clears alerts."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.clock import Clock
from pharmacy.core.database import Database
from pharmacy.core.tables import OutboxItem
from pharmacy.core.worker import LOOK_SECONDS, Worker
from pharmacy.oversight.alerts import Measured, changes, clear, open_alert
from pharmacy.oversight.measuring import measure, undelivered
from pharmacy.oversight.observing import observe
from pharmacy.oversight.tables import Alert, Observation
from pharmacy.paging.outbox import Outbox
from pharmacy.paging.tables import Page, PageCall

AN_HOUR: Final = timedelta(hours=1)
PATIENCE_SECONDS: Final = 1.0
"""Real seconds for which a value has to stay above its limit: whatever is just being done about it may be done first."""


class Watch(Worker):
    """Looks by the pharmacy's clock. What it measured last is what the metrics say."""

    name = "watch"

    def __init__(self, database: Database, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox
        self._seen: dict[tuple[str, str, str | None], float] = {}
        self.latest: dict[str, float] = {}
        super().__init__()

    def look(self) -> float:
        """Open and clear what has to be."""
        with self._database.read() as session:
            under_way = undelivered(session)  # first: what is delivered from here on counts until it has been observed
        self._observe_delivered_pages()
        now = self._clock.now()
        with self._database.read() as session:
            measured = measure(session, now, under_way)
            opening, clearing = changes(session, measured)
        self.latest = _greatest(measured)
        opening = self._lasting(opening)
        if opening or clearing:
            with self._database.write() as session:
                self._change(session, opening, clearing)
            self._outbox.wake()
        return PATIENCE_SECONDS if self._seen else LOOK_SECONDS

    def _change(self, session: Session, opening: list[Measured], clearing: list[str]) -> None:
        now = self._clock.now()
        for one in opening:
            open_alert(session, now, one)
        for alert in session.scalars(select(Alert).where(Alert.id.in_(clearing), Alert.state == "open")):
            clear(alert, now)

    def _lasting(self, opening: list[Measured]) -> list[Measured]:
        """Those that have been above their limit for long enough."""
        keys = {(one.branch, one.name, one.subject): one for one in opening}
        self._seen = {key: self._seen.get(key, monotonic()) for key in keys}
        return [one for key, one in keys.items() if monotonic() - self._seen[key] >= PATIENCE_SECONDS]

    def _observe_delivered_pages(self) -> None:
        """How long the first call about each red flag took, seen as soon as it was accepted."""
        wanted = (
            select(Page, PageCall.called_at)
            .join(PageCall, PageCall.page_id == Page.id)
            .join(OutboxItem, OutboxItem.key == "page-" + Page.id + "-1")
            .where(PageCall.number == 1, PageCall.called_at >= self._clock.now() - AN_HOUR)
            .where(OutboxItem.delivered_at.is_not(None))
            .where(~select(Observation.id).where(Observation.ref == Page.id).exists())
            .limit(100)
        )
        with self._database.read() as session:
            delivered = session.execute(wanted).all()
        if delivered:
            now = self._clock.now()
            with self._database.write() as session:
                for page, called_at in delivered:
                    seconds = max(0.0, (now - called_at).total_seconds())
                    observe(session, page.branch, "red_flag_page", now, seconds, bad=False, ref=page.id)


def _greatest(measured: list[Measured]) -> dict[str, float]:
    """Of each kind the greatest value of all branches: the metrics name neither branch nor person."""
    latest: dict[str, float] = {}
    for one in measured:
        latest[one.name] = max(latest.get(one.name, one.value), one.value)
    return latest
