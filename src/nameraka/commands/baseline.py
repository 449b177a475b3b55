"""``nameraka baseline``: the verdict document of the last accepted release, for the gate to compare the next one with."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from nameraka.config import find_root
from nameraka.exits import Exit
from nameraka.findings import UsageError
from nameraka.gate.text import Text, printable
from nameraka.ledger.deployments import accepted
from nameraka.ledger.history import history_of
from nameraka.ledger.options import add_common, say, short, url_of
from nameraka.ledger.store import Ledger


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", metavar="E", required=True, help="where the release was accepted")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where the document goes (default: the project's reports/baseline.json)",
    )
    add_common(parser)
    parser.epilog = (
        "The last accepted release is the newest deployment to the environment that was not taken back and whose build "
        "has a go for it; its newest go is exported. Exit code 2 when there is none: a former file is removed then."
    )


def command(arguments: argparse.Namespace) -> int:
    """Write the document whole or not at all. Returns 2 when nothing was accepted yet. Raises ``UsageError``."""
    ledger = Ledger(url_of(arguments))
    verdict = accepted(history_of(ledger.book().recorded), arguments.environment)
    place = arguments.out or find_root(Path.cwd()) / "reports" / "baseline.json"
    environment = printable(arguments.environment)
    if verdict is None:
        _replace(place, None)
        say(
            Text(
                f"No release of {environment} was accepted yet: no deployment that stands rests on a go. {place} is gone.",
                f"{environment} で受け入れられたリリースはまだありません（go に基づく有効な配置がない）。{place} はありません。",
            ),
            arguments,
            aside=True,
        )
        return Exit.UNKNOWN
    document = json.loads(ledger.document(verdict.body.document))
    _replace(place, json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n")
    told = verdict.body
    say(
        Text(
            f"{place}: go of {told.created.isoformat()} on {short(told.build)}, entry {verdict.sequence}",
            f"{place}: {short(told.build)} に対する {told.created.isoformat()} の go（記録 {verdict.sequence}）",
        ),
        arguments,
    )
    return Exit.CLEAN


def _replace(path: Path, content: bytes | None) -> None:
    """Put ``content`` in the place of ``path``. Raises ``UsageError``; a former baseline is gone then, too."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.unlink(missing_ok=True)
        if content is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise UsageError(
            f"{path}: it cannot be written: {error.strerror}. Make the folder writable or give --out."
        ) from None
    finally:
        half.unlink(missing_ok=True)
