"""Reports for the error tracker and for the tool that watches the AI's calls, made of places, kinds and numbers alone.

A report is put together from what the code itself says: the file, the line, the function, the kind of an exception. No
message, no argument, no local variable and no address of a request has a way into it, because any of them may hold what
a patient wrote or who they are.
"""

from __future__ import annotations

import logging
import traceback
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pharmacy.core.outgoing import client
from pharmacy.core.worker import Worker

log = logging.getLogger("pharmacy.telemetry")

REQUEST_SECONDS: Final = 5.0
KEPT: Final = 500
"""So many reports wait at most; what comes after while the tracker is silent is lost, not the pharmacy's memory."""
IDLE_SECONDS: Final = 5.0

TRACED: Final = {"outcome": str, "milliseconds": int}
"""What may be told of one call of the AI, and of which type it is."""
OUTCOMES: Final = frozenset(
    {"answered", "timeout", "unreachable", "quota", "refused", "refusal", "tool_call", "incomplete", "garbage"}
)


class Tracker(Worker):
    """Sends reports in the order in which they came. Nobody waits for it, and nothing depends on it."""

    name = "telemetry"

    def __init__(self, url: str, build: str) -> None:
        super().__init__()
        self._url = url
        self._build = build
        self._waiting: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._handler = _Handler(self)
        if url:
            logging.getLogger().addHandler(self._handler)

    def report(self, report: dict[str, Any]) -> None:
        """Send this when there is time."""
        self._waiting.append({"at": datetime.now(UTC).isoformat(), "build": self._build, **report})
        self.wake()

    def close(self) -> None:
        """Stop listening to the log as well."""
        logging.getLogger().removeHandler(self._handler)
        super().close()

    def look(self) -> float:
        """Send what waits."""
        import httpx  # only now: most starts have nothing to report

        while self._waiting:
            report = self._waiting.popleft()
            try:
                client().post(self._url, json=report, timeout=REQUEST_SECONDS)
            except httpx.HTTPError as error:
                log.warning("a report was lost (%s)", type(error).__name__)  # a warning: it makes no report itself
        return IDLE_SECONDS


class _Handler(logging.Handler):
    """Makes a report of every error in the log, and of every call of the AI."""

    def __init__(self, tracker: Tracker) -> None:
        super().__init__(logging.INFO)
        self._tracker = tracker

    def emit(self, record: logging.LogRecord) -> None:
        if traced := getattr(record, "ai_call", None):
            self._tracker.report({"kind": "ai_call", **_allowed(traced)})
        elif record.levelno >= logging.ERROR:
            self._tracker.report({"kind": "error", "logger": record.name, **_place_of(record)})


def _allowed(traced: dict[str, Any]) -> dict[str, Any]:
    """Of what the caller wants to tell, only what was foreseen."""
    known = {name: traced[name] for name, kind in TRACED.items() if isinstance(traced.get(name), kind)}
    if known.get("outcome") not in OUTCOMES:
        known["outcome"] = "other"
    return known


def _place_of(record: logging.LogRecord) -> dict[str, Any]:
    raised = record.exc_info[0] if record.exc_info else None
    trace = traceback.extract_tb(record.exc_info[2]) if record.exc_info else []
    frames = [_frame(one.filename, one.lineno or 0, one.name) for one in trace]
    return {
        "exception": raised.__name__ if raised else None,
        "frames": [*frames, _frame(record.pathname, record.lineno, record.funcName)],
    }


def _frame(path: str, line: int, function: str) -> str:
    return f"{Path(path).name}:{line} in {function}"
