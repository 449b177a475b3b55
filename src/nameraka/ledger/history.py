"""The entries sorted by what they tell of, and the few questions that every reader asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nameraka.ledger.events import (
    B,
    Body,
    Deployment,
    FalseBlock,
    Incident,
    Recorded,
    Removal,
    Restoration,
    Verdict,
)

Release = Recorded[Deployment]


@dataclass(frozen=True)
class History:
    """What happened. Verdicts are in the order in which they were entered, deployments in that in which they ended."""

    verdicts: tuple[Recorded[Verdict], ...] = ()
    deployments: tuple[Release, ...] = ()
    removals: tuple[Recorded[Removal], ...] = ()
    incidents: tuple[Recorded[Incident], ...] = ()
    restorations: tuple[Recorded[Restoration], ...] = ()
    false_blocks: tuple[Recorded[FalseBlock], ...] = ()

    @property
    def environments(self) -> tuple[str, ...]:
        """Every environment that anything was recorded for, in alphabetical order."""
        named = {one.body.environment for one in self.verdicts} | {one.body.environment for one in self.deployments}
        named |= {one.body.environment for one in self.removals} | {one.body.environment for one in self.incidents}
        return tuple(sorted(name for name in named if name))

    def deployments_to(self, environment: str) -> tuple[Release, ...]:
        """The deployments to an environment in the order in which they ended."""
        return tuple(one for one in self.deployments if one.body.environment == environment)

    def deployment(self, sequence: int | None) -> Release | None:
        """The deployment of that sequence number."""
        return next((one for one in self.deployments if one.sequence == sequence), None)

    def incident(self, id: str | None) -> Recorded[Incident] | None:
        """The incident of that id."""
        return next((one for one in self.incidents if one.body.id == id), None)

    def restoration(self, id: str) -> Recorded[Restoration] | None:
        """The end of that incident; None while it lasts."""
        return next((one for one in self.restorations if one.body.incident == id), None)

    def verdict(self, document: str | None) -> Recorded[Verdict] | None:
        """The verdict whose document has that digest."""
        return next((one for one in self.verdicts if one.body.document == document), None)

    def verdict_on(self, build: str, environment: str) -> Recorded[Verdict] | None:
        """The newest verdict on a build in an environment: the one that counts."""
        found = (
            one for one in reversed(self.verdicts) if (one.body.build, one.body.environment) == (build, environment)
        )
        return next(found, None)


def history_of(recorded: Iterable[Recorded[Body]]) -> History:
    """The history that entries tell."""
    ones = tuple(recorded)
    return History(
        verdicts=tuple(_of(ones, Verdict)),
        deployments=tuple(sorted(_of(ones, Deployment), key=lambda one: (one.body.ended, one.sequence))),
        removals=tuple(_of(ones, Removal)),
        incidents=tuple(_of(ones, Incident)),
        restorations=tuple(_of(ones, Restoration)),
        false_blocks=tuple(_of(ones, FalseBlock)),
    )


def _of(ones: Iterable[Recorded[Body]], kind: type[B]) -> Iterator[Recorded[B]]:
    for one in ones:
        if isinstance(one.body, kind):
            yield Recorded(one.sequence, one.at, one.body)
