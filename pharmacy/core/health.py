"""Whether the pharmacy works, which build it is, and in test environments what time it is."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from pharmacy import __version__
from pharmacy.core.clock import InjectableClock
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import InvalidField, ProblemError, documented
from pharmacy.core.tables import HealthProbe

log = logging.getLogger("pharmacy.health")

router = APIRouter(tags=["operation"])
clock_router = APIRouter(tags=["operation"])

Check = Literal["ok", "failed"]

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


class Checks(BaseModel):
    database: Check = Field(description="A row could be written and committed")
    workers: dict[str, Check] = Field(
        description="Whether each thread that works by itself does what it is there for", examples=[{"outbox": "ok"}]
    )

    @property
    def passed(self) -> bool:
        return "failed" not in {self.database, *self.workers.values()}


class Health(BaseModel):
    """What works."""

    status: Check
    checks: Checks


class Version(BaseModel):
    """Which build answers."""

    version: str = Field(examples=["0.1.0"])
    build: str = Field(description="Digest over the files of the package", pattern=r"^sha256:[0-9a-f]{64}$")
    clock: Literal["system", "injectable"] = Field(description="`injectable` must never be seen in production")


class ClockStep(BaseModel):
    """By how much the machine's own clock is put forward, or back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"seconds": -30}]})

    seconds: float = Field(ge=-86_400, le=86_400, allow_inf_nan=False)


class ClockTime(BaseModel):
    """A point in time; from there the clock goes on ticking."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"now": "2026-04-01T22:00:00+09:00"}]})

    now: AwareDatetime
    sessions_ahead: float = Field(
        default=0, ge=0, le=10 * 365 * 86_400, description="Seconds that the time of sign-ins is ahead of the system's"
    )


_UNHEALTHY: Final[dict[int | str, dict[str, Any]]] = {
    503: {"model": Health, "description": "Something does not work; the checks say what"}
}


@router.get("/health", operation_id="getHealth", responses=_UNHEALTHY)
def get_health(here: Here, response: Response) -> Health:
    """Proves by doing: writes a row, and looks at each worker."""
    checks = checks_of(here)
    response.status_code = 200 if checks.passed else 503
    return Health(status="ok" if checks.passed else "failed", checks=checks)


def checks_of(here: Pharmacy) -> Checks:
    """What works right now."""
    return Checks(
        database="ok" if _can_write(here) else "failed",
        workers={worker.name: "ok" if worker.works else "failed" for worker in here.workers},
    )


def can_be_relied_on(here: Pharmacy) -> bool:
    """Whether what patients write is stored and gets on. A backup that fails is for others to mend."""
    return _can_write(here) and all(worker.alive for worker in here.workers)


@router.get("/version", operation_id="getVersion")
def get_version(here: Here) -> Version:
    """The version, the digest of the build, and whether its clock can be set."""
    return Version(version=__version__, build=here.build, clock="injectable" if here.clock.injectable else "system")


@clock_router.get("/clock", operation_id="getClock")
def get_clock(here: Here) -> ClockTime:
    """What time it is for the pharmacy."""
    ahead = here.clock.sessions_ahead if isinstance(here.clock, InjectableClock) else timedelta()
    return ClockTime(now=here.clock.now(), sessions_ahead=ahead.total_seconds())


@clock_router.put("/clock", operation_id="setClock", responses=documented("invalid", "too_large"))
def set_clock(here: Here, time: ClockTime) -> ClockTime:
    """Set the time. Exists only when started with `--injectable-clock`."""
    if not isinstance(here.clock, InjectableClock):
        raise TypeError("the clock of this pharmacy cannot be set")
    if not EARLIEST <= time.now <= LATEST:
        error = InvalidField(where="body.now", message="The time must lie between 2000 and 2100")
        raise ProblemError("invalid", errors=[error])
    goes_by = time.now > here.clock.now() or time.sessions_ahead > here.clock.sessions_ahead.total_seconds()
    here.clock.set(time.now, timedelta(seconds=time.sessions_ahead))
    if goes_by:  # some of them may have waited for what has come about now
        for worker in here.workers:
            worker.wake()
    return ClockTime(now=here.clock.now(), sessions_ahead=time.sessions_ahead)


@clock_router.post("/clock/step", operation_id="stepClock", responses=documented("invalid", "too_large"))
def step_clock(here: Here, step: ClockStep) -> ClockTime:
    """Put the machine's clock forward or back, until the time is set. Exists only with `--injectable-clock`."""
    if not isinstance(here.clock, InjectableClock):
        raise TypeError("the clock of this pharmacy cannot be set")
    here.clock.step(timedelta(seconds=step.seconds))
    return ClockTime(now=here.clock.now())


def _can_write(here: Pharmacy) -> bool:
    try:
        with here.database.write() as session:
            session.merge(HealthProbe(id=1, written_at=datetime.now(UTC)))
    except SQLAlchemyError as error:
        log.error("health: the database cannot be written (%s)", type(error).__name__)
        return False
    return True
