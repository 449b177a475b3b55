"""Judging again: the same evidence, the same inputs and the same moment must give the same verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from nameraka.attest.envelope import encode
from nameraka.gate.case import Case
from nameraka.gate.inputs import Inputs
from nameraka.gate.reading import read_evidence
from nameraka.gate.verdict import document, judge

MAY_DIFFER: Final = frozenset({"gate"})
"""The version of the program that judged. Where it judges otherwise today, that shows in the other fields."""


def recompute(results: Path, inputs: Inputs, created: datetime) -> dict[str, Any]:
    """The verdict document on the evidence in ``results`` as it would have been at ``created``."""
    return document(judge(Case(read_evidence(results), inputs, created)))


def difference(signed: Mapping[str, Any], again: Mapping[str, Any]) -> str | None:
    """The first field in which two verdict documents differ; None where they say the same.

    By which path a project named its inputs is not compared: an archive has names of its own. Their digests are.
    """
    for name in sorted((signed.keys() | again.keys()) - MAY_DIFFER):
        if name not in signed or name not in again or _said(name, signed[name]) != _said(name, again[name]):
            return name
    return None


def _said(name: str, value: Any) -> bytes:
    if name == "inputs":
        value = {role: source["digest"] for role, source in value.items()}
    return encode(value)
