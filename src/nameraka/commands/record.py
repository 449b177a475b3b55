"""``nameraka record``: enter in the ledger what was judged, deployed, broken and mended; print or check its head."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from nameraka.config import find_root
from nameraka.exits import Exit
from nameraka.gate.text import Text
from nameraka.ledger import commits, recording
from nameraka.ledger.chain import BrokenChain, Head, head_of
from nameraka.ledger.events import Body, Deployment, Severity
from nameraka.ledger.history import History, history_of
from nameraka.ledger.options import PRODUCTION, add_common, build_of, commit_of, language, moment, say, url_of
from nameraka.ledger.store import Ledger
from nameraka.ledger.verdicts import Document, essence, read_document
from nameraka.ledger.words import notes, summary

Told = Callable[[History, datetime], Body]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(required=True, metavar="WHAT")

    one = _what(what, "verdict", _verdict, "a verdict; the same one twice is one entry")
    one.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: the project's reports/verdict.json")

    one = _what(what, "deploy", _deploy, "a build that was put into an environment")
    _environment(one)
    one.add_argument(
        "--build", "--artifact", required=True, metavar="sha256:…|FILE", help="the digest of what was deployed, or it"
    )
    one.add_argument("--commit", metavar="SHA", help="default: that of the verdict, else what is checked out here")
    one.add_argument("--commit-time", metavar="TIME", help="default: asked from git")
    one.add_argument(
        "--verdict", metavar="sha256:…|FILE", help="what it rested on (default: the newest verdict on the build)"
    )
    one.add_argument("--unplanned", action="store_true", help="made because of an incident; needs --incident")
    _incident(one)
    _times(one)

    one = _what(what, "rollback", _rollback, "the return of an environment to a former build")
    _environment(one)
    one.add_argument("--build", metavar="sha256:…|FILE", help="default: the build that was there before")
    _incident(one)
    _times(one)

    one = _what(what, "undeploy", _undeploy, "an environment in which nothing runs any more")
    _environment(one)
    one.add_argument("--end", metavar="TIME", help="default: now")

    one = _what(what, "incident", _opened, "something that went wrong")
    one.add_argument("--id", required=True, help="its name in the tracker; no person's name")
    one.add_argument(
        "--cause-deploy",
        required=True,
        metavar="N|latest|none",
        help="the deployment that caused it: its entry, the latest, or none",
    )
    _environment(one, PRODUCTION)
    one.add_argument("--opened", metavar="TIME", help="default: now")
    one.add_argument(
        "--requirement", nargs="+", action="extend", default=[], metavar="ID", help="the requirements that it broke"
    )
    one.add_argument("--severity", choices=get_args(Severity))

    one = _what(what, "restore", _restored, "the end of an incident")
    _incident(one, required=True)
    one.add_argument("--at", metavar="TIME", help="default: now")

    one = _what(what, "false-block", _false_block, "that a verdict blocked without cause; it turns no verdict")
    one.add_argument("--verdict", required=True, metavar="sha256:…|FILE")
    one.add_argument("--reason", required=True)

    one = _what(what, "head", _head, "print the ledger's head, to be kept elsewhere")
    one = _what(what, "check", _check, "check the chain and every document; 0 when all holds, 1 when it was changed")
    one.add_argument("--head", metavar="N:sha256:…", help="a head that was kept elsewhere")


def command(arguments: argparse.Namespace) -> int:
    """Enter one thing and say as which entry. Returns 1 for a deployment that rests on no go. Raises ``UsageError``."""
    act: Callable[[argparse.Namespace], int] = arguments.act
    return act(arguments)


def _what(
    parsers: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    act: Callable[[argparse.Namespace], int],
    description: str,
) -> argparse.ArgumentParser:
    parser = parsers.add_parser(name, help=description, description=description.capitalize() + ".")
    parser.set_defaults(act=act)
    add_common(parser)
    return parser


def _environment(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    shown = f"default: {default}" if default else None
    parser.add_argument("--environment", metavar="E", required=default is None, default=default, help=shown)


def _incident(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument("--incident", metavar="ID", required=required)


def _times(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--start", metavar="TIME", help="when it began (RFC 3339)")
    parser.add_argument("--end", metavar="TIME", help="when it ended (default: now)")


def _enter(arguments: argparse.Namespace, tell: Told, document: Document | None = None) -> Body:
    """Make the body in the transaction that enters it, so that what it says of the ledger is true when it is written."""
    with Ledger(url_of(arguments)).write() as writing:
        known = history_of(writing.book.recorded)
        body = tell(known, writing.now)
        if document is not None:
            writing.keep(document.content)
        entry, new = writing.append(body)
        head = head_of(writing.book.entries)
    before = "" if new else Text(" (it was there before)", "（すでに記録済み）").say(language(arguments))
    say(f"{entry.sequence} {summary(body).say(language(arguments))}{before}", arguments)
    say(
        Text(f"  the ledger's head, to be kept elsewhere: {head}", f"  台帳の先頭（別の場所に控えること）: {head}"),
        arguments,
    )
    for note in notes(body, known, entry, datetime.now(UTC)):
        say(note, arguments, aside=True)
    return body


def _verdict(arguments: argparse.Namespace) -> int:
    path = arguments.file or find_root(Path.cwd()) / "reports" / "verdict.json"
    document = read_document(path)
    told = essence(document)
    _enter(arguments, lambda _, now: recording.verdict(told, now), document)
    return Exit.CLEAN


def _deploy(arguments: argparse.Namespace) -> int:
    build = build_of(arguments.build)
    named = _document(arguments.verdict) if arguments.verdict else None
    given = commit_of(arguments.commit) if arguments.commit else None
    root = find_root(Path.cwd())

    def tell(history: History, now: datetime) -> Body:
        judged = history.verdict(named) if named else history.verdict_on(build, arguments.environment)
        commit = given or (judged and judged.body.commit) or commits.checked_out(root)
        committed = moment(arguments.commit_time, "--commit-time")
        return recording.deployment(
            history,
            now,
            environment=arguments.environment,
            build=build,
            commit=commit,
            committed=committed or (commits.committed_at(root, commit) if commit else None),
            started=moment(arguments.start, "--start"),
            ended=moment(arguments.end, "--end") or _second(now),
            verdict=named,
            unplanned=arguments.unplanned,
            incident=arguments.incident,
        )

    return _rests_on(_enter(arguments, tell))


def _rollback(arguments: argparse.Namespace) -> int:
    build = build_of(arguments.build) if arguments.build else None

    def tell(history: History, now: datetime) -> Body:
        return recording.rollback(
            history,
            now,
            environment=arguments.environment,
            build=build,
            started=moment(arguments.start, "--start"),
            ended=moment(arguments.end, "--end") or _second(now),
            incident=arguments.incident,
        )

    return _rests_on(_enter(arguments, tell))


def _rests_on(body: Body) -> int:
    """It happened and is entered; that it rests on nothing still ends the job that did it."""
    return Exit.FINDINGS if isinstance(body, Deployment) and body.doubt else Exit.CLEAN


def _undeploy(arguments: argparse.Namespace) -> int:
    def tell(history: History, now: datetime) -> Body:
        ended = moment(arguments.end, "--end") or _second(now)
        return recording.removal(history, now, environment=arguments.environment, ended=ended)

    _enter(arguments, tell)
    return Exit.CLEAN


def _opened(arguments: argparse.Namespace) -> int:
    def tell(history: History, now: datetime) -> Body:
        return recording.incident(
            history,
            now,
            id=arguments.id,
            environment=arguments.environment,
            cause=arguments.cause_deploy,
            opened=moment(arguments.opened, "--opened") or _second(now),
            severity=arguments.severity,
            requirements=arguments.requirement,
        )

    _enter(arguments, tell)
    return Exit.CLEAN


def _restored(arguments: argparse.Namespace) -> int:
    def tell(history: History, now: datetime) -> Body:
        restored = moment(arguments.at, "--at") or _second(now)
        return recording.restoration(history, now, incident=arguments.incident, restored=restored)

    _enter(arguments, tell)
    return Exit.CLEAN


def _false_block(arguments: argparse.Namespace) -> int:
    named = _document(arguments.verdict)
    _enter(arguments, lambda history, _: recording.false_block(history, verdict=named, reason=arguments.reason))
    return Exit.CLEAN


def _head(arguments: argparse.Namespace) -> int:
    say(str(head_of(Ledger(url_of(arguments)).book().entries)), arguments)
    return Exit.CLEAN


def _check(arguments: argparse.Namespace) -> int:
    ledger = Ledger(url_of(arguments))
    try:
        book = ledger.book(Head.parse(arguments.head) if arguments.head else None)
        for one in history_of(book.recorded).verdicts:
            content = ledger.document(one.body.document)
            if essence(Document(json.loads(content), content)) != one.body:
                raise BrokenChain(f"{ledger}: entry {one.sequence} does not say what its verdict document says.")
    except BrokenChain as error:
        say(str(error), arguments, aside=True)
        return Exit.FINDINGS
    entries = len(book.entries)
    say(
        Text(
            f"It holds: {entries} entries, head {head_of(book.entries)}",
            f"整合: {entries}件、先頭 {head_of(book.entries)}",
        ),
        arguments,
    )
    if not arguments.head:
        say(_BY_ITSELF, arguments)
    return Exit.CLEAN


_BY_ITSELF = Text(
    "A chain cannot show by itself that its end was cut off or that all of it was written anew: "
    "give a head that was kept elsewhere, --head N:sha256:…",
    "末尾が切り取られたこと、または全体が書き直されたことは、鎖だけでは分かりません。"
    "別の場所に控えた先頭を --head N:sha256:… で渡してください",
)


def _second(now: datetime) -> datetime:
    return now.replace(microsecond=0)


def _document(text: str) -> str:
    """The digest of a verdict document: as given, or of the verdict.json that ``text`` names."""
    return read_document(Path(text)).digest if Path(text).is_file() else build_of(text)
