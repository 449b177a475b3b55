"""What is kept of exports: which case, for whom, until when, and what became of each share."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, new_id


class Export(Base):
    """One file on Drive. `file_id` is Drive's own."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_state", "state", "until"), Index("ix_exports_thread", "thread_id"))
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    state: Mapped[str] = mapped_column(String(10))
    made_by: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    until: Mapped[datetime]


class Share(Base):
    """One colleague who may open it. `permission_id` is Drive's own."""

    __tablename__ = "export_shares"
    export_id: Mapped[str] = mapped_column(ForeignKey("exports.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    permission_id: Mapped[str] = mapped_column(String(200))
    withdrawn_at: Mapped[datetime | None]
