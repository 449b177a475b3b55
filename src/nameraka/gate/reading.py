"""Reading a results folder: every file becomes typed evidence or a problem.

Nothing here raises for what a file holds, and nothing is passed over: a file that cannot be read, is cut short, too
large, nested too deeply, a link, half-written or simply not ours is a ``Problem``, and the rules say what that means.
Files are read once, one after the other, and only what the rules ask for is kept of each; the digest noted is that of
the bytes that were believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from nameraka.gate.allure import container_of, globals_of, result_of
from nameraka.gate.evidence import Container, Evidence, File, Observation, Pool, Problem, Record, Result, Sentinel
from nameraka.gate.folder import Folder
from nameraka.gate.garbage import no_collection
from nameraka.gate.observed import observation_of, sentinel_of
from nameraka.gate.recorded import RecordLines
from nameraka.gate.text import Text
from nameraka.plan import FILE_NAME as PLAN
from nameraka.plan import Plan, sha256
from nameraka.shapes import Malformed

LOCK: Final = ".lock"
MEBIBYTE: Final = 1024 * 1024
LARGEST_DOCUMENT: Final = 16 * MEBIBYTE
LARGEST_LIST: Final = 256 * MEBIBYTE  # the plan and a run record grow with the number of scenarios
LARGEST_ATTACHMENT: Final = 512 * MEBIBYTE

# Files that Allure reads beside results; they carry no answer.
NOT_EVIDENCE: Final = frozenset({"environment.properties", "categories.json", "executor.json"})

_RECORD = re.compile(r"run-([0-9]{1,6}of[0-9]{1,6})\.jsonl")
_OBSERVED = re.compile(r"observed-([0-9]{1,6}of[0-9]{1,6})\.json")
_SENTINEL = re.compile(r"sentinel-([0-9]{1,6}of[0-9]{1,6})\.json")
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


Progress = Callable[[int, int], None]
"""Is told after each file how many were read, and of how many."""


@no_collection()
def read_evidence(folder: Path, progress: Progress | None = None) -> Evidence:
    """Read every file of ``folder``. Never raises for what is in it; a folder that is not there is a problem too."""
    reader = _Reader()
    try:
        with Folder(folder) as opened:
            reader.read(opened, progress)
    except OSError as error:
        reason = _reason(error)
        reader.problem(str(folder), f"the folder cannot be read: {reason}", f"フォルダを読めません: {reason}")
    return reader.evidence(str(folder))


class _Reader:
    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.records: list[Record] = []
        self.observations: list[Observation] = []
        self.sentinels: list[Sentinel] = []
        self.results: list[Result] = []
        self.containers: list[Container] = []
        self.problems: list[Problem] = []
        self.files: list[File] = []
        self.attachments: set[str] = set()
        self.pool = Pool()

    def read(self, folder: Folder, progress: Progress | None) -> None:
        """Take every file. Raises ``OSError`` when the folder cannot be listed."""
        self.folder = folder
        names = folder.names()
        for number, (name, plain) in enumerate(names, 1):
            if plain:
                self._file(name)
            else:
                self.problem(
                    name,
                    "is not a plain file; evidence is plain files in one folder",
                    "通常のファイルではありません。証拠は1つのフォルダの通常のファイルだけです",
                )
            if progress:
                progress(number, len(names))
        self._references()

    def evidence(self, folder: str) -> Evidence:
        if not self.files and not self.problems:
            self.problem(folder, "the folder is empty", "フォルダが空です")
        return Evidence(
            folder=folder,
            plan=self.plan,
            records=tuple(self.records),
            observations=tuple(self.observations),
            sentinels=tuple(self.sentinels),
            results=tuple(self.results),
            containers=tuple(self.containers),
            problems=tuple(self.problems),
            files=tuple(self.files),
        )

    def problem(self, file: str, en: str, ja: str) -> None:
        self.problems.append(Problem(file, Text(en, ja)))

    def _unreadable(self, name: str, error: OSError | Malformed) -> None:
        reason = _reason(error)
        self.problem(name, f"cannot be read: {reason}", f"読めません: {reason}")

    def _file(self, name: str) -> None:
        if name.endswith("-result.json"):
            self._document(name, lambda content: self.results.append(result_of(name, content, self.pool)))
        elif name.endswith("-container.json"):
            self._document(name, lambda content: self.containers.append(container_of(name, content)))
        elif name.endswith("-globals.json"):
            self._document(name, lambda content: self._globals(name, content))
        elif name == PLAN:
            self._document(name, self._plan, LARGEST_LIST)
        elif found := _RECORD.fullmatch(name):
            self._record(name, found[1])
        elif found := _OBSERVED.fullmatch(name):
            shard = found[1]
            self._document(
                name, lambda content: self.observations.append(observation_of(name, shard, content)), LARGEST_LIST
            )
        elif found := _SENTINEL.fullmatch(name):
            shard = found[1]
            self._document(name, lambda content: self.sentinels.append(sentinel_of(name, shard, content)))
        elif name != LOCK:
            self._unparsed(name)

    def _unparsed(self, name: str) -> None:
        """Digest a file whose content answers nothing, and say what is wrong with its being here."""
        try:
            self.files.append(File(name, *self.folder.digest(name, LARGEST_ATTACHMENT)))
        except (OSError, Malformed) as error:
            self._unreadable(name, error)
        if name.endswith(".tmp"):
            self.problem(name, "was not written to its end", "書き込みが途中で終わっています")
        elif _ATTACHMENT.fullmatch(name):
            self.attachments.add(name)
        elif name not in NOT_EVIDENCE:
            self.problem(name, "is not part of a run's evidence", "実行の証拠に属さないファイルです")

    def _content(self, name: str, largest: int) -> bytes | None:
        try:
            content = self.folder.read(name, largest)
        except (OSError, Malformed) as error:
            self._unreadable(name, error)
            return None
        self.files.append(File(name, len(content), sha256(content)))
        return content

    def _document(self, name: str, take: Callable[[bytes], None], largest: int = LARGEST_DOCUMENT) -> None:
        content = self._content(name, largest)
        if content is None:
            return
        try:
            take(content)
        except Malformed as error:
            self._unreadable(name, error)

    def _plan(self, content: bytes) -> None:
        self.plan = Plan.from_json(content)

    def _globals(self, name: str, content: bytes) -> None:
        container, errors = globals_of(name, content)
        self.containers.append(container)
        for error in errors:
            self.problem(
                name,
                f"holds an error outside every scenario: {error}",
                f"シナリオの外で起きたエラーがあります: {error}",
            )

    def _record(self, name: str, shard: str) -> None:
        content = self._content(name, LARGEST_LIST)
        if content is None:
            return
        lines = RecordLines(name, shard, self.pool)
        try:
            lines.read(content)
        except Malformed as error:
            self._unreadable(name, error)
        if (record := lines.record()) is not None:
            self.records.append(record)

    def _references(self) -> None:
        """Hold attachments and containers against each other: what is spoken of must be there, and the reverse."""
        spoken_of: set[str] = set()
        holders: list[Result | Container] = [*self.results, *self.containers]
        for holder in holders:
            for source in holder.attachments:
                spoken_of.add(source)
                if source not in self.attachments:
                    self.problem(
                        holder.file, f"its attachment {source!r} is missing", f"添付ファイル {source!r} がありません"
                    )
        for name in sorted(self.attachments - spoken_of):
            self.problem(
                name,
                "belongs to no result: that result is missing",
                "どの結果にも属していません。元の結果が失われています",
            )
        uuids = {result.uuid for result in self.results}
        for container in self.containers:
            if lost := [child for child in container.children if child not in uuids]:
                self.problem(
                    container.file,
                    f"the result {lost[0]!r} it belongs to is missing",
                    f"対応する結果 {lost[0]!r} がありません",
                )
            for trouble in container.troubles:
                self.problem(container.file, f"set-up or tear-down: {trouble}", f"準備または後片付け: {trouble}")


def _reason(error: OSError | Malformed) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
