"""Signed-in people: rows in the database, found by the hash of an opaque random cookie.

`now` is always the time of sign-ins (`Clock.sessions_now`): it stands still while tests let business time jump by days,
and goes on when they let a person be away from the desk, so that idleness is proven without waiting for it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pharmacy.core.tables import SignInSession
from pharmacy.identity.states import Hold, load_limits
from pharmacy.identity.tables import SessionUse

COOKIE = "__Host-session"
USE_IS_NOTED_EVERY: Final = timedelta(minutes=1)


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
    licence: str = ""
    """Number in the register of pharmacists, as the identity provider says; empty for everybody else."""
    used_at: datetime | None = None
    """When they last did something, as far as it is noted. None where the pharmacy itself acts."""
    hold: Hold | None = None
    emergency_threads: frozenset[str] = field(default=frozenset())
    """Threads of other branches that this request may read, for an emergency."""

    @property
    def is_patient(self) -> bool:
        return self.kind == "patient"


def hashed(secret: str) -> str:
    """SHA-256 in hexadecimal digits: enough for secrets of 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def open_session(
    session: Session,
    now: datetime,
    *,
    kind: str,
    subject: str,
    name: str,
    branch: str,
    claims: dict[str, Any],
    patient_id: str | None,
    lifetime: float,
    hold: Hold | None,
) -> tuple[str, Person]:
    """Store a new session of `lifetime` seconds; gives the cookie's value, which is kept nowhere, and whose it is."""
    over = select(SignInSession.token_hash).where(SignInSession.expires_at < now)
    _close(session, list(session.scalars(over)))
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        token_hash=hashed(token),
        kind=kind,
        subject=subject,
        name=name,
        branch=branch,
        claims=claims,
        patient_id=patient_id,
        expires_at=now + timedelta(seconds=lifetime),
    )
    use = SessionUse(token_hash=row.token_hash, used_at=now, hold=hold)
    session.add_all((row, use))
    return token, _person(row, use, now)


def find_session(session: Session, token: str, now: datetime) -> Person | None:
    """Whose cookie this is; None when nobody's, or no longer."""
    return find_by_hash(session, hashed(token), now)


def find_by_hash(session: Session, token_hash: str, now: datetime) -> Person | None:
    """As `find_session`, for a stream that checks again whether its person is still signed in."""
    wanted = select(SignInSession, SessionUse).join(SessionUse, SessionUse.token_hash == SignInSession.token_hash)
    found = session.execute(wanted.where(SignInSession.token_hash == token_hash)).one_or_none()
    if found is None or found[0].expires_at <= now:
        return None
    return _person(*found, now)


def _person(row: SignInSession, use: SessionUse, now: datetime) -> Person:
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
        used_at=use.used_at,
        licence=_text(row.claims.get("licence")),
        hold="locked" if _is_idle(row.kind, use, now) else cast(Hold | None, use.hold),
    )


def is_due(person: Person, now: datetime) -> bool:
    """Whether it is time to note again that this session is in use: not at every request."""
    return person.used_at is not None and now - person.used_at >= USE_IS_NOTED_EVERY


def note_use(session: Session, token_hash: str, now: datetime) -> None:
    """The person did something, now."""
    use = session.get(SessionUse, token_hash)
    if use is not None:
        use.used_at = now


def others_of(session: Session, kind: str, subject: str, but: str, now: datetime) -> list[str]:
    """The hashes of this person's other sessions that could still be used."""
    wanted = select(SignInSession.token_hash).where(
        SignInSession.kind == kind,
        SignInSession.subject == subject,
        SignInSession.token_hash != but,
        SignInSession.expires_at > now,
    )
    return list(session.scalars(wanted))


def close_session(session: Session, token_hash: str) -> None:
    _close(session, [token_hash])


def close_all(session: Session, kind: str, subject: str, but: str = "") -> int:
    """End every session of this person, save one; gives how many there were."""
    mine = select(SignInSession.token_hash).where(SignInSession.kind == kind, SignInSession.subject == subject)
    hashes = list(session.scalars(mine.where(SignInSession.token_hash != but)))
    _close(session, hashes)
    return len(hashes)


def _close(session: Session, hashes: list[str]) -> None:
    if not hashes:
        return
    session.execute(delete(SignInSession).where(SignInSession.token_hash.in_(hashes)))
    session.execute(delete(SessionUse).where(SessionUse.token_hash.in_(hashes)))


def _is_idle(kind: str, use: SessionUse, now: datetime) -> bool:
    return kind == "staff" and now - use.used_at >= load_limits().lock


def _roles(kind: str, claims: dict[str, Any]) -> tuple[str, ...]:
    return (
        ("patient",) if kind == "patient" else tuple(role for role in _texts(claims.get("roles")) if role != "patient")
    )


def _text(value: object) -> str:
    """A claim that should be a short text; anything else counts as an empty one."""
    return value if isinstance(value, str) and len(value) <= 40 else ""


def _texts(value: object) -> list[str]:
    """A claim that should be a list of texts; anything else counts as an empty one."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
