"""Opening hours of the human service: every day from 09:00 to 19:00, Japan Standard Time."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from pharmacy.core.clock import JST

OPENS = time(9)
CLOSES = time(19)


def is_open(now: datetime) -> bool:
    return OPENS <= now.astimezone(JST).time() < CLOSES


def next_opening(now: datetime) -> datetime:
    """When a human answers again, in JST."""
    local = now.astimezone(JST)
    opening = local.replace(hour=OPENS.hour, minute=OPENS.minute, second=0, microsecond=0)
    return opening if local < opening else opening + timedelta(days=1)


def last_closing(now: datetime) -> datetime:
    """When the present closed period began, in JST."""
    local = now.astimezone(JST)
    closing = local.replace(hour=CLOSES.hour, minute=CLOSES.minute, second=0, microsecond=0)
    return closing if local >= closing else closing - timedelta(days=1)
