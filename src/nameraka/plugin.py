"""The pytest plugin: a table of contents.

Each part owns its options and hooks and could be taken out whole. Nothing heavy is imported here: Playwright and
Schemathesis come in when a scenario first needs them.
"""

from __future__ import annotations

import gc
import os
from typing import Any

import pytest

from nameraka import collect, evidence, limits, stage, upstream, witness
from nameraka.record import RunRecord

PARTS = (collect, stage, limits, witness, evidence)
MOST_WORKERS = 8
NEW_THINGS = 50_000  # between two searches for cycles; Python's own 700 had a run look through itself all the time


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Bring in the parts; each adds its own options."""
    for part in PARTS:
        pluginmanager.register(part, part.__name__)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before the project's steps and fixtures load, which makes a hundred thousand things that stay."""
    gc.set_threshold(NEW_THINGS)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Replace what must be replaced upstream before it configures itself, and keep the record that the parent asked for."""
    upstream.install()
    if not hasattr(config, "workerinput") and (
        record := RunRecord.from_environment(os.environ, stage.run_seed(config))
    ):
        config.pluginmanager.register(record, "nameraka-record")


def pytest_collection_finish() -> None:
    """What is loaded now stays: searches for cycles leave it out, which were an eighth of a short run's CPU."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: Any) -> int:
    """``-n auto``: two workers a core, for each waits for its browser and its system half of the time.

    Within reason: each brings a browser and a system under test of its own.
    """
    return min(2 * (os.cpu_count() or 1), MOST_WORKERS)
