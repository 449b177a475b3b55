"""What is kept of checks, addresses, parcels and what the carrier says of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, new_id


class FinalCheck(Base):
    """What somebody scanned against a prescription, whether it matched or not. Rows are only ever added."""

    __tablename__ = "final_checks"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    prescription_id: Mapped[str] = mapped_column(ForeignKey("prescriptions.id"), index=True)
    mismatches: Mapped[list[str]]
    checked_at: Mapped[datetime]
    checker_subject: Mapped[str] = mapped_column(String(255))
    checker_name: Mapped[str] = mapped_column(String(200))


class Address(Base):
    """Where a patient wants parcels to go. A change adds a row with the next number; nothing is overwritten."""

    __tablename__ = "addresses"
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]


class Destination(Base):
    """An address that holds for one prescription, as confirmed with the patient, or for one order. Only ever added."""

    __tablename__ = "destinations"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    prescription_id: Mapped[str | None] = mapped_column(ForeignKey("prescriptions.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(String(32), index=True)  # came later, so no constraint
    address_number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime]
    confirmed_subject: Mapped[str] = mapped_column(String(255))
    confirmed_by: Mapped[str] = mapped_column(String(200))


class Shipment(Base):
    """One parcel, of a prescription or of an order. Its id is the idempotency key of its booking, so that a repetition books nothing twice."""

    __tablename__ = "shipments"
    __table_args__ = (Index("ix_shipments_state", "state", "receipt_due_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    prescription_id: Mapped[str | None] = mapped_column(ForeignKey("prescriptions.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(String(32), index=True)  # came later, so no constraint
    state: Mapped[str] = mapped_column(String(12))
    destination_id: Mapped[str] = mapped_column(ForeignKey("destinations.id"))
    service: Mapped[str] = mapped_column(String(10))
    handover: Mapped[str] = mapped_column(String(10))
    cold: Mapped[bool]
    limits_version: Mapped[str] = mapped_column(String(40))
    tracking_no: Mapped[str | None] = mapped_column(String(64), unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    requested_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    receipt_due_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    received_by: Mapped[str | None] = mapped_column(String(10))
    cancellation_told_at: Mapped[datetime | None]


class CarrierReport(Base):
    """What the carrier said of a parcel, each report once; `applied`: whether it moved the parcel on."""

    __tablename__ = "carrier_reports"
    __table_args__ = (UniqueConstraint("report_id"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    report_id: Mapped[str] = mapped_column(String(64))
    shipment_id: Mapped[str] = mapped_column(ForeignKey("shipments.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    applied: Mapped[bool]
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
