"""A verdict document, as the ledger takes it: read with suspicion, kept whole, entered by its essence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nameraka.findings import UsageError
from nameraka.ledger.events import Verdict, make
from nameraka.plan import canonical, sha256
from nameraka.shapes import Fields, Malformed, parse_json

SCHEMA = 2
MOST_BYTES = 256 * 1024 * 1024
_EXIT_CODES = {"go": 0, "no-go": 1, "unknown": 2}


@dataclass(frozen=True, slots=True)
class Document:
    """A verdict document: its value, and the canonical spelling of it, of which the digest speaks."""

    value: Any
    content: bytes

    @property
    def digest(self) -> str:
        """By this the document is kept, signed and asked for."""
        return sha256(self.content)


def read_document(path: Path) -> Document:
    """The document in a file. Raises ``UsageError``."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(
                f"{path}: a verdict of more than {MOST_BYTES // 1024**2} MiB is not read. Give a verdict.json."
            )
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: the verdict cannot be read: {error.strerror}. `nameraka gate` writes it.") from None
    try:
        value = parse_json(content)
        return Document(value, canonical(value))
    except (Malformed, RecursionError) as error:
        raise UsageError(f"{path}: this is no verdict: {error}. Let `nameraka gate` write it again.") from None


def essence(document: Document) -> Verdict:
    """What the ledger's entry says of a document. Raises ``UsageError`` for one that is no verdict or contradicts itself."""
    try:
        return _essence(Fields(document.value, "the verdict"), document.digest)
    except Malformed as error:
        raise UsageError(f"This is no verdict: {error}. Let `nameraka gate` write it again.") from None


def _essence(data: Fields, digest: str) -> Verdict:
    if data.count("schema") != SCHEMA:
        raise Malformed(f"schema {data.count('schema')} is not known here ({SCHEMA} is)")
    counts = data.fields("counts")
    verdict = make(
        Verdict,
        document=digest,
        environment=data.optional_text("environment"),
        verdict=data.text("verdict"),
        created=_time(data, "created"),
        run_id=data.optional_text("run_id"),
        build=data.optional_text("build"),
        commit=data.optional_text("commit"),
        planned_at=_time(data, "planned_at"),
        ended_at=_time(data, "ended_at"),
        planned=counts.count("planned"),
        clean=counts.count("clean"),
        failed=counts.count("failed"),
        seconds=_seconds(data),
        broken=[
            rule.text("name") for rule in data.objects("rules") if rule.flag("selected") and not rule.flag("holds")
        ],
        requirements={one.text("id"): one.text("state") for one in data.objects("requirements")},
    )
    if contradiction := _contradiction(data, verdict):
        raise Malformed(f"it contradicts itself: {contradiction}")
    return verdict


def _contradiction(data: Fields, verdict: Verdict) -> str:
    """Where the answer is not that of the document's own lists."""
    if data.count("exit_code") != _EXIT_CODES[verdict.verdict]:
        return f"{verdict.verdict} does not exit with {data.count('exit_code')}"
    if len(verdict.requirements) != sum(1 for _ in data.objects("requirements")):
        return "a requirement stands twice in it"
    if verdict.verdict != "go":
        return ""
    if verdict.broken:
        return f"it is go though the rule {verdict.broken[0]} does not hold"
    asked = any(rule.flag("selected") for rule in data.objects("rules"))
    return "" if verdict.planned and asked else "it is go though nothing was planned, or no rule was asked"


def _time(data: Fields, name: str) -> datetime | None:
    text = data.optional_text(name)
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Malformed(f"{name!r} is no time") from None


def _seconds(data: Fields) -> float | None:
    """The time that all items took; None when none of them says."""
    taken: list[Any] = [
        item.seconds("seconds") for item in data.objects("items") if item.value.get("seconds") is not None
    ]
    return round(sum(taken), 3) if taken else None
