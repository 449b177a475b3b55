"""What of a results folder goes into the report, and what is said about the rest.

Results are evidence from a run that may have been cut short, and attachments are whatever a scenario made of them. A
damaged file is left out and named; an attachment that a browser would run, HTML or SVG, is never published.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

PUBLISHED: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".json", ".txt", ".csv"})
_TYPES: Final = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/jpg",  # what Allure's own AttachmentType calls it
        "image/webp",
        "application/json",
        "application/vnd.allure.http+json",
        "text/plain",
        "text/csv",
    }
)


@dataclass(frozen=True)
class Intake:
    """The folder that the generator reads, the results in it, and a line for everything that is not in it."""

    folder: Path
    results: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def take(results: Path, folder: Path) -> Intake:
    """Put what may be published of ``results`` into ``folder``, a new one."""
    folder.mkdir()
    intake = Intake(folder)
    attachments: set[str] = set()
    for path in sorted(results.iterdir()):
        if path.name.endswith(("-result.json", "-container.json", "-globals.json")):
            document = _read(path, intake.notes)
            if document is None:
                continue
            if path.name.endswith("-result.json"):
                intake.results.append(document)
            attachments.update(_harmless(document, intake.notes))
            _link(path, folder)
        elif path.name.endswith(".tmp"):
            intake.notes.append(f"{path.name}: never finished, so it is not in the report")
    for name in sorted(attachments):
        if (results / name).is_file():
            _link(results / name, folder)
        else:
            intake.notes.append(f"{name}: an attachment that a result names and that is not there")
    if not intake.results:
        intake.notes.append(f"{results}: no readable result; the report is empty")
    return intake


def _read(path: Path, notes: list[str]) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError, OSError) as error:
        notes.append(f"{path.name}: damaged, so it is not in the report ({type(error).__name__})")
        return None
    if not isinstance(document, dict):
        notes.append(f"{path.name}: not an Allure document, so it is not in the report")
        return None
    return document


def _harmless(document: Mapping[str, Any], notes: list[str]) -> Iterator[str]:
    """The names of the attachments that a browser only shows."""
    for attachment in _attachments(document):
        name, kind = str(attachment.get("source", "")), str(attachment.get("type", ""))
        if Path(name).name != name or not name:
            notes.append(f"attachment {name!r}: not a name in the results folder, so it is not shown")
        elif Path(name).suffix.lower() in PUBLISHED and kind in _TYPES:
            yield name
        else:
            notes.append(f"{name} ({kind or 'no type'}): only pictures, JSON, CSV and plain text are published")


def _attachments(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every attachment of a result or container and of the steps below it."""
    todo: list[Any] = [value]
    while todo:
        node = todo.pop()
        if not isinstance(node, Mapping):
            continue
        for key in ("attachments", "steps", "befores", "afters"):
            below = node.get(key)
            if isinstance(below, list):
                if key == "attachments":
                    yield from (each for each in below if isinstance(each, Mapping))
                else:
                    todo += below


def _link(path: Path, folder: Path) -> None:
    target = folder / path.name
    try:
        os.link(path, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(path, target)
