"""What collecting and running cost as scenarios and step definitions grow; empty steps, API door, nothing written.

    .venv/bin/python benchmarks/growth.py            # the table in README.md, about two minutes

Each figure is the median of interleaved rounds: user and system CPU seconds of the whole process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROUNDS = 3
STEPS = 5
PROJECT = """
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = ["--disable-plugin-autoload", "-p", "pytest_bdd.plugin", "-p", "allure_pytest.plugin", "-p", "nameraka.plugin"]
[tool.nameraka]
"""
PLAIN = "import pytest\n@pytest.mark.parametrize('n', range({scenarios}))\ndef test_plain(n):\n    pass\n"


def project(folder: Path, scenarios: int, definitions: int) -> Path:
    """A project of ``scenarios`` of five sentences over ``definitions`` steps, fifty scenarios a file."""
    (folder / "features").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "conftest.py").write_text("pytest_plugins = ['things']\n")
    lines = ["from nameraka import given, then"]
    for number in range(definitions):
        lines.append(
            f"@given(ja='物T{number:05d}を{{x:number}}で行う', en='I do thing T{number:05d} with {{x:number}}')"
        )
        lines.append(f"def s{number}(x): pass")
    lines += ["@then(ja='{x:number}で済んだ', en='it is done with {x:number}')", "def done(x): pass"]
    (folder / "things.py").write_text("\n".join(lines))
    for first in range(0, scenarios, 50):
        text = "\n".join(feature(first, min(first + 50, scenarios), definitions))
        (folder / "features" / f"f{first:05d}.feature").write_text(text)
    (folder / "plain").mkdir()
    (folder / "plain" / "test_plain.py").write_text(PLAIN.format(scenarios=scenarios))
    return folder


def feature(first: int, last: int, definitions: int) -> Iterator[str]:
    yield f"Feature: f{first:05d}"
    for number in range(first, last):
        yield f"  @api\n  Scenario: s{number:05d}"
        for step in range(STEPS - 1):
            thing = ((number * STEPS + step) * 7919) % definitions
            yield f"    {'And' if step else 'Given'} I do thing T{thing:05d} with {number}"
        yield f"    Then it is done with {number}"


def cpu(folder: Path, *arguments: str) -> float:
    """CPU seconds of one pytest process. Raises ``RuntimeError`` when it fails."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", *arguments], cwd=folder, env=environ, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{arguments} in {folder} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    cases = [(5000, 100, "--co"), (1000, 100, "--co")]
    cases += [(100, definitions, "") for definitions in (10, 100, 500, 2000)]
    cases += [(scenarios, 100, "") for scenarios in (400, 1600)]
    with tempfile.TemporaryDirectory() as base:
        folders = {case: project(Path(base) / "-".join(map(str, case)), *case[:2]) for case in cases}
        print("| what | scenarios | definitions | CPU s | plain pytest, as many empty tests | ratio |")
        print("|---|---|---|---|---|---|")
        for case, folder in folders.items():
            options = [case[2]] if case[2] else []
            cpu(folder, "features", *options)  # compiles what is compiled once
            rounds = [(cpu(folder, "features", *options), cpu(folder, "plain", *options)) for _ in range(ROUNDS)]
            ours, plain = (statistics.median(values) for values in zip(*rounds, strict=True))
            ratio = statistics.median(one / other for one, other in rounds)
            what = "collect and bind" if case[2] else "collect, bind and run"
            print(f"| {what} | {case[0]:,} | {case[1]:,} | {ours:.2f} | {plain:.2f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
