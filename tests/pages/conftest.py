"""A running pharmacy for the browser tests, and people who sign in to it. Each test has a branch of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import Browser, sync_playwright
from pytest_httpserver import HTTPServer
from visitors import NOON, Open, entrance, set_clock

from nameraka.chromium import find_browser
from nameraka.process import SystemProcess, free_port

# The identity provider's form names a style sheet on the internet: nothing here may ask for it.
LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """The identity provider's address."""
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="session")
def outside() -> Iterator[HTTPServer]:
    """The companies around the pharmacy: the AI at /v1, the pager at /pager, the carrier at /carrier."""
    with HTTPServer("127.0.0.1", threaded=True) as server:
        yield server


@pytest.fixture(scope="session")
def shared_pharmacy(
    provider: str, outside: HTTPServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SystemProcess]:
    folder, port = tmp_path_factory.mktemp("pharmacy"), free_port()
    command = [sys.executable, "-m", "pharmacy", "serve", "--injectable-clock", f"--port={port}"]
    command += [f"--database-url=sqlite:///{folder / 'pharmacy.db'}", f"--issuer={provider}"]
    command += ["--patient-secret=patient-secret", "--staff-secret=staff-secret"]
    command += [f"--ai-url={outside.url_for('/v1')}", f"--pager-url={outside.url_for('/pager')}"]
    command += [f"--carrier-url={outside.url_for('/carrier')}", "--carrier-secret=carrier-secret"]
    health = f"http://127.0.0.1:{port}/health"
    with SystemProcess(command, port=port, health_url=health, log_path=folder / "pharmacy.log") as process:
        yield process


@pytest.fixture
def ai(outside: HTTPServer) -> HTTPServer:
    """The companies around the pharmacy, back to their usual selves."""
    outside.clear()
    outside.expect_request("/pager", method="POST").respond_with_data("ok")
    return outside


@pytest.fixture
def pharmacy(shared_pharmacy: SystemProcess, ai: HTTPServer) -> SystemProcess:
    """The pharmacy at noon."""
    if not shared_pharmacy.alive:
        shared_pharmacy.start()
    set_clock(shared_pharmacy, NOON)
    return shared_pharmacy


@pytest.fixture(scope="module")  # not longer: one process can drive one browser at a time, and other tests have theirs
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_browser().path, args=[LOOPBACK_ONLY])
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, pharmacy: SystemProcess, provider: str) -> Iterator[Open]:
    """Opens a page of the pharmacy for somebody, in a browser context of their own."""
    with entrance(browser, pharmacy, provider) as open_it:
        yield open_it
