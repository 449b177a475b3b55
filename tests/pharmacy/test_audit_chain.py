"""The chain of the audit trail: what was changed is found, also by somebody who can compute."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from pharmacy.audit import chain as audit_chain
from pharmacy.core.database import Database
from pharmacy.core.tables import AuditEvent
from pharmacy.tables import TABLES

TRIGGERS = ("audit_no_update", "audit_no_delete")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pharmacy.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{file}", "a key")
    made.prepare(TABLES)
    with made.write() as session:
        for number in range(5):
            session.add(entry(f"object:{number}"))
    yield made
    made.close()


def entry(target: str) -> AuditEvent:
    fields = {"branch": "b", "subject": "s", "actor": "薬子", "role": "r", "action": "signed_in", "object": target}
    return AuditEvent(at=datetime.now(UTC), detail={"seconds": 1.5}, **fields)


def check(database: Database) -> audit_chain.Chain:
    with database.read() as session:
        return audit_chain.check(session)


def tamper(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in (*(f"DROP TRIGGER {name}" for name in TRIGGERS), *statements):
            connection.execute(statement)


def test_an_untouched_trail_is_whole_over_restarts(database: Database, file: Path) -> None:
    again = Database(f"sqlite:///{file}", "a key")
    again.prepare(TABLES)
    with again.write() as session:
        session.add(entry("object:6"))
    assert (check(again).finding, check(again).entries) == (None, 6)
    again.close()


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_events SET actor = 'x' WHERE id = 3", 3),
        ("UPDATE audit_events SET detail = '{}' WHERE id = 2", 2),
        ("UPDATE audit_events SET at = '2020-01-01 00:00:00.000000' WHERE id = 1", 1),
        ("DELETE FROM audit_events WHERE id = 3", 4),
        ("DELETE FROM audit_events WHERE id = 5", None),
        ("DELETE FROM audit_events", None),
        ("DELETE FROM audit_head", None),
        ("UPDATE audit_head SET entries = 4", None),
    ],
)
def test_what_was_changed_is_found(database: Database, file: Path, statement: str, broken_at: int | None) -> None:
    tamper(file, statement)
    chain = check(database)
    assert chain.finding == ("end" if broken_at is None else "entry")
    assert chain.broken_at == broken_at


def test_going_on_does_not_make_a_cut_trail_good(database: Database, file: Path) -> None:
    before = "SELECT digest FROM audit_events WHERE id = 4"
    tamper(file, "DELETE FROM audit_events WHERE id = 5", f"UPDATE audit_head SET entries = 4, digest = ({before})")
    with database.write() as session:
        session.add(entry("object:6"))
    assert check(database).finding == "end"


def test_without_the_key_nobody_can_seal(database: Database, file: Path) -> None:
    stranger = Database(f"sqlite:///{file}", "another key")
    with stranger.write() as session:
        session.add(entry("object:forged"))
    assert check(database).broken_at == 6
    assert check(stranger).broken_at == 1
    stranger.close()


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"])
def test_the_application_itself_cannot_change_it_by_mistake(database: Database, statement: str) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.connection().exec_driver_sql(statement)
