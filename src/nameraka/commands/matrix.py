"""``nameraka matrix``: which build is where, requirement x build x environment, and "can I deploy these requirements?"."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import Any

from nameraka.exits import Exit
from nameraka.findings import UsageError
from nameraka.gate.text import Text, printable
from nameraka.gate.words import REQUIREMENT_STATES, called
from nameraka.ledger.chain import head_of
from nameraka.ledger.deployments import current, proof
from nameraka.ledger.history import History, history_of
from nameraka.ledger.matrix import Cell, Reply, Sufficient, ask, cells, together
from nameraka.ledger.options import add_common, build_of, language, say, short, url_of
from nameraka.ledger.store import Ledger
from nameraka.ledger.words import DOUBTS

SCHEMA = 1
_EXITS: dict[Sufficient, Exit] = {"yes": Exit.GO, "no": Exit.NO_GO, "unknown": Exit.UNKNOWN}
_WORDS: dict[Sufficient, Text] = {
    "yes": Text("yes", "はい"),
    "no": Text("no", "いいえ"),
    "unknown": Text("not known", "不明"),
}
_NOTHING = Text("nothing", "なし")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", metavar="E", help="only this one; a question needs it")
    parser.add_argument(
        "--requirement",
        nargs="+",
        action="extend",
        default=[],
        metavar="ID",
        help="ask whether these are shown: verified, by a go, on the build for the environment",
    )
    parser.add_argument(
        "--build", metavar="sha256:…|FILE", help="ask of this build (default: the one that is in the environment now)"
    )
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    add_common(parser)
    parser.epilog = (
        "With --requirement or --build it is a question: exit code 0 when every asked requirement is shown, 1 when one "
        "was broken or excused or the verdict is no-go, 2 when that is not known. Without, it is a list and exits with 0."
    )


def command(arguments: argparse.Namespace) -> int:
    """Print the matrix or the answer. Raises ``UsageError``."""
    book = Ledger(url_of(arguments)).book()
    history = history_of(book.recorded)
    asked = bool(arguments.requirement or arguments.build)
    if asked and not arguments.environment:
        raise UsageError(
            "A question about requirements or a build needs --environment E: it is shown for one or it is not."
        )
    build = _build(history, arguments) if asked else None
    replies = ask(history, build, arguments.environment, arguments.requirement) if build else ()
    answer = together(replies)
    if arguments.json:
        document = _document(history, arguments, build, replies, answer if asked else None)
        document["head"] = str(head_of(book.entries))
        say(json.dumps(document, indent=1), arguments)
    else:
        lines = _answer(arguments, build, replies, answer) if asked else _listed(history, arguments)
        for line in lines:
            say(line, arguments)
    return _EXITS[answer] if asked else Exit.CLEAN


def _build(history: History, arguments: argparse.Namespace) -> str | None:
    if arguments.build:
        return build_of(arguments.build)
    running = current(history, arguments.environment)
    return running.body.build if running else None


def _environments(history: History, arguments: argparse.Namespace) -> tuple[str, ...]:
    return (arguments.environment,) if arguments.environment else history.environments


def _answer(
    arguments: argparse.Namespace, build: str | None, replies: Sequence[Reply], answer: Sufficient
) -> Iterator[str]:
    lang = language(arguments)
    where = f"{short(build)} → {printable(arguments.environment)}"
    yield f"{_WORDS[answer].say(lang)}: {where}"
    if build is None:
        yield "  " + Text(
            "nothing is recorded as deployed there; name a --build",
            "配置の記録がありません。--build を指定してください",
        ).say(lang)
    elif not replies:
        yield "  " + Text(
            "no verdict on this build in this environment", "このビルドのこの環境での判定がありません"
        ).say(lang)
    for reply in replies:
        state = called(reply.state, REQUIREMENT_STATES) if reply.state else Text("no verdict speaks of it", "判定なし")
        told = reply.verdict.body.verdict if reply.verdict else "–"
        entry = f" ({told}, {reply.verdict.sequence})" if reply.verdict else ""
        yield f"  {_WORDS[reply.sufficient].say(lang)}  {printable(reply.requirement)}  {state.say(lang)}{entry}"


def _listed(history: History, arguments: argparse.Namespace) -> Iterator[str]:
    lang = language(arguments)
    found = cells(history)
    for environment in _environments(history, arguments):
        yield f"{printable(environment)}: {_now(history, environment).say(lang)}"
        mine = [cell for cell in found if cell.environment == environment]
        builds = dict.fromkeys(cell.build for cell in sorted(mine, key=lambda cell: -cell.verdict.sequence))
        for build in builds:
            column = [cell for cell in mine if cell.build == build]
            verdict = column[0].verdict
            yield f"  {short(build)}  {verdict.body.verdict}  {verdict.body.created:%Y-%m-%d %H:%M %Z} ({verdict.sequence})"
            for state, word in REQUIREMENT_STATES.items():
                if ids := [printable(cell.requirement) for cell in column if cell.state == state]:
                    yield f"    {word.say(lang)} {len(ids)}: {' '.join(ids)}"


def _now(history: History, environment: str) -> Text:
    running = current(history, environment)
    if running is None:
        return _NOTHING
    told = running.body
    since = f"{told.ended:%Y-%m-%d %H:%M %Z}"
    _, doubt = proof(history, told.build, environment)
    proven = Text(f"UNPROVEN: {DOUBTS[doubt].en}", f"裏づけなし: {DOUBTS[doubt].ja}") if doubt else Text("go", "go")
    return Text(
        f"{short(told.build)} since {since} (deployment {running.sequence}), {proven.en}",
        f"{short(told.build)} {since} から（配置 {running.sequence}）、{proven.ja}",
    )


def _document(
    history: History, arguments: argparse.Namespace, build: str | None, replies: Sequence[Reply], answer: str | None
) -> dict[str, Any]:
    environments = _environments(history, arguments)
    shown = [cell for cell in cells(history) if cell.environment in environments]
    if arguments.requirement:
        shown = [cell for cell in shown if cell.requirement in arguments.requirement]
    if arguments.build:
        shown = [cell for cell in shown if cell.build == build]
    return {
        "schema": SCHEMA,
        "answer": answer,
        "build": build,
        "replies": [
            {
                "requirement": reply.requirement,
                "answer": reply.sufficient,
                "state": reply.state,
                "entry": reply.verdict.sequence if reply.verdict else None,
            }
            for reply in replies
        ],
        "environments": [_presence(history, environment) for environment in environments],
        "cells": [_cell(cell) for cell in shown],
    }


def _presence(history: History, environment: str) -> dict[str, Any]:
    running = current(history, environment)
    if running is None:
        return {"environment": environment, "build": None}
    verdict, doubt = proof(history, running.body.build, environment)
    return {
        "environment": environment,
        "build": running.body.build,
        "since": running.body.ended.isoformat(),
        "deployment": running.sequence,
        "verdict": verdict,
        "doubt": doubt,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "requirement": cell.requirement,
        "build": cell.build,
        "environment": cell.environment,
        "state": cell.state,
        "verdict": cell.verdict.body.verdict,
        "document": cell.verdict.body.document,
        "entry": cell.verdict.sequence,
    }
