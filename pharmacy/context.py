"""What one running pharmacy consists of, and how a request reaches it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from pharmacy.clock import Clock
from pharmacy.database import Database
from pharmacy.hub import Hub
from pharmacy.outbox import Outbox
from pharmacy.settings import Settings


class Worker(Protocol):
    """A thread of the pharmacy's own that works in the background."""

    def start(self) -> None: ...

    def close(self) -> None: ...

    @property
    def alive(self) -> bool: ...


class Watcher(Worker, Protocol):
    """A worker that must know who is there."""

    def watching(self, subject: str) -> AbstractContextManager[None]: ...


@dataclass(frozen=True)
class Pharmacy:
    settings: Settings
    clock: Clock
    database: Database
    hub: Hub
    outbox: Outbox
    escalation: Worker
    returns: Watcher
    build: str


def pharmacy_of(request: Request) -> Pharmacy:
    """The pharmacy that serves this request."""
    pharmacy: Pharmacy = request.app.state.pharmacy
    return pharmacy


Here = Annotated[Pharmacy, Depends(pharmacy_of)]
