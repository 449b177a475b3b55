"""What each process of a run says about its items beyond their outcome: which build answered, and whether the harness broke.

It travels with pytest's reports to the process that keeps the run record, from workers too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import pytest

from nameraka.item import ScenarioItem
from nameraka.record import BUILD, FACTS, UNJUDGED

# What answers in this process: one system under test for each.
_answering: dict[str, str] = {}


def system_answered(build: str, environment: str, **facts: str) -> None:
    """Say which build is answering, whenever the system under test has (re)started in this process.

    ``build`` is the digest that the system itself reports; ``facts`` go into the run record.
    """
    _answering.clear()
    _answering.update(facts, build=build, environment=environment)


def answering() -> Mapping[str, str]:
    """What was said last by ``system_answered``; empty before."""
    return _answering


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Tell the run record."""
    if not isinstance(item, ScenarioItem):
        return
    item.failed = item.failed or call.excinfo is not None
    if call.excinfo is not None and getattr(call.excinfo.value, "unjudged", False):
        item.user_properties.append((UNJUDGED, str(call.excinfo.value).partition("\n")[0]))
    if call.when == "call" and _answering:
        facts = {name: value for name, value in _answering.items() if name != "build"}
        item.user_properties.append((BUILD, _answering["build"]))
        item.user_properties.append((FACTS, facts))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the secrets that were seen where the report's scan finds them, readable by their owner alone."""
    masking = sys.modules.get("nameraka.masking")
    if masking and masking.secrets_seen():
        masking.save_secrets(session.config.rootpath / "reports" / "private" / f"secrets-{os.getpid()}.json")
