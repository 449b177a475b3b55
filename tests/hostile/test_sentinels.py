"""Whatever makes failures look good makes the sentinels look good too, and gives itself away by that."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from jar_project import Done, Project

STEPS = 'pytest_plugins = ["steps.jar"]\n'
FAILED = {"record": "failed", "result": "failed"}
SKIPPED = {"record": "skipped", "result": "skipped"}

# A report that says what is good to hear, in place of {said}.
LYING_REPORTS = """
import pytest
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.outcome == "{said}":
        report.outcome, report.longrepr = "passed", None
    return report
"""

HANGS = """
import time
def pytest_sessionstart():
    open("there", "w").close()
    time.sleep(60)
"""


def sentinels(done: Done, shard: str = "1of1") -> dict[str, Any]:
    """What the run says of its sentinels."""
    path = done.results / f"sentinel-{shard}.json"
    assert path.exists(), done
    return json.loads(path.read_text("utf-8"))


def observed(done: Done) -> dict[str, Any]:
    """What the parent saw of the run."""
    return json.loads((done.results / "observed-1of1.json").read_text("utf-8"))


def given_away(done: Done) -> dict[str, Any]:
    """The outcomes of the sentinels of a run that they made void."""
    assert done.answer in ("unknown", "no-go"), done
    seen = sentinels(done)
    assert "sentinel-1of1.json" in done.why, done.why
    return seen["outcomes"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_the_sentinels_of_an_honest_run_fail_and_are_skipped(project: Project, workers: tuple[str, ...]) -> None:
    done = project.run(*workers)
    assert done.answer == "go", done
    plan = json.loads((done.results / "plan.json").read_text("utf-8"))
    seen = sentinels(done)
    assert seen["outcomes"] == {"must-fail": FAILED, "must-be-skipped": SKIPPED}
    assert (seen["exit_code"], seen["shard"], seen["plan"], seen["run_id"]) == (
        1,
        "1of1",
        plan["digest"],
        plan["run_id"],
    )
    assert "sentinel-1of1.json" in observed(done)["files"]


def test_the_sentinels_are_seen_nowhere_else(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    project.environment["TMPDIR"] = str(tmp_path / "elsewhere")
    done = project.run("--pytest", "--junitxml=junit.xml --basetemp=base")
    assert done.answer == "go", done
    assert not list((tmp_path / "elsewhere").glob("nameraka-sentinels-*"))
    names = {path.name for path in done.results.iterdir()} - {"sentinel-1of1.json", "observed-1of1.json"}
    told = [(done.results / name).read_text("utf-8") for name in names]
    told += [done.said, (project.root / "junit.xml").read_text("utf-8")]
    assert not [text for text in told if "見張り" in text or "sentinels.feature" in text]
    assert "sentinels.feature" not in "".join(path.read_text() for path in project.root.rglob("v/cache/*"))


def test_the_sentinels_start_nothing_that_scenarios_ask_for(project: Project) -> None:
    project.write(
        "conftest.py",
        f"import pytest\n{STEPS}@pytest.fixture(scope='session')\ndef system(): open('started', 'w').close()\n",
    )
    assert sentinels(project.run("-k", "no such scenario"))["outcomes"]["must-fail"] == FAILED
    assert not (project.root / "started").exists()


@pytest.mark.parametrize(
    "options",
    [("-k", "gold"), ("--pytest=-k gold",), ("--pytest=-x -m critical",), ("--through", "api", "-x", "--lf")],
    ids=" ".join,
)
def test_a_part_of_the_plan_has_all_sentinels(project: Project, options: tuple[str, ...]) -> None:
    assert sentinels(project.run(*options))["outcomes"] == {"must-fail": FAILED, "must-be-skipped": SKIPPED}


def test_each_shard_has_sentinels_of_its_own(project: Project) -> None:
    seen = sentinels(project.run("--shard", "2of3"), "2of3")
    assert (seen["shard"], seen["outcomes"]) == ("2of3", {"must-fail": FAILED, "must-be-skipped": SKIPPED})


def test_a_hook_that_reports_failures_as_passed(project: Project) -> None:
    project.trouble("assert False")
    project.write("conftest.py", STEPS + LYING_REPORTS.format(said="failed"))
    assert given_away(project.run())["must-fail"]["record"] == "passed"


def test_a_hook_that_lies_about_one_folder_only(project: Project) -> None:
    project.write("features/salt/salt.feature", 'Feature: Salt\n  @api\n  Scenario: s\n    Then the jar holds "salt"\n')
    project.write("features/salt/conftest.py", LYING_REPORTS.format(said="failed"))
    assert given_away(project.run())["must-fail"]["record"] == "failed, passed"


def test_a_plugin_that_lies_and_comes_by_an_option(project: Project) -> None:
    project.trouble("assert False")
    project.write("liar.py", LYING_REPORTS.format(said="failed"))
    assert given_away(project.run("--pytest", "-p liar"))["must-fail"]["record"] == "passed"


def test_a_plugin_that_lies_in_workers_only(project: Project) -> None:
    project.trouble("assert False")
    lies = LYING_REPORTS.format(said="failed").replace("if report", "if hasattr(item.config, 'workerinput') and report")
    project.write("conftest.py", STEPS + lies)
    assert given_away(project.run("-n", "2"))["must-fail"]["record"] == "passed"


def test_a_hook_that_reports_skips_as_passed(project: Project) -> None:
    project.trouble("pytest.skip('not today')")
    project.write("conftest.py", STEPS + LYING_REPORTS.format(said="skipped"))
    # One skip was in a sentence. After the other, in the set-up, pytest went on to a scenario that was not set up.
    assert given_away(project.run())["must-be-skipped"]["record"] == "failed, passed"


def test_a_hook_that_takes_the_marks_of_skips_away(project: Project) -> None:
    project.write(
        "conftest.py",
        STEPS + "def pytest_collection_modifyitems(items):\n    for item in items: item.own_markers.clear()\n",
    )
    assert given_away(project.run())["must-be-skipped"] == {"record": "passed, skipped", "result": "passed, skipped"}


def test_a_hook_that_sets_the_exit_code_to_0(project: Project) -> None:
    project.write("conftest.py", STEPS + "def pytest_sessionfinish(session): session.exitstatus = 0\n")
    done = project.run()
    assert given_away(done) == {"must-fail": FAILED, "must-be-skipped": SKIPPED}
    assert sentinels(done)["exit_code"] == 0


def test_a_hook_that_rewrites_the_results(project: Project) -> None:
    project.write(
        "conftest.py",
        STEPS
        + """
