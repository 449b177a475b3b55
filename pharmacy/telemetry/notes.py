"""What one step of answering a patient leaves behind for a trace: its name, when it was, and ids.

A patient's message and its trace have one id. So every later step finds its trace by the message that it answers, in
whichever process and after whatever restart it happens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from time import time_ns
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.tables import Message

ROOT: Final = "patient message"
ATTRIBUTES: Final = frozenset(
    {"message", "thread", "draft", "reply", "rules_version", "level", "model", "prompt_version", "outcome"}
)
"""All that a step may say. Names and words have no place among them."""

_VALUE: Final = re.compile(r"[A-Za-z0-9_.:/-]{1,80}", re.ASCII)
WITHHELD: Final = "withheld"


@dataclass(frozen=True)
class Note:
    """One step. `trace`: the id of the patient's message; times in nanoseconds since 1970."""

    trace: str
    name: str
    began: int
    ended: int
    attributes: dict[str, str]


def note(trace: str, name: str, began: int, **attributes: str) -> Note:
    """A step that ends now. What does not look like an id, a version or a code is withheld.

    Raises ValueError for an attribute that no step may have.
    """
    if unknown := attributes.keys() - ATTRIBUTES:
        raise ValueError(f"a trace may not say {', '.join(sorted(unknown))}")
    safe = {name: value if _VALUE.fullmatch(value) else WITHHELD for name, value in attributes.items()}
    return Note(trace, name, began, time_ns(), safe)


def trace_of(session: Session, thread_id: str, read_up_to: int) -> str:
    """The trace of the patient's last message up to this one; empty when they have not written."""
    wanted = select(Message.id).where(
        Message.thread_id == thread_id, Message.kind == "patient", Message.seq <= read_up_to
    )
    return session.scalar(wanted.order_by(Message.seq.desc()).limit(1)) or ""
