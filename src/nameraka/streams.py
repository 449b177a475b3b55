"""Server-sent events, heard in the order they came, with a limit to every wait."""

from __future__ import annotations

import json
import queue
import re
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import requests
from urllib3.exceptions import HTTPError

from nameraka.exchanges import WireError


class StreamRefused(WireError):
    """The system answered the request for an event stream with something else; `response` has it."""

    def __init__(self, message: str, response: requests.Response) -> None:
        super().__init__(message)
        self.response = response


class NoEvent(WireError):
    """No event came within the time limit."""


class Event(NamedTuple):
    """One server-sent event."""

    id: str | None
    event: str
    data: str

    def json(self) -> Any:
        """The data, parsed."""
        return json.loads(self.data)


class EventStream:
    """Server-sent events in the order they came. Iterating ends when the server closes the stream.

    A thread reads, so that a wait ends on time whatever the server does.
    """

    def __init__(self, response: requests.Response, name: str, timeout: float) -> None:
        self.retry: int | None = None
        """Milliseconds after which the server wants clients back, when it said so."""
        self._response = response
        self._name = name
        self._timeout = timeout
        self._heard: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._closed = False
        self._reader = threading.Thread(target=self._read, name=f"events of {name}", daemon=True)
        self._reader.start()

    def next(self, timeout: float | None = None) -> Event:
        """The next event. Raises NoEvent after `timeout` seconds, StopIteration when the stream has ended."""
        seconds = self._timeout if timeout is None else timeout
        try:
            event = self._heard.get(timeout=seconds)
        except queue.Empty:
            raise NoEvent(
                f"{self._name}: no event within {seconds:g} s.\n  Remedy: did what should be told really happen? "
                "Raise the stream's timeout if it may take longer."
            ) from None
        if event is None:
            self._heard.put(None)
            raise StopIteration
        return event

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        return self.next()

    def __enter__(self) -> EventStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and give the connection back."""
        if self._closed:
            return
        self._closed = True
        if self._reader.is_alive():
            self._response.raw.shutdown()
            self._reader.join(timeout=5)
        self._response.close()

    def _read(self) -> None:
        try:
            fields: dict[str, str] = {}
            for line in self._lines():
                if not line:
                    self._tell(fields)
                    continue
                name, _, value = line.partition(":")
                value = value.removeprefix(" ")
                fields[name] = f"{fields[name]}\n{value}" if name == "data" and "data" in fields else value
        finally:
            self._heard.put(None)

    def _lines(self) -> Iterator[str]:
        """Lines as they arrive; ends when the server, or `close`, ends the connection."""
        pending = b""
        while chunk := self._chunk():
            *lines, pending = re.split(rb"\r\n|\n|\r(?!\Z)", pending + chunk)
            for line in lines:
                yield line.decode("utf-8", "replace")

    def _chunk(self) -> bytes:
        try:
            chunk: bytes = self._response.raw.read1(64 * 1024, decode_content=True)
        except (HTTPError, OSError):
            return b""  # broken off: the stream has ended, and whoever waits is told so
        return chunk

    def _tell(self, fields: dict[str, str]) -> None:
        """Hand an event on; its id holds for those after it, as the standard has it."""
        data = fields.pop("data", None)
        event = fields.pop("event", "message")
        if fields.get("retry", "").isdigit():
            self.retry = int(fields["retry"])
        if data is not None:
            self._heard.put(Event(fields.get("id"), event, data))
