"""The run record: what one pytest process did, line by line, as it happened.

``run-<k>of<n>.jsonl`` begins with a header, has one flushed line at the start and at the end of every item, and ends
with a ``closed`` line that counts and digests all before it. A process that dies leaves the record open, and an open
record says so: nothing here is written afterwards to look better.

The plugin is registered where there is a plan, in the process that controls the run, never in a worker of pytest-xdist.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import signal
import threading
from collections import Counter
from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from nameraka.masking import mask_text
from nameraka.plan import Plan, parse_shard
from nameraka.shapes import Fields, Malformed, parse_json

SCHEMA = 1
BUILD = "nameraka.build"
FACTS = "nameraka.facts"
UNJUDGED = "nameraka.unjudged"
MEASURES = "nameraka.measures"
CONTRACT = "nameraka.contract"
DOCUMENTED = "nameraka.documented"
LIBRARIES = (
    "nameraka",
    "pytest",
    "pytest-bdd",
    "pytest-xdist",
    "allure-pytest",
    "gherkin-official",
    "playwright",
    "schemathesis",
)
_LONGEST_WHY = 500


class Terminated(KeyboardInterrupt):
    """SIGTERM, raised where the process stands, so that scenarios are torn down and the record is closed."""


def record_name(shard: str) -> str:
    """The file name of the record of shard ``2of3``."""
    return f"run-{shard}.jsonl"


class RunRecord:
    """The pytest plugin that keeps the record.

    ``seed`` is what replays the run's people and data; ``surroundings`` are facts known before the run, such as the
    browser. Items tell it more by ``user_properties`` of their reports: ``nameraka.build``, the digest of what answered
    them; ``nameraka.facts``, a mapping; ``nameraka.unjudged``, when it was the harness that broke and not a promise;
    ``nameraka.measures``, numbers by name; ``nameraka.contract``, pairs of an operation and a status that were seen and
    judged; ``nameraka.documented``, the statuses that the contract names for each operation.
    """

    def __init__(
        self,
        folder: Path,
        plan: Plan,
        shard: str,
        seed: str | int | None = None,
        surroundings: Mapping[str, object] | None = None,
    ) -> None:
        parse_shard(shard)
        self._file = _Lines(folder / record_name(shard))
        self._plan = plan
        self._shard = shard
        self._seed = seed
        self._surroundings = dict(surroundings or {})
        self._open: dict[str, _Attempt] = {}
        self._attempts: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._facts: set[str] = set()
        self._documented: dict[str, list[str]] = {}
        self._reason = "finished"
        self._former_handler: Any = None

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] = os.environ, seed: str | int | None = None
    ) -> RunRecord | None:
        """The record that the parent asked for, or None without a plan.

        Raises ``pytest.UsageError`` when the plan or the shard cannot be read: without them no result would count.
        """
        path = environ.get("NAMERAKA_PLAN")
        if not path:
            return None
        folder = Path(environ.get("NAMERAKA_RESULTS") or Path(path).parent)
        try:
            plan = Plan.from_json(Path(path).read_bytes())
            surroundings = Fields(parse_json(environ.get("NAMERAKA_FACTS", "{}").encode())).value
            return cls(folder, plan, environ.get("NAMERAKA_SHARD", "1of1"), seed, surroundings)
        except (OSError, Malformed, ValueError) as error:
            raise pytest.UsageError(
                f"{path}: the plan of this run cannot be used: {error}. Start again with `nameraka run`."
            ) from error

    def fact(self, **facts: object) -> None:
        """Note something about the surroundings once, such as the browser and its fonts."""
        line = json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
        if line not in self._facts:
            self._facts.add(line)
            self._file.write(event="facts", **json.loads(line))

    def _contract(self, documented: dict[str, list[str]]) -> None:
        """Note what the contract documents, once, before the first item that saw something of it has ended."""
        if not self._documented:
            self._documented = documented
            self._file.write(event="contract", documented=documented)
        elif documented != self._documented:
            self.fact(contract="another one than before: not one system answered")

    # The session

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        self._file.create()
        self._file.write(
            event="open",
            schema=SCHEMA,
            plan=self._plan.digest,
            run_id=self._plan.run_id,
            shard=self._shard,
            environment=self._plan.environment,
            seed=self._seed,
            started=_now(),
            pid=os.getpid(),
            python=platform.python_version(),
            platform=platform.platform(),
            libraries=_versions(),
        )
        if self._surroundings:
            self.fact(**self._surroundings)
        if threading.current_thread() is threading.main_thread():
            self._former_handler = signal.signal(signal.SIGTERM, self._terminate)

    def _terminate(self, number: int, frame: FrameType | None) -> None:
        self._reason = "terminated"
        raise Terminated("asked to end by SIGTERM")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        if self._reason != "finished":
            return
        if isinstance(excinfo.value, pytest.exit.Exception):
            self._reason = "exited"
        elif type(excinfo.value) is KeyboardInterrupt:
            self._reason = "interrupted"
        else:  # pytest stopped by itself: errors at collection, --maxfail in a worker
            self._reason = "stopped"

    def pytest_internalerror(self) -> None:
        self._reason = "internal error"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Close the record after everybody else has finished: only then is the exit status what it will be."""
        try:
            yield
        finally:
            if self._former_handler is not None:
                signal.signal(signal.SIGTERM, self._former_handler)
        self._file.close(
            reason=self._reason,
            exit=int(session.exitstatus),
            ended=_now(),
            counts={**self._counts, "started": self._attempts.total(), "unfinished": len(self._open)},
        )

    # The items

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        if attempt := self._open.get(nodeid):
            self._end(attempt)
        self._start(nodeid)

    def _start(self, nodeid: str) -> _Attempt:
        self._attempts[nodeid] += 1
        attempt = self._open[nodeid] = _Attempt(nodeid, self._attempts[nodeid])
        self._file.write(event="start", id=nodeid, attempt=attempt.number, at=_now())
        return attempt

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        attempt = self._open.get(report.nodeid)
        if attempt is not None and report.when == "setup" and "setup" in attempt.phases:
            self._end(attempt)  # a retry inside one start
            attempt = None
        attempt = attempt or self._start(report.nodeid)
        attempt.add(report)
        for name, value in report.user_properties:
            if name == FACTS and isinstance(value, Mapping):
                self.fact(**{str(key): one for key, one in value.items()})
            elif name == DOCUMENTED and isinstance(value, Mapping):
                self._contract({str(operation): sorted(map(str, known)) for operation, known in value.items()})
        if attempt.outcome == "crashed":  # its worker is dead and will not say that it finished
            self._end(attempt)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if attempt := self._open.get(nodeid):
            self._end(attempt)

    def _end(self, attempt: _Attempt) -> None:
        del self._open[attempt.id]
        self._counts[attempt.outcome] += 1
        self._file.write(
            event="end",
            id=attempt.id,
            attempt=attempt.number,
            outcome=attempt.outcome,
            builds=sorted(attempt.builds),
            worker=attempt.worker,
            seconds=round(attempt.seconds, 3),
            why=attempt.why,
            at=_now(),
            **attempt.seen(),
        )

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker of pytest-xdist ended; with an error it did not end by itself."""
        if error:
            self._file.write(event="worker-lost", worker=str(node.gateway.id), why=_first_line(error), at=_now())


class _Attempt:
    """One try at one item, put together from pytest's reports of its phases."""

    def __init__(self, nodeid: str, number: int) -> None:
        self.id = nodeid
        self.number = number
        self.outcome = "incomplete"
        self.builds: set[str] = set()
        self.worker: str | None = None
        self.seconds = 0.0
        self.why: str | None = None
        self.phases: set[str] = set()
        self.measures: dict[str, float] = {}
        self.contract: set[tuple[str, str]] = set()

    def add(self, report: pytest.TestReport) -> None:
        self.phases.add(str(report.when))
        self.seconds += getattr(report, "duration", 0.0)
        self.worker = getattr(report, "worker_id", None) or _gateway(report) or self.worker
        for name, value in report.user_properties:
            self._note(name, value)
        seen = _outcome(report)
        if seen is not None and _GRAVITY.index(seen) > _GRAVITY.index(self.outcome):
            self.outcome = seen
            self.why = None if seen == "passed" else _why(report)

    def _note(self, name: str, value: Any) -> None:
        """What an item says of itself. Every report repeats what those before it said, so taking it twice is harmless."""
        if name == BUILD:
            self.builds.add(str(value))
        elif name == MEASURES:
            for one, number in value.items():
                self.measures[one] = max(number, self.measures.get(one, number))
        elif name == CONTRACT:
            self.contract.update((operation, status) for operation, status in value)

    def seen(self) -> dict[str, Any]:
        """What there is to say beyond the outcome."""
        said = {"measures": self.measures, "contract": sorted(self.contract)}
        return {name: value for name, value in said.items() if value}


