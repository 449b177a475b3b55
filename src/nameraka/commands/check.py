"""``nameraka check``: everything that can be known to be wrong before anything runs."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

from nameraka.check import check, load_steps
from nameraka.config import Settings, find_root, load
from nameraka.exits import Exit
from nameraka.feature_files import feature_files
from nameraka.findings import Finding, Findings, UsageError
from nameraka.gate.command import input_paths
from nameraka.gate.inputs import read_inputs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root", type=Path, help="the project's folder (default: the nearest one with a pyproject.toml)"
    )


def _what_the_gate_judges_by(settings: Settings) -> list[Finding]:
    """Policy, waivers and the like that the gate would not understand; the register is checked with the features."""
    paths = replace(input_paths(settings), register=settings.root / "-")
    remedy = "Put it right; what it may hold is in docs/gate.md."
    return [Finding(one.file, 0, "gate", one.what.en, remedy) for one in read_inputs(paths, settings.root).problems]


def command(arguments: argparse.Namespace) -> int:
    """Print every finding with its place and remedy. Raises ``UsageError`` when there is nothing to check."""
    started = time.perf_counter()
    settings = load(arguments.root or find_root(Path.cwd()))
    files = list(feature_files(settings.features)) if settings.features.exists() else []
    if not files:
        raise UsageError(f"{settings.features}: no .feature file; write one, or set `features` in [tool.nameraka].")
    try:
        findings = check(settings, load_steps(settings.root))
    except Findings as found:
        findings = list(found.findings)
    findings += _what_the_gate_judges_by(settings)
    for finding in findings:
        print(finding)
    seconds = time.perf_counter() - started
    print(f"{len(findings)} finding{'s' * (len(findings) != 1)} in {len(files)} feature files ({seconds:.1f} s)")
    return Exit.FINDINGS if findings else Exit.CLEAN
