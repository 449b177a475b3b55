"""A whole pipeline with real processes: shards, merge, product's word, gate, approval, verification, deployment, return.

Read it from top to bottom: each function is a job of docs/pipelines/, with the commands that it runs. The pharmacy is
tested, and runs in production, as a process of its own on loopback.
"""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path

import pytest
from release_line import ENVIRONMENT, POLICY, SHARDS, Company, Done, Job, Pipeline

# --- the jobs


def merge(pipeline: Pipeline) -> Path:
    """Bring the shards' folders together in one. Nothing is judged here."""
    job = pipeline.job("merge")
    job.take(pipeline.shard_folders, "reports/shards")
    done = job.nameraka("merge", *(f"reports/shards/{shard}/results" for shard in SHARDS))
    assert done.code == 0, done
    return job / "reports/results"


def ask_product(pipeline: Pipeline, evidence: Path, *word: str) -> Path:
    """Show what changed since the last accepted release, and record what product says to it."""
    job = pipeline.job("product")
    job.take(evidence, "reports/results")
    exported = job.nameraka("baseline", "--environment", ENVIRONMENT)
    assert exported.code == (0 if pipeline.company.production else 3), (
        exported
    )  # 3: not even a ledger, before the first
    done = job.nameraka("accept", *word)
    assert done.code == 0, done
    return job / "reports"


def judge(pipeline: Pipeline, evidence: Path, product: Path) -> tuple[Job, Done]:
    """The one job that has the gate's key. It signs whatever the verdict is, and tells it to every reader."""
    job = pipeline.job("gate")
    job.take(evidence, "reports/results")
    for name in ("baseline.json", "acceptance.json"):
        if (product / name).exists():
            job.take(product / name, f"reports/{name}")
    verdict = job.nameraka(
        *("gate", "--key", pipeline.company.keys / "gate.pem", "--artifact", pipeline.build),
        *("--markdown", "reports/verdict.md", "--comment", "reports/comment.md"),
        *("--junit", "reports/junit.xml", "--sarif", "reports/gate.sarif"),
    )
    return job, verdict


def approve(gate: Job, key: Path) -> Done:
    """A person's signature, with a key that no other job has."""
    return gate.nameraka(
        *("approve", "reports/verdict.intoto.jsonl", "--key", key),
        *("--name", "鈴木 一郎", "--meaning", "released"),
    )


def verify(pipeline: Pipeline, signed: Path, *more: str) -> Done:
    """What the job that deploys asks before anything else: it believes its own pins and the signatures, and no job."""
    company, job = pipeline.company, pipeline.job("deploy")
    return job.nameraka(
        *("verify", signed / "verdict.intoto.jsonl", "--evidence", signed / "evidence.tar.gz"),
        *("--artifact", pipeline.build, "--environment", ENVIRONMENT, "--policy", POLICY),
        *("--key", company.keys / "gate.pub.json", "--approver", company.keys / "suzuki.pub.json", *more),
    )


# --- the story


@pytest.fixture(scope="module")
def released(first: Pipeline) -> Job:
    """The first build on its way, as far as the approval: the gate's job, with the bundle and the archive."""
    # Each shard knows its own part, so its own answer is unknown. Only the whole is judged.
    assert [done.code for done in first.shards.values()] == [2, 2], first.shards
    evidence = merge(first)
    product = ask_product(first, evidence, "--accept-all", "--by", "Suzuki, product")
    gate, verdict = judge(first, evidence, product)
    assert verdict.code == 0, verdict
    assert gate.nameraka("record", "verdict").code == 0
    assert "refused: the policy asks for 1 to release it; 0 did" in verify(first, gate / "reports").said
    approved = approve(gate, first.company.keys / "suzuki.pem")
    assert approved.code == 0, approved
    return gate


