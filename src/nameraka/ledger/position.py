"""Where a verdict stands in the ledger, for whoever verifies it before a deployment."""

from __future__ import annotations

from dataclasses import dataclass

from nameraka.findings import UsageError
from nameraka.ledger.chain import Head, head_of
from nameraka.ledger.history import history_of
from nameraka.ledger.store import Ledger


class NotRecorded(UsageError):
    """The ledger holds, and has no entry of this verdict."""


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a verdict's entry.

    ``newest_for_environment``: no later verdict, on whatever build, speaks for the same environment;
    ``newest_for_build``: none on the same build does, which is what a rollback to a former build can fulfil. ``head`` is
    the ledger's own, ``17:sha256:…``, to be kept elsewhere.
    """

    sequence: int
    environment: str | None
    newest_for_environment: bool
    newest_for_build: bool
    head: str


def position_of(
    url: str, verdict_digest: str, environment: str | None = None, kept_head: str | None = None
) -> Position:
    """Where the verdict whose canonical document has ``verdict_digest`` stands in the ledger at ``url``.

    ``environment`` asks for the entry that speaks for it; without, the newest entry of the verdict counts. Raises
    ``BrokenChain`` when the chain does not hold or does not go on from ``kept_head``, ``NotRecorded`` when there is no
    such entry, ``UsageError`` when the ledger cannot be read.
    """
    ledger = Ledger(url)
    book = ledger.book(Head.parse(kept_head) if kept_head else None)
    history = history_of(book.recorded)
    entered = [
        one
        for one in history.verdicts
        if one.body.document == verdict_digest and environment in (None, one.body.environment)
    ]
    if not entered:
        where = f" for {environment}" if environment else ""
        raise NotRecorded(
            f"{ledger}: it has no entry of the verdict {verdict_digest}{where}. `nameraka record verdict` makes it."
        )
    found = entered[-1]
    alike = [one for one in history.verdicts if one.body.environment == found.body.environment]
    same_build = [one for one in alike if one.body.build == found.body.build]
    return Position(
        sequence=found.sequence,
        environment=found.body.environment,
        newest_for_environment=alike[-1].sequence == found.sequence,
        newest_for_build=same_build[-1].sequence == found.sequence,
        head=str(head_of(book.entries)),
    )
