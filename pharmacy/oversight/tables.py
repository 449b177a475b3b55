"""What is kept for looking after the pharmacy: observations, alerts, and how each branch's canary fares."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, NumberedKey, new_id


class Observation(Base):
    """One thing that was measured. `bad`: it counts against its limit; `ref`: the id of what it was measured on."""

    __tablename__ = "observations"
    __table_args__ = (Index("ix_observations_name", "name", "branch", "at"), Index("ix_observations_ref", "ref"))
    id: Mapped[int] = mapped_column(NumberedKey, primary_key=True, autoincrement=True)
    branch: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str | None] = mapped_column(String(255))
    person: Mapped[str | None] = mapped_column(String(200))
    value: Mapped[float]
    bad: Mapped[bool]
    ref: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime]


class Alert(Base):
    """A limit that was passed. `subject`: the pharmacist whom it is about, when it is about one."""

    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_branch", "branch", "state"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    branch: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str | None] = mapped_column(String(255))
    person: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    value: Mapped[float]
    limit: Mapped[float]
    opened_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]


class Canary(Base):
    """The synthetic red flag of a branch: whether it is to run, when it last set out, and when the last one that came through did."""

    __tablename__ = "canaries"
    branch: Mapped[str] = mapped_column(String(100), primary_key=True)
    running: Mapped[bool]
    since: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    key: Mapped[str | None] = mapped_column(String(64))
    arrived_at: Mapped[datetime | None]
