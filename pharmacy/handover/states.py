"""The life of a handover, as a table. What the table does not name cannot happen."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.problems import ProblemError
from pharmacy.handover.tables import Handover

HandoverState = Literal["none", "offered", "accepted", "withdrawn"]

TRANSITIONS: Final[dict[tuple[str, str], HandoverState]] = {
    ("none", "offer"): "offered",
    ("offered", "accept"): "accepted",
    ("offered", "withdraw"): "withdrawn",
}

OPEN: Final = "offered"


def open_handover(session: Session, thread_id: str) -> Handover | None:
    """The handover of this thread that nobody has accepted yet; at most one."""
    return session.scalar(select(Handover).where(Handover.thread_id == thread_id, Handover.state == OPEN))


def advance(handover: Handover | None, event: str) -> HandoverState:
    """The next state. Raises ProblemError saying why there is none."""
    state = TRANSITIONS.get((handover.state if handover else "none", event))
    if state is None:
        raise ProblemError("handover_open" if event == "offer" else "no_handover")
    return state


def check_not_offered(session: Session, thread_id: str, subject: str) -> None:
    """Raises ProblemError when a colleague's handover waits: taking the thread without it would lose what it carries."""
    handover = open_handover(session, thread_id)
    if handover is not None and handover.giver_subject != subject:
        raise ProblemError("handover_open")
