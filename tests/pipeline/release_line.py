"""A company that releases the reference pharmacy: its repository, the runners of its pipeline, what runs in production.

Each job is a fresh checkout in which real `nameraka` processes run; all that passes between jobs are folders, as the
artifacts of a real pipeline. The same jobs as files for GitHub and GitLab are in docs/pipelines/.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psutil
import requests

from nameraka.process import SystemProcess, free_port

ROOT = Path(__file__).parents[2]
ENVIRONMENT = "production"
POLICY = "reports/gate.toml"
SHARDS = ("1of2", "2of2")
PROMISED = ("CH-02", "ZT-01")

FEATURES = {
    "features/access/other_patients.feature": """\
@ZT-01 @critical @api
Feature: Another patient's consultation
  Doors: a patient's pages know one consultation, their own; only a request made by hand can name another.

  Background:
    Given the patient Sato Hanako has asked "Please keep this between us"

  Scenario Outline: Another patient cannot get at the consultation in any way
    When the patient Tanaka Ichiro tries to <attempt> the patient Sato Hanako's consultation
    Then the patient Tanaka Ichiro is refused because no such consultation can be found

    Examples:
      | attempt              |
      | look at              |
      | read the messages of |
      | write into           |
""",
    "features/chat/受付.feature": """\
# language: ja
@CH-02 @critical @api
機能: メッセージの受付
  経路: この検査では、画面を使わずに薬局のAPIだけを確かめる。

  シナリオ: 受付の知らせが届かずに再送しても、メッセージは一件だけ残る
    もし 患者の佐藤花子が「目薬は一日何回ですか」と送信するが、受付の知らせが届かない
    かつ 患者の佐藤花子が「目薬は一日何回ですか」を再送する
    ならば 薬剤師の鈴木には患者の佐藤花子の「目薬は一日何回ですか」が1件だけ届いている

  シナリオ: 同じ文面でも、二度送れば二件になる
    もし 患者の佐藤花子が「まだ痛みます」と送信する
    かつ 患者の佐藤花子が「まだ痛みます」と送信する
    ならば 薬剤師の鈴木には患者の佐藤花子の「まだ痛みます」が2件だけ届いている
""",
}

BOOTSTRAP = """\
schema = 1

[[bootstrap]]
environment = "production"
owner = "Yamamoto, QA"
approver = "Suzuki, product"
reason = "The first release: there is none before it"
created = {today}
expires = {soon}
"""


@dataclass
class Done:
    """A `nameraka` process that has ended: its exit code and all that it printed."""

    code: int
    said: str

    def __str__(self) -> str:
        return f"exit code {self.code}\n{self.said}"


@dataclass
class Job:
    """A job of a pipeline: a fresh checkout of one commit on a runner of its own."""

    folder: Path
    environment: dict[str, str]

    def take(self, artifact: Path, to: str) -> None:
        """Download what another job left."""
        copy = shutil.copytree if artifact.is_dir() else shutil.copy
        (self.folder / to).parent.mkdir(parents=True, exist_ok=True)
        copy(artifact, self.folder / to)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "nameraka", *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def nameraka(self, *arguments: str | Path) -> Done:
        return _finish(self.start(*arguments))

    def __truediv__(self, path: str) -> Path:
        return self.folder / path


def _finish(process: subprocess.Popen[str]) -> Done:
    said = process.communicate(timeout=300)[0]
    return Done(process.returncode, said)


@dataclass
class Pipeline:
    """One pipeline: the commit that it was started for, the build that it made of it, and what its jobs left."""

    company: Company
    name: str
    commit: str
    build: str
    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def job(self, name: str) -> Job:
        """A new runner with a fresh checkout."""
        place = self.folder / "runners" / f"{next(self.numbers)}-{name}"
        _git(self.folder, "clone", "--quiet", "--no-checkout", str(self.company.repository), str(place))
        _git(place, "checkout", "--quiet", self.commit)
        return Job(place, {"NAMERAKA_LEDGER": self.company.ledger, "LC_ALL": "C.UTF-8"})

    @property
    def artifact(self) -> Path:
        """The build itself: the folder that will be deployed."""
        return self.company.store / self.build.removeprefix("sha256:")

    @property
    def shard_folders(self) -> Path:
        """What the shards left: a folder each."""
        return self.folder / "shards"

    def run_shards(self) -> None:
        """Two jobs at once, each with half of the plan, against the candidate: the build as it ships, for nobody yet."""
        with self.company.candidate(self.artifact):
            jobs = {shard: self.job(f"shard-{shard}") for shard in SHARDS}
            running = {
                shard: job.start(
                    *("run", "--shard", shard, "--run-id", self.name, "--env", ENVIRONMENT, "--build", self.build),
                    *("--results", f"reports/shards/{shard}/results", "--no-report"),
                )
                for shard, job in jobs.items()
            }
            self.shards = {shard: _finish(process) for shard, process in running.items()}
        for shard, job in jobs.items():
            shutil.copytree(job / f"reports/shards/{shard}", self.shard_folders / shard)


@dataclass
class Company:
    """All that outlives a pipeline: the repository, the keys, the ledger, the store of builds, and production.

    ``identity_provider`` is the URL of the one that vouches for patients and staff.
    """

    folder: Path
    identity_provider: str
    candidate_port: int = field(default_factory=free_port)
    production_port: int = field(default_factory=free_port)
    production: SystemProcess | None = None
    book: str = "ledger"

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    @property
    def store(self) -> Path:
        return self.folder / "builds"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def ledger(self) -> str:
        return f"sqlite:///{self.folder / self.book}.db"

    @property
    def policy_digest(self) -> str:
        return f"sha256:{hashlib.sha256((self.repository / POLICY).read_bytes()).hexdigest()}"

    def found(self) -> None:
        """The repository, still without a commit, and the keys."""
        unwanted = shutil.ignore_patterns("__pycache__")
        for name in ("fixtures", "steps", "pharmacy"):
            shutil.copytree(ROOT / name, self.repository / name, ignore=unwanted)
        for name in ("conftest.py", ".gitignore", POLICY, "reports/allurerc.mjs"):
            self.write(name, (ROOT / name).read_text("utf-8"))
        for name, content in FEATURES.items():
            self.write(name, content)
        self.write("features/requirements.toml", _register())
        today = datetime.now(UTC).date()
        self.write("reports/waivers.toml", BOOTSTRAP.format(today=today, soon=today + timedelta(days=7)))
        self.write(
            "pyproject.toml",
            (ROOT / "pyproject.toml").read_text("utf-8")
            + f"""
