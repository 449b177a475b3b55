"""What is kept of orders, subscriptions and sales."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import AppendOnlyError, Base, new_id


class Order(Base):
    """A basket of one buyer on its way to being sold. `for_age`: of another person who will use it, else null."""

    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_branch", "branch", "state"), Index("ix_orders_patient", "patient_id"))
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    subscription_id: Mapped[str | None] = mapped_column(ForeignKey("subscriptions.id"))
    branch: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20))
    lines: Mapped[list[dict[str, Any]]]
    for_age: Mapped[int | None]
    placed_at: Mapped[datetime]
    questionnaire: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    information: Mapped[str | None] = mapped_column(Text)
    informed_by: Mapped[str | None] = mapped_column(String(200))
    understood_words: Mapped[str | None] = mapped_column(Text)
    understood_by: Mapped[str | None] = mapped_column(String(200))
    understood_at: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(20))
    channel_by: Mapped[str | None] = mapped_column(String(200))
    refusal: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]


class Subscription(Base):
    """One product that comes again and again. `cleared_chart`: what a pharmacist, or the start, took as harmless."""

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_due", "state", "next_due_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), index=True)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    branch: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10))
    product: Mapped[str] = mapped_column(String(64))
    quantity: Mapped[int]
    every_days: Mapped[int]
    next_due_at: Mapped[datetime]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    cleared_chart: Mapped[dict[str, Any]]
    cleared_by: Mapped[str | None] = mapped_column(String(200))
    cleared_because: Mapped[str | None] = mapped_column(Text)


class SaleRecord(Base):
    """One line of a sale, as the law wants it kept. Never changed, and removed only after its period."""

    __tablename__ = "sale_records"
    __table_args__ = (Index("ix_sale_records_branch", "branch", "sold_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    order_id: Mapped[str] = mapped_column(String(32))
    branch: Mapped[str] = mapped_column(String(100))
    buyer: Mapped[str] = mapped_column(String(200))
    buyer_identifier: Mapped[str] = mapped_column(String(20))
    product: Mapped[str] = mapped_column(String(64))
    product_name: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    sold_at: Mapped[datetime]
    pharmacist: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(20))
    understanding: Mapped[str | None] = mapped_column(Text)
    understanding_checked_by: Mapped[str | None] = mapped_column(String(200))
    rules_version: Mapped[str] = mapped_column(String(40))
    keep_until: Mapped[datetime]


class ProductText(Base):
    """What the page of a product says in a branch, instead of the text of the data file."""

    __tablename__ = "product_texts"
    branch: Mapped[str] = mapped_column(String(100), primary_key=True)
    product: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime]


@event.listens_for(SaleRecord, "before_update")
def _refuse_change(_mapper: object, _connection: object, row: SaleRecord) -> None:
    raise AppendOnlyError(f"sale record {row.id} cannot be changed")
