"""A project with a ledger of its own, in SQLite or in a PostgreSQL that is started for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import Server, programs, running


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder, in which the commands run; its ledger is reports/ledger.db."""
    (tmp_path / "pyproject.toml").write_text("[tool.nameraka]\n")
    (tmp_path / "reports").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NAMERAKA_LEDGER", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL that listens on a socket in a folder of its own."""
    with running(programs()) as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def postgres_url(server: Server) -> str:
    """A database with nothing in it."""
    return server.database()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Each test with it runs on both."""
    found: str = request.getfixturevalue(f"{'postgres' if request.param == 'postgresql' else 'sqlite'}_url")
    return found
