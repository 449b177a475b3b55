"""A real PostgreSQL, from Debian's package, for as long as tests need it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

ROOT = Path("/usr/lib/postgresql")
# The worst that a server may be set to, and slow to write down by itself: our writers have to ask for what they need.
# The machine does not crash here, so the disk need not be waited for.
SETTINGS = (
    "-c listen_addresses= -c default_transaction_isolation=serializable "
    "-c synchronous_commit=off -c wal_writer_delay=10s -c fsync=off"
)


def programs(root: Path = ROOT, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the newest server's programs; without one the test is skipped, but never in a pipeline."""
    found = [path.parent for path in root.glob("*/bin/postgres") if (path.parent / "initdb").is_file()]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    reason = f"there is no PostgreSQL below {root}: apt-get install postgresql"
    if environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Server:
    """A server that listens on a socket in ``folder`` and nowhere else."""

    bin: Path
    folder: Path
    user: str | None

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs as the user that owns the server: they refuse root."""
        who: dict[str, Any] = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid} if self.user else {}
        if self.user:
            who["extra_groups"] = []
        with (self.folder / "said").open("ab") as said:  # a pipe would be held open by the server
            done = subprocess.run(
                [self.bin / program, *arguments],
                cwd=self.folder,
                stdout=said,
                stderr=said,
                check=False,
                timeout=120,
                **who,
            )
        assert done.returncode == 0, (self.folder / "said").read_text()

    def start(self) -> None:
        options = f"-k {self.folder} {SETTINGS}"
        self.run("pg_ctl", "-D", "data", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, how: str) -> None:
        """``immediate`` is a crash: nothing is written down any more."""
        self.run("pg_ctl", "-D", "data", "-w", "-m", how, "stop")

    def url(self, database: str, role: str = "tests") -> str:
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def execute(self, database: str, *statements: str) -> None:
        with psycopg.connect(host=str(self.folder), user="tests", dbname=database, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def database(self) -> str:
        """The URL of a new database."""
        name = f"t{uuid.uuid4().hex}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return self.url(name)


@contextmanager
def running(bin: Path) -> Iterator[Server]:
    """A server with a folder of its own, which is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    user = _user()
    if user:
        shutil.chown(folder, user)
    server = Server(bin, folder, user)
    try:
        server.run("initdb", "-D", "data", "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)


def _user() -> str | None:
    """Whom the server runs as where we are root."""
    if os.geteuid() != 0:
        return None
    return next(name for name in ("postgres", "nobody") if _exists(name))


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
