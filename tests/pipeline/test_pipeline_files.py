"""The pipeline files of docs/pipelines/ hold what they promise, and a mistake in one would be found."""

from __future__ import annotations

import pytest
from pipeline_files import GITHUB, GITLAB, Jobs, read_github, read_gitlab
from pipeline_mistakes import wrong_anywhere, wrong_on_github, wrong_on_gitlab


def wrong(github: str | None = None, gitlab: str | None = None) -> str:
    """All that is wrong with a file, a line each."""
    if github is not None:
        return "\n".join([*wrong_anywhere(read_github(github)[0]), *wrong_on_github(github)])
    assert gitlab is not None
    return "\n".join([*wrong_anywhere(read_gitlab(gitlab)[0]), *wrong_on_gitlab(gitlab)])


def test_on_github_nothing_is_wrong() -> None:
    assert wrong(github=GITHUB.read_text("utf-8")) == ""


def test_on_gitlab_nothing_is_wrong() -> None:
    assert wrong(gitlab=GITLAB.read_text("utf-8")) == ""


@pytest.mark.parametrize("jobs", [read_github(GITHUB.read_text("utf-8"))[0], read_gitlab(GITLAB.read_text("utf-8"))[0]])
def test_every_stage_of_a_release_is_there(jobs: Jobs) -> None:
    called = {
        " ".join(command[: 2 if command[0] == "record" else 1]) for job in jobs.values() for command in job.commands
    }
    assert called == {
        *("run", "merge", "report", "gate", "baseline", "accept", "approve", "verify"),
        *("record verdict", "record deploy", "record rollback", "record restore"),
    }
    assert {name for name, job in jobs.items() if job.on_foreign_code} == {
        "build",
        "shard",
        "merge",
        "judge",
        "comment",
    }


GITHUB_MISTAKES = {
    "a misspelt option": ("--run-id", "--runid", "nameraka run: unrecognized arguments"),
    "a lost option": (
        '--artifact "$BUILD" \\\n            --environment',
        "\\\n            --environment",
        "verify: the following",
    ),
    "a swallowed verdict": (
        "run: nameraka record verdict",
        "run: nameraka record verdict || true",
        "swallows an exit code",
    ),
    "a shell's mistake": ("| unique | join", "| unique' | join", "accept: bash: "),
    "a moving action": ("checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", "checkout@v7", "not pinned by its digest"),
    "code of forks beside secrets": ("  pull_request: #", "  pull_request_target: #", "what a fork wrote"),
    "permissions for all": ("permissions: {}", "permissions: write-all", "every job has permissions"),
    "a job that may write": (
        "      contents: read\n    outputs",
        "      contents: write\n    outputs",
        "build may write",
    ),
    "a token left behind": ("persist-credentials: false", "persist-credentials: true", "leaves a token"),
    "an empty artifact": (
        "if-no-files-found: error # the default",
        "if-no-files-found: warn #",
        "leaves nothing and is green",
    ),
    "an artifact of any attempt": (
        "name: shard-${{ matrix.shard }}-${{ github.run_attempt }}",
        "name: shard-${{ matrix.shard }}",
        "another attempt can replace",
    ),
    "a run's name without its attempt": ("$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT", "$GITHUB_RUN_ID", "run again alone"),
    "a missing shard": ("shard: [1of2, 2of2]", "shard: [1of3, 2of3]", "are not all shards"),
    "a broken shard's evidence": (
        "if: ${{ always() }} # also",
        "if: ${{ success() }} #",
        "what a broken shard left is lost",
    ),
    "a skipped merge": (
        "if: ${{ !cancelled() && needs.build.result == 'success' }}",
        "if: success()",
        "merge is skipped after",
    ),
    "a skipped check": (
        "if: ${{ !cancelled() && github.event_name == 'pull_request' }}",
        "if: ${{ github.event_name == 'pull_request' }}",
        "judge is skipped after",
    ),
    "a key among the tests": (
        "SHARD: ${{ matrix.shard }}",
        "SHARD: ${{ secrets.GATE_KEY }}",
        "shard knows ['GATE_KEY']",
    ),
    "a gate for anybody's code": (
        "if: ${{ !cancelled() && github.event_name == 'push' && needs.merge.result == 'success' }}",
        "if: ${{ !cancelled() }}",
        "gate runs beside secrets what nobody has merged",
    ),
    "a gate that does not wait": ("needs: [build, merge, accept]", "needs: [build, merge]", "gate does not wait for"),
    "a deployment of its own accord": ("needs: [merge, approve]", "needs: merge", "deploy does not wait for"),
    "an artifact of nobody": (
        "name: approved-${{ needs.merge.outputs.run }}\n          path: signed\n          if-no",
        "name: other-${{ needs.merge.outputs.run }}\n          path: signed\n          if-no",
        "deploy takes approved-",
    ),
    "a deployment unseen": ("nameraka verify signed", "echo signed", "acts before it has verified"),
    "a deployment elsewhere": (
        "run: nameraka report",
        "run: ./deploy.sh staging",
        "another job than these two deploys",
    ),
    "an error that is passed over": (
        "    concurrency: production\n",
        "    continue-on-error: true\n",
        "goes on after an error",
    ),
    "a script that others write": ("${RUN%-*}", "${{ inputs.run }}", "rollback lets what others wrote become a part"),
    "an approval by nobody": ("    environment: approval\n", "", "approve waits for nobody"),
}


