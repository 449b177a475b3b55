"""What is kept of break-glass: who opened which consultation, why, and until when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, new_id


class EmergencyAccess(Base):
    """One opening. `branch` is that of the consultation, whose supervisor has to know."""

    __tablename__ = "emergency_accesses"
    __table_args__ = (
        Index("ix_emergency_subject", "subject", "until"),
        Index("ix_emergency_branch", "branch", "opened_at"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    branch: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
