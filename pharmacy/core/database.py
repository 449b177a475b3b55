"""Where everything is kept: one engine, with a reading and a writing kind of transaction.

An acknowledged write is durable: SQLite runs with a write-ahead log that is synced at each commit. Any database that
SQLAlchemy knows will do; what is SQLite's own is set here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from pharmacy.audit import chain as audit_chain
from pharmacy.core import schema

BUSY_SECONDS = 15


class Database:
    """Hands out sessions; ``read()`` never blocks, ``write()`` commits at the end or changes nothing."""

    def __init__(self, url: str, audit_key: str = "") -> None:
        self.engine = _engine(url)
        self._info = {audit_chain.KEY: audit_key.encode()}
        self._writer = self.engine.execution_options(writes=True)

    def prepare(self, tables: MetaData) -> None:
        """Give it the `tables` of this version. Raises sqlalchemy.exc.SQLAlchemyError when it cannot be used."""
        schema.prepare(self._writer, tables)
        with self.read() as session:
            begun = audit_chain.has_begun(session)
        if not begun:
            with self.write() as session:
                audit_chain.begin(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False, info=self._info) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self._writer, expire_on_commit=False, info=self._info) as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    # Parameters of statements are patients' words: they stay out of error messages and so out of logs.
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": not url.startswith("sqlite")}
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_size=10, max_overflow=30, **options)
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=40,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        **options,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once, so that it can never fail half-way for having read before."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
