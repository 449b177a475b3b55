"""Evidence as typed values: what a results folder holds, whoever wrote it.

``reading`` makes it; ``rules`` judge it. Nothing here was believed yet: two results of one item, a record that was
never closed and an answer that nobody planned all have their place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from msgspec import Struct

from nameraka.gate.text import Text
from nameraka.plan import Plan

T = TypeVar("T")


class Pool:
    """Keeps one of all texts or tuples that are equal: what thousands of files say takes its room once."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}

    def one(self, value: T) -> T:
        """The first that was equal to ``value``."""
        kept: T = self._kept.setdefault(value, value)
        return kept


# What there are tens of thousands of are structs: made, asked and kept at a tenth of the cost of a data class.


class File(Struct, frozen=True, gc=False):
    """A file that was read: ``digest`` is ``sha256:…`` of all its bytes."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the folder that could not be taken as evidence."""

    file: str
    what: Text


class Result(Struct, frozen=True, gc=False):
    """One Allure result: what the item's own process wrote about it.

    ``item`` is None when the result does not name one; ``runs``, ``plans``, ``builds``, ``environments`` and ``doors``
    are the values of those labels, which should be one each; ``sentences`` counts the outermost steps, ``failed_at`` is
    the name of the first of them that did not pass, ``troubles`` are the steps at any depth that did not; ``excused`` is
    set when the result asks not to be counted (muted, known, flaky); ``start`` and ``stop`` are milliseconds since 1970.
    """

    file: str
    uuid: str
    item: str | None
    status: str | None
    runs: tuple[str, ...]
    plans: tuple[str, ...]
    builds: tuple[str, ...]
    environments: tuple[str, ...]
    doors: tuple[str, ...]
    attachments: tuple[str, ...]
    sentences: int
    troubles: tuple[str, ...]
    excused: bool
    unfinished: bool
    message: str | None
    start: int | None
    stop: int | None
    failed_at: str | None


@dataclass(frozen=True, slots=True)
class Container:
    """An Allure container: set-up and tear-down around results."""

    file: str
    children: tuple[str, ...]
    attachments: tuple[str, ...]
    troubles: tuple[str, ...]


class Attempt(Struct, frozen=True, gc=False):
    """One finished try at an item, as the run record noted it when it ended.

    ``at`` is RFC 3339; ``measures`` are numbers by name, such as ``accessibility.serious``; ``contract`` are the
    operations that were called, each with the status that was answered.
    """

    item: str
    number: int
    outcome: str
    builds: tuple[str, ...]
    worker: str | None
    why: str | None
    seconds: float | None = None
    at: str | None = None
    measures: Mapping[str, float] = {}
    contract: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    """The last line of a record: it counted, and it covers the lines before it."""

    reason: str
    exit_code: int
    counts: dict[str, int]
    intact: bool
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What one pytest process noted while it ran."""

    file: str
    shard: str
    plan: str
    run_id: str
    environment: str
    starts: tuple[tuple[str, int], ...]
    attempts: tuple[Attempt, ...]
    lost_workers: tuple[str, ...]
    closing: Closing | None
    facts: tuple[Mapping[str, str], ...] = ()
    """What was noted of the surroundings: the system's own version and clock, the browser."""
    started: str | None = None
    documented: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The statuses that the contract names for each operation."""

    @property
    def unfinished(self) -> list[str]:
        """Items that were started more often than they ended."""
        left = Counter(item for item, _ in self.starts)
        left.subtract(attempt.item for attempt in self.attempts)
        return [item for item, count in left.items() if count > 0]


@dataclass(frozen=True, slots=True)
class Observation:
    """What the parent process saw of pytest from outside, and the files that it found when all had ended."""

    file: str
    shard: str
    plan: str
    run_id: str
    exit_code: int | None
    signal: int | None
    stopped_by: str | None
    files: dict[str, str]
    started: str | None = None
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Sentinel:
    """What became of the scenarios that must not pass, run beside a shard's own: ``outcomes`` has for each of them what
    its ``record`` and its ``result`` said, None where they said nothing."""

    file: str
    shard: str
    plan: str
    run_id: str
    exit_code: int | None
    outcomes: Mapping[str, Mapping[str, str | None]]
    started: str | None = None
    ended: str | None = None


@dataclass(frozen=True)
class Evidence:
    """All that a results folder holds. ``files`` has every file that could be read, ``problems`` all that was wrong."""

    folder: str
    plan: Plan | None
    records: tuple[Record, ...]
    observations: tuple[Observation, ...]
    sentinels: tuple[Sentinel, ...]
    results: tuple[Result, ...]
    containers: tuple[Container, ...]
    problems: tuple[Problem, ...]
    files: tuple[File, ...]

    @cached_property
    def results_of(self) -> dict[str, list[Result]]:
        """Results by the item that they answer for."""
        found: dict[str, list[Result]] = {}
        for result in self.results:
            if result.item is not None:
                found.setdefault(result.item, []).append(result)
        return found

    @cached_property
    def attempts_of(self) -> dict[str, list[tuple[Record, Attempt]]]:
        """Finished attempts by item, with the record that noted each."""
        found: dict[str, list[tuple[Record, Attempt]]] = {}
        for record in self.records:
            for attempt in record.attempts:
                found.setdefault(attempt.item, []).append((record, attempt))
        return found

    @cached_property
    def proposed(self) -> frozenset[str]:
        """Items that are promised for later and must not run yet."""
        return frozenset(self.plan.proposed) if self.plan else frozenset()

    @cached_property
    def unfinished(self) -> dict[str, str]:
        """Items that were started and never ended, with the record that says so."""
        return {item: record.file for record in self.records for item in record.unfinished}
