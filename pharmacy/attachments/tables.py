"""What is kept of an attachment: the bytes as they came, and what they turned out to be. No name that a sender gave it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from pharmacy.core.tables import Base, new_id


class Attachment(Base):
    """One picture of one thread. Sizes are in bytes; `digest` is SHA-256 in hexadecimal digits."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_thread", "thread_id", "received_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    kind: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
