"""Reading a run record, line by line, for as far as it can be believed."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Annotated, Final

from msgspec import Meta, Struct

from nameraka.gate.evidence import Attempt, Closing, Pool, Record
from nameraka.plan import parse_shard
from nameraka.shapes import Count, Malformed, Shape, Words, parse_json

SCHEMA: Final = 1


class _Line(Struct, tag_field="event", omit_defaults=True, gc=False):
    pass


class _Open(_Line, tag="open"):
    schema: int
    shard: Words
    plan: Words
    run_id: Words
    environment: Words
    started: str | None = None


class _Start(_Line, tag="start"):
    id: Words
    attempt: Count
    at: str | None = None


class _End(_Line, tag="end"):
    id: Words
    attempt: Count
    outcome: Words
    builds: tuple[str, ...] = ()
    worker: str | None = ""  # null is written out
    why: str | None = ""
    seconds: Annotated[float, Meta(ge=0)] | None = None
    at: str | None = None
    measures: dict[str, float] = {}
    contract: tuple[tuple[str, str], ...] = ()


class _WorkerLost(_Line, tag="worker-lost"):
    worker: Words


class _Contract(_Line, tag="contract"):
    documented: dict[str, tuple[str, ...]]


class _Facts(_Line, tag="facts"):
    """Of any names."""


class _Closed(_Line, tag="closed"):
    reason: Words
    exit: Count
    counts: dict[str, Count]
    digest: Words
    ended: str | None = None


_Any = _Open | _Start | _End | _WorkerLost | _Contract | _Facts | _Closed
_LINE: Final = Shape[_Any](_Any)


class RecordLines:
    """The lines of ``run-<shard>.jsonl``. ``read`` raises at the first line that cannot be believed; ``record`` gives
    what stood before it, without a closing line."""

    def __init__(self, file: str, shard: str, pool: Pool) -> None:
        self.file = file
        self.shard = shard
        self.pool = pool
        self.header: _Open | None = None
        self.starts: list[tuple[str, int]] = []
        self.attempts: list[Attempt] = []
        self.lost: list[str] = []
        self.facts: list[dict[str, str]] = []
        self.documented: dict[str, tuple[str, ...]] | None = None
        self.closing: Closing | None = None
        self.digest = hashlib.sha256()

    def read(self, content: bytes) -> None:
        """Take every line. Raises ``Malformed`` with the number of the line."""
        try:
            parse_shard(self.shard)
        except ValueError as error:
            raise Malformed(str(error)) from None
        for number, line in enumerate(BytesIO(content), 1):
            try:
                self._take(line)
            except Malformed as error:
                self.closing = None
                raise Malformed(f"line {number}: {error}") from None
        if self.header is None:
            raise Malformed("it is empty")

    def record(self) -> Record | None:
        """What was read; None when not even the header could be."""
        if self.header is None:
            return None
        return Record(
            file=self.file,
            shard=self.shard,
            plan=self.header.plan,
            run_id=self.header.run_id,
            environment=self.header.environment,
            starts=tuple(self.starts),
            attempts=tuple(self.attempts),
            lost_workers=tuple(self.lost),
            closing=self.closing,
            facts=tuple(self.facts),
            started=self.header.started or None,
            documented=self.documented or {},
        )

    def _take(self, line: bytes) -> None:
        if not line.endswith(b"\n"):
            raise Malformed("it is cut off")
        if self.closing is not None:
            raise Malformed("it stands after the line that closed the record")
        said = _LINE.read(line)
        if isinstance(said, _Open) is not (self.header is None):
            raise Malformed("the header must be the first line and stand once")
        match said:
            case _Start():
                self.starts.append((self.pool.one(said.id), said.attempt))
            case _End():
                self._end(said)
            case _Open():
                self._open(said)
            case _WorkerLost():
                self.lost.append(said.worker)
            case _Facts():
                self.facts.append({name: str(one) for name, one in parse_json(line).items() if name != "event"})
            case _Contract():
                if self.documented is not None:
                    raise Malformed("the contract must stand once")
                self.documented = said.documented
            case _Closed():
                self._close(said)
        self.digest.update(line)

    def _open(self, said: _Open) -> None:
        if said.schema != SCHEMA:
            raise Malformed("its schema is not known here")
        if said.shard != self.shard:
            raise Malformed(f"it is of shard {said.shard!r}, not of {self.shard!r}")
        self.header = said

    def _end(self, said: _End) -> None:
        self.attempts.append(
            Attempt(
                item=self.pool.one(said.id),
                number=said.attempt,
                outcome=self.pool.one(said.outcome),
                builds=self.pool.one(said.builds),
                worker=self.pool.one(said.worker) or None,
                why=said.why or None,
                seconds=said.seconds,
                at=said.at or None,
                measures=said.measures or _NOTHING,
                contract=self.pool.one(said.contract),
            )
        )

    def _close(self, said: _Closed) -> None:
        self.closing = Closing(
            reason=said.reason,
            exit_code=said.exit,
            counts=said.counts,
            intact=said.digest == "sha256:" + self.digest.hexdigest(),
            ended=said.ended or None,
        )


_NOTHING: Final[dict[str, float]] = {}
