"""`nameraka gate` as a pipeline calls it: a folder in; an exit code, a verdict file and a few lines out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hand_made import BUILD, ITEMS, OTHER_BUILD, Run, fresh, item_of

from nameraka.plan import sha256

RESULTS = Path("reports/results")


def gate(*arguments: object, language: str = "C.UTF-8", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "nameraka", "gate", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "LANG": language, "LC_ALL": language, "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
        timeout=60,
    )


def verdict_of(run: Run) -> dict:
    return json.loads((run.folder.parent / "verdict.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which one works: what the gate judges by is in its reports folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    return tmp_path


@pytest.fixture
def run() -> Run:
    return fresh(RESULTS)


def test_go_exits_0_and_the_verdict_says_on_what_it_rests(run: Run) -> None:
    done = gate(run.folder)
    verdict = verdict_of(run)
    assert (done.returncode, done.stderr, verdict["verdict"], verdict["exit_code"]) == (0, "", "go", 0)
    assert verdict["counts"] == {
        "planned": 3,
        "answered": 3,
        "clean": 3,
        "failed": 0,
        "excused": 0,
        "results": {"passed": 3},
    }
    assert (verdict["run_id"], verdict["plan"], verdict["build"]) == (run.plan.run_id, run.plan.digest, run.plan.build)
    assert {file["name"]: file["digest"] for file in verdict["files"]} == {
        path.name: sha256(path.read_bytes()) for path in run.folder.iterdir()
    }
    assert all(rule["holds"] for rule in verdict["rules"])


def test_no_go_exits_1_and_says_what_to_mend(tmp_path: Path) -> None:
    run = fresh(RESULTS, answers={ITEMS[1].id: "failed"})
    done = gate(run.folder)
    assert (done.returncode, verdict_of(run)["verdict"]) == (1, "no-go")
    assert f"✗ {ITEMS[1].id} failed" in done.stdout
    assert "Mend the product" in done.stdout


def test_unknown_exits_2(run: Run) -> None:
    run.result_file().unlink()
    done = gate(run.folder)
    assert (done.returncode, verdict_of(run)["verdict"]) == (2, "unknown")
    assert "verdict.json" in done.stdout


@pytest.mark.parametrize("there_is", ["an empty folder", "nothing", "a file"])
def test_an_empty_or_missing_folder_is_unknown_and_takes_an_old_verdict_away(tmp_path: Path, there_is: str) -> None:
    Path("reports/verdict.json").write_text('{"verdict": "go"}')
    if there_is == "an empty folder":
        RESULTS.mkdir()
    elif there_is == "a file":
        RESULTS.write_text("x")
    done = gate(RESULTS)
    assert done.returncode == 2
    assert json.loads(Path("reports/verdict.json").read_text("utf-8"))["verdict"] == "unknown"


def test_a_partial_run_says_how_much_was_answered(tmp_path: Path) -> None:
    items = tuple(item_of(f"場面{number:02}") for number in range(62))
    run = fresh(RESULTS, items=items)
    for number in range(3, 62):
        run.result_file(number).unlink()
    run.put_record("1of1", [item.id for item in items[:3]])
    run.seal()
    done = gate(run.folder)
    assert done.returncode == 2
    assert done.stdout.startswith("unknown: 3 of 62 answered\n")
    assert "… and 56 more" in done.stdout


def test_a_verdict_that_cannot_be_written_is_never_go(run: Run) -> None:
    (run.folder.parent / "verdict.json").mkdir()
    done = gate(run.folder)
    assert done.returncode == 2
    assert "the verdict cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_speaks_japanese_where_the_locale_does_or_when_asked(tmp_path: Path) -> None:
    run = fresh(RESULTS, answers={ITEMS[1].id: "failed"})
    for done in (gate(run.folder, language="ja_JP.UTF-8"), gate(run.folder, "--lang", "ja")):
        assert done.stdout.startswith("no-go: 3件中1件が失敗しました\n")
        assert "重大（critical）な約束がすべて守られている" in done.stdout
    assert gate(run.folder, "--lang", "en", language="ja_JP.UTF-8").stdout.startswith("no-go: 1 of 3 failed\n")


def test_names_in_evidence_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    hostile = item_of("\x1b[2J\x1b[1;32mgo: 62 of 62 passed\x1b[0m\n\u202e")
    run = fresh(RESULTS, items=(hostile,), answers={hostile.id: "failed"})
    done = gate(run.folder)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert not any(line.startswith("go") for line in done.stdout.splitlines())


def test_a_secret_in_a_message_is_not_published_with_the_verdict(run: Run) -> None:
    run.edit(status="failed", statusDetails={"message": "Cookie: __Host-session=abcdefgh12345678"})
    done = gate(run.folder)
    assert done.returncode == 1
    assert "abcdefgh12345678" not in done.stdout + json.dumps(verdict_of(run))


def test_a_lone_surrogate_in_a_name_can_be_judged_and_written(run: Run) -> None:
    run.edit(fullName="\ud800")
    done = gate(run.folder)
    assert (done.returncode, verdict_of(run)["verdict"]) == (2, "unknown")
    assert "\\ud800" in done.stdout


def test_a_terminal_without_the_letters_is_no_reason_to_break(tmp_path: Path) -> None:
    run = fresh(RESULTS, answers={ITEMS[1].id: "failed"})
    done = gate(run.folder, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (1, "")


def test_the_gate_imports_nothing_that_runs_scenarios(run: Run) -> None:
    code = (
        "import sys; from nameraka.gate import command; import argparse; parser = argparse.ArgumentParser();"
        "command.add_arguments(parser); code = command.command(parser.parse_args([sys.argv[1]]));"
        "heavy = {'pytest', '_pytest', 'allure', 'playwright', 'schemathesis', 'gherkin', 'psutil', 'rich'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(run.folder)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_projects_own_results_are_judged_also_from_a_folder_below(tmp_path: Path) -> None:
    run = fresh(tmp_path / RESULTS)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "features" / "chat").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "nameraka", "gate"], cwd=tmp_path / "features" / "chat", check=False, capture_output=True
    )
    assert (done.returncode, verdict_of(run)["verdict"]) == (0, "go")


def test_a_wrong_option_is_a_usage_error() -> None:
    assert gate("--nonsense").returncode == 3


# What it judges by


def test_a_missing_policy_is_unknown(run: Run) -> None:
    Path("reports/gate.toml").unlink()
    done = gate(run.folder)
    assert done.returncode == 2
    assert "no policy says what a release has to show" in done.stdout


@pytest.mark.parametrize("role", ["policy", "waivers", "register", "baseline", "acceptance"])
def test_nothing_to_judge_by_is_taken_from_the_evidence(run: Run, role: str) -> None:
    (run.folder / "mine.toml").write_text("schema = 1\n")
    done = gate(run.folder, f"--{role}", run.folder / "mine.toml")
    assert done.returncode == 3
    assert "evidence excuses nothing" in done.stderr


def test_also_not_by_a_way_round(run: Run) -> None:
    (run.folder / "mine.toml").write_text("schema = 1\n")
    Path("link.toml").symlink_to(run.folder / "mine.toml")
    assert gate(run.folder, "--policy", "link.toml").returncode == 3


def test_a_file_that_is_not_there_is_a_usage_error(run: Run) -> None:
    done = gate(run.folder, "--waivers", "nowhere.toml")
    assert (done.returncode, "nowhere.toml: there is no such file" in done.stderr) == (3, True)


# What if


def failing_run() -> tuple[Run, str]:
    """A run with a failed scenario of lower severity, and the waiver that would excuse it."""
    items = (item_of("遅い", severity="major"), item_of("着実", severity="major"))
    run = fresh(RESULTS, items=items, answers={items[0].id: "failed"})
    cause = next(one.fingerprint for one in run.case().standings if one.state == "failed")
    today = date.today()
    waiver = f"""schema = 1
