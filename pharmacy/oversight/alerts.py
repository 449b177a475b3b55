"""The life of an alert, as a table, and telling the operator on duty when it is one of those that call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.tables import new_id
from pharmacy.oversight.limits import load_limits
from pharmacy.oversight.tables import Alert
from pharmacy.paging.outbox import queue_page

AlertState = Literal["open", "cleared"]

TRANSITIONS: Final[dict[tuple[str, str], AlertState]] = {("open", "clear"): "cleared"}

OPERATOR: Final = "operator"


@dataclass(frozen=True)
class Measured:
    """A value of a branch, maybe of one pharmacist in it."""

    branch: str
    name: str
    value: float
    subject: str | None = None
    person: str | None = None

    @property
    def too_much(self) -> bool:
        return self.value > load_limits().alerts[self.name].above


def clear(alert: Alert, now: datetime) -> None:
    """It is over. Raises KeyError when it was over already."""
    alert.state = TRANSITIONS[alert.state, "clear"]
    alert.cleared_at = now


def changes(session: Session, measured: Iterable[Measured]) -> tuple[list[Measured], list[str]]:
    """What has to open, and the ids of the alerts that have to clear."""
    opened = {
        (alert.branch, alert.name, alert.subject): alert.id
        for alert in session.scalars(select(Alert).where(Alert.state == "open"))
    }
    above = {(one.branch, one.name, one.subject): one for one in measured if one.too_much}
    return [one for key, one in above.items() if key not in opened], [
        alert_id for key, alert_id in opened.items() if key not in above
    ]


def open_alert(session: Session, now: datetime, one: Measured) -> None:
    """Open it, and call the operator when it is of a kind that calls. A page names the alert and nothing else."""
    limit = load_limits().alerts[one.name]
    alert = Alert(
        id=new_id(),
        branch=one.branch,
        name=one.name,
        subject=one.subject,
        person=one.person,
        state="open",
        value=one.value,
        limit=limit.above,
        opened_at=now,
    )
    session.add(alert)
    if limit.page:
        queue_page(session, key=f"alert:{alert.id}", thread_id=alert.id, urgency="alert", recipient=OPERATOR)
