"""`nameraka run`: plan, run, observe, report, judge.

The parent of a test run. It writes down what is due, starts pytest in a session of its own, watches it from outside to
whatever end, seals what was left, and only then asks the gate.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Final

from nameraka.config import Environment, Settings, find_root, load
from nameraka.exits import Exit
from nameraka.feature_files import read_features
from nameraka.findings import UsageError
from nameraka.gate.command import add_language, input_paths, judge_project, publish, verdict_path
from nameraka.gate.evidence import Evidence
from nameraka.gate.inputs import PLANNED_INPUTS, read_inputs
from nameraka.gate.reading import observed_name, sentinel_name
from nameraka.gate.text import Text, language_of, printable
from nameraka.gate.verdict import document
from nameraka.masking import mask_text
from nameraka.plan import FILE_NAME as PLAN
from nameraka.plan import Plan, canonical, make_plan, parse_shard, sha256
from nameraka.results import ResultsFolder
from nameraka.sentinel.run import run_sentinels
from nameraka.supervise import Ending, watch

TIME_LIMIT: Final = "60m"
BUILD_SECONDS: Final = 60
_BUILD = re.compile(r"sha256:[0-9a-f]{64}")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smh]?)")
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}
_NOTHING_RAN: Final = 5  # pytest's own code for "no tests were collected"
_GAVE_UP: Final = (2, 3, 4)  # its codes for errors at collection, inside pytest and of usage


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `nameraka run`."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="folder, file or file:line to run (default: all features)"
    )
    scope = parser.add_argument_group("a part of the plan (useful, and judged unknown)")
    scope.add_argument("-k", metavar="WORDS", help="only scenarios whose names match")
    scope.add_argument("-m", metavar="TAGS", help="only scenarios whose tags match, for example 'critical and not web'")
    scope.add_argument("--through", metavar="DOORS", help="only through these doors: web, api")
    scope.add_argument(
        "--shard", default="1of1", metavar="KofN", help="only the items of shard K of N (default: %(default)s)"
    )
    scope.add_argument("--lf", action="store_true", help="only what failed last time")
    scope.add_argument("-x", action="store_true", help="stop at the first failure")
    target = parser.add_argument_group("what is tested")
    target.add_argument("--env", metavar="NAME", help="the environment, of [tool.nameraka.environments]")
    target.add_argument(
        "--build", metavar="DIGEST", help="the build that must answer, sha256:… (default: ask the environment)"
    )
    how = parser.add_argument_group("how")
    how.add_argument("-n", metavar="WORKERS", help="run in parallel: a number, or auto")
    how.add_argument("--seed", metavar="N", help="replay the people and data of the run with this seed")
    how.add_argument("--shuffle", action="store_true", help="run the scenarios in an order made from the seed")
    how.add_argument(
        "--time-limit", default=TIME_LIMIT, metavar="TIME", help="end the run after 90s, 20m, 1h (default: %(default)s)"
    )
    how.add_argument(
        "--pytest",
        action="append",
        default=[],
        metavar="OPTIONS",
        help="more options for pytest, in one text: --pytest='-s -v'",
    )
    how.add_argument(
        "--results", type=Path, metavar="FOLDER", help="where the evidence goes (default: reports/results)"
    )
    how.add_argument(
        "--run-id", metavar="ID", help="the run's name, the same for all shards of one run (default: a new one)"
    )
    how.add_argument("--no-report", action="store_true", help="do not build the report")
    add_language(how)


def command(args: argparse.Namespace) -> int:
    """Do it all. Returns 0 go, 1 no-go, 2 unknown, 3 when nothing could run; raises ``UsageError`` or ``Findings``."""
    settings = load(find_root(Path.cwd()))
    language = args.lang or language_of()
    with ResultsFolder((args.results or settings.results).absolute()) as folder:
        # From here on no verdict of a former run may be taken for one of this run, however this one ends.
        verdict_path(folder.path).unlink(missing_ok=True)
        limit = parse_duration(args.time_limit)
        shard = _shard(args.shard)
        environment = settings.choose(args.env)
        folder.require_space()
        plan = _plan(settings, environment, args, shard[1])
        facts = _browser(plan, args)
        folder.sign(f"run {plan.run_id}, process {os.getpid()}, since {plan.created}")
        folder.make_fresh()
        for seen in settings.private.glob("secrets-*.json"):
            seen.unlink(missing_ok=True)
        path = _write_plan(folder, plan)
        _announce(plan, args.shard, language, facts)
        surroundings = {
            **os.environ,
            "NAMERAKA_RESULTS": str(folder.path),
            "NAMERAKA_PLAN": str(path),
            "NAMERAKA_PLAN_DIGEST": plan.digest,
            "NAMERAKA_RUN": plan.run_id,
            "NAMERAKA_SHARD": args.shard,
            "NAMERAKA_ENVIRONMENT": environment.name,
            "NAMERAKA_FACTS": json.dumps(facts),
        }
        ending = _post_sentinels(folder, settings, plan, args, surroundings, limit)
        if ending.stopped_by is None:
            ending = watch(
                [sys.executable, "-m", "pytest", *_pytest_arguments(settings, args, folder.path)],
                environment=surroundings,
                folder=settings.root,
                limit_seconds=limit,
                spent_seconds=ending.seconds,
                keep=(folder.lock,),
            )
        return _conclude(folder, settings, plan, args, ending, language)


def _post_sentinels(
    folder: ResultsFolder,
    settings: Settings,
    plan: Plan,
    args: argparse.Namespace,
    surroundings: Mapping[str, str],
    limit_seconds: float,
) -> Ending:
    """Run the sentinels and write down what became of them; returns how they ended.

    They come before the run and not during it: what a project's own fixtures or options claim for themselves, a port or
    a file, is free again when the run begins, and what both write is the run's in the end.
    """
    options = _common_options(settings, args)
    if args.n not in (None, "0"):
        options += ["-n", "1"]
    try:
        sentinels = run_sentinels(
            plan,
            options,
            settings.features,
            environment=surroundings,
            folder=settings.root,
            limit_seconds=limit_seconds,
            keep=(folder.lock,),
        )
    except OSError as error:
        raise UsageError(
            f"{tempfile.gettempdir()}: the sentinels cannot be run here: {error.strerror}. Make room, or set TMPDIR."
        ) from None
    _leave(folder, sentinel_name(args.shard), lambda: sentinels.document(plan, args.shard))
    ending = sentinels.ending
    will_be_said_again = ending.exit_code in _GAVE_UP
    if not sentinels.as_they_must and ending.stopped_by is None and not will_be_said_again:
        text = Text(
            "the scenarios that must not pass did not fail or were not skipped; their pytest said:",
            "成功してはならないシナリオが、失敗またはスキップになりませんでした。pytest の出力:",
        )
        print(f"nameraka: {text.say(args.lang or language_of())}", file=sys.stderr)
        for line in sentinels.said:
            print(f"    {printable(mask_text(line))}", file=sys.stderr)
    return ending


def _conclude(
    folder: ResultsFolder, settings: Settings, plan: Plan, args: argparse.Namespace, ending: Ending, language: str
) -> int:
    """Everything after pytest: seal, report, judge."""
    _observe(folder, plan, args, ending)
    verdict = judge_project(folder.path, settings)
    evidence = verdict.evidence
    if _could_not_begin(ending, evidence):
        publish(document(verdict), folder.path, language, explained=False)
        text = Text(
            f"pytest ended before the first scenario (exit code {ending.exit_code}); mend what it says above",
            f"最初のシナリオの前に pytest が終わりました（終了コード {ending.exit_code}）。上のメッセージを確認してください",
        )
        print(f"nameraka: {text.say(language)}", file=sys.stderr)
        return Exit.USAGE
    wanted = not args.no_report and not ending.asked  # whoever asked for the end does not wait for pages
    shown = _report(folder.path, settings.root) if wanted else True
    print(flush=True)
    answer = publish(document(verdict), folder.path, language)
    # A go that product cannot look at is not yet what was asked for; no-go and unknown stay what they are.
    return answer if shown else answer or Exit.USAGE


def _could_not_begin(ending: Ending, evidence: Evidence) -> bool:
    """A set-up error: pytest gave up by itself, in an orderly way, before any scenario had begun."""
    begun = any(record.starts for record in evidence.records)
    return not begun and ending.stopped_by is None and ending.exit_code not in (None, 0, _NOTHING_RAN)


def _plan(settings: Settings, environment: Environment, args: argparse.Namespace, shards: int) -> Plan:
    if not settings.features.exists():
        raise UsageError(
            f"{settings.features}: there is no such folder; features live there ([tool.nameraka] features)"
        )
    features = read_features(settings.root, settings.features)
    commit, uncommitted = _commit(settings.root)
    now = datetime.now(UTC)
    try:
        return make_plan(
            features,
            environment=environment.name,
            build=_expected_build(settings, environment, args.build),
            run_id=args.run_id or f"{now:%Y%m%dT%H%M%SZ}-{token_hex(4)}",
            created=now.isoformat(timespec="seconds"),
            shards=shards,
            commit=commit,
            uncommitted=uncommitted,
            digests=_digests(settings),
        )
    except ValueError as error:
        raise UsageError(f"{settings.features}: {error}") from None


def _digests(settings: Settings) -> dict[str, str]:
    """The digests of the files that say what the run will be judged by; the gate must find the same ones.

    Raises ``UsageError`` for one that the gate would not understand: better now than after the run.
    """
    inputs = read_inputs(input_paths(settings), settings.root)
    for problem in inputs.problems:
        raise UsageError(f"{problem.file}: {problem.what.en}. Put it right (docs/gate.md), then run again.")
    if inputs.policy is None:
        print(f"nameraka: {settings.policy}: is missing, so the verdict will be unknown; `schema = 1` is the strictest")
    return {role: source.digest for role in PLANNED_INPUTS if (source := inputs.sources.get(role))}


def _expected_build(settings: Settings, environment: Environment, given: str | None) -> str | None:
    """The digest that must answer: ``--build``, else what the environment's command prints; None when it has none."""
    if given is not None:
        if not _BUILD.fullmatch(given):
            raise UsageError(f"--build {given!r} is no digest; write sha256: and 64 hexadecimal digits")
        return given
    line = environment.build_command()
    if not line:
        return None
    place = f"environment {environment.name!r}: `{shlex.join(environment.build)}`"
    try:
        done = subprocess.run(
            line,
            cwd=settings.root,
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"{place} did not end within {BUILD_SECONDS} seconds; it must print the build's digest"
        ) from None
    except OSError as error:
        raise UsageError(f"{place} cannot be started: {error.strerror}") from None
    printed = done.stdout.strip().splitlines()
    if done.returncode == 0 and printed and _BUILD.fullmatch(printed[-1].strip()):
        return printed[-1].strip()
    said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]
    raise UsageError(
        f"{place} must print sha256:… in its last line; it ended with exit code {done.returncode} and said: {said}"
    )


