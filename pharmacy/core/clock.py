"""The one source of time: of business, and of sign-ins, which are one and the same unless a test sets them apart.

A test lets days of business go by while people stay signed in; and it lets a person be away from the desk, which only
then counts for the sign-ins as well. The validity of tokens uses the system's time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from threading import Lock

JST = timezone(timedelta(hours=9), "JST")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """The system's time, in UTC with microseconds. It never goes backwards: where the system's does, it waits for it."""

    injectable = False

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = BEGINNING

    def now(self) -> datetime:
        with self._lock:
            self._last = max(self._last, self._business_now())
            return self._last

    def system_now(self) -> datetime:
        """What the machine says, right or wrong."""
        return datetime.now(UTC)

    def _business_now(self) -> datetime:
        return self.system_now()

    def sessions_now(self) -> datetime:
        """The time by which sign-ins grow old and idle."""
        return datetime.now(UTC)


class InjectableClock(Clock):
    """A clock that can be set and then goes on ticking. Exists only behind ``--injectable-clock``."""

    injectable = True

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        super().__init__()
        self._offset = ahead
        self._sessions_ahead = timedelta()
        self._stepped = timedelta()

    def system_now(self) -> datetime:
        return datetime.now(UTC) + self._stepped

    def _business_now(self) -> datetime:
        return self.system_now() + self._offset

    def step(self, by: timedelta) -> None:
        """Somebody puts the machine's clock forward or back."""
        with self._lock:
            self._stepped += by

    @property
    def sessions_ahead(self) -> timedelta:
        """By how much the time of sign-ins is ahead of the system's."""
        return self._sessions_ahead

    def sessions_now(self) -> datetime:
        with self._lock:
            return datetime.now(UTC) + self._sessions_ahead

    def set(self, now: datetime, sessions_ahead: timedelta) -> None:
        """Business time from here on, and by how much the time of sign-ins is ahead of the system's."""
        with self._lock:
            self._stepped = timedelta()
            self._offset = now - datetime.now(UTC)
            self._last = now
            self._sessions_ahead = sessions_ahead
