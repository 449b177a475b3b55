"""The table of who was last heard of at the console, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base


class Presence(Base):
    """A pharmacist's console says from time to time that it is still there. Who never said so is not watched."""

    __tablename__ = "presence"
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    seen_at: Mapped[datetime]
