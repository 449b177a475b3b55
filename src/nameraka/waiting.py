"""Waiting for what comes later, without sleeping."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from hamcrest.core.matcher import Matcher
from hamcrest.core.string_description import StringDescription

Value = TypeVar("Value")

PATIENCE = 10.0
"""Seconds: enough for a busy machine. How soon something must happen is for a sentence to say, and not meant here."""
_PAUSE = 0.02


def eventually(read: Callable[[], Value], matcher: Matcher[Any], within: float = PATIENCE) -> Value:
    """Read until the matcher holds and return what was read.

    Raises ``AssertionError`` with what was expected and last seen when it does not hold ``within`` seconds.
    """
    deadline = time.monotonic() + within
    pause = threading.Event()
    while True:
        value = read()
        if matcher.matches(value):
            return value
        if time.monotonic() >= deadline:
            description = StringDescription()
            description.append_text(f"within {within:g} s expected ").append_description_of(matcher)
            description.append_text("\n     but last seen ")
            matcher.describe_mismatch(value, description)
            raise AssertionError(str(description))
        pause.wait(_PAUSE)
