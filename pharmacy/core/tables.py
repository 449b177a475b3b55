"""The tables, typed. Times are UTC; ids are random, so that nobody can guess another's."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    inspect,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NumberedKey = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in a plain INTEGER key


def new_id() -> str:
    """128 random bits in hexadecimal digits."""
    return secrets.token_hex(16)


class UtcDateTime(TypeDecorator[datetime]):
    """Stores UTC and gives back aware datetimes, also where the database forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    __table__: ClassVar[Table]
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


class SignInAttempt(Base):
    """Between leaving for the identity provider and coming back. Only the hash of the browser's secret is kept."""

    __tablename__ = "sign_in_attempts"
    browser_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    expires_at: Mapped[datetime]


class SignInSession(Base):
    """Somebody signed in. Only the hash of the cookie is kept; claims are checked again at every request."""

    __tablename__ = "sessions"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200))
    branch: Mapped[str] = mapped_column(String(100))
    claims: Mapped[dict[str, Any]]
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("patients.id"))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Patient(Base):
    __tablename__ = "patients"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    identifier: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    birthdate: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str | None] = mapped_column(String(40))
    branch: Mapped[str] = mapped_column(String(100))
    allergies: Mapped[list[str]] = mapped_column(default=list)
    medicines: Mapped[list[str]] = mapped_column(default=list)
    pregnancy: Mapped[str] = mapped_column(String(10), default="unknown")
    chart_updated_at: Mapped[datetime | None]


class Thread(Base):
    """One patient's conversation. `last_seq` numbers its messages; `version` counts every visible change."""

    __tablename__ = "threads"
    __table_args__ = (Index("ix_threads_queue", "branch", "waiting_since"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), unique=True)
    branch: Mapped[str] = mapped_column(String(100))
    urgency: Mapped[str] = mapped_column(String(10), default="green")
    red_flag: Mapped[bool] = mapped_column(default=False)
    crisis: Mapped[bool] = mapped_column(default=False)
    needs_check: Mapped[bool] = mapped_column(default=False)
    waiting_since: Mapped[datetime | None]
    claimed_subject: Mapped[str | None] = mapped_column(String(255))
    claimed_name: Mapped[str | None] = mapped_column(String(200))
    claimed_at: Mapped[datetime | None]
    last_seq: Mapped[int] = mapped_column(default=0)
    last_patient_seq: Mapped[int] = mapped_column(default=0)
    last_reply_seq: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("thread_id", "seq"), UniqueConstraint("thread_id", "sender", "idempotency_key"))
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    responsible: Mapped[str | None] = mapped_column(String(200))
    notice: Mapped[str | None] = mapped_column(String(20))
    sender: Mapped[str | None] = mapped_column(String(255))
    idempotency_key: Mapped[str | None] = mapped_column(String(128))
    request_digest: Mapped[str | None] = mapped_column(String(64))
    draft_id: Mapped[str | None] = mapped_column(String(32))
    corrects: Mapped[int | None]
    corrected_by: Mapped[int | None]
    triage: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sent_at: Mapped[datetime]


class Draft(Base):
    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_thread", "thread_id", "state"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    state: Mapped[str] = mapped_column(String(10))
    suggested_text: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    read_up_to: Mapped[int]
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    blocked: Mapped[bool] = mapped_column(default=False)
    model: Mapped[str] = mapped_column(String(100))
    prompt_version: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    approved_digest: Mapped[str | None] = mapped_column(String(64))
    approved_subject: Mapped[str | None] = mapped_column(String(255))
    approved_by: Mapped[str | None] = mapped_column(String(200))
    message_id: Mapped[str | None] = mapped_column(String(32))


class AuditEvent(Base):
    """Who did what to which object, and when. Rows are only ever added."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_branch", "branch", "id"), Index("ix_audit_thread", "thread_id", "id"))
    id: Mapped[int] = mapped_column(NumberedKey, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    branch: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(255))
    actor: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(80))
    thread_id: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest: Mapped[str] = mapped_column(String(64))
    """Seals this entry together with the one before it; made in `audit_chain`."""


class OutboxItem(Base):
    """Something to tell an outside company, written in the same transaction as its reason."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_pending", "delivered_at", "id"),)
    id: Mapped[int] = mapped_column(NumberedKey, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    thread_id: Mapped[str] = mapped_column(String(32))
    urgency: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class HealthProbe(Base):
    """One row that is written to prove that writing works."""

    __tablename__ = "health_probe"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    written_at: Mapped[datetime]


class AppendOnlyError(RuntimeError):
    """Somebody tried to change the audit trail, or a message."""


@event.listens_for(AuditEvent, "before_update")
@event.listens_for(AuditEvent, "before_delete")
def _refuse_change(_mapper: object, _connection: object, row: AuditEvent) -> None:
    raise AppendOnlyError(f"audit event {row.id} cannot be changed or deleted")


_SAID = ("thread_id", "seq", "kind", "text", "author", "sent_at")


@event.listens_for(Message, "before_update")
def _keep_what_was_said(_mapper: object, _connection: object, row: Message) -> None:
    """A stored message may be marked as corrected; what was said, by whom and when, stays."""
    said = inspect(row).attrs
    if any(said[name].history.has_changes() for name in _SAID):
        raise AppendOnlyError(f"message {row.id} cannot be changed")


@event.listens_for(Message, "before_delete")
def _keep_message(_mapper: object, _connection: object, row: Message) -> None:
    raise AppendOnlyError(f"message {row.id} cannot be deleted")