[[waiver]]
requirement = "CH-01"
scenario = "{items[0].id}"
fingerprint = "{cause}"
owner = "山本 QA"
approver = "鈴木 PO"
reason = "業者の不具合"
created = {today - timedelta(days=1)}
expires = {today + timedelta(days=9)}
"""
    return run, waiver


def test_what_a_waiver_would_change_is_shown_and_no_verdict_is_written() -> None:
    run, waiver = failing_run()
    assert gate(run.folder).returncode == 1
    Path("perhaps.toml").write_text(waiver, "utf-8")
    done = gate(run.folder, "--what-if", "perhaps.toml")
    assert done.returncode == 2
    assert "this is no verdict" in done.stdout
    assert "go: 1 of 2 passed, 1 excused" in done.stdout
    assert verdict_of(run)["verdict"] == "no-go"


def test_the_same_waiver_in_its_place_turns_the_verdict() -> None:
    run, waiver = failing_run()
    Path("reports/waivers.toml").write_text(waiver, "utf-8")
    done = gate(run.folder)
    assert (done.returncode, verdict_of(run)["verdict"]) == (0, "go"), done.stdout


def test_a_what_if_that_is_not_understood_is_a_usage_error(run: Run) -> None:
    Path("perhaps.toml").write_text("schema = 1\nfor_ever = true\n")
    done = gate(run.folder, "--what-if", "perhaps.toml")
    assert done.returncode == 3
    assert "perhaps.toml" in done.stderr
    assert "for_ever" in done.stderr


# Other readers


def test_the_same_verdict_is_written_for_other_readers(run: Run) -> None:
    files = {name: Path(f"verdict.{name}") for name in ("markdown", "comment", "junit", "sarif", "ctrf")}
    done = gate(run.folder, *(f"--{name}={path}" for name, path in files.items()))
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_size for path in files.values())
    told = json.loads(files["ctrf"].read_text("utf-8"))["results"]
    assert told["summary"]["failed"] == 0
    assert {"送信[api]", "送信[web]", "受付[api]"} <= {test["name"] for test in told["tests"]}


def test_a_format_that_cannot_be_written_is_a_usage_error(run: Run) -> None:
    done = gate(run.folder, "--junit", "no/such/folder/junit.xml")
    assert (done.returncode, "cannot be written" in done.stderr) == (3, True)


# Signing


def test_a_signed_verdict_needs_to_say_what_it_is_about(run: Run) -> None:
    assert gate(run.folder, "--key", "gate.pem").returncode == 3
    assert gate(run.folder, "--artifact", BUILD).returncode == 3


def test_a_verdict_is_signed_with_its_evidence(run: Run) -> None:
    subprocess.run([sys.executable, "-m", "nameraka", "keys", "new", "gate", "--out", "keys"], check=True, timeout=60)
    done = gate(run.folder, "--key", "keys/gate.pem", "--artifact", BUILD)
    assert done.returncode == 0, done.stderr
    assert "Signed: reports/verdict.intoto.jsonl, with the evidence in reports/evidence.tar.gz" in done.stdout


def test_another_artifact_than_the_tested_one_is_not_signed(run: Run) -> None:
    subprocess.run([sys.executable, "-m", "nameraka", "keys", "new", "gate", "--out", "keys"], check=True, timeout=60)
    done = gate(run.folder, "--key", "keys/gate.pem", "--artifact", OTHER_BUILD)
    assert done.returncode == 3
    assert "this is not what was tested" in done.stderr
    assert not Path("reports/verdict.intoto.jsonl").exists()
