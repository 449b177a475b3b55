"""``nameraka accept``: what changed since the last accepted release, and product's word on it, before anybody signs."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from nameraka.config import find_root, load
from nameraka.exits import Exit
from nameraka.findings import UsageError
from nameraka.gate.acceptance import (
    LONGEST,
    SCHEMA,
    About,
    Acceptance,
    Change,
    Decision,
    Verb,
    changes,
    read_acceptance,
)
from nameraka.gate.case import Case
from nameraka.gate.command import add_language, judge_project
from nameraka.gate.text import Text, language_of, printable
from nameraka.gate.verdict import Verdict, document
from nameraka.gate.words import REQUIREMENT_STATES, SEVERITIES, called
from nameraka.shapes import Malformed

_FIRST: Final = 10  # scenarios that are shown of one requirement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `nameraka accept`."""
    parser.add_argument(
        "results",
        nargs="?",
        type=Path,
        metavar="RESULTS",
        help="the folder of one run's evidence (default: the project's reports/results)",
    )
    word = parser.add_mutually_exclusive_group()
    word.add_argument("--accept", nargs="+", metavar="ID", help="accept these changed requirements")
    word.add_argument("--reject", nargs="+", metavar="ID", help="reject them; --comment says why")
    word.add_argument("--accept-all", action="store_true", help="accept every change on which nobody gave a word yet")
    parser.add_argument("--by", metavar="NAME", help="whose word it is")
    parser.add_argument("--comment", metavar="TEXT", help="what there is to say to it")
    add_language(parser)


def command(args: argparse.Namespace) -> int:
    """Show what changed; with a word, record it in ``reports/acceptance.json`` first. Raises ``UsageError``."""
    settings = load(find_root(Path.cwd()))
    language = args.lang or language_of()
    results = args.results or settings.results
    verdict = judge_project(results, settings)
    case = verdict.case
    about, changed = _subject(verdict, results)
    words: Mapping[str, Decision] = case.words
    if args.accept or args.reject or args.accept_all:
        if decisions := _decisions(args, case, changed):
            words = _write(settings.acceptance, about, decisions).words(about)
    elif args.by or args.comment:
        raise UsageError("--by, --comment: on what? Add --accept ID, --reject ID or --accept-all.")
    print("\n".join(_shown(changed, words, case.inputs.baseline is None, language)))
    return Exit.CLEAN


def _subject(verdict: Verdict, results: Path) -> tuple[About, list[Change]]:
    """What a word would be about. Nothing is accepted of which it is not known what it is."""
    plan, inputs = verdict.evidence.plan, verdict.case.inputs
    if plan is None:
        raise UsageError(f"{results}: holds no plan, so there is nothing to accept. Run everything first: nameraka run")
    for problem in inputs.problems:
        raise UsageError(f"{problem.file}: {problem.what.en}. Mend it first: what changed cannot be told without it.")
    if inputs.baseline is not None and inputs.baseline.verdict != "go":
        name = inputs.sources["baseline"].name
        raise UsageError(f"{name}: is no verdict `go`, so no accepted release. Export it again: nameraka baseline")
    former = inputs.baseline.document if inputs.baseline else None
    return About.of(plan, inputs.digest("baseline")), changes(document(verdict), former)


def _decisions(args: argparse.Namespace, case: Case, changed: Sequence[Change]) -> list[Decision]:
    """The words of the command line. Raises ``UsageError`` for one that nobody gives or that is about nothing."""
    by, comment = _words(args.by, "--by"), _words(args.comment, "--comment")
    if by is None:
        raise UsageError("--by: say whose word it is: --by NAME")
    if args.reject and comment is None:
        raise UsageError("--reject: say why, so that it can be mended: --comment TEXT")
    known = {change.requirement for change in changed}
    if args.accept_all:
        asked = [change.requirement for change in changed if change.requirement not in case.words]
        if changed and not asked:
            raise UsageError(
                "--accept-all: every change has a word already. Name what you think otherwise of: --accept ID"
            )
    else:
        asked = list(dict.fromkeys(args.accept or args.reject))
    for name in asked:
        if name not in known:
            raise UsageError(f"{printable(name)}: {_nothing_to_say(name, case, known)}")
    verb: Verb = "rejected" if args.reject else "accepted"
    at = datetime.now(UTC).replace(microsecond=0)
    return [Decision(name, verb, by, comment, at) for name in asked]