_GRAVITY = ("incomplete", "passed", "skipped", "xfailed", "xpassed", "broken", "failed", "crashed")


def _outcome(report: pytest.TestReport) -> str | None:
    """What one phase says of the item; None where it says nothing (a clean setup or teardown)."""
    if report.when not in ("setup", "call", "teardown"):
        return "crashed"  # pytest-xdist reports a dead worker in a phase called "???"
    if str(report.outcome) in ("failed", "rerun"):
        judged = report.when == "call" and all(name != UNJUDGED for name, _ in report.user_properties)
        return "failed" if judged else "broken"
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    if report.skipped:
        return "skipped"
    return "passed" if report.when == "call" else None


def _gateway(report: pytest.TestReport) -> str | None:
    node = getattr(report, "node", None)
    return None if node is None else str(node.gateway.id)


def _why(report: pytest.TestReport) -> str:
    """One line of why; the whole story is in the item's result."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return _first_line(crash.message)
    if isinstance(report.longrepr, tuple):
        return _first_line(report.longrepr[2])
    return _first_line(report.longrepr or "")


def _first_line(text: object) -> str:
    """The first line, and those after it as long as a line only leads on (``AssertionError:``)."""
    lines = [line.strip() for line in str(text).strip().splitlines()]
    told = lines[:1]
    for line in lines[1:]:
        if not told[-1].endswith(":") and not line.startswith("but: "):
            break
        told.append(line)
    return mask_text(" ".join(told))[:_LONGEST_WHY]


class _Lines:
    """A file of JSON lines in which every line is on its way to the disk before the next thing happens.

    Raises ``OSError`` when a line cannot be written whole (a full disk): a run that cannot be recorded must stop. After
    that nothing more is written, so the file stays open-ended and is seen to be.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._digest = hashlib.sha256()

    def create(self) -> None:
        """Raises ``FileExistsError`` when another run has written here."""
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def write(self, **line: object) -> None:
        if self._descriptor is None:
            return
        content = json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        written = 0
        try:
            while written < len(content):
                written += os.write(self._descriptor, content[written:])
        except OSError:
            os.close(self._descriptor)
            self._descriptor = None
            raise
        self._digest.update(content)

    def close(self, **line: object) -> None:
        self.write(event="closed", **line, digest="sha256:" + self._digest.hexdigest())
        if self._descriptor is not None:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # run from a checkout without it: nothing to say
            continue
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
