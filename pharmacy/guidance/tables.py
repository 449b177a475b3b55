"""What is kept of online guidance and of the guardians who may speak for a minor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, new_id


class Guidance(Base):
    """One visit by video. It is about a subject: a prescription, an order or, without either, the consultation.

    `listed`: who was let into the meeting, each with the id that Zoom knows them by. The host's own address is never
    kept: whoever has it is the host.
    """

    __tablename__ = "guidances"
    __table_args__ = (
        Index("ix_guidances_thread", "thread_id", "planned_at"),
        Index("ix_guidances_subject", "subject_kind", "subject_id", "state"),
        Index("ix_guidances_meeting", "meeting_id"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    branch: Mapped[str] = mapped_column(String(100))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(32))
    medicines: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(20))
    planned_at: Mapped[datetime]
    pharmacist_subject: Mapped[str] = mapped_column(String(255))
    pharmacist_name: Mapped[str] = mapped_column(String(200))
    pharmacist_licence: Mapped[str] = mapped_column(String(40))
    notice_version: Mapped[str | None] = mapped_column(String(40))
    notice_answered_by: Mapped[str | None] = mapped_column(String(200))
    identity_method: Mapped[str | None] = mapped_column(String(20))
    pharmacist_confirmed_at: Mapped[datetime | None]
    appropriate: Mapped[bool | None]
    judgement_reason: Mapped[str | None] = mapped_column(Text)
    meeting_id: Mapped[str | None] = mapped_column(String(40))
    meeting_host: Mapped[str | None] = mapped_column(String(80))
    passcode: Mapped[str | None] = mapped_column(String(20))
    listed: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    techniques: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    gist: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(Text)


class Guardianship(Base):
    """A grown-up, with an account of their own, who may speak for one child. Ends by itself when the child is of age."""

    __tablename__ = "guardianships"
    __table_args__ = (UniqueConstraint("child_id", "guardian_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    child_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    guardian_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), index=True)
    relation: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(20))
    verified_by: Mapped[str] = mapped_column(String(200))
    verified_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """When the grown child consented anew, or ended it."""