def _commit(root: Path) -> tuple[str | None, bool]:
    """The commit that is checked out and whether anything differs from it; (None, False) outside git."""
    head = _git(root, "rev-parse", "HEAD")
    return (head, bool(_git(root, "status", "--porcelain"))) if head else (None, False)


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):  # no git here, or none that answers: the plan then names no commit
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _write_plan(folder: ResultsFolder, plan: Plan) -> Path:
    try:
        return folder.write(PLAN, plan.to_json())
    except OSError as error:
        raise UsageError(f"{folder.path}: the plan cannot be written: {error.strerror}") from None


def _browser(plan: Plan, args: argparse.Namespace) -> dict[str, str]:
    """The browser and the font of the pages, where everything is to run and pages are part of it.

    Raises ``UsageError`` when there is no browser: better now than as a failure of every scenario.
    """
    narrowed = args.paths or args.k or args.m or args.lf or args.pytest or "web" not in (args.through or "web")
    if narrowed or all(item.door != "web" for item in plan.items):
        return {}
    from nameraka.chromium import MissingBrowser, find_browser, japanese_font

    try:
        browser = find_browser()
    except MissingBrowser as error:
        raise UsageError(f"nameraka: {error}") from None
    return {"browser": str(browser), "font": japanese_font() or "none that has Japanese: pictures will show boxes"}


