"""What feature files say: the one model of what must be true.

Check, plan, collection and report all read it, and none of them depends on what pytest happened to collect. A scenario
here is concrete: an outline gives one for each example row, and background sentences stand in front of its own.
`feature_files` makes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from nameraka.register import SEVERITIES

Kind = Literal["given", "when", "then"]
Language = Literal["ja", "en"]
Table = tuple[tuple[str, ...], ...]

DOORS = ("web", "api")
# How a line of a description begins that says why a door is left out.
DOOR_REASONS = ("経路:", "経路：", "Doors:")
PROPOSED = "proposed"
OWN_TAGS = frozenset({*DOORS, *SEVERITIES, PROPOSED})

PLACEHOLDER = re.compile(r"<([^<>\s][^<>]*)>")
_CRITERION = re.compile(r"[A-Z]{2,}-\d+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One step line as written: ``keyword`` is the word of the file's language, ``kind`` what it means."""

    keyword: str
    kind: Kind
    text: str
    line: int
    table: Table | None = None
    docstring: str | None = None

    def __str__(self) -> str:
        return f"{self.keyword} {self.text}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A ``Rule`` block: the criterion that its scenarios are examples of."""

    name: str
    line: int
    description: str


@dataclass(frozen=True, slots=True)
class Prose:
    """One line of a description. Gherkin takes for prose whatever it does not know as anything else."""

    text: str
    line: int
    above: int = 0
    """The line of the sentence that follows with no empty line between; 0 where none does."""


@dataclass(eq=False)
class Scenario:
    """One concrete scenario: an outline's row, or a scenario as it stands.

    ``line`` is where it stands (a row's own line), ``block`` the lines of its text, tags above included, which an
    outline's rows share.
    """

    feature: Feature = field(repr=False)
    rule: Rule | None
    template: str
    tags: tuple[str, ...]
    line: int
    description: str
    sentences: tuple[Sentence, ...]
    row: dict[str, str] | None = None
    row_id: str = ""
    block: range = range(0)

    @property
    def name(self) -> str:
        """The scenario's name with the row's values filled in."""
        return fill(self.template, self.row)

    @property
    def doors(self) -> tuple[str, ...]:
        """The doors that the scenario is proven through: both, unless ``@web`` or ``@api`` narrows."""
        return tuple(door for door in DOORS if door in self.tags) or DOORS

    @property
    def proposed(self) -> bool:
        """True for a promise not made yet: shown and checked, never run, outside the plan."""
        return PROPOSED in self.tags

    @property
    def severity(self) -> str:
        """``critical``, ``major`` or ``minor``; the gravest tag wins, ``major`` where none stands."""
        return next((severity for severity in SEVERITIES if severity in self.tags), "major")

    @property
    def criteria(self) -> tuple[str, ...]:
        """The ids of the acceptance criteria that the scenario is tagged with."""
        return tuple(tag for tag in self.tags if _CRITERION.fullmatch(tag))

    def item_name(self, door: str) -> str:
        """The readable name of scenario x row x door, unique in its file and the same whatever the order of lines."""
        return f"{self.template}[{self.row_id}|{door}]" if self.row_id else f"{self.template}[{door}]"

    def item_id(self, door: str) -> str:
        """The identity of one planned answer: pytest's node id, the plan's id and Allure's full name are all this."""
        return f"{self.feature.path}::{self.item_name(door)}"


@dataclass(eq=False)
class Feature:
    """One feature file."""

    path: str
    name: str
    language: str
    keyword: str
    line: int
    tags: tuple[str, ...]
    description: str
    digest: str
    prose: tuple[Prose, ...] = ()
    scenarios: tuple[Scenario, ...] = ()

    @cached_property
    def folder(self) -> str:
        """The folder below the features' root, which is the capability (and the report's epic); empty at the root."""
        parts = self.path.split("/")
        return parts[-2] if len(parts) > 2 else ""


def fill(text: str, row: dict[str, str] | None) -> str:
    """The text with the values of an example row in the place of its ``<columns>``."""
    if not row or "<" not in text:
        return text
    return PLACEHOLDER.sub(lambda found: row.get(found[1], found[0]), text)
