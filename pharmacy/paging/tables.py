"""What is kept of the pages about red flags: each page, and each call that was made for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, new_id


class Page(Base):
    """A red flag that somebody has to see. `due_at`: when the chain goes on unless something happens; null at the end."""

    __tablename__ = "pages"
    __table_args__ = (
        Index("ix_pages_due", "due_at"),
        Index("ix_pages_thread", "thread_id"),
        Index("ix_pages_calling", "branch", "state"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    branch: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(15))
    plan_version: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    acknowledged_subject: Mapped[str | None] = mapped_column(String(255))
    acknowledged_by: Mapped[str | None] = mapped_column(String(200))
    acknowledged_at: Mapped[datetime | None]


class PageCall(Base):
    """One call of a page: to which role, when. `number` counts from 1."""

    __tablename__ = "page_calls"
    __table_args__ = (UniqueConstraint("page_id", "number"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"))
    number: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(20))
    called_at: Mapped[datetime]
