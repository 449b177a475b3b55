"""What the parent process wrote about a run when it had ended, sealed by a digest: an observation, and the sentinels."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from nameraka.gate.evidence import Observation, Sentinel
from nameraka.plan import canonical, quick_canonical, sha256
from nameraka.shapes import Malformed, Words, parse_json, shaped

SCHEMA = 1


class _Sealed(Struct):
    schema: int
    shard: Words
    plan: Words
    run_id: Words
    digest: Words
    exit_code: int | None = None
    started: str | None = None
    ended: str | None = None


class _Observation(_Sealed, kw_only=True):
    files: dict[str, str]
    signal: int | None = None
    stopped_by: str | None = None


class _Sentinel(_Sealed, kw_only=True):
    outcomes: dict[str, dict[str, str | None]]


S = TypeVar("S", bound=_Sealed)


def observation_of(name: str, shard: str, content: bytes) -> Observation:
    """The observation that the file ``name`` of ``shard`` holds. Raises ``Malformed``."""
    said = _unsealed(shard, content, _Observation)
    return Observation(
        file=name,
        shard=shard,
        plan=said.plan,
        run_id=said.run_id,
        exit_code=said.exit_code,
        signal=said.signal,
        stopped_by=said.stopped_by or None,
        files=said.files,
        started=said.started or None,
        ended=said.ended or None,
    )


def sentinel_of(name: str, shard: str, content: bytes) -> Sentinel:
    """The sentinels that the file ``name`` of ``shard`` holds. Raises ``Malformed``."""
    said = _unsealed(shard, content, _Sentinel)
    return Sentinel(
        file=name,
        shard=shard,
        plan=said.plan,
        run_id=said.run_id,
        exit_code=said.exit_code,
        outcomes=said.outcomes,
        started=said.started or None,
        ended=said.ended or None,
    )


def _unsealed(shard: str, content: bytes, shape: type[S]) -> S:
    """Raises ``Malformed`` unless the file is of ``shard`` and as its writer left it."""
    value = parse_json(content)
    said = shaped(value, shape)
    if said.schema != SCHEMA:
        raise Malformed("its schema is not known here")
    if said.shard != shard:
        raise Malformed(f"it is of shard {said.shard!r}, not of {shard!r}")
    sealed = {field: one for field, one in value.items() if field != "digest"}
    if said.digest not in (sha256(spell(sealed)) for spell in (quick_canonical, canonical)):
        raise Malformed("its digest is not that of its content: it was changed after it was written")
    return said
