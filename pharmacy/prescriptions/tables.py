"""The tables of prescriptions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, new_id


class Prescription(Base):
    """A prescription (処方箋) of one patient. `items` are as they hold now, `items_as_issued` as the doctor wrote them.

    `issued_on` and `valid_until` are days in Japan, as 2026-01-31. `fingerprint` is the same for whatever medium the
    same prescription arrives on. `guided_at`: the fact that guidance (服薬指導) is done, which is no state: it may
    come before or after dispensing.
    """

    __tablename__ = "prescriptions"
    __table_args__ = (
        Index("ix_prescriptions_branch", "branch", "received_at"),
        Index("ix_prescriptions_patient", "patient_id", "received_at"),
        Index("ix_prescriptions_fingerprint", "fingerprint"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    branch: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20), default="received")
    medium: Mapped[str] = mapped_column(String(20))
    redemption_number: Mapped[str | None] = mapped_column(String(16))
    institution: Mapped[str] = mapped_column(String(200))
    prescriber: Mapped[str] = mapped_column(String(200))
    visit: Mapped[str] = mapped_column(String(20))
    change: Mapped[str] = mapped_column(String(10))
    issued_on: Mapped[str] = mapped_column(String(10))
    valid_until: Mapped[str | None] = mapped_column(String(10))
    uses: Mapped[int] = mapped_column(default=1)
    items_as_issued: Mapped[list[dict[str, Any]]]
    items: Mapped[list[dict[str, Any]]]
    fingerprint: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(String(200))
    dispensed_at: Mapped[datetime | None]
    dispensed_by: Mapped[str | None] = mapped_column(String(200))
    dispensed_subject: Mapped[str | None] = mapped_column(String(255))
    guided_at: Mapped[datetime | None]
    guided_by: Mapped[str | None] = mapped_column(String(200))
    guided_subject: Mapped[str | None] = mapped_column(String(255))


class Inquiry(Base):
    """A question to the prescriber (疑義照会), and what they answered. `findings`: the keys of what it is about."""

    __tablename__ = "inquiries"
    __table_args__ = (Index("ix_inquiries_prescription", "prescription_id", "opened_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    prescription_id: Mapped[str] = mapped_column(ForeignKey("prescriptions.id"))
    question: Mapped[str] = mapped_column(Text)
    findings: Mapped[list[str]]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[str | None] = mapped_column(Text)
    doctor: Mapped[str | None] = mapped_column(String(200))
    answered_at: Mapped[datetime | None]
    recorded_by: Mapped[str | None] = mapped_column(String(200))


class Dispensing(Base):
    """A line of the dispensing record (調剤録): who dispensed what to whom. `voided_at`: it was taken back."""

    __tablename__ = "dispensings"
    __table_args__ = (Index("ix_dispensings_fingerprint", "fingerprint"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    prescription_id: Mapped[str] = mapped_column(ForeignKey("prescriptions.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    dispensed_at: Mapped[datetime]
    pharmacist: Mapped[str] = mapped_column(String(200))
    pharmacist_subject: Mapped[str] = mapped_column(String(255))
    patient_name: Mapped[str] = mapped_column(String(200))
    patient_birthdate: Mapped[str] = mapped_column(String(10))
    institution: Mapped[str] = mapped_column(String(200))
    prescriber: Mapped[str] = mapped_column(String(200))
    issued_on: Mapped[str] = mapped_column(String(10))
    items: Mapped[list[dict[str, Any]]]
    inquiries: Mapped[list[dict[str, Any]]]
    master_version: Mapped[str] = mapped_column(String(40), server_default="")
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str | None] = mapped_column(String(200))
    voided_because: Mapped[str | None] = mapped_column(Text)


class Background(Base):
    """What must be known of a patient before a prescription is filled; null is "not told", an empty list is "none"."""

    __tablename__ = "backgrounds"
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), primary_key=True)
    notebook: Mapped[list[str] | None]
    concomitant: Mapped[list[str] | None]
    reactions: Mapped[list[str] | None]
    weight_kg: Mapped[float | None]
    egfr: Mapped[float | None]
    kidney_disease: Mapped[str] = mapped_column(String(10), default="unknown")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))
