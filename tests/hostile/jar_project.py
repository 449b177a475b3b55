"""A tiny project whose scenarios misbehave on purpose, run by the real `nameraka run` in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from hamcrest import equal_to

from nameraka import eventually

BUILD = "sha256:" + "b" * 64

PYPROJECT = f"""
[tool.pytest.ini_options]
testpaths = ["features"]
pythonpath = ["."]
addopts = ["-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:anyio", "-p", "no:faker", "-p", "no:randomly"]
strict = true

[tool.nameraka.environments.embedded]
build = ["{{python}}", "-c", "print('{BUILD}')"]

[tool.nameraka.environments.silent]
build = ["{{python}}", "-c", "raise SystemExit('no such build')"]

[tool.nameraka.environments.remote]
url = "https://staging.example.invalid"
"""

STEPS = """
import os, resource, signal, subprocess, sys, time
import pytest
from nameraka import given, then, when
from nameraka.witness import system_answered


@pytest.fixture(scope="session", autouse=True)
def answering():
    system_answered(os.environ.get("ANSWERING", {build!r}), os.environ["NAMERAKA_ENVIRONMENT"])


@given(ja="空の瓶がある", en="an empty jar")
def an_empty_jar(): pass


@when(ja="「{{coin}}」を入れる", en='"{{coin}}" is put in')
def is_put_in(coin):
    if coin == "trouble":
        trouble()


@then(ja="瓶に「{{coin}}」がある", en='the jar holds "{{coin}}"')
def holds(coin): pass


def trouble():
{trouble}
"""

FEATURE = """Feature: A jar
  @api
  Scenario Outline: What was put in stays
    Given an empty jar
    When "<coin>" is put in
    Then the jar holds "<coin>"
    Examples:
      | coin    |
      | copper  |
      | silver  |
      | trouble |
      | gold    |
      | iron    |
      | tin     |
"""

PLANNED = 6


@dataclass
class Done:
    """What a finished `nameraka run` left."""

    code: int
    said: str
    results: Path
    verdict: dict[str, Any] | None

    @property
    def answer(self) -> str | None:
        return self.verdict["verdict"] if self.verdict else None

    @property
    def why(self) -> str:
        """All findings in English, one a line."""
        findings = [one for rule in (self.verdict or {"rules": []})["rules"] for one in rule["findings"]]
        return "\n".join(f"{one['item'] or one['file']} {one['what']['en']}" for one in findings)

    def __str__(self) -> str:
        return f"exit code {self.code}\n{self.said}\n{self.why}"


@dataclass
class Project:
    """The project; ``trouble`` is the body of what the third scenario does."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: list[psutil.Process] = field(default_factory=list)

    def write(self, path: str, content: str) -> Path:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(content, "utf-8")
        return self.root / path

    def trouble(self, body: str) -> None:
        self.write(
            "steps/jar.py", STEPS.format(build=BUILD, trouble=textwrap.indent(textwrap.dedent(body).strip(), "    "))
        )

    def start(self, *options: str, **more: Any) -> subprocess.Popen[str]:
        """`nameraka run` without a report, in its own process."""
        return subprocess.Popen(
            [sys.executable, "-m", "nameraka", "run", "--no-report", "--lang", "en", *options],
            cwd=self.root,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            **more,
        )

    def run(self, *options: str, **more: Any) -> Done:
        return self.finish(self.start(*options, **more))

    def finish(self, process: subprocess.Popen[str]) -> Done:
        said = process.communicate(timeout=90)[0]
        path = self.root / "reports" / "verdict.json"
        verdict = json.loads(path.read_text("utf-8")) if path.exists() else None
        return Done(process.returncode, said, self.root / "reports" / "results", verdict)

    def wait_for(self, name: str) -> Path:
        """Until a scenario has made the file ``name``."""
        eventually((self.root / name).exists, equal_to(True), within=40)
        return self.root / name

    def processes(self) -> list[psutil.Process]:
        """Every process that still works in this project."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(self.root):
                    found.append(process)
            except psutil.Error:
                continue
        return found
