"""What can be wrong with a pipeline file. Each check returns sentences; none is a pipeline that can be copied."""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from typing import NoReturn

from pipeline_files import Job, Jobs, github_events, needed_by, read_github, read_gitlab, using

from nameraka.cli import COMMANDS

# Which job may know which secret, and no other.
SECRETS = {
    "changes": {"LEDGER"},
    "gate": {"GATE_KEY", "LEDGER"},
    "approve": {"APPROVER_KEY"},
    "deploy": {"DEPLOY_TOKEN", "LEDGER"},
    "rollback": {"DEPLOY_TOKEN", "LEDGER"},
    "comment": {"REVIEW_TOKEN"},
}
MAY_END_OTHERWISE = {"run": "-le 2", "baseline": "-eq 2"}


def wrong_anywhere(jobs: Jobs) -> list[str]:
    """What can be wrong in any pipeline."""
    wrong: list[str] = []
    for job in jobs.values():
        wrong += _wrong_scripts(job)
        extra = job.secrets - SECRETS.get(job.name, set())
        if extra:
            wrong.append(f"{job.name} knows {sorted(extra)}")
        if job.secrets - {"REVIEW_TOKEN"} and job.on_foreign_code:
            wrong.append(f"{job.name} runs beside secrets what nobody has merged")
        if unknown := [one for one in job.needs if one not in jobs]:
            wrong.append(f"{job.name} needs {unknown}, which there is not")
    for name in ("accept", "approve"):
        if not jobs[name].by_hand:
            wrong.append(f"{name} waits for nobody")
    wrong += _wrong_order(jobs)
    return wrong


def _wrong_scripts(job: Job) -> Iterator[str]:
    for step in job.steps:
        if said := _bash(step.script):
            yield f"{job.name}: {said}"
        commands = step.commands
        if len(commands) != len(re.findall(r"(?m)(?<![\w./-])nameraka [a-z]", step.script)):
            yield f"{job.name} calls a nameraka that does not stand at the beginning of a line"
        for command in commands:
            if said := _refused(tuple(command)):
                yield f"{job.name}: nameraka {command[0]}: {said}"
        for excuse in re.findall(r"\|\|\s*(.*)", step.script):
            known = [f"[ $? {MAY_END_OTHERWISE[one[0]]} ]" for one in commands if one[0] in MAY_END_OTHERWISE]
            handed_on = re.fullmatch(r"(\w+)=\$\?", excuse)
            if excuse not in known and not (handed_on and f'exit "${handed_on[1]}"' in _all(job)):
                yield f"{job.name} swallows an exit code: || {excuse}"


def _all(job: Job) -> str:
    return "\n".join(step.script for step in job.steps)


class _Refuses(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


@cache
def _refused(command: tuple[str, ...]) -> str:
    """What the real parser of a command says against its words."""
    name, *words = command
    if name not in COMMANDS:
        return "there is no such command"
    parser = _Refuses(prog=name)
    importlib.import_module(COMMANDS[name][0]).add_arguments(parser)
    try:
        parser.parse_args(words)
    except ValueError as error:
        return str(error)
    return ""


@cache
def _bash(script: str) -> str:
    """What bash says against the form of a script."""
    return subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False).stderr


def _wrong_order(jobs: Jobs) -> Iterator[str]:
    for job in jobs.values():
        before = needed_by(job, jobs)
        left: set[str] = set().union(*(jobs[name].leaves for name in before))
        for artifact in job.takes:
            if not any(fnmatch(artifact, one) or fnmatch(one, artifact) for one in left):
                yield f"{job.name} takes {artifact}, which none of {sorted(before)} leaves"
    for name, others in {
        "shard": {"build"},
        "merge": {"shard"},
        "judge": {"merge"},
        "gate": {"merge", "accept", "changes"},
        "approve": {"gate"},
        "deploy": {"approve"},
    }.items():
        if missing := others - needed_by(jobs[name], jobs):
            yield f"{name} does not wait for {sorted(missing)}"
    for name in ("deploy", "rollback"):
        steps = jobs[name].steps
        verified = next((n for n, step in enumerate(steps) if "verify" in [one[0] for one in step.commands]), None)
        acting = [n for n, step in enumerate(steps) if "DEPLOY_TOKEN" in step.secrets or "./deploy.sh" in step.script]
        if verified is None or not acting or min(acting) <= verified:
            yield f"{name} acts before it has verified"
    signing = [job.name for job in jobs.values() for command in job.commands if "--key" in command]
    if sorted(signing) != ["approve", "deploy", "gate", "rollback"]:
        yield f"the jobs that use keys are {signing}"
    if [job.name for job in jobs.values() if "./deploy.sh" in _all(job)] != ["deploy", "rollback"]:
        yield "another job than these two deploys"


