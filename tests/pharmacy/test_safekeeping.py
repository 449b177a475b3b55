"""Backups and the clock: what is damaged or altered is not restored, time does not go back, a skew is told once."""

from __future__ import annotations

import json
import socket
import sqlite3
import struct
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hamcrest import equal_to
from pytest_httpserver import HTTPServer

from nameraka import eventually
from pharmacy.audit import automatic
from pharmacy.audit.trail import Action, record
from pharmacy.core.clock import Clock, InjectableClock
from pharmacy.core.database import Database
from pharmacy.records.backup import Backups, back_up, load_plan, restore
from pharmacy.records.clock_watch import ClockWatch, skew_of
from pharmacy.settings import SettingsError
from pharmacy.tables import TABLES

KEY = "a key"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A database with one entry in its trail."""
    file = tmp_path / "pharmacy.db"
    database = Database(f"sqlite:///{file}", KEY)
    database.prepare(TABLES)
    with database.write() as session:
        record(session, Clock(), automatic.pharmacy_itself("b"), automatic.ROLE, Action.TASK_OPENED, "task:1")
    database.close()
    return file


def test_a_backup_is_restored_as_it_was_and_never_over_what_is_there(source: Path, tmp_path: Path) -> None:
    back_up(source, tmp_path / "backup.db")
    assert restore(tmp_path / "backup.db", tmp_path / "new.db", KEY).audit_entries == 1
    with pytest.raises(SettingsError, match="exists"):
        restore(tmp_path / "backup.db", source, KEY)


def test_what_is_altered_damaged_missing_or_of_another_key_is_not_restored(source: Path, tmp_path: Path) -> None:
    backup, target = tmp_path / "backup.db", tmp_path / "new.db"
    with pytest.raises(SettingsError, match="no backup"):
        restore(backup, target, KEY)
    back_up(source, backup)
    with pytest.raises(SettingsError, match="tampered"):
        restore(backup, target, "another key")
    with closing(sqlite3.connect(backup)) as database, database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit_events SET actor = '別人'")
    with pytest.raises(SettingsError, match="tampered"):
        restore(backup, target, KEY)
    backup.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(SettingsError, match="no whole database"):
        restore(backup, target, KEY)
    assert not target.exists()


def test_there_is_always_a_backup_that_is_young_enough(source: Path, tmp_path: Path) -> None:
    clock, folder = InjectableClock(), tmp_path / "backups"
    folder.mkdir()
    backups = Backups(f"sqlite:///{source}", clock, str(folder))
    start = datetime(2026, 6, 1, tzinfo=UTC)
    for minutes in range(0, 200, 7):
        clock.set(start + timedelta(minutes=minutes), timedelta())
        backups.look()
        newest = max(datetime.strptime(file.name[9:24] + "+0000", "%Y%m%dT%H%M%S%z") for file in folder.iterdir())
        assert clock.now() - newest < load_plan().rpo
    assert len(list(folder.iterdir())) == load_plan().kept


def test_a_backup_that_cannot_be_made_is_told_and_made_as_soon_as_it_can(
    source: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "backups"
    backups = Backups(f"sqlite:///{source}", Clock(), str(folder))
    backups.start()
    try:
        eventually(lambda: backups.works, equal_to(False))
        assert backups.alive
        assert "no backup could be made: cannot write the backup" in caplog.text
        folder.mkdir()
        backups.wake()
        eventually(lambda: backups.works, equal_to(True))
        assert len(list(folder.iterdir())) == 1
    finally:
        backups.close()


def test_a_database_that_may_only_be_read_is_backed_up_as_well(source: Path, tmp_path: Path) -> None:
    Backups(f"sqlite:///file:{source}?mode=ro&uri=true", Clock(), str(tmp_path)).look()
    assert len(list(tmp_path.glob("pharmacy-*.db"))) == 1


def test_time_does_not_go_back_when_the_machine_s_does() -> None:
    clock = InjectableClock()
    before = clock.now()
    clock.step(timedelta(hours=-1))
    assert clock.now() >= before
    assert clock.system_now() < before
    clock.step(timedelta(hours=1))
    assert before <= clock.now() < before + timedelta(minutes=1)


class Server:
    """A time server that is so many seconds ahead."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.ahead = 0.0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            _, caller = self._socket.recvfrom(128)
            now = time.time() + self.ahead
            stamp = struct.pack("!II", int(now) + 2_208_988_800, int(now % 1 * 2**32))
            self._socket.sendto(b"\x24" + 31 * b"\0" + stamp + stamp, caller)


def test_a_skew_of_more_than_a_second_is_told_once_until_it_is_right_again(outside: HTTPServer) -> None:
    outside.clear()
    outside.expect_request("/pager", method="POST").respond_with_data("ok")
    server = Server()
    watch = ClockWatch(Clock(), f"127.0.0.1:{server.port}", 1.0, outside.url_for("/pager"))
    for ahead in (0.0, 0.7, -0.7, 1.3, 5.0, 0.0, -1.3):
        server.ahead = ahead
        watch.look()
    told = [json.loads(request.data)["text"] for request, _ in outside.log]
    assert [("1.3秒遅れ" in text, "1.3秒進ん" in text) for text in told] == [(True, False), (False, True)]


def test_a_time_server_that_is_silent_is_no_skew() -> None:
    with pytest.raises(OSError, match=r"."):
        skew_of(Clock(), "127.0.0.1", 9)
    assert ClockWatch(Clock(), "127.0.0.1:9", 1.0, "").look() == 1.0
