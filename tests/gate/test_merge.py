"""`nameraka merge`: what belongs to one run comes together, whole and once; anything else is refused and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hand_made import RUN, Run

from nameraka.cli import main
from nameraka.results import ResultsFolder


def part(folder: Path, shard: int = 1, **changes: object) -> Run:
    """What the machine of one shard leaves; each machine planned a moment after the other."""
    planned = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1, seconds=-shard)
    return Run(folder / f"shard-{shard}", **{"shards": 2, "shard": shard, "planned_at": planned, **changes}).write()


@pytest.fixture
def shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folders of a run of two shards."""
    monkeypatch.chdir(tmp_path)
    return part(tmp_path, 1).folder, part(tmp_path, 2).folder


Refused = Callable[..., str]


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Merges folders that cannot be merged; returns what was said, once it is sure that nothing was written."""

    def merge(*folders: Path) -> str:
        before = sorted(tmp_path.rglob("*"))
        assert main(["merge", *map(str, folders), "--into", str(tmp_path / "whole")]) == 3
        assert sorted(tmp_path.rglob("*")) == before
        return capsys.readouterr().err

    return merge


def test_two_shards_of_one_run_are_go_together(shards: tuple[Path, Path], tmp_path: Path) -> None:
    whole = tmp_path / "together" / "whole"
    assert main(["merge", *map(str, shards), "--into", str(whole)]) == 0
    due = {path.name for folder in shards for path in folder.iterdir()}
    assert {path.name for path in whole.iterdir()} - {".lock"} == due
    assert main(["gate", str(whole), "--policy", str(tmp_path / "gate.toml")]) == 0


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned around"])
def test_of_their_plans_the_first_is_kept(shards: tuple[Path, Path], tmp_path: Path, turned: bool) -> None:
    assert (shards[0] / "plan.json").read_bytes() != (shards[1] / "plan.json").read_bytes()
    folders = reversed(shards) if turned else shards
    main(["merge", *map(str, folders), "--into", str(tmp_path / "whole")])
    assert (tmp_path / "whole" / "plan.json").read_bytes() == (shards[0] / "plan.json").read_bytes()


def test_it_says_where_they_are_in_either_language(
    shards: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, words in (("en", f"2 shards of run {RUN} are in"), ("ja", "シャード 2 個を")):
        main(["merge", *map(str, shards), "--into", str(tmp_path / "whole"), "--lang", language])
        assert words in capsys.readouterr().out


def test_a_former_run_and_its_verdict_make_room(shards: tuple[Path, Path], tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    (whole / "0-result.json").write_text("{}")
    (tmp_path / "verdict.json").write_text('{"verdict": "go"}')
    assert main(["merge", *map(str, shards), "--into", str(whole)]) == 0
    assert not (whole / "0-result.json").exists()
    assert not (tmp_path / "verdict.json").exists()


def test_what_a_shard_left_half_done_comes_along_and_is_judged(shards: tuple[Path, Path], tmp_path: Path) -> None:
    (shards[1] / "observed-2of2.json").unlink()
    next(shards[1].glob("*-result.json")).write_text('{"half')
    assert main(["merge", *map(str, shards), "--into", str(tmp_path / "whole")]) == 0
    assert main(["gate", str(tmp_path / "whole"), "--policy", str(tmp_path / "gate.toml")]) == 2


def test_what_decorates_a_report_may_lie_in_each(shards: tuple[Path, Path], tmp_path: Path) -> None:
    for folder in shards:
        (folder / "environment.properties").write_text(f"machine={folder.name}\n")
    assert main(["merge", *map(str, shards), "--into", str(tmp_path / "whole")]) == 0
    assert (tmp_path / "whole" / "environment.properties").read_text() == "machine=shard-1\n"


# Doubles


def test_the_same_shard_twice(shards: tuple[Path, Path], refused: Refused) -> None:
    assert "is shard 1of2, and so is" in refused(shards[0], shards[1], shards[0])


def test_the_same_shard_run_twice(shards: tuple[Path, Path], refused: Refused, tmp_path: Path) -> None:
    again = part(tmp_path / "again", 2).folder
    assert f"{again}: is shard 2of2, and so is {shards[1]}. Name each shard once." in refused(*shards, again)


def test_one_file_in_two_folders(shards: tuple[Path, Path], refused: Refused) -> None:
    result = next(shards[0].glob("*-result.json"))
    (shards[1] / result.name).write_text(result.read_text("utf-8").replace("passed", "failed"), "utf-8")
    assert f"{shards[1] / result.name}: lies in {shards[0]} too" in refused(*shards)


# Gaps


def test_a_shard_that_is_missing(shards: tuple[Path, Path], refused: Refused) -> None:
    said = refused(shards[0])
    assert "has 2 shards; missing: 2of2" in said
    assert f"nameraka run --shard 2of2 --run-id {RUN}" in said


def test_a_folder_that_is_missing(shards: tuple[Path, Path], refused: Refused, tmp_path: Path) -> None:
    assert f"{tmp_path / 'lost'}: cannot be read: No such file or directory" in refused(*shards, tmp_path / "lost")


def test_a_folder_without_a_plan(shards: tuple[Path, Path], refused: Refused) -> None:
    (shards[1] / "plan.json").unlink()
    assert f"{shards[1] / 'plan.json'}: is missing" in refused(*shards)


def test_a_folder_in_which_no_shard_left_a_trace(shards: tuple[Path, Path], refused: Refused) -> None:
    for name in ("run-2of2.jsonl", "observed-2of2.json", "sentinel-2of2.json"):
        (shards[1] / name).unlink()
    assert f"{shards[1]}: holds what 0 shards left" in refused(*shards)


# Strangers


def test_a_shard_of_another_run(shards: tuple[Path, Path], refused: Refused) -> None:
    for path in shards[1].iterdir():
        if path.suffix != ".png":
            path.write_text(path.read_text("utf-8").replace(RUN, "yesterday"), "utf-8")
    assert f"{shards[1] / 'plan.json'}: is of run yesterday" in refused(*shards)


@pytest.mark.parametrize(
    ("changes", "differing"),
    [
        ({"environment": "staging"}, "environment"),
        ({"build": None}, "build"),
        ({"uncommitted": True}, "uncommitted"),
        ({"inputs": {"waivers.toml": "schema = 1\n"}}, "digests"),
        ({"shards": 3}, "shards"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_shard_of_another_plan(
    shards: tuple[Path, Path], refused: Refused, tmp_path: Path, changes: dict[str, object], differing: str
) -> None:
    shutil.rmtree(shards[1])
    part(tmp_path, 2, **changes)
    said = refused(*shards)
    assert f"{shards[1] / 'plan.json'}: is another plan than" in said
    assert f"they differ in {differing}. " in said


@pytest.mark.parametrize("label", ["run", "plan", "environment"])
def test_a_result_of_elsewhere(shards: tuple[Path, Path], refused: Refused, label: str) -> None:
    path = next(shards[1].glob("*-result.json"))
    result = json.loads(path.read_text("utf-8"))
    result["labels"] = [
        {**one, "value": "another" if one["name"] == label else one["value"]} for one in result["labels"]
    ]
    path.write_text(json.dumps(result), "utf-8")
    assert f"{path}: is of {label} another" in refused(*shards)


def test_a_record_of_elsewhere(shards: tuple[Path, Path], refused: Refused) -> None:
    path = shards[1] / "run-2of2.jsonl"
    path.write_text(path.read_text("utf-8").replace(RUN, "yesterday"), "utf-8")
    assert f"{path}: is of run yesterday" in refused(*shards)


def test_two_shards_in_one_folder(shards: tuple[Path, Path], refused: Refused) -> None:
    shutil.copy(shards[0] / "run-1of2.jsonl", shards[1])
    assert f"{shards[1]}: holds what 2 shards left (1of2, 2of2)" in refused(*shards)


def test_a_file_that_is_no_evidence(shards: tuple[Path, Path], refused: Refused) -> None:
    (shards[1] / "gate.toml").write_text("schema = 1\n")
    assert f"{shards[1] / 'gate.toml'}: no run leaves a file of this name" in refused(*shards)


def test_a_link(shards: tuple[Path, Path], refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (shards[1] / "0-attachment.txt").symlink_to(tmp_path / "secret")
    assert f"{shards[1] / '0-attachment.txt'}: is no plain file" in refused(*shards)


def test_a_name_that_plays_with_the_terminal(shards: tuple[Path, Path], refused: Refused) -> None:
    (shards[1] / "\x1b[31mgo").write_text("")
    assert "\x1b" not in refused(*shards)


# The folder they are brought to


def test_the_folder_of_a_shard_cannot_take_the_others(
    shards: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in shards[0].iterdir())
    assert main(["merge", *map(str, shards), "--into", str(shards[0])]) == 3
    assert "is the folder of shard 1of2. Name another folder with --into" in capsys.readouterr().err
    assert sorted(path.name for path in shards[0].iterdir()) == before


def test_a_folder_with_something_else_in_it_is_left_as_it_is(shards: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "thesis.docx").write_text("dear")
    assert main(["merge", *map(str, shards), "--into", str(tmp_path / "whole")]) == 3
    assert not (tmp_path / "whole" / "plan.json").exists()


def test_a_folder_that_a_run_is_using_is_not_taken(
    shards: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ResultsFolder(tmp_path / "whole"):
        assert main(["merge", *map(str, shards), "--into", str(tmp_path / "whole")]) == 3
    assert "another run is using this folder" in capsys.readouterr().err
