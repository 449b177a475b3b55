"""`nameraka merge SHARD_FOLDER... --into FOLDER`: the shards of one run in one folder, for the gate to judge.

It only brings together what belongs together and judges nothing: what is damaged inside a shard comes along as it is.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from nameraka.config import find_root, load
from nameraka.exits import Exit
from nameraka.findings import UsageError
from nameraka.gate.command import add_language, verdict_path
from nameraka.gate.evidence import Evidence
from nameraka.gate.reading import LOCK, NOT_EVIDENCE, is_evidence, read_evidence
from nameraka.gate.text import Text, language_of, printable
from nameraka.plan import FILE_NAME as PLAN
from nameraka.plan import Plan
from nameraka.results import ResultsFolder

_OF_A_SHARD: Final = re.compile(r"(?:run|observed|sentinel)-(\d{1,6}of\d{1,6})\.jsonl?")
_EACH_SHARD_HAS: Final = {PLAN, *NOT_EVIDENCE}
_SPARE_BYTES: Final = 16 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `nameraka merge`."""
    parser.add_argument(
        "folders", nargs="+", type=Path, metavar="SHARD_FOLDER", help="the folder of results of each shard of the run"
    )
    parser.add_argument(
        "--into", type=Path, metavar="FOLDER", help="where they are brought together (default: reports/results)"
    )
    add_language(parser)


def command(args: argparse.Namespace) -> int:
    """Unite the shards and say so. Raises ``UsageError``, with nothing written, for a double, a stranger or a gap."""
    into = (args.into or load(find_root(Path.cwd())).results).absolute()
    shards = [_read(folder) for folder in args.folders]
    _require_one_run(shards)
    _require_each_once(shards)
    for shard in shards:
        if into.resolve().is_relative_to(shard.folder.resolve()):
            raise UsageError(f"{into}: is the folder of shard {shard.name}. Name another folder with --into.")
    with ResultsFolder(into) as folder:
        folder.require_space(sum(size for shard in shards for size in shard.files.values()) + _SPARE_BYTES)
        folder.sign(f"merge of run {shards[0].plan.run_id}, process {os.getpid()}")
        folder.make_fresh()
        verdict_path(into).unlink(missing_ok=True)  # what it judged is gone
        try:
            _copy(shards, into)
        except OSError as error:
            folder.make_fresh()
            raise UsageError(
                f"{error.filename}: cannot be brought to {into}: {error.strerror}. Nothing was kept there; "
                "make it readable and the other folder writable, then merge again."
            ) from None
    number, run = len(shards), shards[0].plan.run_id
    text = Text(
        f"{number} shards of run {run} are in {into}; judge them with `nameraka gate {into}`",
        f"実行 {run} のシャード {number} 個を {into} にまとめました。`nameraka gate {into}` で判定してください",
    )
    print(f"nameraka: {text.say(args.lang or language_of())}")
    return Exit.CLEAN


@dataclass(frozen=True)
class _Shard:
    """A shard's folder: its plan, and what lies in it by name, with the size in bytes."""

    folder: Path
    name: str
    plan: Plan
    files: Mapping[str, int]


def _read(folder: Path) -> _Shard:
    """Raises ``UsageError`` when it is not the folder of one shard, or holds what no run leaves."""
    files = _files(folder)
    evidence = read_evidence(folder)
    if evidence.plan is None:
        why = next((problem.what.en for problem in evidence.problems if problem.file == PLAN), "is missing")
        raise UsageError(f"{folder / PLAN}: {why}. Bring every file that the shard's run left, none opened or changed.")
    for file, what in _strangers(evidence, evidence.plan):
        raise UsageError(
            f"{folder / printable(file)}: is of {printable(what)}, which is not that of {PLAN} beside it. "
            "Run the shard again, into a folder of its own."
        )
    names = sorted({found[1] for file in files if (found := _OF_A_SHARD.fullmatch(file))})
    if len(names) != 1:
        raise UsageError(
            f"{folder}: holds what {len(names)} shards left ({', '.join(names) or 'no run-KofN.jsonl'}). "
            "Name the folder of results of one shard, as `nameraka run --shard KofN` left it."
        )
    return _Shard(folder, names[0], evidence.plan, files)


