"""What is kept of the autonomy of a branch: its mode, and each message that a model might have answered by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, new_id


class Autonomy(Base):
    """The mode of a branch. A branch without a row only suggests."""

    __tablename__ = "autonomy"
    branch: Mapped[str] = mapped_column(String(100), primary_key=True)
    mode: Mapped[str] = mapped_column(String(15))
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]


class AutoReply(Base):
    """A message that the rule gate let through to the model, and what became of the answer. `reason`: why it was held."""

    __tablename__ = "auto_replies"
    __table_args__ = (Index("ix_auto_replies_state", "state"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    asked_seq: Mapped[int]
    topic: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    message_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
