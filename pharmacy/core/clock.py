"""The one source of business time. Token and session validity use the system's time, everything else this clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from threading import Lock

JST = timezone(timedelta(hours=9), "JST")


class Clock:
    """The system's time, in UTC with microseconds."""

    injectable = False

    def now(self) -> datetime:
        return datetime.now(UTC)


class InjectableClock(Clock):
    """A clock that can be set and then goes on ticking. Exists only behind ``--injectable-clock``."""

    injectable = True

    def __init__(self) -> None:
        self._offset = timedelta()
        self._lock = Lock()

    def now(self) -> datetime:
        with self._lock:
            return datetime.now(UTC) + self._offset

    def set(self, now: datetime) -> None:
        with self._lock:
            self._offset = now - datetime.now(UTC)