def _words(text: str | None, option: str) -> str | None:
    text = (text or "").strip()
    if len(text) > LONGEST:
        raise UsageError(f"{option}: has more than {LONGEST:,} characters. Say it shorter.")
    if printable(text, LONGEST) != text.replace("\n", " ").replace("\t", " "):
        raise UsageError(f"{option}: holds characters that nobody sees. Write it again without them.")
    return text or None


def _nothing_to_say(name: str, case: Case, known: set[str]) -> str:
    if name not in {one.id for one in case.requirements}:
        return f"there is no such requirement. Those that changed: {_listed(known)}"
    return f"nothing about it changed since the last accepted release. Those that changed: {_listed(known)}"


def _listed(names: set[str]) -> str:
    return ", ".join(printable(name) for name in sorted(names)[:100]) or "none"


def _write(path: Path, about: About, decisions: Sequence[Decision]) -> Acceptance:
    """Add the words to the file, whole or not at all, and one writer at a time. Returns all that it holds then."""
    half = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = half.open("xb")
    except FileExistsError:
        raise UsageError(
            f"{half}: somebody else is recording a word now, or was cut off doing so. Try again; if nobody is, delete it."
        ) from None
    except OSError as error:
        raise UsageError(f"{half}: cannot be written: {error.strerror}") from None
    try:
        with file:
            former = read_acceptance(path.read_bytes()) if path.exists() else Acceptance(SCHEMA, ())
            acceptance = former.adding(about, decisions)
            read_acceptance(content := acceptance.to_json())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except Malformed as error:
        raise UsageError(f"{path}: {error}. Mend it, or take it from version control again.") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        half.unlink(missing_ok=True)
    return acceptance


def _shown(changed: Sequence[Change], words: Mapping[str, Decision], first: bool, language: str) -> Iterator[str]:
    yield _head(len(changed), first).say(language)
    for change in changed:
        yield from _change(change, words.get(change.requirement), language)
    if changed:
        silent = sum(change.requirement not in words for change in changed)
        yield ""
        yield (
            Text(f"{silent} without a word", f"判断がまだのもの: {silent}件")
            if silent
            else Text(
                "Each has a word. Judge again: nameraka gate",
                "すべて判断済みです。もう一度判定してください: nameraka gate",
            )
        ).say(language)


def _head(count: int, first: bool) -> Text:
    if first:
        return Text(
            f"No release was accepted yet, so every promise is new: {count}",
            f"受け入れたリリースがまだないため、すべてが新しい約束です: {count}件",
        )
    if not count:
        return Text(
            "Nothing that is promised changed since the last accepted release",
            "前回受け入れたリリースから、約束に変更はありません",
        )
    return Text(
        f"Promises that changed since the last accepted release: {count}",
        f"前回受け入れたリリースから変わった約束: {count}件",
    )


def _change(change: Change, word: Decision | None, language: str) -> Iterator[str]:
    severity = called(change.severity, SEVERITIES).say(language)
    mark = "?" if word is None else "✓" if word.decision == "accepted" else "✗"
    yield ""
    yield f"{mark} {printable(change.requirement)} ({printable(severity)}): {printable(change.what.say(language))}"
    if change.statement:
        yield f"    {printable(change.statement.say(language))}"
    if change.state:
        yield f"    {printable(called(change.state, REQUIREMENT_STATES).say(language))}"
    listed = [*(("+", one) for one in change.added), *(("-", one) for one in change.removed)]
    listed += [("~", one) for one in change.reworded]
    for sign, item in listed[:_FIRST]:
        yield f"    {sign} {printable(item)}"
    if (left := len(listed) - _FIRST) > 0:
        yield "    " + Text(f"… and {left} more", f"… ほか{left}件").say(language)
    if word:
        yield f"    {_told(word).say(language)}"


def _told(word: Decision) -> Text:
    by, at, comment = printable(word.by), f"{word.at:%Y-%m-%d %H:%M %Z}", printable(word.comment or "")
    accepted = word.decision == "accepted"
    return Text(
        f"{word.decision} by {by} at {at}" + (f": {comment}" if comment else ""),
        f"{by} が{'受け入れました' if accepted else '受け入れませんでした'}（{at}）"
        + (f": {comment}" if comment else ""),
    )
