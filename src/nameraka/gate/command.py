"""`nameraka gate [RESULTS]`: judge a folder of evidence, wherever it came from. Reads files and nothing else."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from nameraka.config import Settings, find_root, load
from nameraka.exits import Exit
from nameraka.findings import UsageError
from nameraka.gate.case import Case
from nameraka.gate.explain import explain
from nameraka.gate.formats.document import Document
from nameraka.gate.garbage import no_collection
from nameraka.gate.inputs import InputPaths, Inputs, read_inputs
from nameraka.gate.policy import Policy
from nameraka.gate.reading import read_evidence
from nameraka.gate.text import Text, language_of
from nameraka.gate.verdict import EXIT_CODES, Verdict, document, judge, write_verdict
from nameraka.gate.waivers import Waivers, read_waivers
from nameraka.shapes import Malformed

FORMATS: Final = {
    "markdown": "write it as Markdown, for a step summary",
    "comment": "the same cut short, for a merge request's comment",
    "junit": "write it as JUnit XML",
    "sarif": "write it as SARIF 2.1.0",
    "ctrf": "write it as CTRF (Common Test Report Format)",
}
MANY: Final = 5_000
"""From so many files on it is told how far the reading is, and so often."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `nameraka gate`."""
    parser.add_argument(
        "results",
        nargs="?",
        type=Path,
        metavar="RESULTS",
        help="the folder of one run's evidence (default: the project's reports/results); a missing or empty one is unknown",
    )
    judged_by = parser.add_argument_group("what it is judged by (default: the project's own files)")
    for role, what in (
        ("policy", "what a release has to show: reports/gate.toml"),
        ("waivers", "exceptions: reports/waivers.toml"),
        ("register", "the requirements: features/requirements.toml"),
        ("baseline", "the verdict on the last accepted release: reports/baseline.json"),
        ("acceptance", "product's word: reports/acceptance.json"),
    ):
        judged_by.add_argument(f"--{role}", type=Path, metavar="FILE", help=what)
    judged_by.add_argument(
        "--what-if",
        type=Path,
        metavar="WAIVERS",
        help="show what the verdict would be with these waivers too; writes nothing and never exits with 0",
    )
    output = parser.add_argument_group("the same verdict for other readers")
    for name, what in FORMATS.items():
        output.add_argument(f"--{name}", type=Path, metavar="FILE", help=what)
    signing = parser.add_argument_group("signing")
    signing.add_argument("--key", type=Path, metavar="FILE", help="sign with this Ed25519 key (nameraka keys new)")
    signing.add_argument(
        "--artifact",
        metavar="FILE|DIGEST",
        help="what the verdict is about; its digest must be the build that was tested",
    )
    signing.add_argument(
        "--archive",
        type=Path,
        metavar="FILE",
        help="where evidence and inputs are packed, for whoever verifies (default: evidence.tar.gz beside the verdict)",
    )
    add_language(parser)


def add_language(parser: argparse._ActionsContainer) -> None:
    """The option that chooses the language of what is said."""
    parser.add_argument("--lang", choices=("ja", "en"), help="the language of the explanation (default: that of LANG)")


@no_collection()
def command(args: argparse.Namespace) -> int:
    """Judge, write ``verdict.json`` beside the folder, explain. Returns 0 for go, 1 for no-go, 2 for unknown.

    Raises ``UsageError`` when an input comes from the evidence itself, or a file that was asked for cannot be used.
    """
    settings = load(find_root(Path.cwd()))
    language = args.lang or language_of()
    results = args.results or settings.results
    paths = input_paths(settings)
    given = {one.name: getattr(args, one.name) for one in fields(paths) if getattr(args, one.name) is not None}
    for role, path in given.items():
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file; --{role} names one")
        if path.resolve().is_relative_to(results.resolve()):
            raise UsageError(f"{path}: lies in the folder that is judged; evidence excuses nothing. Keep it elsewhere.")
    if args.key and not args.artifact:
        raise UsageError("--key: say with --artifact what the signed verdict is about")
    if not args.key and (args.artifact or args.archive):
        raise UsageError("--artifact, --archive: belong to a signed verdict; sign it with --key FILE")
    inputs = read_inputs(replace(paths, **given), settings.root)
    evidence = read_evidence(results, progress=_progress)
    case = Case(evidence, inputs, datetime.now(UTC).replace(microsecond=0))
    if args.what_if:
        return _what_if(case, args.what_if, language)
    content = document(judge(case))
    answer = publish(content, results, language)
    for name in FORMATS:
        if (path := getattr(args, name)) is not None:
            _write_format(name, content, path, language)
    if args.key:
        _sign(content, inputs, results, args, language)
    return answer


