"""Python's search for what refers back to itself, put off while evidence is read and judged."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Nothing of the gate refers back to itself, so there is nothing to find, and with a million things to look through
    the search takes a third of the time. What is no longer needed is freed at once as ever."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
