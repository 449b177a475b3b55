"""The chain of the audit trail: each entry is sealed together with the one before it.

Whoever alters, deletes, inserts or swaps entries breaks the chain at that place, also with the database file in their
hands. Entries cut off at the end are missed because the head says how many there were. The seals are HMACs: without the
key, which is never in the database, nobody can make new ones. (With no key set, the chain still shows every change that
was not recomputed from there on; set one wherever it matters.)
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final, Literal

from sqlalchemy import Connection, String, event, select, update
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, object_session

from pharmacy.core.append_only import refuse
from pharmacy.core.tables import AuditEvent, Base

KEY: Final = "audit_key"
"""Under this name a session carries the key."""

FIRST: Final = "0" * 64
_HEAD: Final = 1


class AuditHead(Base):
    """How many entries there are, the seal of the last one, and a seal over both. One row."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Chain:
    """What a look at every entry found. `broken_at` is the first entry that does not follow the one before it."""

    entries: int
    digest: str
    finding: Literal["entry", "end"] | None = None
    broken_at: int | None = None


def has_begun(session: Session) -> bool:
    return session.get(AuditHead, _HEAD) is not None


def begin(session: Session) -> None:
    """An empty chain in a database that has none yet."""
    if not has_begun(session):
        session.add(AuditHead(id=_HEAD, entries=0, digest=FIRST, seal=_seal(session.info[KEY], 0, FIRST)))


def check(session: Session) -> Chain:
    """Follow the chain from its beginning to its head."""
    key: bytes = session.info[KEY]
    digest, entries = FIRST, 0
    for row in session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=500)):
        digest, entries = _digest(key, digest, row), entries + 1
        if not hmac.compare_digest(row.digest, digest):
            return Chain(entries, digest, "entry", row.id)
    head = session.get(AuditHead, _HEAD)
    complete = head is not None and (head.entries, head.digest) == (entries, digest)
    genuine = head is not None and hmac.compare_digest(head.seal, _seal(key, head.entries, head.digest))
    return Chain(entries, digest, None if complete and genuine else "end")


@event.listens_for(AuditEvent, "before_insert")
def _link(_mapper: Mapper[AuditEvent], connection: Connection, row: AuditEvent) -> None:
    """Every entry, whoever adds it, becomes the new head; whoever comes second waits for the first."""
    session = object_session(row)
    assert session is not None
    key: bytes = session.info[KEY]
    head = AuditHead.__table__
    last = connection.execute(select(head.c.entries, head.c.digest, head.c.seal).with_for_update()).one()
    row.digest = _digest(key, last.digest, row)
    entries = last.entries + 1
    genuine = hmac.compare_digest(last.seal, _seal(key, last.entries, last.digest))
    # A head that somebody else has written stays one that was never sealed: going on does not make it good.
    seal = _seal(key, entries, row.digest) if genuine else last.seal
    changed = {"entries": entries, "digest": row.digest, "seal": seal}
    connection.execute(update(head).values(changed))


def _digest(key: bytes, previous: str, row: AuditEvent) -> str:
    content: list[Any] = [previous, row.at.astimezone(UTC).isoformat(), row.branch, row.subject, row.actor, row.role]
    content += [row.action, row.object, row.thread_id, row.detail or {}]
    return _mac(key, json.dumps(content, sort_keys=True))


def _seal(key: bytes, entries: int, digest: str) -> str:
    return _mac(key, f"head {entries} {digest}")


def _mac(key: bytes, content: str) -> str:
    return hmac.digest(key, content.encode(), "sha256").hex()


for _change in ("UPDATE", "DELETE"):
    refuse(AuditEvent.__table__, _change, f"audit_no_{_change.lower()}", "the audit trail is only added to")