def judge_project(results: Path, settings: Settings) -> Verdict:
    """The verdict on ``results`` now, by the project's own policy, waivers, register and baseline."""
    inputs = read_inputs(input_paths(settings), settings.root)
    return judge(Case(read_evidence(results), inputs, datetime.now(UTC).replace(microsecond=0)))


def input_paths(settings: Settings) -> InputPaths:
    """Where a project keeps what it is judged by."""
    return InputPaths(
        policy=settings.policy,
        waivers=settings.waivers,
        register=settings.register,
        baseline=settings.baseline,
        acceptance=settings.acceptance,
    )


def _progress(done: int, total: int) -> None:
    if total >= MANY and done % MANY == 0:
        print(f"nameraka: {done:,} of {total:,} files read", file=sys.stderr, flush=True)


def _what_if(case: Case, path: Path, language: str) -> int:
    """Show the verdict with further waivers. It is no verdict: nothing is written and the exit code is never 0."""
    try:
        further = read_waivers(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except Malformed as error:
        raise UsageError(f"{path}: {error}") from None
    own = case.inputs.waivers
    waivers = Waivers(1, (*own.waiver, *further.waiver), (*own.bootstrap, *further.bootstrap))
    content = document(judge(replace(case, inputs=replace(case.inputs, waivers=waivers))))
    intro = Text(
        f"What if {path} were in force (nothing is written, this is no verdict):",
        f"{path} が有効だった場合（何も書き込まず、判定ではありません）:",
    )
    _say(intro.say(language) + "\n" + explain(content, language, colour=_colour()))
    return Exit.UNKNOWN


def _write_format(name: str, content: Document, path: Path, language: str) -> None:
    from nameraka.gate.formats import render

    try:
        path.write_bytes(render(name, content, language))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def _sign(content: Document, inputs: Inputs, results: Path, args: argparse.Namespace, language: str) -> None:
    from nameraka.attest.signing import ARCHIVE, BUNDLE, sign_verdict

    bundle = verdict_path(results).with_name(BUNDLE)
    archive = args.archive or bundle.with_name(ARCHIVE)
    sign_verdict(
        content,
        results=results,
        sources=inputs.sources,
        artifact=args.artifact,
        verifier=(inputs.policy or Policy(schema=1)).verifier.id,
        key=args.key,
        archive=archive,
        bundle=bundle,
    )
    said = Text(
        f"Signed: {_short(bundle)}, with the evidence in {_short(archive)}",
        f"署名しました: {_short(bundle)}（証拠は {_short(archive)}）",
    )
    _say(said.say(language))


def publish(content: Document, results: Path, language: str, *, explained: bool = True) -> int:
    """Write the verdict document on ``results`` and, if ``explained``, print its explanation; returns the exit code.

    A folder that is not there was judged ``unknown`` and is no usage error: the verdict is written where one may be read,
    so that none from yesterday is believed today. A ``go`` that cannot be written down is not given.
    """
    place = verdict_path(results)
    exit_code: int = content["exit_code"]
    try:
        write_verdict(content, place)
    except OSError as error:
        _say(explain(content, language, colour=_colour()))
        print(_unwritten(place, error).say(language), file=sys.stderr)
        return exit_code or EXIT_CODES["unknown"]
    if explained:
        _say(explain(content, language, colour=_colour(), places=_places(results, place)))
    return exit_code


def verdict_path(results: Path) -> Path:
    """Where the verdict on ``results`` is written: beside the folder, never in it."""
    return results.absolute().parent / "verdict.json"


def _places(results: Path, place: Path) -> tuple[Path, ...]:
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
