"""The pytest plugin: a table of contents.

Each part owns its options and hooks and could be taken out whole. Nothing heavy is imported here: Playwright and
Schemathesis come in when a scenario first needs them.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from nameraka import collect, evidence, limits, stage, upstream, witness
from nameraka.record import RunRecord

PARTS = (collect, stage, limits, witness, evidence)
MOST_WORKERS = 8


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Bring in the parts; each adds its own options."""
    for part in PARTS:
        pluginmanager.register(part, part.__name__)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Replace what must be replaced upstream before it configures itself, and keep the record that the parent asked for."""
    upstream.install()
    if not hasattr(config, "workerinput") and (
        record := RunRecord.from_environment(os.environ, stage.run_seed(config))
    ):
        config.pluginmanager.register(record, "nameraka-record")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: Any) -> int:
    """``-n auto``: two workers a core, for each waits for its browser and its system half of the time.

    Within reason: each brings a browser and a system under test of its own.
    """
    return min(2 * (os.cpu_count() or 1), MOST_WORKERS)
