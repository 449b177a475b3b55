"""``nameraka approve VERDICT``: a person's signature on a signed verdict, with name, time and meaning."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from nameraka.exits import Exit
from nameraka.gate.command import add_language
from nameraka.gate.text import Text, language_of, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `nameraka approve`."""
    parser.add_argument("verdict", type=Path, metavar="VERDICT", help="the verdict.intoto.jsonl that the gate signed")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="your private key (.pem)")
    parser.add_argument("--name", required=True, help="your name, as it is to be read")
    parser.add_argument(
        "--meaning",
        required=True,
        choices=("released", "reviewed", "rejected"),
        help="what your signature means; one `rejected` stops the release",
    )
    parser.add_argument("--comment", metavar="TEXT", help="why, in your words")
    add_language(parser)


def command(arguments: argparse.Namespace) -> int:
    """Append the approval and say what was approved. Raises ``UsageError``."""
    from nameraka.attest.approval import approve

    subject = approve(
        arguments.verdict,
        key=arguments.key,
        person=arguments.name,
        meaning=arguments.meaning,
        comment=arguments.comment,
        now=datetime.now(UTC),
    )
    what = printable(f"{subject.resource}, {subject.result} {subject.judged}")
    said = Text(
        f"{arguments.meaning} by {printable(arguments.name)}: {what}",
        f"{printable(arguments.name)} が署名しました（{arguments.meaning}）: {what}",
    )
    print(said.say(arguments.lang or language_of()))
    return Exit.CLEAN
