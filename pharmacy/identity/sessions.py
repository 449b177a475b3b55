"""Signed-in people: rows in the database, found by the hash of an opaque random cookie."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pharmacy.core.tables import SignInSession

COOKIE = "__Host-session"


@dataclass(frozen=True)
class Person:
    """Who is asking. `roles` is ("patient",) or what the identity provider says of a member of staff."""

    kind: str
    subject: str
    name: str
    branch: str
    roles: tuple[str, ...]
    mfa: bool
    compliant_device: bool
    patient_id: str | None
    session_hash: str

    @property
    def is_patient(self) -> bool:
        return self.kind == "patient"


def hashed(secret: str) -> str:
    """SHA-256 in hexadecimal digits: enough for secrets of 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def open_session(
    session: Session,
    *,
    kind: str,
    subject: str,
    name: str,
    branch: str,
    claims: dict[str, Any],
    patient_id: str | None,
    lifetime: float,
) -> str:
    """Store a new session of `lifetime` seconds and return the cookie's value, which is kept nowhere."""
    now = datetime.now(UTC)
    session.execute(delete(SignInSession).where(SignInSession.expires_at < now))
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            token_hash=hashed(token),
            kind=kind,
            subject=subject,
            name=name,
            branch=branch,
            claims=claims,
            patient_id=patient_id,
            expires_at=now + timedelta(seconds=lifetime),
        )
    )
    return token


def find_session(session: Session, token: str) -> Person | None:
    """Whose cookie this is; None when nobody's, or no longer."""
    return find_by_hash(session, hashed(token))


def find_by_hash(session: Session, token_hash: str) -> Person | None:
    """As `find_session`, for a stream that checks again whether its person is still signed in."""
    row = session.get(SignInSession, token_hash)
    if row is None or row.expires_at <= datetime.now(UTC):
        return None
    return Person(
        kind=row.kind,
        subject=row.subject,
        name=row.name,
        branch=row.branch,
        roles=_roles(row.kind, row.claims),
        mfa="mfa" in _texts(row.claims.get("amr")),
        compliant_device=row.claims.get("device_compliant") is True,
        patient_id=row.patient_id,
        session_hash=row.token_hash,
    )


def close_session(session: Session, token_hash: str) -> None:
    session.execute(delete(SignInSession).where(SignInSession.token_hash == token_hash))


def _roles(kind: str, claims: dict[str, Any]) -> tuple[str, ...]:
    return (
        ("patient",) if kind == "patient" else tuple(role for role in _texts(claims.get("roles")) if role != "patient")
    )


def _texts(value: object) -> list[str]:
    """A claim that should be a list of texts; anything else counts as an empty one."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
