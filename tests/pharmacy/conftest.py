"""What the pharmacy's tests are given."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from pharmacy_world import IdentityProvider, PharmacyProcess, StartPharmacy, World
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from fixtures.companies.zoom import SECRET, TOKEN, ZoomCompany


@pytest.fixture(scope="session")
def provider() -> Iterator[IdentityProvider]:
    from oidc_provider_mock import run_server_in_thread

    with run_server_in_thread() as server:
        yield IdentityProvider(server.server_port)


@pytest.fixture(scope="session")
def outside() -> Iterator[HTTPServer]:
    """The companies around the pharmacy: the AI at /ai/v1, the pager at /pager."""
    with HTTPServer("127.0.0.1", threaded=True) as server:
        yield server


@pytest.fixture(scope="session")
def carrier() -> Iterator[HTTPServer]:
    """The carrier, who gives each parcel a number of its own. Parcels outlive the test that sent them."""

    def take(request: Request) -> Response:
        return Response(json.dumps({"tracking_no": uuid.uuid4().hex}), 201, content_type="application/json")

    with HTTPServer("127.0.0.1", threaded=True) as server:
        server.expect_request("/carrier/shipments", method="POST").respond_with_handler(take)
        yield server


@pytest.fixture(scope="session")
def zoom_company() -> Iterator[ZoomCompany]:
    company = ZoomCompany()
    yield company
    company.close()


@pytest.fixture
def zoom(zoom_company: ZoomCompany, pharmacy: PharmacyProcess) -> ZoomCompany:
    """Zoom without any meeting, which tells the shared pharmacy what happens."""
    zoom_company.begin(pharmacy.url)
    return zoom_company


@pytest.fixture
def start_pharmacy(provider: IdentityProvider, tmp_path: Path) -> Iterator[StartPharmacy]:
    """A pharmacy of one's own, to be killed at will."""
    started: list[PharmacyProcess] = []

    def start(*flags: str) -> PharmacyProcess:
        process = PharmacyProcess(tmp_path, provider.issuer, *flags)
        started.append(process)
        process.start()
        return process

    yield start
    for process in started:
        process.close()


@pytest.fixture(scope="session")
def shared_pharmacy(
    provider: IdentityProvider,
    outside: HTTPServer,
    carrier: HTTPServer,
    zoom_company: ZoomCompany,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PharmacyProcess]:
    process = PharmacyProcess(
        tmp_path_factory.mktemp("pharmacy"),
        provider.issuer,
        f"--ai-url={outside.url_for('/ai/v1')}",
        "--ai-timeout=1",
        f"--pager-url={outside.url_for('/pager')}",
        f"--zoom-url={zoom_company.url}",
        f"--zoom-token={TOKEN}",
        f"--zoom-secret={SECRET}",
        "--injectable-clock",
        f"--carrier-url={carrier.url_for('/carrier')}",
        "--carrier-secret=carrier-secret",
    )
    process.start()
    yield process
    process.close()


@pytest.fixture
def pharmacy(shared_pharmacy: PharmacyProcess, outside: HTTPServer) -> PharmacyProcess:
    """The shared pharmacy during opening hours, with the companies around it back to their usual selves."""
    outside.clear()
    outside.expect_request("/pager", method="POST").respond_with_data("ok")
    noon = {"now": "2026-06-01T12:00:00+09:00"}
    requests.put(f"{shared_pharmacy.url}/clock", json=noon, timeout=5).raise_for_status()
    return shared_pharmacy


@pytest.fixture
def world(pharmacy: PharmacyProcess, provider: IdentityProvider) -> World:
    return World(pharmacy.url, provider)