def test_a_release_goes_out_the_next_is_stopped_and_what_was_forced_out_is_taken_back(
    company: Company, first: Pipeline, released: Job, second: Pipeline
) -> None:
    ledger = ("--ledger", company.ledger)
    signed = released / "reports"

    # The first build may go out, and goes out.
    allowed = verify(first, signed, *ledger)
    assert (allowed.code, allowed.said[:3]) == (0, "go:"), allowed
    company.deploy(first.artifact)
    deployed = released.nameraka("record", "deploy", "--environment", ENVIRONMENT, "--build", first.build)
    assert deployed.code == 0, deployed
    assert company.in_production() == first.build

    # The second breaks a promise that the release in production keeps. Product sees it and says no; it stays out.
    evidence = merge(second)
    no = ("--reject", "ZT-01", "--by", "Suzuki, product", "--comment", "A stranger can read a consultation")
    product = ask_product(second, evidence, *no)
    gate, verdict = judge(second, evidence, product)
    assert verdict.code == 1, verdict
    assert "held in the last accepted release and does not hold now" in verdict.said
    assert "was rejected by Suzuki, product: A stranger can read a consultation" in verdict.said
    assert "ZT-01" in (gate / "reports/comment.md").read_text("utf-8")
    assert gate.nameraka("record", "verdict").code == 0
    refused = verify(second, gate / "reports", *ledger)
    assert (refused.code, refused.said) == (1, "refused: the verdict is no-go\n"), refused
    assert company.in_production() == first.build

    # Somebody deploys it by hand all the same. The ledger shows it as what it is, and the job that did it is red.
    company.deploy(second.artifact)
    forced = gate.nameraka("record", "deploy", "--environment", ENVIRONMENT, "--build", second.build)
    assert forced.code == 1, forced
    assert company.in_production() == second.build
    question = ("matrix", "--environment", ENVIRONMENT, "--requirement", "ZT-01", "CH-02")
    assert gate.nameraka(*question).code == 1

    # It comes to harm: an incident, and the way back, which is verified like the way out.
    harm = ("--cause-deploy", "latest", "--requirement", "ZT-01", "--severity", "critical")
    assert gate.nameraka("record", "incident", "--id", "INC-7", *harm).code == 0
    assert "refused: the ledger has a later verdict than this one" in verify(first, signed, *ledger).said
    allowed = verify(first, signed, *ledger, "--rollback", "--max-age", "90d")
    assert (allowed.code, allowed.said[:3]) == (0, "go:"), allowed
    company.deploy(first.artifact)
    back = gate.nameraka("record", "rollback", "--environment", ENVIRONMENT, "--incident", "INC-7")
    assert back.code == 0, back
    assert gate.nameraka("record", "restore", "--incident", "INC-7").code == 0
    assert company.in_production() == first.build

    # What the ledger tells of it.
    assert gate.nameraka("record", "check").code == 0
    matrix = gate.nameraka(*question, "--json")
    assert matrix.code == 0, matrix
    told = json.loads(matrix.said)
    assert (told["answer"], told["build"]) == ("yes", first.build)
    assert gate.nameraka("trend", "--json", "trend.json", "--out", "trend.html").code == 0
    trend = json.loads((gate / "trend.json").read_text("utf-8"))
    assert [one["verdict"] for one in trend["verdicts"]] == ["go", "no-go"]
    assert [one["build"] for one in trend["deployments"]] == [first.build, second.build, first.build]
    assert trend["dora"]["change_lead_time"]["measured"] == 2
    assert counts(trend["dora"]["change_fail_rate"]) == (1, 3)
    assert counts(trend["dora"]["deployment_rework_rate"]) == (1, 3)
    assert trend["dora"]["failed_deployment_recovery_time"]["measured"] == 1


def counts(rate: dict[str, int]) -> tuple[int, int]:
    return rate["part"], rate["whole"]


# --- what must not get through


