"""What the gate costs as results grow, against the floor: reading the same files and parsing them with orjson.

    .venv/bin/python benchmarks/gate.py                         # the table in README.md, three minutes
    .venv/bin/python benchmarks/gate.py 20000x6 --rounds 3      # another one
    .venv/bin/python benchmarks/gate.py 50000x0 --keep FOLDER   # the evidence alone, to profile over it

The evidence is made as a run makes it: a plan, a record, an observation, and for each item a result with fourteen
labels, six sentences, links and parameters, every fourth with an attachment, and what was sent and answered where
exchanges are kept. The gate is the whole command: it reads, judges by a policy and a register, writes the
verdict and explains it. Each figure is of a fresh process: user and system CPU seconds and the largest resident size.
Rounds are interleaved; the ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nameraka.plan import Plan, PlanItem, canonical, sha256

BUILD = "sha256:" + "b" * 64
RESULTS = Path("reports") / "results"
RUN = "20260102T030405Z-0a1b2c3d"
SENTENCES = (
    "前提 店は開いている",
    "もし 佐藤が「明日の予約を変えたいです」と送信する",
    "ならば 佐藤に届いたと知らされる",
)
SENTENCES += (
    "もし 鈴木が「何時がよいですか」と返信する",
    "ならば 佐藤に「何時がよいですか」が届く",
    "かつ 鈴木の一覧に1件だけ載っている",
)
BEGUN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
CRITERIA = tuple(f"BK-{number:02d}" for number in range(1, 21))
POLICY = 'schema = 1\n[severity.critical]\nmax_age = "24h"\n'
REGISTER = '[capabilities]\nBK = { ja = "予約", en = "Booking" }\n' + "".join(
    f'''
[{name}]
ja = "{name}: 予約は失われない"
en = "{name}: no booking is lost"
severity = "critical"
hazard = {{ ja = "客を待たせる", en = "A guest waits" }}
source = "Proposal"
'''
    for name in CRITERIA
)


# The evidence


def make(root: Path, results: int, exchanges: int) -> None:
    """A project in ``root`` whose ``results`` items all passed."""
    (root / "features").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[tool.nameraka]\n")
    folder = root / RESULTS
    folder.mkdir(parents=True)
    (root / "reports" / "gate.toml").write_text(POLICY)
    (root / "features" / "requirements.toml").write_text(REGISTER, "utf-8")
    items = tuple(item(number) for number in range(results))
    plan = Plan(
        run_id=RUN,
        created=at(0),
        commit="0" * 40,
        uncommitted=False,
        environment="embedded",
        build=BUILD,
        shards=1,
        digests={
            "features": sha256(b"features"),
            "policy": sha256(POLICY.encode()),
            "register": sha256(REGISTER.encode()),
        },
        items=tuple(sorted(items, key=lambda one: one.id)),
    )
    files: dict[str, str] = {}

    def write(name: str, content: bytes) -> None:
        (folder / name).write_bytes(content)
        files[name] = sha256(content)

    write("plan.json", plan.to_json())
    chance = random.Random(0)
    for number, one in enumerate(items):
        attachment = f"{identifier(chance)}-attachment.csv" if number % 4 == 0 else None
        if attachment:
            write(attachment, f"kind,text\r\npatient,{number}\r\n".encode())
        content = result(one, number, plan, identifier(chance), attachment, exchanges)
        write(f"{identifier(chance)}-result.json", json.dumps(content, ensure_ascii=False).encode())
    write("run-1of1.jsonl", record(items, plan))
    write("sentinel-1of1.json", sentinel(plan))
    more = {"signal": None, "stopped_by": None, "seconds": 3600.0, "leftovers": [], "options": [], "files": files}
    write("observed-1of1.json", sealed(plan, exit_code=0, **more))


def sealed(plan: Plan, **more: Any) -> bytes:
    """What the parent process writes about a shard."""
    seen = {
        "schema": 1,
        "shard": "1of1",
        "plan": plan.digest,
        "run_id": RUN,
        "started": at(1),
        "ended": at(3600),
        **more,
    }
    return json.dumps({**seen, "digest": sha256(canonical(seen))}, ensure_ascii=False, indent=1).encode() + b"\n"


def sentinel(plan: Plan) -> bytes:
    said = {"must-fail": "failed", "must-be-skipped": "skipped"}
    outcomes = {name: {"record": word, "result": word} for name, word in said.items()}
    return sealed(plan, exit_code=1, outcomes=outcomes)


def item(number: int) -> PlanItem:
    feature = f"features/booking/予約の変更{number // 50:05d}.feature"
    scenario = f"店が開いていれば、{number:06d}番の予約は変えられる"
    criterion = CRITERIA[number % len(CRITERIA)]
    return PlanItem(
        id=f"{feature}::{scenario}[api]",
        feature=feature,
        rule="予約は失われない",
        scenario=scenario,
        row=None,
        door="api",
        tags=(criterion, "critical"),
        criteria=(criterion,),
        severity="critical",
        language="ja",
        sentences=len(SENTENCES),
        digest=sha256(scenario.encode()),
    )


def result(one: PlanItem, number: int, plan: Plan, own: str, attachment: str | None, exchanges: int) -> dict[str, Any]:
    """What allure-pytest and nameraka.evidence write, field by field in their order."""
    start = round((BEGUN + timedelta(seconds=1 + number % 3500)).timestamp() * 1000)
    criterion = one.criteria[0]
    steps = [step(name, start + place * 10) for place, name in enumerate(SENTENCES)]
    for place in range(exchanges):
        steps[place % len(steps)].setdefault("steps", []).append(exchange(place, start))
    if attachment:
        steps[1]["attachments"] = [{"name": "table", "source": attachment, "type": "text/csv"}]
    labels = [("host", "vm"), ("thread", "15242-MainThread"), ("framework", "pytest"), ("language", "cpython3")]
    labels += [("severity", "critical"), ("epic", "booking"), ("feature", "予約の変更"), ("tag", criterion)]
    labels += [("criterion", criterion), ("door", one.door), ("run", RUN), ("plan", plan.digest), ("build", BUILD)]
    labels += [("environment", plan.environment)]
    said = "\n".join(f"    {name}" for name in SENTENCES)
    return {
        "name": f"{one.scenario} · API",
        "status": "passed",
        "description": f"**{criterion}** 予約は店が開いていれば変えられる\n\nIn English:\n\n{said}\n\n`{one.feature}:{number % 50}`",
        "steps": steps,
        "parameters": [{"name": "door", "value": one.door}],
        "start": start,
        "stop": start + 60,
        "uuid": own,
        "historyId": hashlib.md5(one.id.encode(), usedforsecurity=False).hexdigest(),
        "testCaseId": hashlib.md5(one.scenario.encode(), usedforsecurity=False).hexdigest(),
        "fullName": one.id,
        "labels": [{"name": name, "value": value} for name, value in labels],
        "links": [{"type": "tms", "url": f"criteria.html#{criterion}", "name": criterion}],
        "titlePath": ["booking", "予約の変更"],
    }


def step(name: str, start: int) -> dict[str, Any]:
    return {"name": name, "status": "passed", "start": start, "stop": start + 9}


def exchange(place: int, start: int) -> dict[str, Any]:
    answered = [
        {"id": f"{number:032x}", "seq": number, "text": "明日の予約を変えたいです", "notice": None}
        for number in range(6)
    ]
    told = {"sent": {"text": "明日の予約を変えたいです"}, "answered": answered}
    parameters = [{"name": name, "value": json.dumps(value, ensure_ascii=False)} for name, value in told.items()]
    parameters.append({"name": "contract", "value": "sendMessage: as the contract says"})
    name = f"佐藤: POST /api/threads/{place:032x}/messages → 201"
    return {"name": name, "status": "passed", "parameters": parameters, "start": start, "stop": start + 5}


def record(items: Sequence[PlanItem], plan: Plan) -> bytes:
    lines = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in events(items, plan))
    counts = {"passed": len(items), "started": len(items), "unfinished": 0}
    digest = "sha256:" + hashlib.sha256(lines).hexdigest()
    closing = {
        "event": "closed",
        "reason": "finished",
        "exit": 0,
        "ended": at(3600),
        "counts": counts,
        "digest": digest,
    }
    return lines + json.dumps(closing).encode() + b"\n"


def events(items: Sequence[PlanItem], plan: Plan) -> Iterator[dict[str, Any]]:
    opened = {"event": "open", "schema": 1, "plan": plan.digest, "run_id": RUN, "shard": "1of1"}
    yield {**opened, "environment": plan.environment, "seed": 1, "started": at(1), "pid": 1, "libraries": {}}
    yield {"event": "contract", "documented": {"sendMessage": ["201"]}}
    for number, one in enumerate(items):
        moment = at(2 + number % 3500)
        yield {"event": "start", "id": one.id, "attempt": 1, "at": moment}
        end = {"event": "end", "id": one.id, "attempt": 1, "outcome": "passed", "builds": [BUILD], "worker": "gw0"}
        yield {**end, "seconds": 0.06, "why": None, "at": moment, "contract": [["sendMessage", "201"]]}


def at(seconds: int) -> str:
    """So long after the run was planned."""
    return (BEGUN + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def identifier(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


# The contenders

FLOOR = """
import sys, orjson
from pathlib import Path
for path in Path(sys.argv[1]).iterdir():
    content = path.read_bytes()
    if path.suffix == ".json":
        orjson.loads(content)
    elif path.suffix == ".jsonl":
        for line in content.splitlines():
            orjson.loads(line)