def _files(folder: Path) -> dict[str, int]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        for entry in entries:
            if not entry.is_file(follow_symlinks=False):
                raise UsageError(
                    f"{folder / printable(entry.name)}: is no plain file, and evidence is nothing else. "
                    "Take it away, or name the folder that plan.json is in."
                )
            if entry.name != LOCK and not is_evidence(entry.name):
                raise UsageError(f"{folder / printable(entry.name)}: no run leaves a file of this name. Take it away.")
        return {entry.name: entry.stat(follow_symlinks=False).st_size for entry in entries if entry.name != LOCK}
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot be read: {error.strerror}. Name the folder of results of a shard."
        ) from None


def _strangers(evidence: Evidence, plan: Plan) -> Iterator[tuple[str, str]]:
    """The files that name another run, plan or environment than the plan in their folder, and which."""
    told = [(one.file, one.run_id, one.plan) for one in evidence.records]
    told += [(one.file, one.run_id, one.plan) for one in evidence.observations]
    told += [(one.file, one.run_id, one.plan) for one in evidence.sentinels]
    for file, run_id, digest in told:
        if run_id != plan.run_id:
            yield file, f"run {run_id}"
        if digest != plan.digest:
            yield file, f"plan {digest}"
    for record in evidence.records:
        if record.environment != plan.environment:
            yield record.file, f"environment {record.environment}"
    for result in evidence.results:
        for what, named, ours in (
            ("run", result.runs, plan.run_id),
            ("plan", result.plans, plan.digest),
            ("environment", result.environments, plan.environment),
        ):
            if others := sorted(set(named) - {ours}):
                yield result.file, f"{what} {others[0]}"


def _require_one_run(shards: Sequence[_Shard]) -> None:
    first = shards[0]
    for shard in shards[1:]:
        if shard.plan.run_id != first.plan.run_id:
            raise UsageError(
                f"{shard.folder / PLAN}: is of run {printable(shard.plan.run_id)}, "
                f"{first.folder / PLAN} of run {printable(first.plan.run_id)}. "
                "Merge shards of one run: all are started with the same --run-id."
            )
        if shard.plan.digest != first.plan.digest:
            differing = [
                field.name
                for field in fields(Plan)
                if field.name not in ("created", "digest")
                and getattr(shard.plan, field.name) != getattr(first.plan, field.name)
            ]
            raise UsageError(
                f"{shard.folder / PLAN}: is another plan than {first.folder / PLAN}; they differ in "
                f"{', '.join(differing)}. Run all shards from the same commit against the same build."
            )


def _require_each_once(shards: Sequence[_Shard]) -> None:
    total = shards[0].plan.shards
    folders: dict[str, Path] = {}
    homes: dict[str, Path] = {}
    due = [f"{number}of{total}" for number in range(1, total + 1)]
    for shard in shards:
        if shard.name not in due:
            raise UsageError(f"{shard.folder}: is shard {shard.name}, and the plan has {total}. Take it away.")
        if shard.name in folders:
            raise UsageError(
                f"{shard.folder}: is shard {shard.name}, and so is {folders[shard.name]}. Name each shard once."
            )
        folders[shard.name] = shard.folder
        for file in shard.files.keys() - _EACH_SHARD_HAS:
            if file in homes:
                raise UsageError(
                    f"{shard.folder / printable(file)}: lies in {homes[file]} too. Each file belongs to one shard; "
                    "run the shards again, each into a folder of its own."
                )
            homes[file] = shard.folder
    if missing := [name for name in due if name not in folders]:
        raise UsageError(
            f"{shards[0].folder / PLAN}: has {total} shards; missing: {', '.join(missing)}. Name their folders too, "
            f"or run them: nameraka run --shard {missing[0]} --run-id {printable(shards[0].plan.run_id)}"
        )


def _copy(shards: Sequence[_Shard], into: Path) -> None:
    """Every file once. The plans are alike but for their time; the first to be made was there before every answer."""
    homes: dict[str, Path] = {}
    for shard in sorted(shards, key=lambda shard: shard.plan.created):
        for name in shard.files:
            homes.setdefault(name, shard.folder)
    for name, home in homes.items():
        shutil.copyfile(home / name, into / name, follow_symlinks=False)
