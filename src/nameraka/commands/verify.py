"""``nameraka verify VERDICT``: for the job that deploys. One line, and exit code 0 only for a ``go`` that holds."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nameraka.exits import Exit
from nameraka.findings import UsageError
from nameraka.gate.command import add_language
from nameraka.gate.policy import age
from nameraka.gate.text import Text, language_of, printable
from nameraka.ledger.options import VARIABLE
from nameraka.shapes import Malformed

if TYPE_CHECKING:
    from nameraka.attest.verification import Confirmed, Pins


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `nameraka verify`."""
    parser.add_argument("verdict", type=Path, metavar="VERDICT", help="the verdict.intoto.jsonl that the gate signed")
    parser.add_argument("--artifact", required=True, metavar="FILE|sha256:…", help="what will be deployed")
    parser.add_argument("--environment", required=True, metavar="NAME", help="where it will be deployed")
    parser.add_argument("--policy", required=True, metavar="FILE|sha256:…", help="the policy that must have been used")
    parser.add_argument(
        "--key",
        required=True,
        action="extend",
        nargs="+",
        type=Path,
        metavar="PUB",
        help="the gate's public key (several: any of them)",
    )
    parser.add_argument(
        "--approver",
        action="extend",
        nargs="+",
        type=Path,
        default=[],
        metavar="PUB",
        help="the public keys of those who may approve",
    )
    parser.add_argument("--evidence", required=True, type=Path, metavar="ARCHIVE", help="the archive of the evidence")
    parser.add_argument(
        "--max-age",
        default="24h",
        metavar="AGE",
        help="how old the verdict may be, such as 90m, 24h or 7d (default: 24h)",
    )
    recorded = parser.add_argument_group("the ledger (without it, an older verdict cannot be told from the newest)")
    recorded.add_argument(
        "--ledger",
        metavar="URL",
        default=os.environ.get(VARIABLE),
        help=f"it must hold and have no later verdict on this environment (default: ${VARIABLE}, which has no place in a process list)",
    )
    recorded.add_argument("--ledger-head", metavar="N:sha256:…", help="a head that was kept elsewhere, to go on from")
    recorded.add_argument(
        "--rollback", action="store_true", help="a former build: no later verdict on that build is enough"
    )
    add_language(parser)


def command(arguments: argparse.Namespace) -> int:
    """Verify and say in one line why or why not. Raises ``UsageError`` for what the caller himself gave."""
    from nameraka.attest.refused import Refused
    from nameraka.attest.verification import verify

    pins = _pins(arguments)
    language = arguments.lang or language_of()
    try:
        confirmed = verify(arguments.verdict, arguments.evidence, pins, datetime.now(UTC))
        if arguments.ledger is not None:
            from nameraka.attest.place import check_place

            check_place(confirmed.document, arguments.ledger, arguments.ledger_head, rollback=arguments.rollback)
    except Refused as refused:
        why = refused.why
    except Exception as error:  # noqa: BLE001 - whatever a bundle does to us, it is not go
        why = Text(f"the verification broke: {error!r}", f"検証そのものが失敗しました: {error!r}")
    else:
        print(printable(f"go: {_told(confirmed, pins).say(language)}", 2_000))
        return Exit.GO
    print(printable(f"refused: {why.say(language)}", 2_000))
    return Exit.REFUSED


def _pins(arguments: argparse.Namespace) -> Pins:
    from nameraka.attest.keys import load_publics
    from nameraka.attest.pins import pinned
    from nameraka.attest.verification import Pins

    if arguments.ledger is None and (arguments.ledger_head or arguments.rollback):
        raise UsageError(f"--ledger-head and --rollback speak of a ledger. Give its URL with --ledger or ${VARIABLE}.")
    gates, approvers = load_publics(arguments.key), load_publics(arguments.approver)
    if {key.keyid for key in gates} & {key.keyid for key in approvers}:
        raise UsageError("One key is given as the gate's and as an approver's. Give each role keys of its own.")
    try:
        max_age = age(arguments.max_age)
    except Malformed as error:
        raise UsageError(f"--max-age: {error}.") from None
    return Pins(
        artifact=pinned(arguments.artifact),
        environment=arguments.environment,
        policy=pinned(arguments.policy),
        gates=gates,
        approvers=approvers,
        max_age=max_age,
    )


def _told(confirmed: Confirmed, pins: Pins) -> Text:
    judged = confirmed.document["created"]
    people = ", ".join(f"{one.person} ({one.meaning})" for one in confirmed.approvals) or "-"
    return Text(
        f"{pins.artifact} for {pins.environment}, judged {judged}, approved by: {people}",
        f"{pins.environment} 向け {pins.artifact}（判定 {judged}、承認: {people}）",
    )
