"""Verdict documents and histories made by hand, and a ledger that real commands write."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nameraka.cli import main
from nameraka.ledger.events import (
    Body,
    Deployment,
    FalseBlock,
    Incident,
    Recorded,
    Restoration,
    Verdict,
)
from nameraka.ledger.history import History, history_of
from nameraka.plan import canonical, sha256

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


def build(letter: str) -> str:
    """The digest of a build: of one hexadecimal digit."""
    return "sha256:" + letter * 64


def commit(letter: str) -> str:
    return letter * 40


def document(
    answer: str = "go", *, of: str = "b", environment: str | None = "production", **changes: Any
) -> dict[str, Any]:
    """A verdict as the gate writes it, on the build of that letter."""
    states = changes.pop("states", {"CH-01": "verified", "CH-02": "verified"})
    broken = changes.pop("broken", [] if answer == "go" else ["nothing-failed"])
    text = {"en": "x", "ja": "あ"}
    known = {
        "schema": 2,
        "verdict": answer,
        "exit_code": {"go": 0, "no-go": 1, "unknown": 2}[answer],
        "created": "2026-01-05T03:04:05+00:00",
        "gate": "0.1.0",
        "run_id": "20260105T030405Z-0a1b2c3d",
        "plan": "sha256:" + "a" * 64,
        "commit": commit(of),
        "uncommitted": False,
        "environment": environment,
        "build": build(of),
        "planned_at": "2026-01-05T03:00:00+00:00",
        "ended_at": "2026-01-05T03:03:00+00:00",
        "inputs": {},
        "counts": {"planned": 2, "answered": 2, "clean": 2, "failed": 0, "excused": 0, "results": {"passed": 2}},
        "rules": [
            {"name": name, "statement": text, "selected": True, "holds": name not in broken, "findings": []}
            for name in ("nothing-failed", "every-item-is-answered", *broken)
        ],
        "requirements": [
            {"id": id, **text, "severity": "critical", "hazard": "x", "state": state, "items": []}
            for id, state in states.items()
        ],
        "items": [{"id": "features/a.feature::送信[api]", "state": "passed", "seconds": 1.5}],
        "notes": [],
        "unblock": [],
        "files": [],
    }
    return {**known, **changes}


def digest_of(verdict: dict[str, Any]) -> str:
    return sha256(canonical(verdict))


def put(path: Path, verdict: dict[str, Any]) -> Path:
    path.write_text(json.dumps(verdict, ensure_ascii=False, indent=1), "utf-8")
    return path


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


class Story:
    """A history told entry by entry, without a database; each method returns the sequence of what it told."""

    def __init__(self) -> None:
        self.told: list[Recorded[Body]] = []

    @property
    def history(self) -> History:
        return history_of(self.told)

    def _tell(self, body: Body) -> int:
        self.told.append(Recorded(len(self.told) + 1, START, body))
        return len(self.told)

    def verdict(
        self,
        answer: Any = "go",
        of: str = "b",
        at: timedelta = timedelta(),
        environment: str = "production",
        **changes: Any,
    ) -> int:
        values = {
            "document": sha256(f"{len(self.told)}".encode()),
            "environment": environment,
            "verdict": answer,
            "created": START + at,
            "run_id": None,
            "build": build(of),
            "commit": commit(of),
            "planned_at": None,
            "ended_at": None,
            "planned": 1,
            "clean": 1,
            "failed": 0,
            "seconds": None,
            "broken": () if answer == "go" else ("nothing-failed",),
            "requirements": {"CH-01": "verified"},
        }
        return self._tell(Verdict(**{**values, **changes}))

    def deploy(self, of: str, at: timedelta, environment: str = "production", **changes: Any) -> int:
        """A deployment of the build of that letter; its commit was made ``before`` its end (None: not known when)."""
        before = changes.pop("before", hours(2))
        values = {
            "environment": environment,
            "build": build(of),
            "commit": commit(of),
            "committed": START + at - before if before is not None else None,
            "started": None,
            "ended": START + at,
            "verdict": None,
            "doubt": None,
            "unplanned": False,
            "incident": None,
            "takes_back": None,
        }
        return self._tell(Deployment(**{**values, **changes}))

    def incident(
        self, id: str, cause: int | None, at: timedelta, *requirements: str, environment: str = "production"
    ) -> int:
        return self._tell(Incident(id, environment, cause, START + at, None, requirements))

    def restore(self, incident: str, at: timedelta) -> int:
        return self._tell(Restoration(incident, START + at))

    def false_block(self, verdict: int) -> int:
        marked = self.told[verdict - 1].body
        assert isinstance(marked, Verdict)
        return self._tell(FalseBlock(marked.document, "the stub was down"))


def nameraka(*arguments: object) -> int:
    """The command, here; its exit code."""
    return main([str(argument) for argument in arguments])
