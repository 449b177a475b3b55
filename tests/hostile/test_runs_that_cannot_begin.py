"""Mistakes that are known before the first scenario: a sentence with the remedy, exit code 3, and no old verdict left."""

from __future__ import annotations

import pytest
from jar_project import FEATURE, Project


@pytest.fixture
def judged(project: Project) -> Project:
    """The project after a run that was ``go``: its verdict must not outlive the mistake that follows."""
    project.write("reports/verdict.json", '{"verdict": "go"}')
    return project


def refused(project: Project, *options: str, saying: str) -> None:
    done = project.run(*options)
    assert done.code == 3, done
    assert saying in done.said
    assert "Traceback" not in done.said
    assert done.answer in (None, "unknown")


def test_an_unknown_environment(judged: Project) -> None:
    refused(judged, "--env", "stagging", saying="there is no environment 'stagging'; known: embedded, remote, silent")


def test_a_build_command_that_fails(judged: Project) -> None:
    refused(judged, "--env", "silent", saying="it ended with exit code 1 and said: no such build")


def test_a_build_that_is_no_digest(judged: Project) -> None:
    refused(judged, "--build", "1.2.3", saying="--build '1.2.3' is no digest")


def test_a_broken_feature_file(judged: Project) -> None:
    judged.write("features/broken.feature", "Feature: A jar\n  Scenario: nothing\n")
    refused(judged, saying="features/broken.feature:2: scenario 'nothing' has no sentence")


@pytest.mark.parametrize("name", ["gate.toml", "waivers.toml"])
def test_a_policy_or_waivers_that_the_gate_would_not_understand(judged: Project, name: str) -> None:
    judged.write(f"reports/{name}", "schema = 1\nfor_ever = true\n")
    refused(judged, saying=f"reports/{name}: cannot be used: line 2")


def test_a_sentence_that_nobody_defined(judged: Project) -> None:
    judged.write("features/jar.feature", FEATURE.replace("is put in", "is thrown in"))
    refused(judged, saying="pytest ended before the first scenario (exit code 2)")


def test_a_conftest_that_cannot_be_imported(judged: Project) -> None:
    judged.write("conftest.py", "import nowhere_to_be_found")
    refused_with_pytests_own_words(judged, "nowhere_to_be_found")


def refused_with_pytests_own_words(project: Project, words: str) -> None:
    done = project.run()
    assert (done.code, words in done.said) == (3, True), done
    assert "pytest ended before the first scenario (exit code 4)" in done.said


def test_an_option_that_pytest_does_not_know(judged: Project) -> None:
    refused(judged, "--pytest=--nonsense", saying="pytest ended before the first scenario (exit code 4)")


@pytest.mark.parametrize("shard", ["3of2", "two"])
def test_a_shard_that_cannot_be(judged: Project, shard: str) -> None:
    refused(judged, "--shard", shard, saying=f"'{shard}' is no shard")


@pytest.mark.parametrize("limit", ["soon", "0", "-5m"])
def test_a_time_limit_that_cannot_be(judged: Project, limit: str) -> None:
    refused(judged, f"--time-limit={limit}", saying=f"'{limit}' is no time")


def test_a_browser_that_is_missing(judged: Project) -> None:
    judged.write("features/jar.feature", FEATURE.replace("@api", "@web"))
    judged.environment["NAMERAKA_BROWSER"] = "/nowhere/chromium"
    refused(judged, saying="/nowhere/chromium, is no program that can be run")


def test_a_browser_that_nobody_needs_may_be_missing(project: Project) -> None:
    project.environment["NAMERAKA_BROWSER"] = "/nowhere/chromium"
    assert project.run().answer == "go"


def test_a_project_without_features(judged: Project) -> None:
    (judged.root / "features" / "jar.feature").unlink()
    (judged.root / "features").rmdir()
    refused(judged, saying="there is no such folder; features live there")


def test_a_results_folder_that_holds_something_else(judged: Project) -> None:
    judged.write("reports/results/thesis.docx", "dear")
    refused(judged, saying="no run has left this here")
    assert (judged.root / "reports" / "results" / "thesis.docx").read_text() == "dear"


def test_an_unknown_option(project: Project) -> None:
    refused(project, "--nonsense", saying="unrecognized arguments: --nonsense")
