"""By when a human has to have answered: counted from the first unanswered message, whatever came automatically since."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.core.data import DATA
from pharmacy.core.tables import Thread

LIMITS_FILE: Final = DATA / "reply_times.toml"


@dataclass(frozen=True)
class ReplyTimes:
    """How long each urgency may wait."""

    version: str
    source: str
    within: dict[str, timedelta]


@cache
def load_reply_times(path: Path = LIMITS_FILE) -> ReplyTimes:
    """Read the limits once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    within = {urgency: timedelta(minutes=content["minutes"][urgency]) for urgency in ("red", "yellow", "green")}
    return ReplyTimes(content["version"], content["source"], within)


def reply_due_at(thread: Thread) -> datetime | None:
    """When the first human reply is due; None when nobody waits. Only a human's reply ends the waiting."""
    if thread.waiting_since is None:
        return None
    return thread.waiting_since + load_reply_times().within[thread.urgency]


def is_overdue(thread: Thread, now: datetime) -> bool:
    due = reply_due_at(thread)
    return due is not None and due < now
