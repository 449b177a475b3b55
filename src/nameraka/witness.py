"""What each process of a run says about its items beyond their outcome: which build answered, what of its contract was
seen, what was measured, and whether the harness broke.

It travels with pytest's reports to the process that keeps the run record, from workers too.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING

import pytest

from nameraka.item import ScenarioItem
from nameraka.record import BUILD, CONTRACT, DOCUMENTED, FACTS, MEASURES, UNJUDGED

if TYPE_CHECKING:
    from nameraka.contract import Contract

# What answers in this process: one system under test for each.
_answering: dict[str, str] = {}
_running: pytest.Item | None = None
_told: Contract | None = None


def system_answered(build: str, environment: str, **facts: str) -> None:
    """Say which build is answering, whenever the system under test has (re)started in this process.

    ``build`` is the digest that the system itself reports; ``facts`` go into the run record.
    """
    _answering.clear()
    _answering.update(facts, build=build, environment=environment)


def answering() -> Mapping[str, str]:
    """What was said last by ``system_answered``; empty before."""
    return _answering


def measure(name: str, value: float) -> None:
    """Report a number about the scenario that is running, from a step or a fixture; the gate holds it to its budget.

    ``name`` says what was measured (``accessibility.serious``, ``opening.seconds``), in the unit of the policy's budget.
    Budgets are upper limits, so of several values of one name the largest counts. Raises ``RuntimeError`` when nothing
    is running and ``ValueError`` when ``value`` is no finite number.
    """
    if _running is None:
        raise RuntimeError(f"{name!r} was measured while no scenario was running; measure in a step or its fixtures")
    if not math.isfinite(value):
        raise ValueError(f"{name!r} was measured as {value!r}; a measure is a finite number")
    _running.user_properties.append((MEASURES, {name: float(value)}))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Know what is running."""
    global _running
    _running = item
    try:
        return (yield)
    finally:
        _running = None


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
    if call.when == "teardown":  # only now is nothing more exchanged
        _tell_contract(item)


def _tell_contract(item: ScenarioItem) -> None:
    """What the scenario has seen of the contract; and once for each process, what there was to see."""
    global _told
    if item.stage is None or item.stage.contract is None:
        return
    item.user_properties.append((CONTRACT, sorted(map(list, item.stage.answered))))
    if item.stage.contract is not _told:
        _told = item.stage.contract
        item.user_properties.append((DOCUMENTED, {name: list(known) for name, known in _told.documented.items()}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the secrets that were seen where the report's scan finds them, readable by their owner alone."""
    masking = sys.modules.get("nameraka.masking")
    if masking and masking.secrets_seen():
        masking.save_secrets(session.config.rootpath / "reports" / "private" / f"secrets-{os.getpid()}.json")
