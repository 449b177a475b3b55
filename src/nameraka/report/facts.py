"""What the report says about the run as a whole: read from the plan and the run records, as far as they go."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from nameraka.plan import FILE_NAME

_NAMES: Final = {
    "build": "ビルド",
    "commit": "コミット",
    "environment": "環境",
    "items": "計画した約束",
    "shards": "分割",
    "run_id": "実行",
    "seed": "シード（再現用）",
    "browser": "ブラウザー",
    "fonts": "フォント",
    "clock": "時計",
}
_LONGEST: Final = 200  # characters of one fact


def facts_of(results: Path) -> dict[str, str]:
    """Facts by their Japanese names, in the order in which a reader asks for them.

    Damaged files tell nothing here; that they are damaged is for the gate to say.
    """
    seen: dict[str, str] = {}
    for source in (_plan(results / FILE_NAME), *_records(results)):
        for name in _NAMES.keys() & source.keys():
            if source[name] not in (None, "", seen.get(name)):
                seen.setdefault(name, _text(source[name]))
    if seen.get("shards") == "1":
        del seen["shards"]
    return {title: seen[name] for name, title in _NAMES.items() if name in seen}


def _plan(path: Path) -> Mapping[str, Any]:
    plan = _json(path.read_bytes()) if path.is_file() else {}
    items = plan.get("items")
    return {**plan, "items": len(items) if isinstance(items, list) else None}


def _records(results: Path) -> Iterator[Mapping[str, Any]]:
    for path in sorted(results.glob("run-*of*.jsonl")):
        for line in path.read_bytes().splitlines():
            event = _json(line)
            if event.get("event") in ("open", "facts"):
                yield event
                if isinstance(event.get("facts"), dict):
                    yield event["facts"]


def _json(text: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
