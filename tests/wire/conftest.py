"""The service that these tests speak to, in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nameraka import masking
from nameraka.api_session import ApiSession
from nameraka.browser import Browser, BrowserPerson
from nameraka.contract import Contract
from nameraka.exchanges import Exchange
from nameraka.process import SystemProcess, free_port

APPS = Path(__file__).parent / "apps"


def notes_process(folder: Path, *arguments: str) -> SystemProcess:
    port = free_port()
    return SystemProcess(
        [sys.executable, str(APPS / "notes.py"), str(port), *arguments],
        port=port,
        health_url=f"http://127.0.0.1:{port}/health",
        log_path=folder / "notes.log",
        name="the notes",
    )


@pytest.fixture(scope="session")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SystemProcess]:
    with notes_process(tmp_path_factory.mktemp("notes")) as process:
        yield process


@pytest.fixture
def mortal_notes(tmp_path: Path) -> Iterator[SystemProcess]:
    """A service of one test's own, to be killed."""
    with notes_process(tmp_path) as process:
        yield process


@pytest.fixture(scope="session")
def url(notes: SystemProcess) -> str:
    return f"http://127.0.0.1:{notes.port}"


@pytest.fixture(scope="session")
def contract(url: str) -> Contract:
    return Contract.load(f"{url}/openapi.json")


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def api(contract: Contract, url: str, exchanges: list[Exchange]) -> Iterator[ApiSession]:
    session = ApiSession(contract, url, "佐藤花子", exchanges.append)
    yield session
    session.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of one file's tests."""
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def visit(
    browser: Browser, url: str, contract: Contract, exchanges: list[Exchange]
) -> Iterator[Callable[..., BrowserPerson]]:
    """A person at a page of the service."""
    people: list[BrowserPerson] = []

    def visit(path: str, **options: Any) -> BrowserPerson:
        settings: dict[str, Any] = {
            "base_url": url,
            "contract": contract,
            "on_exchange": exchanges.append,
            "timeout": 3.0,
            **options,
        }
        person = browser.person("佐藤花子", **settings)
        people.append(person)
        person.page.goto(path)
        return person

    yield visit
    for person in people:
        person.close()


@pytest.fixture(autouse=True)
def _no_secret_of_another_test() -> Iterator[None]:
    masking.forget_secrets()
    yield
    masking.forget_secrets()
