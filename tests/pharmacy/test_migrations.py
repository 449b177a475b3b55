"""The database: made at once, migrated in steps, or newer than this version; the same tables on every way."""

from __future__ import annotations

import ast
import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from pharmacy.core import schema
from pharmacy.core.database import Database
from pharmacy.core.tables import AuditEvent, HealthProbe
from pharmacy.tables import PARTS, TABLES

ROOT = Path(__file__).resolve().parents[2]
REMEDY = 'Run .venv/bin/python -m pharmacy migration "what it does" (pharmacy/migrations/README.md): the models have\n'

Schema = dict[str, str]
"""Each table, column, key, index and trigger by its name, and how it is made."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'pharmacy.db'}", "a key")
    yield database
    database.close()


def by_revisions(database: Database, to: str = "head") -> None:
    with database.engine.begin() as connection:
        schema.upgrade(connection, to)


def described(database: Database) -> Schema:
    with database.engine.connect() as connection:
        return dict(_described(connection))


def _described(connection: Connection) -> Iterator[tuple[str, str]]:
    found = inspect(connection)
    for table in found.get_table_names():
        for column in found.get_columns(table):
            about = {name: str(column[name]) for name in ("type", "nullable", "default", "primary_key")}
            yield f"column {table}.{column['name']}", str(about)
        keys: dict[str, list[Any]] = {
            "index": [*found.get_indexes(table)],
            "unique": [*found.get_unique_constraints(table)],
            "foreign key": [*found.get_foreign_keys(table)],
        }
        for kind, items in keys.items():
            for item in items:
                about = {name: value for name, value in item.items() if name != "duplicates_index"}
                yield (
                    f"{kind} {table} {item.get('name') or item['constrained_columns' if 'key' in kind else 'column_names']}",
                    str(about),
                )
    for name, made in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"):
        yield f"trigger {name}", made


def numbers() -> list[str]:
    return sorted(path.name[:4] for path in (schema.MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return schema.revision_of(connection)


def test_the_revisions_make_the_tables_of_the_models(database: Database, tmp_path: Path) -> None:
    by_revisions(database)
    at_once = Database(f"sqlite:///{tmp_path / 'at-once.db'}", "a key")
    at_once.prepare(TABLES)
    models, revisions = described(at_once), described(database)
    at_once.close()
    differ = [name for name in models | revisions if models.get(name) != revisions.get(name)]
    assert not differ, REMEDY + "\n".join(
        f"  {name}: {models.get(name, 'no longer')} (by the revisions: {revisions.get(name, 'nothing')})"
        for name in sorted(differ)
    )


def test_the_revisions_are_one_line_and_the_newest_is_known_without_alembic() -> None:
    scripts = ScriptDirectory.from_config(schema.configuration())
    line = [script.revision for script in scripts.walk_revisions()][::-1]
    assert line == numbers() == [f"{number:04}" for number in range(1, len(line) + 1)]
    assert scripts.get_heads() == [schema.newest()]


def test_a_revision_only_adds_and_the_version_before_can_still_write(tmp_path: Path) -> None:
    """What one version has stays with the next, and a row written without the new columns is still a row."""
    database = Database(f"sqlite:///{tmp_path / 'steps.db'}", "a key")
    before: Schema = {}
    for number in numbers():
        by_revisions(database, number)
        after = described(database)
        assert not {name: made for name, made in before.items() if after.get(name) != made}, f"{number} takes away"
        tables = {name.split()[1].split(".")[0] for name in before}
        for name in after.keys() - before.keys():
            about = after[name]
            if name.startswith("column") and name.split()[1].split(".")[0] in tables:
                made = ast.literal_eval(about)
                assert made["nullable"] == "True" or made["default"] != "None", f"{number}: {name} must be filled"
            narrows = name.startswith(("unique", "foreign key")) or (
                name.startswith("index") and "'unique': 1" in about
            )
            assert not (narrows and name.split()[1 + name.startswith("foreign")] in tables), f"{number}: {name} narrows"
        before = after
    database.close()


def test_whoever_makes_a_database_knows_every_table() -> None:
    named = {str(part.__file__) for part in PARTS}
    having = {
        str(path) for path in (ROOT / "pharmacy").rglob("*.py") if "    __tablename__ = " in path.read_text("utf-8")
    }
    assert named == having


def test_an_empty_database_is_made_at_once_without_loading_alembic(tmp_path: Path) -> None:
    code = (
        "import sys, pharmacy.core.database as d\nfrom pharmacy.tables import TABLES\n"
        f"d.Database('sqlite:///{tmp_path / 'new.db'}', 'a key').prepare(TABLES)\n"
        "print([name for name in sys.modules if name.startswith('alembic')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_older_database_is_migrated_and_keeps_what_it_has(database: Database) -> None:
    by_revisions(database, schema.FIRST)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO health_probe VALUES (1, '2026-04-01 00:00:00')")
    database.prepare(TABLES)
    assert revision(database) == schema.newest()
    with database.read() as session:
        assert session.get_one(HealthProbe, 1).written_at.isoformat() == "2026-04-01T00:00:00+00:00"


def test_a_database_from_before_there_were_revisions_is_migrated_too(database: Database) -> None:
    by_revisions(database, schema.FIRST)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    database.prepare(TABLES)
    assert revision(database) == schema.newest()


@pytest.mark.parametrize("first", ["nothing", schema.FIRST])
def test_processes_that_start_at_once_migrate_once(tmp_path: Path, first: str) -> None:
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    if first == schema.FIRST:
        older = Database(url, "a key")
        by_revisions(older, schema.FIRST)
        older.close()
    databases = [Database(url, "a key") for _ in range(4)]
    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(lambda database: database.prepare(TABLES), databases))
    assert [revision(database) for database in databases] == [schema.newest()] * len(databases)
    for database in databases:
        database.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_revisions(database, schema.FIRST)
    before = described(database)

    def half_way(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    monkeypatch.setattr(schema, "newest", lambda: "9999")
    monkeypatch.setattr(schema, "upgrade", half_way)
    with pytest.raises(SQLAlchemyError):
        database.prepare(TABLES)
    assert described(database) == before


def test_a_newer_database_is_used_as_it_is(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    database.prepare(TABLES)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_events ADD COLUMN trace VARCHAR(32)")
        connection.exec_driver_sql("CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = described(database)
    with caplog.at_level(logging.WARNING, "pharmacy.schema"):
        database.prepare(TABLES)
    assert described(database) == before
    assert revision(database) == "9999"
    assert "9999" in caplog.text
    with database.read() as session:
        assert session.query(AuditEvent).all() == []


def test_a_database_that_is_ready_is_not_written_to(tmp_path: Path) -> None:
    ready = Database(f"sqlite:///{tmp_path / 'pharmacy.db'}", "a key")
    ready.prepare(TABLES)
    read_only = Database(f"sqlite:///file:{tmp_path / 'pharmacy.db'}?mode=ro&uri=true", "a key")
    read_only.prepare(TABLES)
    read_only.close()
    ready.close()
