"""The project of the hostile runs, and the promise that none of them leaves a process behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from jar_project import FEATURE, PYPROJECT, Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project of six scenarios that all pass, until one is told to make trouble; it must leave no process behind."""
    project = Project(tmp_path)
    project.write("pyproject.toml", PYPROJECT)
    project.write("reports/gate.toml", "schema = 1\n")
    project.write("conftest.py", 'pytest_plugins = ["steps.jar"]\n')
    project.write("features/jar.feature", FEATURE)
    project.trouble("pass")
    yield project
    left = project.processes()
    for process in left:
        process.send_signal(signal.SIGKILL)
    assert not left, f"left behind: {left}"