def _announce(plan: Plan, shard: str, language: str, facts: dict[str, str]) -> None:
    build = plan.build or Text("not known (give --build)", "不明（--build で指定してください）").say(language)
    print(
        f"nameraka: {len(plan.items)} planned · run {plan.run_id} · shard {shard} · {plan.environment} · build {build}"
    )
    for name, value in facts.items():
        print(f"nameraka: {name} {value}")
    sys.stdout.flush()


def _pytest_arguments(settings: Settings, args: argparse.Namespace, results: Path) -> list[str]:
    chosen = [str(Path.cwd() / path) for path in args.paths] or [str(settings.features)]
    options = [f"--alluredir={results}"]
    for name in ("-k", "-m", "-n"):
        if (value := getattr(args, name[1:])) is not None:
            options += [name, value]
    for name in ("--through", "--seed"):
        if (value := getattr(args, name[2:])) is not None:
            options.append(f"{name}={value}")
    options += [name for name, wanted in (("--lf", args.lf), ("-x", args.x), ("--shuffle", args.shuffle)) if wanted]
    return [*options, *_common_options(settings, args), *chosen]


def _common_options(settings: Settings, args: argparse.Namespace) -> list[str]:
    """What makes the process of the run, and the sentinels' too, what it is."""
    options = [f"--rootdir={settings.root}"]
    if args.env is not None:
        options.append(f"--env={args.env}")
    return [*options, *(option for more in args.pytest for option in shlex.split(more))]


