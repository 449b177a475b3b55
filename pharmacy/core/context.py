"""What one running pharmacy consists of, and how a request reaches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from pharmacy.core.clock import Clock
from pharmacy.core.database import Database
from pharmacy.core.hub import Hub
from pharmacy.core.worker import Watcher, Worker
from pharmacy.paging.outbox import Outbox
from pharmacy.settings import Settings
from pharmacy.telemetry.exporting import Telemetry


@dataclass(frozen=True)
class Pharmacy:
    settings: Settings
    clock: Clock
    database: Database
    hub: Hub
    outbox: Outbox
    returns: Watcher
    telemetry: Telemetry
    workers: tuple[Worker, ...]
    """Every thread of the pharmacy's own, in the order in which they start."""
    build: str

    def wake(self, name: str) -> None:
        """Let the worker of this name look at once."""
        for worker in self.workers:
            if worker.name == name:
                worker.wake()


def pharmacy_of(request: Request) -> Pharmacy:
    """The pharmacy that serves this request."""
    pharmacy: Pharmacy = request.app.state.pharmacy
    return pharmacy


async def _here(request: Request) -> Pharmacy:
    # Whatever a handler depends on is a coroutine if it does not wait for anything: else FastAPI gives it a thread.
    return pharmacy_of(request)


Here = Annotated[Pharmacy, Depends(_here)]
