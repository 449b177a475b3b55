"""`nameraka gate [RESULTS]`: judge a folder of evidence, wherever it came from. Reads files and nothing else."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from nameraka.config import find_root
from nameraka.gate.explain import explain
from nameraka.gate.reading import read_evidence
from nameraka.gate.text import Text, language_of
from nameraka.gate.verdict import EXIT_CODES, Verdict, judge, write_verdict

DEFAULT_RESULTS = Path("reports/results")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `nameraka gate`."""
    parser.add_argument(
        "results",
        nargs="?",
        type=Path,
        metavar="RESULTS",
        help="the folder of one run's evidence (default: the project's reports/results); a missing or empty one is unknown",
    )
    add_language(parser)


def add_language(parser: argparse._ActionsContainer) -> None:
    """The option that chooses the language of what is said."""
    parser.add_argument("--lang", choices=("ja", "en"), help="the language of the explanation (default: that of LANG)")


def command(args: argparse.Namespace) -> int:
    """Judge, write ``verdict.json`` beside the folder, explain. Returns 0 for go, 1 for no-go, 2 for unknown."""
    results = args.results or find_root(Path.cwd()) / DEFAULT_RESULTS
    return publish(judge(read_evidence(results)), results, args.lang or language_of())


def publish(verdict: Verdict, results: Path, language: str, *, explained: bool = True) -> int:
    """Write the verdict on ``results`` and, if ``explained``, print its explanation; returns the exit code.

    A folder that is not there was judged ``unknown`` and is no usage error: the verdict is written where one may be read,
    so that none from yesterday is believed today. A ``go`` that cannot be written down is not given.
    """
    place = verdict_path(results)
    try:
        write_verdict(verdict, place)
    except OSError as error:
        _say(explain(verdict, language, colour=_colour()))
        print(_unwritten(place, error).say(language), file=sys.stderr)
        return verdict.exit_code or EXIT_CODES["unknown"]
    if explained:
        _say(explain(verdict, language, colour=_colour(), places=_places(verdict, results, place)))
    return verdict.exit_code


def verdict_path(results: Path) -> Path:
    """Where the verdict on ``results`` is written: beside the folder, never in it."""
    return results.absolute().parent / "verdict.json"


def _places(verdict: Verdict, results: Path, place: Path) -> tuple[Path, ...]:
    site = results.absolute().parent / "site" / "index.html"
    shown = (place, site) if site.is_file() else (place,)
    return tuple(_short(one) for one in shown)


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _unwritten(place: Path, error: OSError) -> Text:
    reason = error.strerror or str(error)
    return Text(
        f"{place}: the verdict cannot be written: {reason}. Make the folder writable or judge a copy of the evidence.",
        f"{place}: 判定を書き込めません: {reason}。フォルダを書き込み可能にするか、証拠の写しを判定してください。",
    )


def _colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _say(text: str) -> None:
    """Print, also where the terminal's encoding lacks a character."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
