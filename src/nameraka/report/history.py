"""The results of former runs, one line of JSON for each, which Allure keeps and shows as a trend.

A report that is built twice from the same results is one run: its former line is taken out before the new one comes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def former_runs(history: Path, results: Iterable[Mapping[str, Any]], notes: list[str]) -> str:
    """The lines of ``history`` that are about other runs than the one that left ``results``; damaged lines are noted."""
    these = {(result.get("fullName"), result.get("start")) for result in results}
    lines = history.read_text("utf-8", "replace").splitlines() if history.is_file() else []
    kept = []
    for number, line in enumerate(lines, 1):
        try:
            known = {(one["fullName"], one["start"]) for one in json.loads(line)["testResults"].values()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            notes.append(f"{history.name}:{number}: a damaged line of the history was left out")
            continue
        if not known & these:
            kept.append(line + "\n")
    return "".join(kept)


def pages_of(history: Path) -> dict[str, str]:
    """The report's own name of each result of the last run, by full name: ``index.html#<name>`` shows it."""
    lines = history.read_text("utf-8").splitlines() if history.is_file() else []
    last = json.loads(lines[-1])["testResults"] if lines else {}
    return {one["fullName"]: one["id"] for one in last.values()}
