"""Results as the engine writes them, made by hand: what the report is built from in these tests."""

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

DOORS = {"web": "画面", "api": "API"}
DAY = 86_400_000  # milliseconds
START = 20_000 * DAY


def step(name: str, *inner: dict[str, Any], status: str = "passed", at: int = 0, **fields: Any) -> dict[str, Any]:
    """One sentence, or one exchange beneath it, `at` milliseconds after the start of its scenario."""
    return {
        "name": name,
        "status": status,
        "steps": list(inner),
        "start": START + at,
        "stop": START + at + 40,
        **fields,
    }


def exchange(actor: str, method: str, path: str, code: int, sent: Any, received: Any) -> dict[str, Any]:
    """An HTTP exchange as a step whose parameters are what went over the wire."""

    def body(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, indent=2)

    parameters = [
        {"name": "operation", "value": "sendMessage"},
        {"name": "status", "value": str(code)},
        {"name": "contract", "value": "conforms"},
        {"name": "request", "value": body(sent)},
        {"name": "response", "value": body(received)},
    ]
    return step(f"{actor} · {method} {path} → {code}", parameters=parameters)


def attached(folder: Path, name: str, text: str, kind: str = "text/plain", suffix: str = ".txt") -> dict[str, str]:
    """An attachment of a step or a result, its file written as a run writes it."""
    source = f"{uuid4()}-attachment{suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / source).write_text(text, encoding="utf-8")
    return {"name": name, "source": source, "type": kind}


def result(
    item: str,
    *steps: dict[str, Any],
    name: str,
    door: str,
    epic: str = "チャット",
    feature: str = "メッセージの受付",
    story: str | None = None,
    status: str = "passed",
    severity: str = "critical",
    criterion: str = "CH-01",
    message: str | None = None,
    trace: str | None = None,
    at: int = 0,
    build: str = "sha256:0c3f",
    attachments: tuple[dict[str, str], ...] = (),
    start: int = START,
) -> dict[str, Any]:
    """One scenario through one door."""
    full_name = f"{item}[{door}]"
    labels = {
        "epic": epic, "feature": feature, "story": story, "severity": severity, "criterion": criterion, "door": door,
        "tag": criterion, "build": build, "environment": "embedded", "run": "run-1", "plan": "sha256:91aa",
        "framework": "nameraka",
    }  # fmt: skip
    details = {"message": message, "trace": trace} if message else {}
    return {
        "uuid": str(uuid4()),
        "historyId": hashlib.md5(full_name.encode()).hexdigest(),
        "testCaseId": hashlib.md5(item.encode()).hexdigest(),
        "fullName": full_name,
        "name": f"{name} · {DOORS[door]}",
        "status": status,
        "statusDetails": details,
        "stage": "finished",
        "steps": list(steps),
        "attachments": list(attachments),
        "parameters": [{"name": "door", "value": door}],
        "labels": [{"name": key, "value": value} for key, value in labels.items() if value],
        "links": [{"type": "tms", "name": criterion, "url": f"criteria.html#{criterion}"}],
        "start": start + at,
        "stop": start + at + 1200,
        "titlePath": item.split("::")[0].split("/"),
    }


def write(folder: Path, *results: dict[str, Any]) -> Path:
    """Puts the results where a run would have put them."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in results:
        (folder / f"{each['uuid']}-result.json").write_text(json.dumps(each, ensure_ascii=False), encoding="utf-8")
    return folder
