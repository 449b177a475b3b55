"""What an entry may hold, one type for each kind. Times are aware; digests are ``sha256:`` and 64 hexadecimal digits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from nameraka.findings import UsageError
from nameraka.ledger.chain import Entry

Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
Commit = Annotated[str, Meta(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Moment = Annotated[datetime, Meta(tz=True)]
Answer = Literal["go", "no-go", "unknown"]
State = Literal["verified", "failed", "not-run", "waived", "uncovered", "proposed"]
Severity = Literal["critical", "major", "minor"]
Doubt = Literal["no-verdict", "not-go", "for-another"]


class _Body(Struct, frozen=True, forbid_unknown_fields=True):
    """A body is read strictly: a field that is not known here may change what the others mean."""


class Verdict(_Body, frozen=True):
    """A verdict on a build in an environment; each is None where the verdict names none.

    ``document`` is the digest of the whole document, which the store keeps; the rest is its essence. ``seconds`` is the
    sum over its items; ``broken`` are the rules that did not hold.
    """

    document: Digest
    environment: Name | None
    verdict: Answer
    created: Moment
    run_id: Name | None
    build: Digest | None
    commit: Commit | None
    planned_at: Moment | None
    ended_at: Moment | None
    planned: int
    clean: int
    failed: int
    seconds: float | None
    broken: tuple[Name, ...]
    requirements: dict[Name, State]


class Deployment(_Body, frozen=True):
    """A build that was put into an environment.

    ``verdict`` is the one it rested on; where that is not a go for this build and environment, ``doubt`` says why.
    ``unplanned``: made because of ``incident``. ``takes_back``: a rollback, and of which deployment (its sequence).
    """

    environment: Name
    build: Digest
    commit: Commit | None
    committed: Moment | None
    started: Moment | None
    ended: Moment
    verdict: Digest | None
    doubt: Doubt | None
    unplanned: bool
    incident: Name | None
    takes_back: int | None


class Removal(_Body, frozen=True):
    """An environment in which nothing runs any more."""

    environment: Name
    ended: Moment


class Incident(_Body, frozen=True):
    """Something that went wrong; ``cause`` is the deployment (its sequence) that caused it, None for another cause."""

    id: Name
    environment: Name
    cause: int | None
    opened: Moment
    severity: Severity | None
    requirements: tuple[Name, ...]


class Restoration(_Body, frozen=True):
    """The end of an incident."""

    incident: Name
    restored: Moment


class FalseBlock(_Body, frozen=True):
    """A verdict that was not go, and of which a person says that it blocked without cause."""

    verdict: Digest
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


Body = Verdict | Deployment | Removal | Incident | Restoration | FalseBlock
KINDS: dict[str, type[Body]] = {
    "verdict": Verdict,
    "deploy": Deployment,
    "undeploy": Removal,
    "incident": Incident,
    "restore": Restoration,
    "false-block": FalseBlock,
}
_KIND_OF = {body: kind for kind, body in KINDS.items()}
B = TypeVar("B", bound=Body, covariant=True)


@dataclass(frozen=True, slots=True)
class Recorded(Generic[B]):
    """What an entry holds, and where it stands: ``sequence`` and the time ``at`` which it was written."""

    sequence: int
    at: datetime
    body: B


def kind_of(body: Body) -> str:
    """The kind of entry that holds ``body``."""
    return _KIND_OF[type(body)]


def plain(body: Body) -> dict[str, Any]:
    """The body as JSON has it; all times in UTC."""
    values: dict[str, Any] = msgspec.to_builtins(body, builtin_types=(datetime,))
    return {name: _utc(value) for name, value in values.items()}


def _utc(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def make(kind: type[B], **values: Any) -> B:
    """A body whose values were checked. Raises ``UsageError``."""
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"This cannot be entered in the ledger: {error}. Correct the value.") from None


def read(entries: Iterable[Entry]) -> tuple[Recorded[Body], ...]:
    """What the entries hold. Raises ``UsageError`` for an entry that this version of nameraka does not understand."""
    return tuple(_read(entry) for entry in entries)


def _read(entry: Entry) -> Recorded[Body]:
    if entry.kind not in KINDS:
        raise UsageError(f"Entry {entry.sequence} of the ledger is of an unknown kind, {entry.kind!r}. {_NEWER}")
    try:
        body: Body = msgspec.json.decode(entry.body, type=KINDS[entry.kind])
    except msgspec.DecodeError as error:
        raise UsageError(f"Entry {entry.sequence} of the ledger is not understood: {error}. {_NEWER}") from None
    return Recorded(entry.sequence, datetime.fromisoformat(entry.at), body)


_NEWER = "A newer nameraka may have written it: use that one."
