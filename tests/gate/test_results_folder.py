"""One folder, one run at a time; and nothing deleted that no run has left there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hand_made import Run

from nameraka.findings import UsageError
from nameraka.results import ResultsFolder

HOLDER = """
import pathlib, signal, sys
from nameraka.results import ResultsFolder
folder = ResultsFolder(pathlib.Path(sys.argv[1])).__enter__()
print("held", flush=True)
signal.pause()
"""


def test_a_second_run_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    with ResultsFolder(tmp_path) as folder:
        folder.sign("run 1, process 2")
        with (
            pytest.raises(UsageError, match=r"another run is using this folder \(run 1, process 2\).*--results"),
            ResultsFolder(tmp_path),
        ):
            pass
    with ResultsFolder(tmp_path):
        pass


def test_a_kill_frees_the_folder(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UsageError), ResultsFolder(tmp_path):
            pass
        holder.kill()
    with ResultsFolder(tmp_path):
        pass


def test_a_former_runs_files_are_deleted(tmp_path: Path) -> None:
    run = Run(tmp_path / "results").write()
    (run.folder / "x-result.json.tmp").write_text("")
    with ResultsFolder(run.folder) as folder:
        folder.make_fresh()
    assert [path.name for path in run.folder.iterdir()] == [".lock"]


@pytest.mark.parametrize("name", ["thesis.docx", "photos/", "result.json.bak"])
def test_nothing_is_deleted_where_something_else_is_found(tmp_path: Path, name: str) -> None:
    run = Run(tmp_path / "results").write()
    stranger = run.folder / name
    stranger.mkdir() if name.endswith("/") else stranger.write_text("x")
    before = sorted(run.folder.iterdir())
    with ResultsFolder(run.folder) as folder, pytest.raises(UsageError, match="no run has left this here"):
        folder.make_fresh()
    assert sorted(path for path in run.folder.iterdir() if path.name != ".lock") == before


def test_too_little_space_is_said_up_front(tmp_path: Path) -> None:
    with ResultsFolder(tmp_path) as folder:
        folder.require_space()
        with pytest.raises(UsageError, match=r"MiB are free, .* MiB are needed"):
            folder.require_space(2**60)


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(UsageError, match="cannot be a results folder: Not a directory"),
        ResultsFolder(tmp_path / "file" / "results"),
    ):
        pass


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("dear")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / ".lock").symlink_to(tmp_path / "victim")
    with pytest.raises(UsageError), ResultsFolder(tmp_path / "results"):
        pass
    assert (tmp_path / "victim").read_text() == "dear"
