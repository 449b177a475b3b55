"""What an emergency lets somebody do: read, and nothing else, and not for long."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.data import DATA
from pharmacy.emergency.tables import EmergencyAccess

READS: Final = frozenset({"getThread", "listMessages", "streamThread", "getChart", "getHandover"})
"""The operations that an emergency opens. Whatever changes something stays with the consultation's own branch."""

EMERGENCY_FILE: Final = DATA / "emergency.toml"


@cache
def how_long(path: Path = EMERGENCY_FILE) -> timedelta:
    """How long it lasts. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    return timedelta(minutes=tomllib.loads(path.read_text(encoding="utf-8"))["minutes"])


def open_to(session: Session, subject: str, now: datetime) -> frozenset[str]:
    """The threads that this member of staff may read for an emergency, now."""
    wanted = select(EmergencyAccess.thread_id).where(EmergencyAccess.subject == subject, EmergencyAccess.until > now)
    return frozenset(session.scalars(wanted))