def wrong_on_github(text: str) -> list[str]:
    """What can be wrong on GitHub alone."""
    _, file = read_github(text)
    wrong = []
    if "pull_request_target" in file["on"]:
        wrong.append("what a fork wrote runs beside secrets")
    if file["permissions"] != {}:
        wrong.append("every job has permissions that it was not given")
    for use in re.findall(r"uses: (.*)", text):
        if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use):
            wrong.append(f"{use} is not pinned by its digest, with its version beside it")
    for name, entry in file["jobs"].items():
        writes = [what for what, how in entry["permissions"].items() if how == "write"]
        if writes != (["pull-requests"] if name == "comment" else []):
            wrong.append(f"{name} may write {writes}")
        for step in using(entry, "checkout"):
            if step["with"].get("persist-credentials") is not False:
                wrong.append(f"{name} leaves a token where tests run")
        for step in using(entry, "upload-artifact"):
            if step["with"].get("if-no-files-found") != "error":
                wrong.append(f"{name} leaves nothing and is green")
            if "outputs.run" not in step["with"]["name"] and "run_attempt" not in step["with"]["name"]:
                wrong.append(f"{name} leaves {step['with']['name']}, which another attempt can replace")
        if any("${{" in step.get("run", "") for step in entry["steps"]):
            wrong.append(f"{name} lets what others wrote become a part of its script")
        if any("continue-on-error" in part for part in (entry, *entry["steps"])):
            wrong.append(f"{name} goes on after an error")
    if "github.run_attempt" not in text or '--run-id "$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT"' not in text:
        wrong.append("a shard that is run again alone is taken for one of the first run")
    shards = file["jobs"]["shard"]["strategy"]["matrix"]["shard"]
    if shards != [f"{number}of{len(shards)}" for number in range(1, len(shards) + 1)]:
        wrong.append(f"{shards} are not all shards")
    if [step.get("if") for step in using(file["jobs"]["shard"], "upload-artifact")] != ["${{ always() }}"]:
        wrong.append("what a broken shard left is lost")
    for name in ("merge", "judge"):
        if "pull_request" not in github_events(name, file["jobs"]) or "!cancelled()" not in file["jobs"][name]["if"]:
            wrong.append(f"{name} is skipped after a lost shard, and skipped is green")
    return wrong


def wrong_on_gitlab(text: str) -> list[str]:
    """What can be wrong on GitLab alone."""
    jobs, file = read_gitlab(text)
    wrong = []
    if file["default"]["retry"] != 0:
        wrong.append("what failed is tried until it is green")
    if file["shard"]["artifacts"]["when"] != "always":
        wrong.append("what a broken shard left is lost")
    if '"${CI_NODE_INDEX}of${CI_NODE_TOTAL}"' not in text or file["shard"]["parallel"] < 2:
        wrong.append("these are not all shards")
    for name, job in jobs.items():
        if file[name].get("allow_failure"):
            wrong.append(f"{name} may fail")
        got: set[str] = set().union(*(jobs[one].leaves for one in job.needs))  # GitLab hands on no further
        wrong += [f"{name} takes {one}, which none of {job.needs} leaves" for one in sorted(job.takes - got)]
        due = {"changes": "ledger", "accept": "acceptance", "approve": "approval", "rollback": "production"}
        if job.environment != due.get(name, {"gate": "gate", "deploy": "production"}.get(name)):
            wrong.append(f"{name} is in the environment {job.environment}, whose secrets are not for it")
        if name in ("deploy", "rollback") and file[name].get("resource_group") != "production":
            wrong.append(f"{name} runs beside another deployment")
    return wrong