import pathlib
def pytest_sessionfinish(session):
    for path in pathlib.Path(session.config.option.allure_report_dir).glob("*-result.json"):
        path.write_text(path.read_text().replace('"failed"', '"passed"'))
""",
    )
    assert given_away(project.run())["must-fail"] == {"record": "failed", "result": "passed"}


def test_an_adapter_that_writes_no_results(project: Project) -> None:
    project.write(
        "conftest.py",
        STEPS
        + """
import allure_commons
def pytest_sessionstart():
    for plugin in allure_commons.plugin_manager.get_plugins():
        if hasattr(plugin, "_report_dir"):
            allure_commons.plugin_manager.unregister(plugin)
""",
    )
    assert given_away(project.run())["must-fail"] == {"record": "failed", "result": None}


def test_a_hook_that_runs_nothing(project: Project) -> None:
    project.write(
        "conftest.py",
        f"import pytest\n{STEPS}@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_protocol(): return True\n",
    )
    assert {one["record"] for one in given_away(project.run()).values()} == {None}


def test_a_hook_that_drops_what_would_fail(project: Project) -> None:
    project.write(
        "conftest.py",
        STEPS + "def pytest_collection_modifyitems(items): items[:] = [one for one in items if 'jar' in one.nodeid]\n",
    )
    done = project.run()
    assert given_away(done)["must-fail"] == {"record": None, "result": None}
    assert "the scenarios that must not pass did not fail or were not skipped" in done.said


def test_asserts_that_are_not_made(project: Project) -> None:
    project.environment["PYTHONOPTIMIZE"] = "1"
    project.trouble("assert False")
    assert given_away(project.run("--pytest=--assert=plain"))["must-fail"] == {"record": "passed", "result": "passed"}


@pytest.mark.parametrize(
    ("asked", "said"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")], ids=["SIGINT", "SIGTERM"]
)
def test_a_run_that_is_asked_to_end_among_its_sentinels_ends(
    project: Project, asked: signal.Signals, said: str
) -> None:
    project.write("conftest.py", STEPS + HANGS)
    process = project.start()
    project.wait_for("there")
    process.send_signal(asked)
    done = project.finish(process)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert observed(done)["stopped_by"].startswith(said)
    assert not (done.results / "run-1of1.jsonl").exists()


def test_the_time_limit_is_that_of_sentinels_and_run_together(project: Project) -> None:
    project.write("conftest.py", STEPS + HANGS)
    done = project.run("--time-limit", "3s")
    assert (done.code, done.answer) == (2, "unknown"), done
    assert observed(done)["stopped_by"] == "the time limit of 3 seconds"
    assert (project.root / "there").exists()