"""


@dataclass(frozen=True)
class Cost:
    seconds: float
    mebibytes: float


def cost(*command: str, folder: Path) -> Cost:
    """What one fresh process costs. Raises ``RuntimeError`` when it does not end with 0, which is ``go`` of the gate."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [sys.executable, *command], cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise RuntimeError(f"{' '.join(command)[:200]} in {folder} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(root: Path, results: int, exchanges: int, rounds: int) -> str:
    """A row of the table."""
    # In a process of its own: what this one holds when it starts another is counted as that one's.
    subprocess.run([sys.executable, __file__, f"{results}x{exchanges}", "--keep", str(root)], check=True)
    folder = root / RESULTS
    size = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
    cost("-c", FLOOR, str(folder), folder=root)  # the files are in memory and what is compiled is compiled
    pairs = [
        (cost("-c", FLOOR, str(folder), folder=root), cost("-m", "nameraka", "gate", folder=root))
        for _ in range(rounds)
    ]
    floor, gate = (statistics.median(one.seconds for one in side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(gate.seconds / floor.seconds for floor, gate in pairs)
    low, high = (max(one.mebibytes for one in side) for side in zip(*pairs, strict=True))
    figures = f"{size:,.0f} | {floor:.2f} | {gate:.2f} | {ratio:.2f} | {low:,.0f} | {high:,.0f}"
    return f"| {results:,} | {exchanges} | {figures} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "rows",
        nargs="*",
        default=["5000x0", "50000x0", "50000x12"],
        metavar="RESULTSxEXCHANGES",
        help="how many results, and how many exchanges are kept in each (default: %(default)s)",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="make the evidence of one row in this new folder and measure nothing")
    args = parser.parse_args()
    rows = [tuple(map(int, row.split("x"))) for row in args.rows]
    if args.keep:
        make(args.keep, *rows[0])
        return
    print(
        "| results | exchanges in each | MiB | floor, CPU s | gate, CPU s | ratio | floor, peak MiB | gate, peak MiB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for results, exchanges in rows:
        with tempfile.TemporaryDirectory() as base:
            print(measure(Path(base) / "project", results, exchanges, args.rounds), flush=True)


if __name__ == "__main__":
    main()
