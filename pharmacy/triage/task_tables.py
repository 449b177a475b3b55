"""What is kept of the tasks that a message leaves behind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, new_id


class Task(Base):
    """Something that a pharmacist still has to do for a patient, whether the consultation was answered or not."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_branch", "branch", "state", "due_at"), Index("ix_tasks_thread", "thread_id"))
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    branch: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    limits_version: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_subject: Mapped[str | None] = mapped_column(String(255))
    done_by: Mapped[str | None] = mapped_column(String(200))
    outcome: Mapped[str | None] = mapped_column(Text)
