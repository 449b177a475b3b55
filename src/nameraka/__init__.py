"""Nameraka: acceptance of a release through its pages and its API, and a verdict that can be trusted."""

from nameraka.actors import Actor, Done, Door, Refused, act
from nameraka.language import Slot, UnknownWord, given, slot, then, when
from nameraka.waiting import eventually

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
    "slot",
    "then",
    "when",
]
