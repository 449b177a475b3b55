"""Small runners that play the jobs of a pipeline file here: its own scripts, in bash, each job in a fresh checkout.

They do what the platforms do and no more: fill in variables, hand secrets to the jobs of one environment, pass on
artifacts. What installs things is left out, for it is there already.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pipeline_files import GITHUB, GITLAB, read_github, read_gitlab, using
from release_line import ENVIRONMENT, ROOT, Company, Pipeline

SET_UP = ("Nameraka with browser and report", "Nameraka alone, locked and hashed")
SECRETS = {
    "ledger": ("LEDGER_READER",),
    "gate": ("GATE_KEY", "NAMERAKA_LEDGER"),
    "approval": ("APPROVER_KEY",),
    ENVIRONMENT: ("DEPLOY_TOKEN", "NAMERAKA_LEDGER"),
}
PINS = {ENVIRONMENT: ("GATE_PUBLIC_KEY", "APPROVER_PUBLIC_KEY", "POLICY_DIGEST")}

# Of the company itself, in its repository; and GitHub's own command, which is on every runner.
DEPLOY = """\
#!/bin/bash
[ "$DEPLOY_TOKEN" = the-token ] && echo "$1 $2" > "$PRODUCTION"
"""
GH = """\
#!/bin/bash
case "$1" in
    api) echo suzuki ;;
    pr) while [ "$1" != --body-file ]; do shift; done; cp "$2" "$COMMENTS" ;;
esac
"""


@dataclass
class Played:
    """How a job ended, and all that it said."""

    green: bool = True
    said: str = ""

    def __bool__(self) -> bool:
        return self.green

    def note(self, good: bool, said: str) -> None:
        self.green &= good
        self.said += f"{said}\n"


@dataclass
class Platform:
    """What both have in common. ``folder`` is where runners, artifacts and settings are."""

    pipeline: Pipeline
    folder: Path

    @property
    def company(self) -> Company:
        return self.pipeline.company

    @property
    def artifacts(self) -> Path:
        return self.folder / "artifacts"

    @property
    def deployed(self) -> str | None:
        """What `deploy.sh` was asked for last."""
        asked = self.folder / "production"
        return asked.read_text("utf-8").strip() if asked.exists() else None

    @property
    def commented(self) -> str:
        return (self.folder / "comments").read_text("utf-8")

    def setting(self, name: str) -> str:
        """A secret or a pin, as the settings hold it."""
        keys, ledger = self.company.keys, self.company.ledger
        return {
            "GATE_KEY": lambda: (keys / "gate.pem").read_text("utf-8"),
            "APPROVER_KEY": lambda: (keys / "suzuki.pem").read_text("utf-8"),
            "GATE_PUBLIC_KEY": lambda: (keys / "gate.pub.json").read_text("utf-8"),
            "APPROVER_PUBLIC_KEY": lambda: (keys / "suzuki.pub.json").read_text("utf-8"),
            "NAMERAKA_LEDGER": lambda: ledger,
            "LEDGER_READER": lambda: ledger,
            "POLICY_DIGEST": lambda: self.company.policy_digest,
            "DEPLOY_TOKEN": lambda: "the-token",
        }[name]()

    def checkout(self, name: str) -> Path:
        """A fresh checkout for a job, with what `make setup` brings: the generator of the report."""
        place = self.pipeline.job(name).folder
        (place / "reports/node_modules").symlink_to(ROOT / "reports/node_modules")
        return place

    def bash(self, script: str, place: Path, environment: Mapping[str, str], played: Played) -> None:
        """Run a script as a runner does."""
        tools = self.folder / "tools"
        tools.mkdir(parents=True, exist_ok=True)
        (tools / "gh").write_text(GH)
        (tools / "gh").chmod(0o755)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=place,
            env={
                "PATH": f"{tools}:{ROOT / '.venv/bin'}:{os.environ['PATH']}",
                "HOME": str(self.folder),
                "LC_ALL": "C.UTF-8",
                "PRODUCTION": str(self.folder / "production"),
                "COMMENTS": str(self.folder / "comments"),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        played.note(done.returncode == 0, f"$ {script}\n{done.stdout}[{done.returncode}]")


@dataclass
class GitHub(Platform):
    """Plays docs/pipelines/github-actions.yml. ``outputs`` are those of the jobs that were played."""

    event: str = "push"
    attempt: int = 1
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    file: dict[str, Any] = field(default_factory=lambda: read_github(GITHUB.read_text("utf-8"))[1])

    def play(self, name: str, **matrix: str) -> Played:
        entry, place, played = self.file["jobs"][name], self.checkout(name), Played()
        about = self._contexts(entry) | {f"matrix.{key}": value for key, value in matrix.items()}
        for step in entry["steps"]:
            if played or re.search(r"!cancelled\(\)|always\(\)", step.get("if", "")):
                self._step(entry, step, place, about, played)
        for output, value in entry.get("outputs", {}).items():
            self.outputs[f"needs.{name}.outputs.{output}"] = _filled(value, about)
        return played

    def _contexts(self, entry: dict[str, Any]) -> dict[str, str]:
        """What expressions may speak of: secrets and variables are those of the job's environment."""
        environment = entry.get("environment", "")
        return {
            "github.event_name": self.event,
            "github.run_id": self.pipeline.name,
            "github.run_attempt": str(self.attempt),
            "github.token": "automatic",
            "github.event.pull_request.number": "7",
            **{f"inputs.{name}": value for name, value in self.inputs.items()},
            **{f"secrets.{name}": self.setting(name) for name in SECRETS.get(environment, ())},
            **{f"vars.{name}": self.setting(name) for name in PINS.get(environment, ())},
            **self.outputs,
        }

    def _step(
        self, entry: dict[str, Any], step: dict[str, Any], place: Path, about: dict[str, str], played: Played
    ) -> None:
        given = {name: _filled(str(value), about) for name, value in step.get("with", {}).items()}
        if step in using(entry, "upload-artifact"):
            self._upload(given, place, played)
        elif step in using(entry, "download-artifact"):
            self._download(given, place, played)
        elif "run" in step and step.get("name") not in SET_UP:
            self._run(step, place, about, played)

    def _run(self, step: dict[str, Any], place: Path, about: dict[str, str], played: Played) -> None:
        runner = self.folder / "runners" / place.name
        runner.mkdir(parents=True, exist_ok=True)
        own = {
            "GITHUB_OUTPUT": str(runner / "output"),
            "GITHUB_STEP_SUMMARY": str(runner / "summary.md"),
            "GITHUB_REPOSITORY": "pharmacy/releases",
            "GITHUB_RUN_ID": about["github.run_id"],
            "GITHUB_RUN_ATTEMPT": about["github.run_attempt"],
            "RUNNER_TEMP": str(runner),
        }
        given = {name: _filled(value, about) for name, value in step.get("env", {}).items()}
        self.bash(step["run"], place, own | self.file["env"] | given, played)
        if "id" in step:
            for line in (runner / "output").read_text("utf-8").splitlines():
                output, _, value = line.partition("=")
                about[f"steps.{step['id']}.outputs.{output}"] = value

    def _upload(self, given: dict[str, str], place: Path, played: Played) -> None:
        paths = [place / line.strip() for line in given["path"].splitlines()]
        found = [path for path in paths if path.exists()]
        target = self.artifacts / given["name"]
        if target.exists() and given.get("overwrite") != "True":
            played.note(False, f"there is an artifact {given['name']} already")
        elif not found:
            played.note(False, f"there is nothing for {given['name']}")
        else:
            shutil.rmtree(target, ignore_errors=True)
            if paths[0].is_dir():
                shutil.copytree(paths[0], target)
            else:
                _copy(found, place / "reports", target)

    def _download(self, given: dict[str, str], place: Path, played: Played) -> None:
        wanted = given.get("name") or given["pattern"]
        found = [one for one in sorted(self.artifacts.glob("*")) if fnmatch(one.name, wanted)]
        if not found and "name" in given:
            played.note(False, f"there is no artifact {wanted}")
        for one in found:
            shutil.copytree(one, place / given.get("path", ""), dirs_exist_ok=True)


