"""Runs in which something dies, lies, hangs or is taken away. None of them may be ``go``, and each says why."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from jar_project import BUILD, PLANNED, Project

BOTH = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
ITEM = "features/jar.feature::What was put in stays[trouble|api]"


@BOTH
def test_an_honest_run_is_go(project: Project, workers: tuple[str, ...]) -> None:
    done = project.run(*workers)
    assert (done.code, done.answer) == (0, "go"), done
    assert f"go: {PLANNED} of {PLANNED} passed" in done.said


def test_the_plan_names_what_the_run_will_be_judged_by(project: Project) -> None:
    policy = (project.root / "reports" / "gate.toml").read_bytes()
    plan = json.loads((project.run().results / "plan.json").read_text("utf-8"))
    assert plan["digests"].keys() == {"features", "policy"}
    assert plan["digests"]["policy"] == "sha256:" + hashlib.sha256(policy).hexdigest()


@BOTH
def test_a_failure_is_no_go(project: Project, workers: tuple[str, ...]) -> None:
    project.trouble("assert 'the jar' == 'broken'")
    done = project.run(*workers)
    assert (done.code, done.answer) == (1, "no-go"), done
    assert f"{ITEM} failed" in done.why


@BOTH
def test_another_exception_than_an_assertion_is_no_go(project: Project, workers: tuple[str, ...]) -> None:
    project.trouble("raise KeyError('jar')")
    done = project.run(*workers)
    assert (done.code, done.answer) == (1, "no-go"), done


@BOTH
def test_os_exit_0_is_unknown(project: Project, workers: tuple[str, ...]) -> None:
    project.trouble("os._exit(0)")
    done = project.run(*workers)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert ITEM in done.why


@BOTH
def test_pytest_exit_with_returncode_0_is_unknown(project: Project, workers: tuple[str, ...]) -> None:
    project.trouble("pytest.exit('all is well', returncode=0)")
    done = project.run(*workers)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert ITEM in done.why


@BOTH
def test_ctrl_c_in_a_sentence_is_unknown(project: Project, workers: tuple[str, ...]) -> None:
    project.trouble("raise KeyboardInterrupt")
    done = project.run(*workers)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert ITEM in done.why


@BOTH
def test_a_skip_in_a_sentence_is_unknown(project: Project, workers: tuple[str, ...]) -> None:
    project.trouble("pytest.skip('not today')")
    done = project.run(*workers)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert f"{ITEM} was skipped" in done.why


def test_an_expected_failure_is_unknown(project: Project) -> None:
    project.trouble("pytest.xfail('known')")
    done = project.run()
    assert (done.code, done.answer) == (2, "unknown"), done


def test_a_process_killed_by_itself_is_unknown(project: Project) -> None:
    project.trouble("os.kill(os.getpid(), signal.SIGKILL)")
    done = project.run()
    assert (done.code, done.answer) == (2, "unknown"), done
    assert "pytest ended by signal 9" in done.why
    assert f"{ITEM} was started and never finished" in done.why


def test_a_worker_killed_is_unknown(project: Project) -> None:
    project.trouble("os.kill(os.getpid(), signal.SIGKILL)")
    done = project.run("-n", "2")
    assert (done.code, done.answer) == (2, "unknown"), done
    assert f"{ITEM} its process died" in done.why
    assert "died" in done.why


def test_a_worker_killed_and_retried_until_green_is_unknown(project: Project) -> None:
    pytest.importorskip("pytest_rerunfailures")
    project.trouble(
        """
        if not os.path.exists("once"):
            open("once", "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    done = project.run("-n", "2", "--pytest", "--reruns 2")
    assert (done.code, done.answer) == (2, "unknown"), done
    assert f"{ITEM} has 1 results of 2 attempts" in done.why
    assert "worker gw" in done.why


def test_a_failure_retried_until_green_is_no_go(project: Project) -> None:
    pytest.importorskip("pytest_rerunfailures")
    project.trouble("once = os.path.exists('once'); open('once', 'w').close(); assert once")
    done = project.run("--pytest", "--reruns 2")
    assert (done.code, done.answer) == (1, "no-go"), done
    assert f"{ITEM} passed only after it had not (failed, passed)" in done.why


@BOTH
def test_a_hung_sentence_ends_at_the_time_limit_and_is_unknown(project: Project, workers: tuple[str, ...]) -> None:
    project.trouble("while True: pass")
    done = project.run(*workers, "--time-limit", "12s")
    assert (done.code, done.answer) == (2, "unknown"), done
    assert "the run was ended by the time limit of 12 seconds" in done.why
    assert ITEM in done.why


def test_a_sentence_that_hangs_and_hears_nothing_is_killed(project: Project) -> None:
    project.trouble(
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        open("hangs", "w").close()
        while True: signal.pause()
        """
    )
    process = project.start()
    project.wait_for("hangs")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)  # a second request does not wait for the first
    done = project.finish(process)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert "pytest ended by signal 9" in done.why


@BOTH
@pytest.mark.parametrize(
    ("asked", "said"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")], ids=["SIGINT", "SIGTERM"]
)
def test_a_run_that_is_asked_to_end_closes_its_record_and_is_unknown(
    project: Project, workers: tuple[str, ...], asked: signal.Signals, said: str
) -> None:
    project.trouble("open('there', 'w').close(); time.sleep(60)")
    process = project.start(*workers)
    project.wait_for("there")
    process.send_signal(asked)
    done = project.finish(process)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert f"the run was ended by {said}" in done.why
    closed = json.loads((done.results / "run-1of1.jsonl").read_text("utf-8").splitlines()[-1])
    assert closed["event"] == "closed"
    assert closed["reason"] == {"Ctrl-C": "interrupted", "SIGTERM": "terminated"}[said]


def test_a_run_whose_parent_is_killed_is_unknown_and_frees_the_folder(project: Project) -> None:
    project.trouble("open('there', 'w').close(); time.sleep(60)")
    process = project.start()
    project.wait_for("there")
    process.kill()
    done = project.finish(process)
    assert done.answer is None  # nobody is left to say anything, and no verdict of before is there to be believed
    gate = subprocess.run(
        [sys.executable, "-m", "nameraka", "gate"], cwd=project.root, check=False, capture_output=True, text=True
    )
    assert gate.returncode == 2, gate.stdout
    assert "nobody saw how its pytest ended" in gate.stdout
    project.trouble("pass")
    assert project.run().answer == "go"


def test_a_pytest_killed_half_way_is_unknown(project: Project) -> None:
    project.trouble("open('there', 'w').write(str(os.getpid())); time.sleep(60)")
    process = project.start()
    os.kill(int(project.wait_for("there").read_text() or 0), signal.SIGKILL)
    done = project.finish(process)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert "was never closed" in done.why


def test_a_full_disk_is_unknown(project: Project) -> None:
    # From the moment that the scenario sets the limit no file of pytest may grow beyond a few bytes.
    project.trouble("resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))")
    done = project.run()
    assert (done.code, done.answer) == (2, "unknown"), done
    assert "was never closed" in done.why or "cannot be read" in done.why


def test_a_disk_that_is_full_for_everybody_is_never_go(project: Project) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))

    done = project.run(preexec_fn=little_room)
    assert done.code in (2, 3), done
    assert done.answer in (None, "unknown")


def test_a_second_run_into_the_same_folder_is_refused(project: Project) -> None:
    project.trouble("open('there', 'w').close()\nwhile not os.path.exists('enough'): time.sleep(0.02)")
    first = project.start()
    project.wait_for("there")
    second = project.run()
    assert second.code == 3, second
    assert "another run is using this folder" in second.said
    project.write("enough", "")
    done = project.finish(first)
    assert (done.code, done.answer) == (0, "go"), done


def test_a_bare_pytest_into_the_same_folder_is_unknown(project: Project) -> None:
    project.trouble("open('there', 'w').close()\nwhile not os.path.exists('enough'): time.sleep(0.02)")
    first = project.start()
    project.wait_for("there")
    command = [sys.executable, "-m", "pytest", "--alluredir", "reports/results", "-k", "gold"]
    subprocess.run(
        command,
        cwd=project.root,
        env={**os.environ, "NAMERAKA_ENVIRONMENT": "embedded"},
        check=False,
        capture_output=True,
    )
    project.write("enough", "")
    done = project.finish(first)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert "is of another run" in done.why


@pytest.mark.parametrize("way", ["deleted", "truncated", "emptied", "half-written", "all gone"])
def test_results_spoiled_after_the_run_are_unknown(project: Project, way: str) -> None:
    done = project.run()
    path = sorted(done.results.glob("*-result.json"))[0]
    if way == "deleted":
        path.unlink()
    elif way == "truncated":
        path.write_bytes(path.read_bytes()[:200])
    elif way == "emptied":
        path.write_bytes(b"")
    elif way == "half-written":
        path.rename(path.with_name(path.name + ".tmp"))
    else:
        shutil.rmtree(done.results)
        done.results.mkdir()
    gate = subprocess.run(
        [sys.executable, "-m", "nameraka", "gate"], cwd=project.root, check=False, capture_output=True
    )
    assert (done.code, gate.returncode) == (0, 2)


def test_a_file_of_no_name_that_can_be_read_is_unknown(project: Project) -> None:
    project.trouble(
        "import os; open(os.fsencode(os.environ['NAMERAKA_RESULTS']) + b'/\\xff-result.json', 'wb').close()"
    )
    done = project.run()
    assert (done.code, done.answer) == (2, "unknown")
    assert "Traceback" not in done.said


def test_another_build_that_answers_is_unknown(project: Project) -> None:
    project.environment["ANSWERING"] = "sha256:" + "c" * 64
    done = project.run()
    assert (done.code, done.answer) == (2, "unknown"), done
    assert "was answered by build sha256:cccccccccccc" in done.why


def test_a_part_of_the_plan_is_unknown_and_counted(project: Project) -> None:
    done = project.run("-k", "gold or tin")
    assert (done.code, done.answer) == (2, "unknown"), done
    assert f"unknown: 2 of {PLANNED} answered" in done.said


def test_a_misspelt_tag_answers_nothing_and_is_unknown(project: Project) -> None:
    done = project.run("-k", "glod")
    assert (done.code, done.answer) == (2, "unknown"), done
    assert f"unknown: 0 of {PLANNED} answered" in done.said


def test_a_hook_that_turns_failures_into_passes_is_not_go(project: Project) -> None:
    project.trouble("assert False")
    project.write(
        "conftest.py",
        'import pytest\npytest_plugins = ["steps.jar"]\n'
        "@pytest.hookimpl(wrapper=True)\n"
        "def pytest_runtest_makereport(item, call):\n"
        "    report = yield\n"
        "    report.outcome, report.longrepr = 'passed', None\n"
        "    return report\n",
    )
    done = project.run()
    assert done.code in (1, 2), done


def test_processes_that_a_scenario_left_are_ended(project: Project) -> None:
    project.trouble(
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\nos._exit(0)"
    )
    done = project.run()
    assert done.answer == "unknown"
    assert json.loads((done.results / "observed-1of1.json").read_text("utf-8"))["leftovers"]
    assert not project.processes()


def test_ctrl_c_works_in_a_run_that_a_script_started_in_the_background(project: Project) -> None:
    project.trouble("open('there', 'w').close(); time.sleep(60)")
    process = project.start(preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    project.wait_for("there")
    process.send_signal(signal.SIGINT)
    done = project.finish(process)
    assert (done.code, done.answer) == (2, "unknown"), done
    assert "the run was ended by Ctrl-C" in done.why


def test_the_expected_build_can_be_given(project: Project) -> None:
    assert project.run("--env", "remote", "--build", BUILD).answer == "go"


def test_without_an_expected_build_it_is_unknown(project: Project) -> None:
    done = project.run("--env", "remote")
    assert (done.code, done.answer) == (2, "unknown"), done
    assert "nobody said which build should answer" in done.why


def test_results_stay_where_they_were_asked_for(project: Project, tmp_path: Path) -> None:
    done = project.run("--results", "elsewhere/results")
    assert done.code == 0, done
    assert json.loads((tmp_path / "elsewhere" / "verdict.json").read_text("utf-8"))["verdict"] == "go"
    assert not (tmp_path / "reports" / "results").exists()


def test_two_shards_of_one_run_are_go_together_and_unknown_alone(project: Project, tmp_path: Path) -> None:
    folders = [tmp_path / shard / "results" for shard in ("1of2", "2of2")]
    for folder in folders:
        done = project.run("--shard", folder.parent.name, "--run-id", "build-17", "--results", str(folder))
        assert done.code == 2, done
        assert f"of {PLANNED} answered" in done.said
    for command in (["merge", *map(str, folders), "--into", "whole"], ["gate", "whole"]):
        together = subprocess.run(
            [sys.executable, "-m", "nameraka", *command], cwd=project.root, check=False, capture_output=True, text=True
        )
        assert together.returncode == 0, together.stdout + together.stderr


def test_a_report_that_cannot_be_built_is_said_and_leaves_the_verdict_as_it_is(project: Project) -> None:
    command = [sys.executable, "-m", "nameraka", "run", "--lang", "en"]
    done = subprocess.run(command, cwd=project.root, check=False, capture_output=True, text=True)
    assert "nameraka: the report was not built: " in done.stderr
    assert "Traceback" not in done.stderr
    assert f"go: {PLANNED} of {PLANNED} passed" in done.stdout
    assert json.loads((project.root / "reports" / "verdict.json").read_text("utf-8"))["verdict"] == "go"
    assert done.returncode == 3
