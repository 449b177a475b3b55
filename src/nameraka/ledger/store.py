"""Where a ledger is kept: SQLite or PostgreSQL, by a SQLAlchemy URL.

Who writes is alone until the commit, and what is committed survives the death of the process and of the machine. Each
reading checks the whole chain. Loads SQLAlchemy: import it where it is needed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    Text,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from nameraka.findings import UsageError
from nameraka.gate.text import printable
from nameraka.ledger.chain import BrokenChain, Entry, Head, check, next_entry
from nameraka.ledger.events import Body, Recorded, kind_of, plain, read
from nameraka.plan import sha256

BUSY_SECONDS = 60
MOST_DOCUMENT_BYTES = 512 * 1024 * 1024

_METADATA = MetaData()
_ENTRIES = Table(
    "nameraka_entries",
    _METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("former", Text, nullable=False, unique=True),  # not even a stranger to our lock can fork the chain
    Column("digest", Text, nullable=False, unique=True),
)
_DOCUMENTS = Table(
    "nameraka_documents",
    _METADATA,
    Column("digest", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),  # compressed by zlib
)
_ADVISORY_LOCK = 0x6E616D6572616B61  # "nameraka" in ASCII


@dataclass(frozen=True)
class Book:
    """All that the ledger held at one moment, checked and understood."""

    entries: tuple[Entry, ...]
    recorded: tuple[Recorded[Body], ...]


@dataclass
class Writing:
    """One transaction of one writer, who is alone; ``book`` is what the ledger holds, this writer's entries included."""

    book: Book
    now: datetime
    _connection: Connection = field(repr=False)

    def append(self, body: Body) -> tuple[Entry, bool]:
        """The entry of ``body``, and whether it is new: what was said before in the same words is one entry."""
        kind = kind_of(body)
        last = self.book.entries[-1] if self.book.entries else None
        entry = next_entry(last, kind, plain(body), self.now)
        for former in self.book.entries:
            if (former.kind, former.body) == (entry.kind, entry.body):
                return former, False
        values = {name: getattr(entry, name) for name in Entry.__slots__}
        self._connection.execute(insert(_ENTRIES), [values])
        self.book = Book((*self.book.entries, entry), (*self.book.recorded, *read([entry])))
        return entry, True

    def keep(self, document: bytes) -> str:
        """Keep a document under its digest, which is returned; one that is there already stays."""
        digest = sha256(document)
        if not self._connection.execute(select(_DOCUMENTS.c.digest).where(_DOCUMENTS.c.digest == digest)).first():
            self._connection.execute(insert(_DOCUMENTS), [{"digest": digest, "content": zlib.compress(document)}])
        return digest


class Ledger:
    """A ledger at a URL. Every method raises ``UsageError`` for a database that cannot be used, ``BrokenChain`` for a
    chain that was changed."""

    def __init__(self, url: str) -> None:
        self._url = _checked(url)
        self._engine = _engine(self._url)

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """A transaction that waits until it is alone, makes what is missing, and commits at the end or changes nothing."""
        try:
            _make_folder(self._url)
            with self._engine.execution_options(writes=True).begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
                _METADATA.create_all(connection)
                yield Writing(_book(connection), datetime.now(UTC), connection)
        except SQLAlchemyError as error:
            raise self._unusable(error) from None

    def book(self, kept: Head | None = None) -> Book:
        """What the ledger holds now; it must go on from the head that was ``kept`` elsewhere."""
        with self._reading() as connection:
            return _book(connection, kept)

    def document(self, digest: str) -> bytes:
        """A document by its digest, exactly as it was kept."""
        with self._reading() as connection:
            found = connection.execute(select(_DOCUMENTS.c.content).where(_DOCUMENTS.c.digest == digest)).scalar()
        content = _unpacked(found) if isinstance(found, bytes) else None
        if content is None or sha256(content) != digest:
            seen = "is gone" if found is None else "was changed"
            raise BrokenChain(
                f"{self}: the document {digest} {seen}, though an entry names it. Go back to a copy of the ledger that holds."
            )
        return content

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __str__(self) -> str:
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        path = _file(self._url)
        if path and not path.is_file():
            raise UsageError(f"{self}: there is no ledger yet. `nameraka record` begins one; --ledger names another.")
        try:
            with self._engine.begin() as connection:
                if not inspect(connection).has_table(_ENTRIES.name):
                    raise UsageError(f"{self}: this database holds no ledger. `nameraka record` begins one in it.")
                yield connection
        except SQLAlchemyError as error:
            raise self._unusable(error) from None

    def _unusable(self, error: SQLAlchemyError) -> UsageError:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()
        return UsageError(
            f"{self}: the ledger cannot be used: {printable(reason[0]) if reason else type(error).__name__}. "
            "See that the database is there, can be reached and written, and is not held by another program."
        )


def _book(connection: Connection, kept: Head | None = None) -> Book:
    columns = [_ENTRIES.c[name] for name in Entry.__slots__]
    rows = connection.execute(select(*columns).order_by(_ENTRIES.c.sequence)).all()
    entries = tuple(Entry(*row) for row in rows)
    check(entries, kept)
    return Book(entries, read(entries))


def _unpacked(packed: bytes) -> bytes | None:
    """What was packed; None for what is damaged, goes on after its end, or would not end."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, MOST_DOCUMENT_BYTES)
    except zlib.error:
        return None
    return content if unpacking.eof and not unpacking.unused_data else None


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise UsageError(
            f"The ledger's URL is not understood. {_URLS}"
        ) from None  # it is not shown: a password may be in it
    if backend not in ("sqlite", "postgresql"):
        raise UsageError(f"A ledger is not kept in {backend}. {_URLS}")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise UsageError(f"A ledger in memory would be gone at once. {_URLS}")
    return parsed


_URLS = "Write sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE."


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        try:
            # Under the lock each statement must see what others have committed, whatever the server's default is.
            return create_engine(url, poolclass=NullPool, hide_parameters=True, isolation_level="READ COMMITTED")
        except ImportError as error:
            raise UsageError(f"{error}: install the driver that the ledger's URL names: pip install psycopg") from None
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    # With a rollback journal, so that a ledger is one file, only EXTRA makes a commit last through a loss of power.
    connection.execute("PRAGMA synchronous=EXTRA").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _file(url: URL) -> Path | None:
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _make_folder(url: URL) -> None:
    path = _file(url)
    if path and not path.parent.is_dir():
        try:
            path.parent.mkdir(parents=True)
        except OSError as error:
            raise UsageError(f"{path.parent}: the ledger's folder cannot be made: {error.strerror}.") from None
