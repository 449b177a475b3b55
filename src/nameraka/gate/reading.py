"""Reading a results folder: every file becomes typed evidence or a problem.

Nothing here raises for what a file holds, and nothing is passed over: a file that cannot be read, is cut short, too
large, nested too deeply, a link, half-written or simply not ours is a ``Problem``, and the rules say what that means.
Files are read once; the digest noted is that of the bytes that were believed.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from nameraka.gate.evidence import Container, Evidence, File, Observation, Problem, Record, Result, Sentinel
from nameraka.gate.recorded import RecordLines
from nameraka.gate.text import Text
from nameraka.plan import FILE_NAME as PLAN
from nameraka.plan import Plan, canonical, sha256
from nameraka.shapes import Fields, Malformed, parse_json

LOCK: Final = ".lock"
MEBIBYTE: Final = 1024 * 1024
LARGEST_DOCUMENT: Final = 16 * MEBIBYTE
LARGEST_LIST: Final = 256 * MEBIBYTE  # the plan and a run record grow with the number of scenarios
LARGEST_ATTACHMENT: Final = 512 * MEBIBYTE
DEEPEST_STEP: Final = 64

# Files that Allure reads beside results; they carry no answer.
NOT_EVIDENCE: Final = frozenset({"environment.properties", "categories.json", "executor.json"})

_RECORD = re.compile(r"run-(\d{1,6}of\d{1,6})\.jsonl")
_OBSERVED = re.compile(r"observed-(\d{1,6}of\d{1,6})\.json")
_SENTINEL = re.compile(r"sentinel-(\d{1,6}of\d{1,6})\.json")
_ATTACHMENT = re.compile(r".+-attachment(\.[^/]*)?")


def observed_name(shard: str) -> str:
    """The file in which the parent writes what it saw of shard ``2of3``."""
    return f"observed-{shard}.json"


def sentinel_name(shard: str) -> str:
    """The file that says what became of the scenarios that must not pass in shard ``2of3``."""
    return f"sentinel-{shard}.json"


def is_evidence(name: str) -> bool:
    """Whether a run leaves files of this name."""
    whole = name.removesuffix(".tmp")
    return (
        whole in (PLAN, *NOT_EVIDENCE)
        or whole.endswith(("-result.json", "-container.json", "-globals.json"))
        or any(pattern.fullmatch(whole) for pattern in (_RECORD, _OBSERVED, _SENTINEL, _ATTACHMENT))
    )


def read_evidence(folder: Path) -> Evidence:
    """Read every file of ``folder``. Never raises for what is in it; a folder that is not there is a problem too."""
    return _Reader(folder).read()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan: Plan | None = None
        self.records: list[Record] = []
        self.observations: list[Observation] = []
        self.sentinels: list[Sentinel] = []
        self.results: list[Result] = []
        self.containers: list[Container] = []
        self.problems: list[Problem] = []
        self.files: list[File] = []
        self.attachments: set[str] = set()

    def read(self) -> Evidence:
        for entry in self._entries():
            self._entry(entry)
        self._references()
        return Evidence(
            folder=str(self.folder),
            plan=self.plan,
            records=tuple(self.records),
            observations=tuple(self.observations),
            sentinels=tuple(self.sentinels),
            results=tuple(self.results),
            containers=tuple(self.containers),
            problems=tuple(self.problems),
            files=tuple(self.files),
        )

    def _problem(self, file: str, en: str, ja: str) -> None:
        self.problems.append(Problem(file, Text(en, ja)))

    def _entries(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            reason = error.strerror or str(error)
            self._problem(str(self.folder), f"the folder cannot be read: {reason}", f"フォルダを読めません: {reason}")
            return []
        if not found:
            self._problem(str(self.folder), "the folder is empty", "フォルダが空です")
        return found

    def _entry(self, entry: os.DirEntry[str]) -> None:
        name = entry.name
        if not entry.is_file(follow_symlinks=False):
            self._problem(
                name,
                "is not a plain file; evidence is plain files in one folder",
                "通常のファイルではありません。証拠は1つのフォルダの通常のファイルだけです",
            )
        elif name == LOCK:
            return
        elif name == PLAN:
            self._document(name, self._plan, LARGEST_LIST)
        elif found := _RECORD.fullmatch(name):
            self._record(name, found[1])
        elif found := _OBSERVED.fullmatch(name):
            shard = found[1]
            self._document(name, lambda data: self._observation(name, shard, data), LARGEST_LIST)
        elif found := _SENTINEL.fullmatch(name):
            shard = found[1]
            self._document(name, lambda data: self._sentinel(name, shard, data))
        elif name.endswith("-result.json"):
            self._document(name, lambda data: self._result(name, data))
        elif name.endswith("-container.json"):
            self._document(name, lambda data: self._container(name, data))
        elif name.endswith("-globals.json"):
            self._document(name, lambda data: self._globals(name, data))
        elif name.endswith(".tmp"):
            self._note(name)
            self._problem(name, "was not written to its end", "書き込みが途中で終わっています")
        elif _ATTACHMENT.fullmatch(name):
            self.attachments.add(name)
            self._note(name)
        elif name in NOT_EVIDENCE:
            self._note(name)
        else:
            self._note(name)
            self._problem(name, "is not part of a run's evidence", "実行の証拠に属さないファイルです")

    def _open(self, name: str, largest: int) -> Iterator[bytes]:
        """The file in pieces. Raises ``Malformed`` for what is larger than ``largest`` or is no plain file any more."""
        # A link or a pipe put here since the folder was listed must neither be followed nor waited for.
        descriptor = os.open(self.folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Malformed("it is not a plain file")
            if status.st_size > largest:
                raise Malformed(f"it has {status.st_size:,} bytes; at most {largest:,} are read")
            size = 0
            while piece := file.read(MEBIBYTE):
                size += len(piece)
                if size > largest:
                    raise Malformed(f"it grew beyond {largest:,} bytes while it was read")
                yield piece

    def _content(self, name: str, largest: int) -> bytes | None:
        try:
            content = b"".join(self._open(name, largest))
        except (OSError, Malformed) as error:
            self._unreadable(name, error)
            return None
        self.files.append(File(name, len(content), sha256(content)))
        return content

    def _note(self, name: str) -> None:
        """Digest a file that is not parsed, in bounded memory."""
        digest, size = hashlib.sha256(), 0
        try:
            for piece in self._open(name, LARGEST_ATTACHMENT):
                digest.update(piece)
                size += len(piece)
        except (OSError, Malformed) as error:
            self._unreadable(name, error)
            return
        self.files.append(File(name, size, "sha256:" + digest.hexdigest()))

    def _unreadable(self, name: str, error: OSError | Malformed) -> None:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        self._problem(name, f"cannot be read: {reason}", f"読めません: {reason}")

    def _document(self, name: str, take: Callable[[Fields], None], largest: int = LARGEST_DOCUMENT) -> None:
        content = self._content(name, largest)
        if content is None:
            return
        try:
            take(Fields(parse_json(content)))
        except Malformed as error:
            self._unreadable(name, error)

    def _plan(self, data: Fields) -> None:
        self.plan = Plan.from_json(data.value)

    def _observation(self, name: str, shard: str, data: Fields) -> None:
        _require_seal(data, shard)
        self.observations.append(
            Observation(
                file=name,
                shard=shard,
                plan=data.text("plan"),
                run_id=data.text("run_id"),
                exit_code=data.optional_integer("exit_code"),
                signal=data.optional_integer("signal"),
                stopped_by=data.optional_text("stopped_by"),
                files=data.mapping("files"),
                started=data.optional_text("started"),
                ended=data.optional_text("ended"),
            )
        )

    def _sentinel(self, name: str, shard: str, data: Fields) -> None:
        _require_seal(data, shard)
        outcomes = data.fields("outcomes")
        scenarios = {one: outcomes.fields(one) for one in outcomes.value}
        self.sentinels.append(
            Sentinel(
                file=name,
                shard=shard,
                plan=data.text("plan"),
                run_id=data.text("run_id"),
                exit_code=data.optional_integer("exit_code"),
                outcomes={
                    one: {witness: said.optional_text(witness) for witness in said.value}
                    for one, said in scenarios.items()
                },
            )
        )

    def _result(self, name: str, data: Fields) -> None:
        labels: dict[str, list[str]] = {}
        for label in data.objects("labels"):
            labels.setdefault(label.text("name"), []).append(label.optional_text("value") or "")
        inside = _Inside()
        inside.look(data)
        sentences = list(data.objects("steps"))
        details = data.optional_fields("statusDetails")
        stage = data.optional_text("stage")
        self.results.append(
            Result(
                file=name,
                uuid=data.text("uuid"),
                item=data.optional_text("fullName"),
                status=data.optional_text("status"),
                runs=_distinct(labels, "run"),
                plans=_distinct(labels, "plan"),
                builds=_distinct(labels, "build"),
                environments=_distinct(labels, "environment"),
                doors=_distinct(labels, "door"),
                attachments=tuple(inside.attachments),
                troubles=tuple(inside.troubles),
                excused=details is not None and any(details.flag(word) for word in ("muted", "known", "flaky")),
                sentences=len(sentences),
                unfinished=stage not in (None, "finished"),
                message=details.optional_text("message") if details else None,
                start=data.optional_integer("start"),
                stop=data.optional_integer("stop"),
                failed_at=next((_name(one) for one in sentences if one.optional_text("status") != "passed"), None),
            )
        )

    def _container(self, name: str, data: Fields) -> None:
        inside = _Inside()
        for part in ("befores", "afters"):
            for one in data.objects(part):
                inside.look_at_step(one)
        self.containers.append(
            Container(name, data.texts("children"), tuple(inside.attachments), tuple(inside.troubles))
        )

    def _globals(self, name: str, data: Fields) -> None:
        """Allure's file of what went wrong outside every item, such as an error at collection."""
        for error in data.objects("errors"):
            message = (error.optional_text("message") or "").strip().partition("\n")[0]
            self._problem(
                name,
                f"holds an error outside every scenario: {message}",
                f"シナリオの外で起きたエラーがあります: {message}",
            )
        inside = _Inside()
        inside.attach(data)
        self.containers.append(Container(name, (), tuple(inside.attachments), ()))

    def _record(self, name: str, shard: str) -> None:
        content = self._content(name, LARGEST_LIST)
        if content is None:
            return
        lines = RecordLines(name, shard)
        try:
            lines.read(content)
        except Malformed as error:
            self._unreadable(name, error)
        if (record := lines.record()) is not None:
            self.records.append(record)

    def _references(self) -> None:
        """Hold attachments and containers against each other: what is spoken of must be there, and the reverse."""
        spoken_of: set[str] = set()
        sources = [(one.file, one.attachments) for one in self.results]
        sources += [(one.file, one.attachments) for one in self.containers]
        for file, attachments in sources:
            for source in attachments:
                spoken_of.add(source)
                if source not in self.attachments:
                    self._problem(
                        file, f"its attachment {source!r} is missing", f"添付ファイル {source!r} がありません"
                    )
        for name in sorted(self.attachments - spoken_of):
            self._problem(
                name,
                "belongs to no result: that result is missing",
                "どの結果にも属していません。元の結果が失われています",
            )
        uuids = {result.uuid for result in self.results}
        for container in self.containers:
            if lost := [child for child in container.children if child not in uuids]:
                self._problem(
                    container.file,
                    f"the result {lost[0]!r} it belongs to is missing",
                    f"対応する結果 {lost[0]!r} がありません",
                )
            for trouble in container.troubles:
                self._problem(container.file, f"set-up or tear-down: {trouble}", f"準備または後片付け: {trouble}")