[tool.nameraka.environments.{ENVIRONMENT}]
url = "http://127.0.0.1:{self.candidate_port}"
origins = ["{self.identity_provider}"]
""",
        )
        _git(self.repository, "init", "--quiet", "--initial-branch=main")
        job = Job(self.repository, {})
        for name in ("gate", "suzuki"):
            assert job.nameraka("keys", "new", name, "--out", self.keys).code == 0

    def begin_ledger(self, book: str) -> None:
        """A new ledger, begun with the verdict on nothing."""
        self.book = book
        job = Job(self.repository, {"NAMERAKA_LEDGER": self.ledger})
        assert job.nameraka("gate").code == 2
        assert job.nameraka("record", "verdict").code == 0

    def write(self, path: str, content: str) -> None:
        (self.repository / path).parent.mkdir(parents=True, exist_ok=True)
        (self.repository / path).write_text(content, "utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        """Change a line of the code."""
        content = (self.repository / path).read_text("utf-8")
        assert content.count(old) == 1, f"{path} has not one {old!r}"
        self.write(path, content.replace(old, new))

    def push(self, name: str, message: str) -> Pipeline:
        """Commit all that was written and start a pipeline for it, which makes a build first."""
        _git(self.repository, "add", "--all")
        _git(self.repository, "commit", "--quiet", "--allow-empty", "--message", message)
        commit = _git(self.repository, "rev-parse", "HEAD")
        build = _digest(self.repository)
        folder = self.folder / "pipelines" / name
        folder.mkdir(parents=True)
        pipeline = Pipeline(self, name, commit, build, folder)
        if not pipeline.artifact.exists():
            shutil.copytree(pipeline.job("build") / "pharmacy", pipeline.artifact / "pharmacy")
        assert _digest(pipeline.artifact) == build
        return pipeline

    def candidate(self, artifact: Path) -> SystemProcess:
        """The build in a slot beside production: the same machines and settings, no patients."""
        return self._pharmacy(artifact, self.candidate_port, "candidate")

    def deploy(self, artifact: Path) -> None:
        """Put a build into production, in place of what runs there."""
        if self.production is not None:
            self.production.stop()
        self.production = self._pharmacy(artifact, self.production_port, "production")
        self.production.start()

    def in_production(self) -> str:
        """The digest of the build that answers in production, by its own word."""
        answer = requests.get(f"http://127.0.0.1:{self.production_port}/version", timeout=5)
        return str(answer.json()["build"])

    def _pharmacy(self, artifact: Path, port: int, name: str) -> SystemProcess:
        return SystemProcess(
            [
                *(sys.executable, "-m", "pharmacy", "serve", f"--port={port}"),
                f"--database-url=sqlite:///{self.folder / name}.db",
                f"--issuer={self.identity_provider}",
            ],
            port=port,
            health_url=f"http://127.0.0.1:{port}/health",
            log_path=self.folder / f"{name}.log",
            env={
                "PHARMACY_PATIENT_SECRET": "patients-of-this-test",
                "PHARMACY_STAFF_SECRET": "staff-of-this-test",
            },
            cwd=artifact,
            name=f"the pharmacy in the slot {name}",
        )

    def processes(self) -> list[psutil.Process]:
        """Every process that still works below this company's folder."""
        return list(_working_in(self.folder))


def _working_in(folder: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).is_relative_to(folder):
                yield process
        except psutil.Error:
            continue


def _register() -> str:
    """The repository's register, but of these promises alone."""
    head, *entries = re.split(r"(?m)^(?=\[[A-Z]{2}-\d+\]$)", (ROOT / "features/requirements.toml").read_text("utf-8"))
    capabilities = [line for line in head.splitlines() if re.match(r"[A-Z]{2} = ", line)]
    used = [line for line in capabilities if any(one.startswith(line[:2]) for one in PROMISED)]
    kept = [entry for entry in entries if entry[1:6] in PROMISED]
    return "\n".join(["[capabilities]", *used, "", *kept])


def _digest(folder: Path) -> str:
    """What the pharmacy in ``folder`` calls itself."""
    done = subprocess.run(
        [sys.executable, "-m", "pharmacy", "digest"], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _git(folder: Path, *arguments: str) -> str:
    who = [f"GIT_{role}_{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    environment = {**os.environ, **dict.fromkeys(who, "release@pharmacy.example"), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()
