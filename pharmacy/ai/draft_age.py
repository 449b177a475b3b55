"""A draft is good for some minutes only: an old one would be sent by somebody who no longer knows what it answers."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.core.data import DATA
from pharmacy.core.tables import Draft

LIMITS_FILE: Final = DATA / "drafts.toml"


@cache
def lifetime(path: Path = LIMITS_FILE) -> timedelta:
    """How long a draft lives. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    return timedelta(minutes=tomllib.loads(path.read_text(encoding="utf-8"))["minutes"])


def too_old(draft: Draft, now: datetime) -> bool:
    """Whether its time is over; it still holds at its last moment."""
    return now - draft.created_at > lifetime()
