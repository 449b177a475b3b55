"""A small run, made by hand: the files that `nameraka run` leaves, so that each can be spoiled in its own way."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nameraka.gate.case import Case
from nameraka.gate.explain import explain
from nameraka.gate.inputs import InputPaths, read_inputs
from nameraka.gate.reading import read_evidence
from nameraka.gate.verdict import Verdict, document, judge
from nameraka.plan import Plan, PlanItem, canonical, sha256, shard_of

BUILD = "sha256:" + "b" * 64
OTHER_BUILD = "sha256:" + "c" * 64
RUN = "20260102T030405Z-0a1b2c3d"
PLANNED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BEGUN, ANSWERED, ENDED = (PLANNED + timedelta(seconds=number) for number in (2, 20, 40))
JUDGED = PLANNED + timedelta(minutes=2)
STRICTEST = "schema = 1\n"
PICTURE = b"\x89PNG\r\n\x1a\nnot really"


def item_of(name: str, door: str = "api", severity: str = "critical", criterion: str = "CH-01") -> PlanItem:
    """A planned item with two sentences."""
    return PlanItem(
        id=f"features/chat/受付.feature::{name}[{door}]",
        feature="features/chat/受付.feature",
        rule="メッセージは失われない",
        scenario=name,
        row=None,
        door=door,
        tags=(criterion, severity),
        criteria=(criterion,),
        severity=severity,
        language="ja",
        sentences=2,
        digest=sha256(name.encode()),
    )


ITEMS = (item_of("送信"), item_of("送信", "web"), item_of("受付"))


@dataclass
class Run:
    """One run of ``items``; ``answers`` are the outcomes in the run record, ``passed`` where nothing is said.

    ``inputs`` are the files that it is judged by, under their usual names, beside the folder; ``planned_at`` is when it
    began, and everything else follows from that.
    """

    folder: Path
    items: tuple[PlanItem, ...] = ITEMS
    shards: int = 1
    build: str | None = BUILD
    environment: str = "embedded"
    proposed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    exit_code: int | None = None
    reason: str = "finished"
    inputs: dict[str, str] = field(default_factory=dict)
    uncommitted: bool = False
    planned_at: datetime = PLANNED
    run_id: str = RUN
    shard: int | None = None

    def __post_init__(self) -> None:
        self.plan = Plan(
            run_id=self.run_id,
            created=self.planned_at.isoformat(),
            commit="0" * 40,
            uncommitted=self.uncommitted,
            environment=self.environment,
            build=self.build,
            shards=self.shards,
            digests={"features": sha256(b"features"), **self._digests()},
            items=self.items,
            proposed=self.proposed,
        )

    def _digests(self) -> dict[str, str]:
        self.inputs = {"gate.toml": STRICTEST, **self.inputs}
        roles = {"gate.toml": "policy", "waivers.toml": "waivers", "requirements.toml": "register"}
        return {role: sha256(self.inputs[name].encode()) for name, role in roles.items() if name in self.inputs}

    @property
    def written(self) -> list[int]:
        """The shards whose files are written: all, or the one that this machine runs."""
        return [self.shard] if self.shard else list(range(1, self.shards + 1))

    def at(self, moment: datetime) -> datetime:
        """What ``moment`` of the run of the module's times is in this run."""
        return moment + (self.planned_at - PLANNED)

    def write(self) -> Run:
        """Put the whole run into the folder as a good run leaves it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.inputs.items():
            (self.folder.parent / name).write_text(content, "utf-8")
        (self.folder / "plan.json").write_bytes(self.plan.to_json())
        for shard in self.written:
            mine = [item for item in self.items if shard_of(item.id, self.shards) == shard]
            for item in mine:
                self.put_result(item.id)
            self.put_record(f"{shard}of{self.shards}", [item.id for item in mine])
            self.put_sentinel(f"{shard}of{self.shards}")
        self.seal()
        return self

    def result(self, item: str, **changes: Any) -> dict[str, Any]:
        """What Allure would hold of the item."""
        outcome = self.answers.get(item, "passed")
        status = {"xfailed": "skipped", "crashed": "broken"}.get(outcome, outcome)
        steps = [{"name": name, "status": "passed", "start": 1, "stop": 2} for name in ("もし 送信する", "ならば 届く")]
        if status != "passed":
            steps[-1]["status"] = status
        labels = {
            "run": self.run_id,
            "plan": self.plan.digest,
            "build": self.build or "",
            "environment": self.environment,
            "door": item.rpartition("[")[2][:-1],
        }
        return {
            "uuid": hashlib.md5(item.encode(), usedforsecurity=False).hexdigest(),
            "fullName": item,
            "status": status,
            "steps": steps,
            "attachments": [],
            "labels": [{"name": name, "value": value} for name, value in labels.items()],
            "start": _milliseconds(self.at(ANSWERED)) - 1_000,
            "stop": _milliseconds(self.at(ANSWERED)),
            **changes,
        }

    def put_result(self, item: str, name: str | None = None, **changes: Any) -> Path:
        """Write a result with a picture of the page, as a web scenario has it."""
        content = self.result(item, **changes)
        stem = name or content["uuid"]
        if item.endswith("[web]") and "attachments" not in changes:
            content["attachments"] = [{"name": "患者", "source": f"{stem}-attachment.png", "type": "image/png"}]
            (self.folder / f"{stem}-attachment.png").write_bytes(PICTURE)
        return self.put(f"{stem}-result.json", content)

    def put(self, name: str, content: object) -> Path:
        path = self.folder / name
        path.write_bytes(json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace"))
        return path

    def put_record(
        self, shard: str, items: list[str], *, closed: bool = True, events: list[dict[str, Any]] | None = None
    ) -> Path:
        """Write the run record; ``events`` come before the closing line."""
        lines: list[dict[str, Any]] = [
            {
                "event": "open",
                "schema": 1,
                "plan": self.plan.digest,
                "run_id": self.run_id,
                "shard": shard,
                "environment": self.environment,
                "started": self.at(BEGUN).isoformat(),
            }
        ]
        for item in items:
            lines += self.attempt(item)
        lines += events or []
        content = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        if closed:
            content += self.closing(lines, content)
        path = self.folder / f"run-{shard}.jsonl"
        path.write_bytes(content)
        return path

    def attempt(self, item: str, number: int = 1, outcome: str | None = None, **changes: Any) -> list[dict[str, Any]]:
        """The lines of one try."""
        outcome = outcome or self.answers.get(item, "passed")
        end = {
            "event": "end",
            "id": item,
            "attempt": number,
            "outcome": outcome,
            "builds": [self.build or ""],
            "seconds": 0.1,
            "at": self.at(ANSWERED).isoformat(),
        }
        return [{"event": "start", "id": item, "attempt": number}, {**end, **changes}]

    def closing(self, lines: list[dict[str, Any]], content: bytes) -> bytes:
        outcomes = [line["outcome"] for line in lines if line["event"] == "end"]
        starts = sum(line["event"] == "start" for line in lines)
        counts = {outcome: outcomes.count(outcome) for outcome in outcomes}
        counts |= {"started": starts, "unfinished": starts - len(outcomes)}
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        line = {"event": "closed", "reason": self.reason, "exit": self._code(), "ended": self.at(ENDED).isoformat()}
        line |= {"counts": counts, "digest": digest}
        return json.dumps(line).encode() + b"\n"

    def _code(self) -> int:
        if self.exit_code is not None:
            return self.exit_code
        return int(any(outcome not in ("passed", "skipped", "xfailed", "xpassed") for outcome in self.answers.values()))

    def seal(self, **changes: Any) -> None:
        """Write what the parent saw, over the files as they are now."""
        for shard in self.written:
            name = f"observed-{shard}of{self.shards}.json"
            files = {
                path.name: sha256(path.read_bytes())
                for path in sorted(self.folder.iterdir())
                if path.is_file() and not path.is_symlink() and not path.name.startswith(("observed-", ".lock"))
            }
            seen = {"schema": 1, "shard": f"{shard}of{self.shards}", "plan": self.plan.digest, "run_id": self.run_id}
            seen |= {"started": self.at(BEGUN).isoformat(), "ended": self.at(ENDED).isoformat()}
            seen |= {"exit_code": self._code(), "signal": None, "stopped_by": None, "files": files, **changes}
            self.put(name, {**seen, "digest": sha256(canonical(seen))})

    def put_sentinel(self, shard: str, **changes: Any) -> Path:
        """Write what the sentinels showed."""
        outcomes = {"must-fail": "failed", "must-be-skipped": "skipped"}
        seen = {"schema": 1, "shard": shard, "plan": self.plan.digest, "run_id": self.run_id, "exit_code": 1}
        seen |= {"outcomes": {name: {"record": one, "result": one} for name, one in outcomes.items()}}
        seen |= {"started": self.at(BEGUN).isoformat(), "ended": self.at(ENDED).isoformat(), **changes}
        return self.put(f"sentinel-{shard}.json", {**seen, "digest": sha256(canonical(seen))})

    def planned(self, number: int = 0) -> str:
        """The id of a planned item."""
        return self.items[number].id

    def result_file(self, number: int = 0) -> Path:
        """The result of a planned item."""
        return self.folder / f"{self.result(self.planned(number))['uuid']}-result.json"

    def edit(self, number: int = 0, **changes: Any) -> None:
        """Change a result and seal again: as if the run itself had left it so."""
        path = self.result_file(number)
        self.put(path.name, {**json.loads(path.read_text("utf-8")), **changes})
        self.seal()

    def case(self, now: datetime | None = None) -> Case:
        inputs = read_inputs(InputPaths.in_folder(self.folder.parent))
        return Case(read_evidence(self.folder), inputs, now or self.at(JUDGED))

    def judge(self, now: datetime | None = None) -> Verdict:
        return judge(self.case(now))


def fresh(folder: Path, **settings: Any) -> Run:
    """A run of just now, for whoever judges by the real clock."""
    return Run(folder, planned_at=datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1), **settings).write()


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def why(verdict: Verdict) -> str:
    """The explanation, for a test to look into."""
    return explain(document(verdict), "en")


__all__ = [
    "ANSWERED",
    "BEGUN",
    "BUILD",
    "ENDED",
    "ITEMS",
    "JUDGED",
    "OTHER_BUILD",
    "PICTURE",
    "PLANNED",
    "RUN",
    "STRICTEST",
    "Run",
    "fresh",
    "item_of",
    "replace",
    "why",
]
