"""Wakes open event streams after a commit. It carries no data: a stream always reads the database itself."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Hub:
    """Topics are plain strings; `notify` may be called from any thread."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = Lock()
        self.closing = False

    @contextmanager
    def subscription(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the topic is notified, or the pharmacy closes."""
        wake = asyncio.Event()
        with self._lock:
            self._loop = asyncio.get_running_loop()
            self._waiting[topic].add(wake)
        try:
            yield wake
        finally:
            with self._lock:
                self._waiting[topic].discard(wake)
                if not self._waiting[topic]:
                    del self._waiting[topic]

    def notify(self, *topics: str) -> None:
        with self._lock:
            self._wake([wake for topic in topics for wake in self._waiting.get(topic, ())])

    def close(self) -> None:
        """End all streams, so that the process can stop at once."""
        with self._lock:
            self.closing = True
            self._wake([wake for waiting in self._waiting.values() for wake in waiting])

    def _wake(self, wakes: list[asyncio.Event]) -> None:
        for wake in wakes:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(wake.set)


def thread_topic(thread_id: str) -> str:
    return f"thread:{thread_id}"


def queue_topic(branch: str) -> str:
    return f"queue:{branch}"
