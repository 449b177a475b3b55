"""The files of docs/pipelines/ are played here, script by script, by small runners: from a commit to production and back."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest
from pipeline_runner import DEPLOY, GitHub, GitLab, Platform, at_once
from release_line import ENVIRONMENT, SHARDS, Company, Job, Pipeline


def release(company: Company, name: str) -> Pipeline:
    """A pipeline for a build that keeps its promises, of a company with a new ledger and a way to deploy."""
    company.write("deploy.sh", DEPLOY)
    (company.repository / "deploy.sh").chmod(0o755)
    company.begin_ledger(name)
    return company.push(name, f"The pharmacy opens ({name})")


@pytest.fixture
def github(company: Company, tmp_path: Path) -> GitHub:
    """A pipeline on GitHub whose shards have run."""
    platform = GitHub(release(company, "2001"), tmp_path)
    green(platform, "build")
    with company.candidate(platform.pipeline.artifact):
        for played in at_once(*(partial(platform.play, "shard", shard=shard) for shard in SHARDS)):
            assert played, played.said
    return platform


@pytest.fixture
def gitlab(company: Company, tmp_path: Path) -> GitLab:
    """A pipeline on GitLab whose shards have run."""
    platform = GitLab(release(company, "3001"), tmp_path)
    green(platform, "build")
    with company.candidate(platform.pipeline.artifact):
        for played in at_once(
            *(partial(platform.play, "shard", CI_NODE_INDEX=one, TESTED=ENVIRONMENT) for one in "12")
        ):
            assert played, played.said
    return platform


def green(platform: GitHub | GitLab, *jobs: str, **variables: str) -> None:
    for job in jobs:
        played = platform.play(job, **variables)
        assert played, played.said


def red(platform: GitHub | GitLab, job: str, why: str, **variables: str) -> None:
    played = platform.play(job, **variables)
    assert not played, played.said
    assert why in played.said, played.said


def harm(platform: Platform) -> None:
    """Another build gets into production, nobody knows how, and does harm."""
    job = Job(platform.company.repository, {"NAMERAKA_LEDGER": platform.company.ledger})
    stranger = f"sha256:{'0' * 64}"
    assert job.nameraka("record", "deploy", "--environment", ENVIRONMENT, "--build", stranger).code == 1
    assert job.nameraka("record", "incident", "--id", "INC-7", "--cause-deploy", "latest").code == 0
    (platform.folder / "production").write_text("something else", "utf-8")


def test_on_github_from_the_shards_to_production_and_back(github: GitHub) -> None:
    ours = f"{ENVIRONMENT} {github.pipeline.build}"

    # A shard that is lost, or that another attempt has run alone, stops it.
    lost = shutil.move(github.artifacts / "shard-2of2-1", github.folder)
    red(github, "merge", "missing: 2of2")
    red(github, "judge", "unknown")
    shutil.move(lost, github.artifacts)
    github.attempt = 2
    red(github, "merge", "reports/shards/*/results")
    github.attempt = 1
    green(github, "merge")

    # Nobody has asked product: that is no go, and the pull request says so.
    red(github, "judge", "product has not said its word")
    green(github, "comment")
    assert "product has not said its word" in github.commented
    red(github, "gate", "product has not said its word")
    red(github, "approve", "the verdict is not go")
    red(github, "deploy", "there is no artifact approved-2001-1")

    # Product's word, the gate, a person; and only then production.
    green(github, "changes", "accept", "gate")
    red(github, "deploy", "there is no artifact approved-2001-1")
    shutil.copytree(github.artifacts / "signed-2001-1", github.artifacts / "approved-2001-1")
    red(github, "deploy", "refused: the policy asks for 1 to release it; 0 did")
    assert github.deployed is None
    green(github, "approve", "deploy")
    assert github.deployed == ours

    # The way back.
    harm(github)
    github.event, github.inputs = (
        "workflow_dispatch",
        {"run": "2001-1", "build": github.pipeline.build, "incident": "INC-7"},
    )
    green(github, "rollback")
    assert github.deployed == ours


def test_on_gitlab_from_the_shards_to_production_and_back(gitlab: GitLab) -> None:
    ours = f"{ENVIRONMENT} {gitlab.pipeline.build}"

    # A shard that is lost stops it.
    shards = sorted((gitlab.artifacts / "shard").iterdir())
    lost = shutil.move(shards[1], gitlab.folder)
    red(gitlab, "merge", "missing: ")
    shutil.move(lost, gitlab.artifacts / "shard")
    green(gitlab, "merge")

    # Nobody has asked product: that is no go.
    red(gitlab, "judge", "product has not said its word")
    red(gitlab, "gate", "product has not said its word")
    red(gitlab, "approve", "the verdict is not go")
    red(gitlab, "deploy", "refused: verdict.intoto.jsonl cannot be read")
    assert gitlab.deployed is None
    shutil.rmtree(gitlab.artifacts / "gate")

    # Product's word, the gate, a person, production.
    green(gitlab, "changes", "accept", "gate", "approve", "deploy")
    assert gitlab.deployed == ours

    # The way back.
    harm(gitlab)
    green(gitlab, "rollback", INCIDENT="INC-7")
    assert gitlab.deployed == ours
