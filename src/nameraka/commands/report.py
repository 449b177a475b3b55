"""``nameraka report``: the pages that people read, from a folder of results."""

from __future__ import annotations

import argparse
from pathlib import Path

from nameraka.config import find_root, load
from nameraka.exits import Exit
from nameraka.report import build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "results", type=Path, nargs="?", metavar="RESULTS", help="a folder of results (default: reports/results)"
    )
    parser.add_argument(
        "--site", type=Path, metavar="FOLDER", help="where the pages go (default: site, beside the results)"
    )


def command(arguments: argparse.Namespace) -> int:
    """Build the report and say where it is. Raises ``ReportError``."""
    settings = load(find_root(Path.cwd()))
    report = build(arguments.results or settings.results, arguments.site, root=settings.root)
    for note in report.notes:
        print(f"note: {note}")
    print(report.index)
    return Exit.CLEAN
