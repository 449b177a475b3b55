"""The life of a session, as tables. What they do not name cannot happen.

`unverified`: a patient on a device that has not been seen before. `choosing`: the same person is signed in elsewhere.
`open`: may do what their roles may. `locked`: nobody has done anything for too long; only a new sign-in helps.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pharmacy.core.data import DATA
from pharmacy.core.problems import ProblemError

Hold = Literal["unverified", "choosing", "locked"]

HELD: Final[dict[Hold, tuple[str, frozenset[str]]]] = {
    "unverified": ("new_device", frozenset({"verifyMyself"})),
    "choosing": ("other_session", frozenset({"continueSession"})),
    "locked": ("session_locked", frozenset()),
}
"""What a session in this state is told, and which operations it may use none the less."""

TRANSITIONS: Final[dict[tuple[str | None, str], Hold | None]] = {
    ("unverified", "verified"): None,
    ("unverified", "verified_elsewhere_open"): "choosing",
    ("choosing", "continued"): None,
}

SESSIONS_FILE: Final = DATA / "sessions.toml"


@dataclass(frozen=True)
class Limits:
    """How long staff may be idle, and how often a patient may try to prove who they are."""

    warn: timedelta
    lock: timedelta
    tries: int
    block: timedelta


@cache
def load_limits(path: Path = SESSIONS_FILE) -> Limits:
    """Read the limits once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    staff, verification = content["staff"], content["verification"]
    return Limits(
        warn=timedelta(minutes=staff["warn_minutes"]),
        lock=timedelta(minutes=staff["lock_minutes"]),
        tries=verification["tries"],
        block=timedelta(minutes=verification["block_minutes"]),
    )


def advance(hold: str | None, event: str) -> Hold | None:
    """The state after the event. Raises ProblemError `no_such_step` when the table does not know the way."""
    if (hold, event) not in TRANSITIONS:
        raise ProblemError("no_such_step")
    return TRANSITIONS[hold, event]


def check_not_held(hold: Hold | None, operation: str) -> None:
    """Raises ProblemError when a session in this state may not do this, whoever the person is."""
    if hold is None:
        return
    refusal, allowed = HELD[hold]
    if operation not in allowed:
        raise ProblemError(refusal)
