"""A thread of the pharmacy's own that looks, again and again, whether there is something to do."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from threading import Event, Thread
from time import monotonic
from typing import ClassVar, Final

from sqlalchemy.exc import SQLAlchemyError

LOOK_SECONDS: Final = 2.0
"""Seconds between two looks when nobody wakes a worker; what cannot wait wakes it, and so does a clock that is set."""
UNUSABLE_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 30.0
"""A worker that was silent for longer counts as dead."""
STOP_SECONDS: Final = 6.0

log = logging.getLogger("pharmacy.worker")


class Worker(ABC):
    """Looks until it is closed, whatever the database does; a look that fails otherwise ends it, and health says so."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self._wake = Event()
        self._stopping = False
        self._beat = monotonic()
        self._thread = Thread(target=self._run, name=self.name, daemon=True)

    @abstractmethod
    def look(self) -> float:
        """Do what is due. Returns the real seconds until the next look, unless somebody wakes the worker earlier."""

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def close(self) -> None:
        """Stop after the look under way."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive() and monotonic() - self._beat < SILENT_SECONDS

    @property
    def works(self) -> bool:
        """Whether what it is there for comes about."""
        return self.alive

    def _run(self) -> None:
        pause = 0.0
        while self._goes_on_after(pause):
            try:
                pause = self.look()
            except SQLAlchemyError as error:
                log.error("%s: the database is not usable (%s)", self.name, type(error).__name__)
                pause = UNUSABLE_SECONDS

    def _goes_on_after(self, pause: float) -> bool:
        """Wait until it is time to look or somebody wakes the worker; false when it is to stop."""
        self._wake.wait(pause)
        self._wake.clear()
        self._beat = monotonic()
        return not self._stopping


class Watcher(Worker):
    """A worker that must know who is there."""

    @abstractmethod
    def watching(self, subject: str) -> AbstractContextManager[None]:
        """They follow something live, as long as this lasts."""
