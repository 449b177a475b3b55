"""Reading a run record, line by line, for as far as it can be believed."""

from __future__ import annotations

import hashlib
from typing import Final

from nameraka.gate.evidence import Attempt, Closing, Record
from nameraka.plan import parse_shard
from nameraka.shapes import Fields, Malformed, parse_json

SCHEMA: Final = 1
LONGEST_LINE: Final = 1024 * 1024


class RecordLines:
    """The lines of ``run-<shard>.jsonl``. ``read`` raises at the first line that cannot be believed; ``record`` gives
    what stood before it, without a closing line."""

    def __init__(self, file: str, shard: str) -> None:
        self.file = file
        self.shard = shard
        self.header: Fields | None = None
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
        lines = content.split(b"\n")
        for number, line in enumerate(lines[:-1], 1):
            try:
                self._take(line + b"\n")
            except Malformed as error:
                self.closing = None
                raise Malformed(f"line {number}: {error}") from None
        if lines[-1] or self.header is None:
            self.closing = None
            raise Malformed(f"line {len(lines)} is cut off" if lines[-1] else "it is empty")

    def record(self) -> Record | None:
        """What was read; None when not even the header could be."""
        if self.header is None:
            return None
        return Record(
            file=self.file,
            shard=self.shard,
            plan=self.header.text("plan"),
            run_id=self.header.text("run_id"),
            environment=self.header.text("environment"),
            starts=tuple(self.starts),
            attempts=tuple(self.attempts),
            lost_workers=tuple(self.lost),
            closing=self.closing,
            facts=tuple(self.facts),
            started=self.header.optional_text("started"),
            documented=self.documented or {},
        )

    def _take(self, line: bytes) -> None:
        if len(line) > LONGEST_LINE:
            raise Malformed(f"it has {len(line):,} bytes; at most {LONGEST_LINE:,} are read")
        if self.closing is not None:
            raise Malformed("it stands after the line that closed the record")
        data = Fields(parse_json(line), "the line")
        event = data.text("event")
        if (event == "open") is not (self.header is None):
            raise Malformed("the header must be the first line and stand once")
        if event == "open":
            self._open(data)
        elif event == "start":
            self.starts.append((data.text("id"), data.count("attempt")))
        elif event == "end":
            self.attempts.append(
                Attempt(
                    item=data.text("id"),
                    number=data.count("attempt"),
                    outcome=data.text("outcome"),
                    builds=data.texts("builds"),
                    worker=data.optional_text("worker"),
                    why=data.optional_text("why"),
                    seconds=data.optional_seconds("seconds"),
                    at=data.optional_text("at"),
                    measures=data.numbers("measures"),
                    contract=data.pairs("contract"),
                )
            )
        elif event == "worker-lost":
            self.lost.append(data.text("worker"))
        elif event == "closed":
            self._close(data)
        elif event == "facts":
            self.facts.append({name: str(value) for name, value in data.value.items() if name != "event"})
        elif event == "contract":
            if self.documented is not None:
                raise Malformed("the contract must stand once")
            operations = data.fields("documented")
            self.documented = {name: operations.texts(name) for name in operations.value}
        else:
            raise Malformed(f"event {event!r} is not known here")
        self.digest.update(line)

    def _open(self, data: Fields) -> None:
        if data.count("schema") != SCHEMA:
            raise Malformed("its schema is not known here")
        if data.text("shard") != self.shard:
            raise Malformed(f"it is of shard {data.text('shard')!r}, not of {self.shard!r}")
        for name in ("plan", "run_id", "environment"):
            data.text(name)
        data.optional_text("started")
        self.header = data

    def _close(self, data: Fields) -> None:
        counts = data.fields("counts")
        self.closing = Closing(
            reason=data.text("reason"),
            exit_code=data.count("exit"),
            counts={name: counts.count(name) for name in counts.value},
            intact=data.text("digest") == "sha256:" + self.digest.hexdigest(),
            ended=data.optional_text("ended"),
        )
