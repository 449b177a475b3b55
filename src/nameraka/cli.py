"""The ``nameraka`` command: a table of its subcommands, each in a module of its own that loads only when asked for."""

from __future__ import annotations

import argparse
import importlib
import io
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from nameraka.exits import Exit
from nameraka.findings import Findings, UsageError

COMMANDS = {
    "check": ("nameraka.commands.check", "find what is wrong with features and sentences, without running them"),
    "phrases": ("nameraka.commands.phrases", "list every sentence, or show a scenario in the other language"),
    "run": ("nameraka.run", "plan, run, report, judge: the whole road to a verdict"),
    "report": ("nameraka.commands.report", "build the report from a folder of results"),
    "merge": ("nameraka.commands.merge", "bring the shards of one run together in one folder"),
    "gate": ("nameraka.gate.command", "judge a folder of evidence: go, no-go or unknown"),
    "accept": (
        "nameraka.commands.accept",
        "show what changed since the last accepted release, and record product's word",
    ),
    "keys": ("nameraka.commands.keys", "make a key pair to sign verdicts or approvals with"),
    "approve": ("nameraka.commands.approve", "put a person's signature under a signed verdict"),
    "verify": ("nameraka.commands.verify", "check a signed verdict before a deployment: go, or refused and why"),
    "record": ("nameraka.commands.record", "enter in the ledger what was judged, deployed, broken and mended"),
    "matrix": ("nameraka.commands.matrix", "which build is where, and which requirements are shown on it"),
    "trend": (
        "nameraka.commands.trend",
        "deliveries, failures, verdicts and requirements over time, as a page and as JSON",
    ),
    "baseline": ("nameraka.commands.baseline", "export the verdict of the last accepted release from the ledger"),
}

EXITS = (
    "exit codes of run and gate: 0 go, 1 no-go, 2 unknown; of check: 0 clean, 1 findings; of verify: 0 go, 1 refused; "
    "of all: 3 usage or set-up error"
)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors exit with the documented code."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        return _help(name)
    module = importlib.import_module(COMMANDS[name][0])
    parser = _Parser(prog=f"nameraka {name}", description=_sentence(COMMANDS[name][1]), epilog=EXITS)
    module.add_arguments(parser)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that lacks a character is no reason to break
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return int(module.command(parser.parse_args(arguments[1:])))
    except (UsageError, Findings) as error:
        print(error, file=sys.stderr)
        return Exit.USAGE
    except BrokenPipeError:  # the reader, `head` for instance, has seen enough
        sys.stderr.close()
        return Exit.USAGE
    except Exception:  # noqa: BLE001 - a mistake of ours: the exit code must not read as a verdict
        traceback.print_exc()
        return Exit.USAGE


def _sentence(description: str) -> str:
    return f"{description[:1].upper()}{description[1:]}."


def _help(name: str) -> int:
    asked = name in ("", "-h", "--help", "help")
    lines = ["usage: nameraka COMMAND [--help]", ""]
    lines += [f"  {command:<9}{description}" for command, (_, description) in COMMANDS.items()]
    lines += ["", EXITS]
    if not asked:
        lines.insert(0, f"nameraka: there is no command {name!r}")
    print("\n".join(lines), file=sys.stdout if asked and name else sys.stderr)
    return 0 if asked and name else Exit.USAGE