@pytest.mark.parametrize("mistake", GITHUB_MISTAKES)
def test_a_mistake_on_github_would_be_found(mistake: str) -> None:
    old, new, found = GITHUB_MISTAKES[mistake]
    text = GITHUB.read_text("utf-8")
    assert old in text
    assert found in wrong(github=text.replace(old, new))


GITLAB_MISTAKES = {
    "a misspelt option": ("--meaning released", "--meaning release", "nameraka approve: argument --meaning"),
    "a swallowed verdict": ("- nameraka record verdict", "- nameraka record verdict || true", "swallows an exit code"),
    "a verdict not handed on": ('    - exit "$verdict"\n', "", "gate swallows an exit code"),
    "retries": ("retry: 0", "retry: 2", "tried until it is green"),
    "a broken shard's evidence": ("when: always # also", "when: on_success #", "what a broken shard left is lost"),
    "one shard of two": ("parallel: 2", "parallel: 1", "these are not all shards"),
    "a key among the tests": ("--no-report ||", '--no-report --pytest "$GATE_KEY" ||', "shard knows ['GATE_KEY']"),
    "another's environment": ("name: gate #", "name: production #", "gate is in the environment production"),
    "a gate for anybody's code": (
        "gate: # the one job with the gate's key [27]\n  extends: .on-the-default-branch",
        "gate:\n  extends: .on-a-merge-request",
        "gate runs beside secrets what nobody has merged",
    ),
    "an approval by nobody": (
        "is not the one of `accept`\n  extends: .by-a-person",
        "is\n  extends: .on-the-default-branch",
        "approve waits for nobody",
    ),
    "a gate that does not wait": ("needs: [build, merge, accept]", "needs: [build, merge]", "gate does not wait for"),
    "an artifact of nobody": (
        "paths: [reports/acceptance.json]",
        "paths: [acceptance.json]",
        "gate takes reports/acceptance",
    ),
    "an artifact from too far": (
        "needs: [build, merge, accept]",
        "needs: [build, accept]",
        "gate takes reports/results/",
    ),
    "a deployment unseen": ("nameraka verify reports", "echo reports", "acts before it has verified"),
    "a deployment that may fail": ("  stage: deploy\n", "  stage: deploy\n  allow_failure: true\n", "deploy may fail"),
    "two deployments at once": (
        "resource_group: production",
        "resource_group: other",
        "runs beside another deployment",
    ),
}


@pytest.mark.parametrize("mistake", GITLAB_MISTAKES)
def test_a_mistake_on_gitlab_would_be_found(mistake: str) -> None:
    old, new, found = GITLAB_MISTAKES[mistake]
    text = GITLAB.read_text("utf-8")
    assert old in text
    assert found in wrong(gitlab=text.replace(old, new))
