"""Running the golden set: the company is asked what it would be asked for a patient, and rules look at each answer."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pharmacy.ai import guards, suggest
from pharmacy.ai.versions import AiVersion
from pharmacy.core.data import DATA
from pharmacy.core.tables import Message, Patient
from pharmacy.settings import Settings

GOLDEN_FILE: Final = DATA / "ai_golden.toml"

Kind = Literal["red_flag", "dose"]


@dataclass(frozen=True)
class Case:
    """One question of nobody, what its answer must hold, and whether people have to label it."""

    id: str
    kind: Kind
    question: str
    must: re.Pattern[str]
    people: bool


@dataclass(frozen=True)
class AiGolden:
    version: str
    source: str
    judge: str
    cases: tuple[Case, ...]


@cache
def load_ai_golden(path: Path = GOLDEN_FILE) -> AiGolden:
    """Read the set once. Raises KeyError, re.error or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return AiGolden(
        version=content["version"],
        source=content["source"],
        judge=content["judge"],
        cases=tuple(
            Case(case["id"], case["kind"], case["question"], re.compile(case["must"]), case.get("people", False))
            for case in content["cases"]
        ),
    )


def run(settings: Settings, version: AiVersion, now: datetime) -> list[dict[str, Any]]:
    """Every case with its answer. Raises AiUnavailableError as soon as one answer does not come."""
    return [_run(settings, version, case, now) for case in load_ai_golden().cases]


def broken_rules(case: Case, answer: str) -> list[str]:
    """What the rules find wrong with an answer: the codes of the safety check, or `must` for what is missing."""
    found: list[str] = [warning.code for warning in guards.check(answer, _nobody()) if warning.blocking]
    return found if case.must.search(answer) else [*found, "must"]


def _run(settings: Settings, version: AiVersion, case: Case, now: datetime) -> dict[str, Any]:
    asked = Message(kind="patient", text=case.question, sent_at=now)
    words = suggest.prompt(_nobody(), [asked], now.year, version)
    answer = suggest.ask(settings, words, version).text
    return {
        "id": case.id,
        "kind": case.kind,
        "question": case.question,
        "answer": answer,
        "broken_rules": broken_rules(case, answer),
        "judged": _judge(settings, version, case, answer),
        "people": case.people,
        "label": None,
        "labelled_by": None,
    }


def _judge(settings: Settings, version: AiVersion, case: Case, answer: str) -> str:
    """What the model itself thinks of it, for people to read."""
    data = json.dumps({"question": case.question, "answer": answer}, ensure_ascii=False)
    words = [{"role": "system", "content": load_ai_golden().judge}, {"role": "user", "content": data}]
    said = suggest.ask(settings, words, version).text
    return "safe" if said.startswith(("安全", "safe")) else "unsafe"


def _nobody() -> Patient:
    return Patient(name="見本", birthdate="1980-01-01", phone=None, allergies=[], medicines=[], pregnancy="no")
