"""What the evidence archive of a verdict must hold: every file that the verdict lists, and every input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from nameraka.attest.archive import INPUTS, RESULTS, Member
from nameraka.gate.inputs import InputPaths
from nameraka.shapes import Fields, Malformed

ROLES: Final = frozenset(one.name for one in fields(InputPaths))


def members_of(document: Mapping[str, Any]) -> list[Member]:
    """The members by a verdict document, which is read with suspicion. Raises ``Malformed``."""
    data = Fields(document, "the verdict")
    files = [
        Member(f"{RESULTS}/{one.text('name')}", one.count("size"), one.text("digest")) for one in data.objects("files")
    ]
    return files + [_input(role, data.fields("inputs").fields(role)) for role in data.fields("inputs").value]


def _input(role: str, data: Fields) -> Member:
    data.text("name")
    return Member(f"{INPUTS}/{input_name(role)}", None, data.text("digest"))


def input_name(role: str) -> str:
    """The name under which an archive holds the input of that role. Raises ``Malformed``."""
    if role not in ROLES:
        raise Malformed(f"{role!r} is no input of a verdict")
    path: Path = getattr(InputPaths.in_folder(Path()), role)
    return path.name