def _filled(text: str, about: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _evaluated(found[1], about), text)


def _evaluated(expression: str, about: Mapping[str, str]) -> str:
    """An expression of names, texts, `==`, `&&` and `||`; a name that is not known is empty."""

    def value(word: str) -> str:
        return word.strip()[1:-1] if word.strip().startswith("'") else about.get(word.strip(), "")

    def conjunction(text: str) -> str:
        said = ""
        for part in text.split("&&"):
            left, equals, right = part.partition("==")
            said = ("true" if value(left) == value(right) else "") if equals else value(part)
            if not said:
                break
        return said

    return next(filter(None, map(conjunction, expression.split("||"))), "")


@dataclass
class GitLab(Platform):
    """Plays docs/pipelines/gitlab-ci.yml."""

    def __post_init__(self) -> None:
        self.jobs, self.file = read_gitlab(GITLAB.read_text("utf-8"))

    def play(self, name: str, **variables: str) -> Played:
        """Play a job. It gets what the jobs that it needs have left, and nothing else."""
        entry, job, place, played = self.file[name], self.jobs[name], self.checkout(name), Played()
        about = self.file["variables"] | self._variables(entry) | variables
        for needed in job.needs:
            for left in sorted((self.artifacts / needed).glob("*")):
                shutil.copytree(left, place, dirs_exist_ok=True)
        if (place / "build.env").exists():  # GitLab reads it and leaves no file
            about |= dict(line.split("=", 1) for line in (place / "build.env").read_text("utf-8").splitlines())
            (place / "build.env").unlink()
        self.bash("\n".join(entry["script"]), place, about, played)
        if played or entry.get("artifacts", {}).get("when") == "always":
            _copy([place / path for path in job.leaves], place, self.artifacts / name / place.name)
        return played

    def _variables(self, entry: dict[str, Any]) -> dict[str, str]:
        """The variables that a job sees: those of its environment, keys as files."""
        environment = entry.get("environment", {}).get("name", "")
        known = {"CI_PIPELINE_ID": self.pipeline.name, "CI_NODE_TOTAL": "2", "GITLAB_USER_NAME": "鈴木 一郎"}
        for name in (*SECRETS.get(environment, ()), *PINS.get(environment, ())):
            value = self.setting(name)
            if name.endswith("_KEY"):
                file = self.folder / "variables" / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(value, "utf-8")
                value = str(file)
            known["NAMERAKA_LEDGER" if name == "LEDGER_READER" else name] = value
        return known


def _copy(paths: Iterable[Path], root: Path, target: Path) -> None:
    """What there is of ``paths``, as it lies below ``root``."""
    for path in paths:
        place = target / path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, place)
        elif path.exists():
            shutil.copy(path, place)


def at_once(*jobs: Callable[[], Played]) -> list[Played]:
    """Play jobs at the same time."""
    with ThreadPoolExecutor() as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]