def _observe(folder: ResultsFolder, plan: Plan, args: argparse.Namespace, ending: Ending) -> None:
    """Write what was seen from outside, and the digest of every file that the run left."""
    seen = {
        "schema": 1,
        "shard": args.shard,
        "plan": plan.digest,
        "run_id": plan.run_id,
        "exit_code": ending.exit_code,
        "signal": ending.signal,
        "stopped_by": ending.stopped_by,
        "started": ending.started,
        "ended": ending.ended,
        "seconds": ending.seconds,
        "leftovers": list(ending.leftovers),
        "options": [mask_text(option) for more in args.pytest for option in shlex.split(more)],
    }
    _leave(folder, observed_name(args.shard), lambda: {**seen, "files": folder.digests()})


def _leave(folder: ResultsFolder, name: str, content: Callable[[], Mapping[str, object]]) -> None:
    """Write a document of the parent's, sealed by its digest."""
    try:
        told = content()
        document = {**told, "digest": sha256(canonical(told))}
        folder.write(
            name, json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"
        )
    except OSError as error:  # a full disk: the gate will miss the file and say so
        print(f"nameraka: {folder.path / name}: cannot be written: {error.strerror}", file=sys.stderr)


def _report(results: Path, root: Path) -> bool:
    """Build the report, for people. One that cannot be built is said so; it changes no verdict."""
    from nameraka.report import ReportError, build

    try:
        report = build(results, root=root)
    except ReportError as error:
        print(f"nameraka: the report was not built: {error}", file=sys.stderr)
        return False
    except KeyboardInterrupt:  # the run is over; its verdict is still due
        print("nameraka: the report was not built: interrupted. Build it with `nameraka report`.", file=sys.stderr)
        return False
    for note in report.notes:
        print(f"nameraka: report: {note}", file=sys.stderr)
    return True


def _shard(text: str) -> tuple[int, int]:
    try:
        return parse_shard(text)
    except ValueError as error:
        raise UsageError(f"--shard: {error}") from None


def parse_duration(text: str) -> float:
    """``90s``, ``20m``, ``1h`` or plain seconds, as seconds. Raises ``UsageError``."""
    found = _DURATION.fullmatch(text.strip())
    if not found or float(found[1]) <= 0:
        raise UsageError(f"{text!r} is no time; write for example 90s, 20m or 1h")
    return float(found[1]) * _UNITS[found[2]]
