"""Nameraka: acceptance of a release through its pages and its API, and a verdict that can be trusted."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nameraka.actors import Actor, Door, act
    from nameraka.answers import Done, Refused
    from nameraka.language import Slot, UnknownWord, given, slot, then, when
    from nameraka.waiting import eventually
    from nameraka.witness import measure

__all__ = [
    "Actor",
    "Done",
    "Door",
    "Refused",
    "Slot",
    "UnknownWord",
    "act",
    "eventually",
    "given",
    "measure",
    "slot",
    "then",
    "when",
]

_HOMES = {
    "nameraka.actors": ("Actor", "Door", "act"),
    "nameraka.answers": ("Done", "Refused"),
    "nameraka.language": ("Slot", "UnknownWord", "given", "slot", "then", "when"),
    "nameraka.waiting": ("eventually",),
    "nameraka.witness": ("measure",),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that the gate starts without what only scenarios need."""
    for home, names in _HOMES.items():
        if name in names:
            globals()[name] = found = getattr(importlib.import_module(home), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
