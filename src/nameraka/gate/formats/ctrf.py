"""CTRF, the Common Test Report Format, version 0.0.0: one JSON shape for the results of any tool.

Its schema wants a start and a stop of the run and a duration of each test. Where the document has none, the moment of the
verdict and 0 stand there, and nothing else is made up.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from nameraka.gate.formats.document import Document, Entry, Outcome, entries, facts, plain

VERSION: Final = "0.0.0"
_STATUSES: Final[Mapping[Outcome, str]] = {
    "passed": "passed",
    "failed": "failed",
    "unclear": "other",
    "excused": "skipped",
}


def ctrf(document: Document, language: str = "en") -> bytes:
    """The verdict, each rule and each planned item as tests; ``other`` cannot be told, ``pending`` was never answered."""
    tests = [_test(entry) for entry in entries(document, language)]
    counted = Counter(test["status"] for test in tests)
    known = facts(document, "gate", "build", "commit", "environment", "verdict", "run_id", "plan")
    report = {
        "reportFormat": "CTRF",
        "specVersion": VERSION,
        "timestamp": plain(document["created"]),
        "generatedBy": "nameraka",
        "results": {
            "tool": {"name": "nameraka", **_named(known, version="gate")},
            "summary": {
                "tests": len(tests),
                **{status: counted[status] for status in ("passed", "failed", "pending", "skipped", "other")},
                "suites": len({test["suite"][0] for test in tests}),
                "start": _milliseconds(document["planned_at"], document["created"]),
                "stop": _milliseconds(document["ended_at"], document["created"]),
            },
            "tests": tests,
            "environment": {
                **_named(known, appVersion="build", commit="commit", testEnvironment="environment"),
                "healthy": document["verdict"] == "go",
            },
            "extra": _named(known, verdict="verdict", run_id="run_id", plan="plan"),
        },
    }
    return json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"


def _named(known: Mapping[str, str], **names: str) -> dict[str, str]:
    """What is known, under the names that CTRF has for it."""
    return {theirs: known[ours] for theirs, ours in names.items() if ours in known}


def _test(entry: Entry) -> dict[str, Any]:
    unanswered = entry.state == "unanswered" and entry.outcome == "unclear"
    test: dict[str, Any] = {
        "name": entry.name,
        "status": "pending" if unanswered else _STATUSES[entry.outcome],
        "duration": round((entry.seconds or 0) * 1000),
        "suite": [entry.suite],
        "rawStatus": entry.state,
    }
    if entry.why:
        test["message"] = "\n".join(entry.why)
    if entry.file is not None:
        test["filePath"] = entry.file
    if entry.tags:
        test["tags"] = list(entry.tags)
    if len(entry.attempts) > 1:
        test["retries"] = len(entry.attempts) - 1
        test["retryAttempts"] = [
            {"attempt": number, "status": outcome if outcome in ("passed", "failed", "skipped") else "other"}
            for number, outcome in enumerate(entry.attempts, 1)
        ]
    return test


def _milliseconds(*moments: str | None) -> int:
    """The first of the moments that is one, since 1970. What a plan calls its moment may be anything."""
    for moment in moments:
        try:
            at = datetime.fromisoformat(moment or "")
        except ValueError:
            continue
        if at.tzinfo is not None:
            return round(at.timestamp() * 1000)
    return 0
