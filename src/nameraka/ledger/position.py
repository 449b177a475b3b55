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

    ``newest_for_environment``: no later verdict, on whatever build, is on the same environment; ``newest_for_build``: none
    on the same build there, which is all that a rollback to a former build can fulfil. ``head`` is the ledger's own,
    ``17:sha256:…``, to be kept elsewhere.
    """

    sequence: int
    newest_for_environment: bool
    newest_for_build: bool
    head: str


def position_of(url: str, verdict_digest: str, kept_head: str | None = None) -> Position:
    """Where the verdict whose canonical document has ``verdict_digest`` stands in the ledger at ``url``.

    Raises ``BrokenChain`` when the chain does not hold or does not go on from ``kept_head``, ``NotRecorded`` when the
    verdict has no entry, ``UsageError`` when the ledger cannot be read.
    """
    ledger = Ledger(url)
    book = ledger.book(Head.parse(kept_head) if kept_head else None)
    history = history_of(book.recorded)
    found = history.verdict(verdict_digest)
    if found is None:
        raise NotRecorded(
            f"{ledger}: it has no entry of the verdict {verdict_digest}. `nameraka record verdict` makes it."
        )
    later = [one.body for one in history.verdicts if one.sequence > found.sequence]
    later = [one for one in later if one.environment == found.body.environment]
    return Position(
        sequence=found.sequence,
        newest_for_environment=not later,
        newest_for_build=all(one.build != found.body.build for one in later),
        head=str(head_of(book.entries)),
    )
