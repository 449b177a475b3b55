"""Entries linked by digest: whoever changes, removes or moves one breaks every later link.

What a chain cannot show by itself: that its newest entries were cut off, or that somebody who may write everything wrote
all of it anew. Both show against a ``Head`` that was kept elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from nameraka.findings import UsageError
from nameraka.plan import canonical, sha256

NOTHING = "sha256:" + "0" * 64
"""What the first entry names as the digest of the one before it."""

_HEAD = re.compile(r"(0|[1-9]\d{0,17}):(sha256:[0-9a-f]{64})", re.ASCII)


class BrokenChain(UsageError):
    """The ledger is not what was written; the message says at which entry and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: ``sequence`` counts 1, 2, 3 …; ``at`` is ISO 8601 in UTC; ``body`` is canonical JSON as text.

    ``former`` is the digest of the entry before, ``digest`` covers all other fields.
    """

    sequence: int
    kind: str
    at: str
    body: str
    former: str
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain, small enough to be kept elsewhere: ``17:sha256:…``."""

    sequence: int
    digest: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """The head that ``text`` spells. Raises ``UsageError``."""
        found = _HEAD.fullmatch(text.strip())
        if not found:
            raise UsageError(f"{text!r} is no head of a ledger. Write what `nameraka record head` printed: 17:sha256:…")
        return cls(int(found[1]), found[2])


def head_of(entries: Sequence[Entry]) -> Head:
    """The head of a chain; of an empty one ``0:`` and NOTHING."""
    return Head(entries[-1].sequence, entries[-1].digest) if entries else Head(0, NOTHING)


def next_entry(last: Entry | None, kind: str, body: object, now: datetime) -> Entry:
    """The entry that comes after ``last``.

    Its time is ``now``, or that of ``last`` where this machine's clock is behind: time in a ledger never runs back.
    Raises ``UsageError`` for a body that is no JSON or holds half a character, which no database would keep.
    """
    at = now.astimezone(UTC).isoformat(timespec="microseconds")
    try:
        text = canonical(body).decode("utf-8")
    except (UnicodeDecodeError, TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"This cannot be entered in the ledger: {error}. Correct the text.") from None
    sequence, former = (last.sequence + 1, last.digest) if last else (1, NOTHING)
    at = max(at, last.at) if last else at
    return Entry(sequence, kind, at, text, former, _digest(sequence, kind, at, text, former))


def check(entries: Sequence[Entry], kept: Head | None = None) -> None:
    """Go through the whole chain, and hold it against a head that was ``kept`` elsewhere.

    Raises ``BrokenChain`` for the first entry that is not what was written.
    """
    former, at = NOTHING, ""
    for expected, entry in enumerate(entries, 1):
        if problem := _problem(entry, expected, former, at):
            raise BrokenChain(
                f"The ledger was changed: {problem}. Keep this copy as evidence, go back to a copy that holds "
                "(`nameraka record check --head …` tells), and find out who wrote to it."
            )
        former, at = entry.digest, entry.at
    if kept and not _holds(entries, kept):
        seen = f"entry {kept.sequence} is another" if kept.sequence <= len(entries) else f"it ends at {len(entries)}"
        raise BrokenChain(
            f"The ledger does not go on from the head that was kept, {kept}: {seen}. Entries were cut off, or the whole "
            "was written anew, or this is another ledger. Keep this copy as evidence and find out."
        )


def _problem(entry: Entry, expected: int, former: str, at: str) -> str:
    """What is wrong with an entry, or nothing."""
    # A database may hold anything in a column, whatever its type.
    if type(entry.sequence) is not int or entry.sequence != expected:
        return f"where entry {expected} should be there is {entry.sequence!r}"
    if not all(isinstance(text, str) for text in (entry.kind, entry.at, entry.body, entry.former, entry.digest)):
        return f"entry {expected} holds something that is no text"
    if entry.former != former:
        return f"entry {expected} does not follow the entry before it"
    if entry.digest != _digest(entry.sequence, entry.kind, entry.at, entry.body, entry.former):
        return f"entry {expected} has another content than its digest says"
    if not _is_time(entry.at):
        return f"the time of entry {expected} is none"
    return f"entry {expected} is earlier than the entry before it" if entry.at < at else ""


def _is_time(text: str) -> bool:
    """Whether ``text`` is spelled as this module writes times, so that their order is that of their letters."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="microseconds") == text
    except (ValueError, OverflowError):
        return False


def _holds(entries: Sequence[Entry], kept: Head) -> bool:
    if kept.sequence > len(entries):
        return False
    return head_of(entries[: kept.sequence]) == kept


def _digest(sequence: int, kind: str, at: str, body: str, former: str) -> str:
    content = {"sequence": sequence, "kind": kind, "at": at, "body": body, "former": former}
    return sha256(canonical(content))
