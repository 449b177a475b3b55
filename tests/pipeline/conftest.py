"""One company for all tests of a file, with the runs of its two builds; it must leave no process behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from release_line import Company, Pipeline


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company with an empty production."""
    from oidc_provider_mock import run_server_in_thread

    with run_server_in_thread() as server:
        company = Company(tmp_path_factory.mktemp("company"), f"http://127.0.0.1:{server.server_port}")
        company.found()
        yield company
        if company.production is not None:
            company.production.stop()
    left = company.processes()
    for process in left:
        process.send_signal(signal.SIGKILL)
    assert not left, f"left behind: {left}"


@pytest.fixture(scope="module")
def first(company: Company) -> Pipeline:
    """The pipeline of a build that keeps its promises, as far as its two shards."""
    pipeline = company.push("1001-1", "The pharmacy opens")
    pipeline.run_shards()
    return pipeline


@pytest.fixture(scope="module")
def second(company: Company, first: Pipeline) -> Pipeline:
    """The pipeline of the next build, in which anybody can read anybody's consultation, as far as its two shards."""
    company.change(
        "pharmacy/chat/threads.py",
        "visible = thread.patient_id == person.patient_id",
        "visible = True",
    )
    company.write("reports/waivers.toml", "schema = 1\n")
    pipeline = company.push("1002-1", "Consultations open faster")
    pipeline.run_shards()
    return pipeline