class _Inside:
    """What the steps of one result or container say: attachments, and steps that did not pass."""

    def __init__(self) -> None:
        self.attachments: list[str] = []
        self.troubles: list[str] = []

    def look(self, data: Fields, depth: int = 0) -> None:
        if depth > DEEPEST_STEP:
            raise Malformed(f"its steps are nested more than {DEEPEST_STEP} deep")
        self.attach(data)
        for step in data.objects("steps"):
            self.look_at_step(step, depth + 1)

    def look_at_step(self, step: Fields, depth: int = 1) -> None:
        status = step.optional_text("status")
        if status != "passed":
            self.troubles.append(f"{_name(step)}: {status or 'no status'}")
        self.look(step, depth)

    def attach(self, data: Fields) -> None:
        self.attachments.extend(one.text("source") for one in data.objects("attachments"))


def _name(step: Fields) -> str:
    return step.optional_text("name") or "a step"


def _require_seal(data: Fields, shard: str) -> None:
    """Raises ``Malformed`` unless the file is of ``shard`` and as its writer, a parent process, left it."""
    if data.count("schema") != 1:
        raise Malformed("its schema is not known here")
    if data.text("shard") != shard:
        raise Malformed(f"it is of shard {data.text('shard')!r}, not of {shard!r}")
    sealed = {name: value for name, value in data.value.items() if name != "digest"}
    if data.text("digest") != sha256(canonical(sealed)):
        raise Malformed("its digest is not that of its content: it was changed after it was written")


def _distinct(labels: dict[str, list[str]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(labels.get(name, ())))