def test_a_lost_shard_blocks(company: Company, first: Pipeline) -> None:
    job = first.job("merge")
    job.take(first.shard_folders / "1of2", "reports/shards/1of2")
    done = job.nameraka("merge", "reports/shards/1of2/results")
    assert (done.code, "missing: 2of2" in done.said) == (3, True), done
    assert list((job / "reports/results").glob("*.json")) == []

    # Whoever goes around the merge gets no further: half a run is unknown, and so is none at all.
    product = nobody_was_asked(first)
    gate, verdict = judge(first, job / "reports/shards/1of2/results", product)
    assert (verdict.code, "the record of shard 2of2 is missing" in verdict.said) == (2, True), verdict
    approved = approve(gate, company.keys / "suzuki.pem")
    assert (approved.code, "it cannot be released" in approved.said) == (3, True), approved
    assert verify(first, gate / "reports").said == "refused: the verdict is unknown\n"
    assert job.nameraka("gate").code == 2


def nobody_was_asked(pipeline: Pipeline) -> Path:
    """Where product's word would be."""
    return pipeline.job("product") / "reports"


def test_a_shard_of_another_run_is_no_replacement(first: Pipeline, second: Pipeline) -> None:
    job = first.job("merge")
    job.take(first.shard_folders / "1of2", "reports/shards/1of2")
    job.take(second.shard_folders / "2of2", "reports/shards/2of2")
    done = job.nameraka("merge", "reports/shards/1of2/results", "reports/shards/2of2/results")
    assert done.code == 3, done
    assert "of run 1002-1" in done.said
    assert "of run 1001-1" in done.said


def test_a_result_that_is_bettered_on_the_way_lets_nothing_out(second: Pipeline) -> None:
    evidence = merge(second)
    bettered = 0
    for file in evidence.glob("*-result.json"):
        content = file.read_text("utf-8")
        bettered += '"failed"' in content
        file.write_text(content.replace('"failed"', '"passed"'), "utf-8")
    assert bettered
    _, verdict = judge(second, evidence, nobody_was_asked(second))
    assert verdict.code in (1, 2), verdict
    assert "was changed after the run had ended" in verdict.said


def test_a_gate_that_was_skipped_blocks(first: Pipeline) -> None:
    refused = verify(first, first.job("deploy") / "reports")
    assert refused.code == 1
    assert refused.said.startswith("refused: verdict.intoto.jsonl cannot be read")


def test_the_verdict_on_one_build_is_none_on_another(second: Pipeline, released: Job) -> None:
    refused = verify(second, released / "reports")
    assert refused.code == 1
    assert refused.said.startswith("refused: the verdict is on another artifact")


def test_an_approval_that_is_taken_away_is_missed(first: Pipeline, released: Job, tmp_path: Path) -> None:
    signed = shutil.copytree(released / "reports", tmp_path / "signed")
    lines = (signed / "verdict.intoto.jsonl").read_text("utf-8").splitlines(keepends=True)
    (signed / "verdict.intoto.jsonl").write_text("".join(lines[:-1]), "utf-8")
    assert verify(first, signed).said == "refused: the policy asks for 1 to release it; 0 did\n"


def test_an_archive_that_was_edited_is_refused(first: Pipeline, released: Job, tmp_path: Path) -> None:
    signed = shutil.copytree(released / "reports", tmp_path / "signed")
    with tarfile.open(signed / "evidence.tar.gz") as archive:
        archive.extractall(tmp_path / "opened", filter="data")
    (tmp_path / "opened/inputs/gate.toml").write_text("schema = 1\n", "utf-8")
    with tarfile.open(signed / "evidence.tar.gz", "w:gz") as archive:
        for folder in ("inputs", "results"):
            archive.add(tmp_path / "opened" / folder, folder)
    refused = verify(first, signed)
    assert (refused.code, refused.said) == (1, "refused: the evidence archive is not the one that was signed\n")


def test_what_is_deployed_elsewhere_is_judged_for_elsewhere(first: Pipeline, released: Job) -> None:
    refused = verify(first, released / "reports", "--environment", "staging")
    assert (refused.code, refused.said) == (1, "refused: the verdict is for the environment production\n")
