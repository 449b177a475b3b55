"""``nameraka trend``: deliveries, failures, verdicts and requirements over time; seven figures, a page, JSON."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nameraka.config import find_root
from nameraka.exits import Exit
from nameraka.findings import UsageError
from nameraka.gate.text import Text, printable
from nameraka.ledger.chain import head_of
from nameraka.ledger.history import history_of
from nameraka.ledger.options import PRODUCTION, add_common, language, say, url_of
from nameraka.ledger.store import Ledger
from nameraka.ledger.summary import TOO_LITTLE, figures
from nameraka.ledger.trend import Trend, as_json, trend

DAYS = 90
MOST_DAYS = 3660


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--environment", metavar="E", default=PRODUCTION, help=f"default: {PRODUCTION}")
    parser.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"the period (default: {DAYS} days)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the page (default: reports/trend.html, if no --json is asked for)"
    )
    parser.add_argument("--json", metavar="FILE|-", help="the same as JSON, to a file or here")
    add_common(parser)


def command(arguments: argparse.Namespace) -> int:
    """Write what is asked for and print the figures. Raises ``UsageError``."""
    if not 1 <= arguments.days <= MOST_DAYS:
        raise UsageError(f"--days {arguments.days}: a period is 1 to {MOST_DAYS} days.")
    book = Ledger(url_of(arguments)).book()
    until = datetime.now(UTC)
    found = trend(
        head_of(book.entries),
        history_of(book.recorded),
        arguments.environment,
        until - timedelta(days=arguments.days),
        until,
    )
    if arguments.json != "-":
        _print(found, arguments)
    if arguments.json:
        # Escaped, so that no terminal's encoding can spoil it.
        document = json.dumps(as_json(found), indent=1)
        _put(document, None if arguments.json == "-" else Path(arguments.json), arguments)
    if arguments.out or not arguments.json:
        from nameraka.ledger.trend_page import page

        out = arguments.out or find_root(Path.cwd()) / "reports" / "trend.html"
        _put(page(found, language(arguments)), out, arguments)
    return Exit.CLEAN


def _print(found: Trend, arguments: argparse.Namespace) -> None:
    lang = language(arguments)
    environment, days = printable(found.environment), (found.until - found.since).days
    say(Text(f"{environment}, the last {days} days", f"{environment}、直近{days}日間"), arguments)
    for one in figures(found):
        value = (one.value or TOO_LITTLE).say(lang)
        say(f"  {one.name.say(lang)}: {value} ({one.counts.say(lang)})", arguments)


def _put(content: str, path: Path | None, arguments: argparse.Namespace) -> None:
    if path is None:
        say(content, arguments)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content + "\n", "utf-8")
    except OSError as error:
        raise UsageError(f"{path}: it cannot be written: {error.strerror}. Name another place.") from None
    say(str(path), arguments, aside=arguments.json == "-")
