"""The tables of what stays open when a pharmacist goes, and of the handovers that carry it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, new_id


class Matter(Base):
    """Something that somebody still has to do for a patient: a promise, or an inquiry to the prescriber."""

    __tablename__ = "matters"
    __table_args__ = (Index("ix_matters_thread", "thread_id", "closed_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime]
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closed_at: Mapped[datetime | None]


class Handover(Base):
    """One pharmacist gives a thread to whoever accepts it."""

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_thread", "thread_id", "state"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    state: Mapped[str] = mapped_column(String(10), default="none")
    note: Mapped[str] = mapped_column(Text)
    giver_subject: Mapped[str] = mapped_column(String(255))
    giver_name: Mapped[str] = mapped_column(String(200))
    offered_at: Mapped[datetime]
    receiver_name: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
