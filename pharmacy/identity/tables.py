"""What is kept of sign-ins besides the sessions: their use, the accounts, patients' devices and their tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base


class SessionUse(Base):
    """When the person behind a session last did something, and what the session waits for (`identity.states`)."""

    __tablename__ = "session_uses"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime]
    hold: Mapped[str | None] = mapped_column(String(20))


class Account(Base):
    """Somebody whom an identity provider has vouched for or told about. Who is disabled is not let in any more."""

    __tablename__ = "accounts"
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    branch: Mapped[str] = mapped_column(String(100))
    disabled_at: Mapped[datetime | None]


class SecurityEvent(Base):
    """A signal of an identity provider that has been acted on: it counts once, however often it is delivered."""

    __tablename__ = "security_events"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    received_at: Mapped[datetime]


class KnownDevice(Base):
    """A device on which a patient has proved who they are. Only the hash of its secret is kept."""

    __tablename__ = "known_devices"
    device_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    patient_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    since: Mapped[datetime]


class VerificationTries(Base):
    """How often in a row somebody has failed to prove to be this patient, on whatever device."""

    __tablename__ = "verification_tries"
    patient_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    failed: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]
