"""Which tables the database has, and how it gets those of this version: made at once, migrated, or left as they are.

The revisions lie in `pharmacy/migrations/versions`, numbered in the order in which they run. A revision only adds, so
that the version before it, brought back, still reads and writes everything.
"""

from __future__ import annotations

import logging
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, inspect, select

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger("pharmacy.schema")

MIGRATIONS: Final = Path(__file__).resolve().parents[1] / "migrations"
FIRST: Final = "0001"
"""The tables of a database from before there were revisions."""

_LOCK: Final = 0x706861726D616379  # any number that is ours alone
_STAMP: Final = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


@cache
def newest(migrations: Path = MIGRATIONS) -> str:
    """The last revision that this version knows, by the numbers of the files: Alembic takes time to load."""
    return max((path.name[:4] for path in (migrations / "versions").glob("[0-9]*.py")), default="0000")


def revision_of(connection: Connection) -> str | None:
    """The revision of the database, None when it says none."""
    if not inspect(connection).has_table(_STAMP.name):
        return None
    return connection.scalar(select(_STAMP.c.version_num))


def prepare(engine: Engine, tables: MetaData) -> None:
    """Give the database the `tables` of this version. Whoever starts at the same time waits; nothing is done by halves.

    A newer database, as after a rollback, is left as it is. Raises sqlalchemy.exc.SQLAlchemyError.
    """
    with engine.connect() as connection:
        if _serves(connection):
            return
    with _locked(engine) as connection:
        if _serves(connection):
            return
        if not inspect(connection).get_table_names():
            tables.create_all(connection)
            _stamp(connection, newest())
        else:
            _migrate(connection)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the revisions that are missing, in the caller's transaction."""
    from alembic import command  # only here: most starts have nothing to migrate

    command.upgrade(configuration(connection=connection), to)


def configuration(**attributes: Any) -> Config:
    """Alembic's, without a file; `attributes` are what `env.py` is given."""
    from alembic.config import Config

    config = Config(attributes=attributes, cmd_opts=Namespace(quiet=True))
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _serves(connection: Connection) -> bool:
    found = revision_of(connection)
    if found is not None and found > newest():
        log.warning("the database is of revision %s, this version knows %s: it is used as it is", found, newest())
    return found is not None and found >= newest()


def _migrate(connection: Connection) -> None:
    before = revision_of(connection)
    if before is None:
        _stamp(connection, FIRST)
    log.info("migrating the database from revision %s to %s", before or FIRST, newest())
    upgrade(connection)


def _stamp(connection: Connection, revision: str) -> None:
    _STAMP.create(connection)
    connection.execute(_STAMP.insert().values(version_num=revision))


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    """One transaction that has the database to itself, on a connection that is closed afterwards."""
    with engine.connect() as connection:
        connection.detach()
        if engine.dialect.name == "sqlite":
            # Making a table anew must not count as deleting what others point to. In a transaction this has no effect.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield connection
            if engine.dialect.name == "sqlite" and (
                lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            ):
                raise RuntimeError(
                    f"the migration left rows that point to nothing, in {sorted({row[0] for row in lost})}"
                )
