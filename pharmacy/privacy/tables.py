"""The tables of consent, of patients' requests and of leaks. A decision about consent is only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import AppendOnlyError, Base, NumberedKey, new_id


class ConsentDecision(Base):
    """A patient's word on one purpose, and on which wording of it."""

    __tablename__ = "consent_decisions"
    __table_args__ = (Index("ix_consent_patient", "patient_id", "purpose", "id"),)
    id: Mapped[int] = mapped_column(NumberedKey, primary_key=True, autoincrement=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    decided_at: Mapped[datetime]


class DataRequest(Base):
    """A patient asks for their data, or for a correction of it. `export`: what was handed over, as it was then."""

    __tablename__ = "data_requests"
    __table_args__ = (
        Index("ix_data_requests_branch", "branch", "state"),
        Index("ix_data_requests_patient", "patient_id"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    branch: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[datetime | None]
    export: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Leak(Base):
    """A leak of personal data: through whose account, in which time, and how far its reports have come."""

    __tablename__ = "leaks"
    __table_args__ = (Index("ix_leaks_branch", "branch", "state"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    branch: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(12))
    what: Mapped[str] = mapped_column(Text)
    account: Mapped[str] = mapped_column(String(255))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    noticed_at: Mapped[datetime]
    rules_version: Mapped[str] = mapped_column(String(40))
    preliminary_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]


class LeakAffected(Base):
    """Somebody whose data a leak gave away."""

    __tablename__ = "leak_affected"
    leak_id: Mapped[str] = mapped_column(ForeignKey("leaks.id"), primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), primary_key=True)


@event.listens_for(ConsentDecision, "before_update")
@event.listens_for(ConsentDecision, "before_delete")
def _keep_decision(_mapper: object, _connection: object, row: ConsentDecision) -> None:
    raise AppendOnlyError(f"consent decision {row.id} cannot be changed or deleted")
