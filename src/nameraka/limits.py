"""The wall-clock limit of a scenario: a page's script, a socket or a step that never returns must not stop the run.

An alarm signal interrupts whatever Python is doing, a call that waits for Playwright too. The browser is killed as well:
its page may be hung, and whatever is asked of it afterwards would hang again. The next scenario gets a new browser.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Generator
from types import FrameType

import pytest

from nameraka.item import ScenarioItem

SECONDS = 60.0


class ScenarioTooLong(Exception):
    """The scenario was stopped at its wall-clock limit."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("nameraka").addoption(
        "--limit",
        type=float,
        default=SECONDS,
        metavar="SECONDS",
        help=f"the longest that a scenario may take; default {SECONDS:g}",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Run the scenario against the clock."""
    seconds: float = item.config.getoption("--limit")
    if not isinstance(item, ScenarioItem) or threading.current_thread() is not threading.main_thread():
        return (yield)
    passed = False

    def alarm(number: int, frame: FrameType | None) -> None:
        nonlocal passed
        passed = True
        _kill_browser(f"the scenario took longer than {seconds:g} s")
        raise ScenarioTooLong(_message(seconds))

    former = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return (yield)
    except ScenarioTooLong:
        raise
    except Exception as error:
        if passed:
            raise ScenarioTooLong(_message(seconds)) from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def _message(seconds: float) -> str:
    return (
        f"stopped: the scenario took longer than {seconds:g} s. "
        "Its last sentence shows where it hung; a limit of its own is given with --limit."
    )


def _kill_browser(reason: str) -> None:
    """Kill the browser, if there is one: only a module that was imported can have started it."""
    module = sys.modules.get("nameraka.browser")
    if module is not None and module.running is not None:
        module.running.kill(reason)
