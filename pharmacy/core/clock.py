"""The one source of time: of business, and of sign-ins, which are one and the same unless a test sets them apart.

A test lets days of business go by while people stay signed in; and it lets a person be away from the desk, which only
then counts for the sign-ins as well. The validity of tokens uses the system's time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from threading import Lock

JST = timezone(timedelta(hours=9), "JST")


class Clock:
    """The system's time, in UTC with microseconds."""

    injectable = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sessions_now(self) -> datetime:
        """The time by which sign-ins grow old and idle."""
        return datetime.now(UTC)


class InjectableClock(Clock):
    """A clock that can be set and then goes on ticking. Exists only behind ``--injectable-clock``."""

    injectable = True

    def __init__(self) -> None:
        self._offset = timedelta()
        self._sessions_ahead = timedelta()
        self._lock = Lock()

    def now(self) -> datetime:
        with self._lock:
            return datetime.now(UTC) + self._offset

    def sessions_now(self) -> datetime:
        with self._lock:
            return datetime.now(UTC) + self._sessions_ahead

    def set(self, now: datetime, sessions_ahead: timedelta) -> None:
        """Business time from here on, and by how much the time of sign-ins is ahead of the system's."""
        with self._lock:
            self._offset = now - datetime.now(UTC)
            self._sessions_ahead = sessions_ahead
