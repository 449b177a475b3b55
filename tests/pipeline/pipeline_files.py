"""What a pipeline file says, whichever system it is for: its jobs, and what each runs, takes, leaves and knows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).parents[2] / "docs" / "pipelines"
GITHUB, GITLAB = DOCS / "github-actions.yml", DOCS / "gitlab-ci.yml"

_OPERATORS = {"||", "&&", "|", ";", ">", ">>", "<", "&"}


@dataclass
class Step:
    """A script and what it is given. ``secrets`` by one name on every system."""

    script: str
    secrets: set[str] = field(default_factory=set)

    @property
    def commands(self) -> list[list[str]]:
        """The words of every `nameraka` that it calls."""
        lines = map(_words, self.script.replace("\\\n", " ").splitlines())
        return [
            list(takewhile(lambda word: word not in _OPERATORS, line[1:])) for line in lines if line[:1] == ["nameraka"]
        ]


def _words(line: str) -> list[str]:
    """The words and operators of a line; none where a quotation goes on after it."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:
        return []


@dataclass
class Job:
    """``leaves`` and ``takes`` are artifacts, by name or path. ``on_foreign_code``: it runs what nobody has merged yet.

    ``by_hand``: a person starts it.
    """

    name: str
    needs: list[str]
    steps: list[Step]
    leaves: set[str]
    takes: set[str]
    environment: str | None
    on_foreign_code: bool
    by_hand: bool

    @property
    def secrets(self) -> set[str]:
        return set().union(*(step.secrets for step in self.steps))

    @property
    def commands(self) -> list[list[str]]:
        return [command for step in self.steps for command in step.commands]


Jobs = Mapping[str, Job]


# --- GitHub


def read_github(text: str) -> tuple[Jobs, dict[str, Any]]:
    """The jobs, and the file as it is."""
    file = yaml.safe_load(text)
    file["on"] = file.pop(True)  # in YAML 1.1 `on` is true
    return {name: _github_job(name, entry, file["jobs"]) for name, entry in file["jobs"].items()}, file


def _github_job(name: str, entry: dict[str, Any], jobs: dict[str, Any]) -> Job:
    outside = {key: value for key, value in entry.items() if key != "steps"}
    steps = [Step(step.get("run", ""), _github_secrets(step)) for step in entry["steps"]]
    steps[0].secrets |= _github_secrets(outside)
    for step in steps:
        step.script = re.sub(r"\$\{\{.*?\}\}", "x", step.script)
    return Job(
        name,
        _listed(entry.get("needs", [])),
        steps,
        {_resolved(step["with"]["name"], jobs) for step in using(entry, "upload-artifact")},
        {
            _resolved(step["with"].get("name") or step["with"]["pattern"], jobs)
            for step in using(entry, "download-artifact")
            if "run-id" not in step["with"]
        },
        entry.get("environment"),
        "pull_request" in github_events(name, jobs),
        entry.get("environment") in ("acceptance", "approval", "production"),
    )


def _github_secrets(value: object) -> set[str]:
    names = {"NAMERAKA_LEDGER": "LEDGER", "LEDGER_READER": "LEDGER"}
    return {names.get(name, name) for name in re.findall(r"secrets\.(\w+)", str(value))}


def github_events(name: str, jobs: dict[str, Any]) -> set[str]:
    """The events that a job runs on: those of its condition, and of what it needs unless the condition looks further."""
    condition = jobs[name].get("if", "")
    events = {"pull_request", "push", "workflow_dispatch"}
    events &= set(re.findall(r"github\.event_name == '(\w+)'", condition)) or events
    events -= set(re.findall(r"github\.event_name != '(\w+)'", condition))
    needs = _listed(jobs[name].get("needs", []))
    if "cancelled()" in condition or "always()" in condition:
        needs = re.findall(r"needs\.(\w+)\.result == 'success'", condition)
    for needed in needs:
        events &= github_events(needed, jobs)
    return events


def _resolved(name: str, jobs: dict[str, Any]) -> str:
    """An artifact's name with the outputs of jobs filled in, and a star for each shard."""
    outputs = {
        f"needs.{job}.outputs.{output}": value
        for job, entry in jobs.items()
        for output, value in entry.get("outputs", {}).items()
    }
    name = re.sub(r"\$\{\{ (needs\.[\w.]+) \}\}", lambda found: outputs.get(found[1], found[0]), name)
    return re.sub(r"\$\{\{ matrix\.\w+ \}\}", "*", name)


def using(entry: dict[str, Any], action: str) -> Iterator[dict[str, Any]]:
    return (step for step in entry["steps"] if f"/{action}@" in step.get("uses", ""))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


# --- GitLab


def read_gitlab(text: str) -> tuple[Jobs, dict[str, Any]]:
    """The jobs, and the file as it is."""
    file = yaml.safe_load(text)
    entries = {
        name: _extended(entry, file)
        for name, entry in file.items()
        if isinstance(entry, dict) and "script" in entry and not name.startswith(".")
    }
    return {name: _gitlab_job(name, entry, file) for name, entry in entries.items()}, file


def _extended(entry: dict[str, Any], file: dict[str, Any]) -> dict[str, Any]:
    return {**file[entry["extends"]], **entry} if "extends" in entry else entry


# What a job must have got, by what it runs.
_TAKEN = {
    '"$BUILD"': {"build.env"},
    "nameraka merge": {"reports/shards/"},
    "nameraka accept": {"reports/results/"},
    "nameraka gate": {"reports/results/"},
    '--artifact "$BUILD"': {"reports/acceptance.json"},
    "nameraka approve": {"reports/verdict.intoto.jsonl"},
    "nameraka verify": {"reports/verdict.intoto.jsonl", "reports/evidence.tar.gz"},
}


def _gitlab_job(name: str, entry: dict[str, Any], file: dict[str, Any]) -> Job:
    environment = entry.get("environment", {}).get("name")
    before = entry.get("before_script", file["default"]["before_script"])
    steps = [Step(script) for script in (*before, *entry["script"])]
    for step in steps:
        step.secrets = {one for one in ("GATE_KEY", "APPROVER_KEY", "REVIEW_TOKEN") if f"${one}" in step.script}
        if "./deploy.sh" in step.script:
            step.secrets.add("DEPLOY_TOKEN")
        if any(command[0] in ("baseline", "record", "verify") for command in step.commands):
            step.secrets.add("LEDGER")
    rules = entry.get("rules", file["workflow"]["rules"])
    return Job(
        name,
        entry.get("needs", []),
        steps,
        _kept(entry),
        set().union(*(one for text, one in _TAKEN.items() if text in "\n".join(entry["script"]))),
        environment,
        any("merge_request_event" in rule["if"] for rule in rules),
        any(rule.get("when") == "manual" for rule in rules),
    )


def _kept(entry: dict[str, Any]) -> set[str]:
    artifacts = entry.get("artifacts", {})
    return set(artifacts.get("paths", [])) | set(artifacts.get("reports", {}).values())


def needed_by(job: Job, jobs: Jobs) -> set[str]:
    """Every job that has come to an end before ``job`` begins."""
    found: set[str] = set()
    for name in job.needs:
        if name in jobs:
            found |= {name} | needed_by(jobs[name], jobs)
    return found
