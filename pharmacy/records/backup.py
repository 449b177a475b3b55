"""Backup and restore of an SQLite database: whole, while the pharmacy runs, and believed only after a look at all of it."""

from __future__ import annotations

import logging
import sqlite3
import tomllib
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from pharmacy.audit import chain as audit_chain
from pharmacy.core.clock import Clock
from pharmacy.core.data import DATA
from pharmacy.core.database import Database
from pharmacy.core.tables import Message
from pharmacy.core.worker import LOOK_SECONDS, UNUSABLE_SECONDS, Worker
from pharmacy.records.tables import RecordVersion
from pharmacy.settings import SettingsError

BACKUP_FILE: Final = DATA / "backup.toml"
NAME: Final = "pharmacy-*.db"

log = logging.getLogger("pharmacy.backup")


@dataclass(frozen=True)
class BackupPlan:
    """At most so much is lost with the database; so many backups are kept."""

    version: str
    rpo: timedelta
    kept: int


@cache
def load_plan(path: Path = BACKUP_FILE) -> BackupPlan:
    """Read the plan once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return BackupPlan(content["version"], timedelta(minutes=content["rpo_minutes"]), content["kept"])


@dataclass(frozen=True)
class Contents:
    """What a database holds, as a drill compares it."""

    messages: int
    record_versions: int
    audit_entries: int

    def __str__(self) -> str:
        return (
            f"{self.messages} messages, {self.record_versions} versions of record entries, "
            f"{self.audit_entries} audit entries"
        )


def file_of(database_url: str) -> Path:
    """The file of an SQLite database. Raises SettingsError for any other: that one has tools of its own."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise SettingsError("backup and restore are for SQLite files; use the tools of your database")
    return Path(url.database.removeprefix("file:"))


def back_up(source: Path, target: Path) -> None:
    """Copy the database as it is at this moment, while others write. A half-written file never bears its name.

    Raises SettingsError when there is nothing to copy or no place for it.
    """
    if not source.is_file():
        raise SettingsError(f"there is no database {source}")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(unfinished)) as copy:
            original.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise SettingsError(f"cannot write the backup {target}: {error}") from error
    unfinished.replace(target)


def verify(backup: Path, audit_key: str) -> Contents:
    """Look at all of it. Raises SettingsError for a damaged file or a broken chain of the audit trail."""
    if not backup.is_file():
        raise SettingsError(f"there is no backup {backup}")
    database = Database(f"sqlite:///{backup}", audit_key)
    try:
        with database.read() as session:
            damage = session.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one()
            chain = audit_chain.check(session)
            messages, versions = (
                session.scalar(select(func.count()).select_from(table)) or 0 for table in (Message, RecordVersion)
            )
    except SQLAlchemyError as error:
        raise SettingsError(f"{backup} is no whole database ({type(error).__name__})") from error
    finally:
        database.close()
    if damage != "ok":
        raise SettingsError(f"{backup} is damaged")
    if chain.finding is not None:
        raise SettingsError(f"the audit trail in {backup} has been tampered with, or the audit key is another")
    return Contents(messages, versions, chain.entries)


def restore(backup: Path, target: Path, audit_key: str) -> Contents:
    """Put a verified backup in the place of a lost database. Raises SettingsError; never replaces one that is there."""
    if target.exists():
        raise SettingsError(f"{target} exists: move it away first, what it holds may be newer")
    contents = verify(backup, audit_key)
    back_up(backup, target)
    return contents


class Backups(Worker):
    """Makes a backup as often as the plan says, so that no more is lost than it states."""

    name = "backups"

    def __init__(self, database_url: str, clock: Clock, folder: str) -> None:
        self._url = database_url
        self._clock = clock
        self._folder = Path(folder) if folder else None
        self._last: datetime | None = None
        self._failed = False
        super().__init__()

    @property
    def works(self) -> bool:
        """Not from a backup that could not be made until one was."""
        return super().works and not self._failed

    def look(self) -> float:
        """Make one, if one is due. Half the stated time apart, so that one that fails is no breach; it is tried again."""
        now = self._clock.now()
        if self._folder is None or (self._last is not None and abs(now - self._last) < load_plan().rpo / 2):
            return LOOK_SECONDS
        try:
            back_up(file_of(self._url), self._folder / f"pharmacy-{now:%Y%m%dT%H%M%S%f}Z.db")
            self._last = now
            self._discard(self._folder)
        except (SettingsError, OSError) as error:
            log.error("no backup could be made: %s", error)
            self._failed = True
            return UNUSABLE_SECONDS
        self._failed = False
        return LOOK_SECONDS

    def _discard(self, folder: Path) -> None:
        """Keep the newest; the order is that in which they were written."""
        for old in sorted(folder.glob(NAME), key=lambda path: path.stat().st_mtime_ns)[: -load_plan().kept]:
            old.unlink(missing_ok=True)
