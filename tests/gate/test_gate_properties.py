"""Whatever happens to one file of a good run, and whichever status is another one, the verdict is never ``go``."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hand_made import ITEMS, Run, why
from hypothesis import given, settings
from hypothesis import strategies as st

from nameraka.gate.reading import read_evidence

FILES = ("plan.json", "run-1of1.jsonl", "observed-1of1.json", "sentinel-1of1.json", "-result.json", "-attachment.png")
WORDS = st.sampled_from(["failed", "broken", "skipped", "unknown", "", "Passed", "pass", "0", "xpassed", "pásśed"])

NAMES = (  # the names that the reader asks for
    *("uuid", "fullName", "status", "steps", "labels", "name", "value", "attachments", "source", "statusDetails"),
    *("digest", "items", "shards", "run_id", "created", "environment", "schema", "plan", "shard", "files", "exit_code"),
    *("event", "id", "attempt", "outcome", "builds", "counts", "reason"),
)

# Each example is a whole run in a folder of its own: a few milliseconds of files.
thorough = settings(max_examples=150, deadline=None)


@pytest.fixture(scope="module")
def good() -> Iterator[Path]:
    """A good run, to be copied and spoiled."""
    with tempfile.TemporaryDirectory() as folder:
        yield Run(Path(folder) / "results").write().folder


def spoil(good: Path, spoiling) -> None:
    """Copy the good run, spoil the copy, and see that it is not go."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder) / "results")
        shutil.copytree(good, run.folder)
        spoiling(run)
        verdict = run.judge()
        assert verdict.answer in ("no-go", "unknown"), why(verdict)


def pick(data: st.DataObject, run: Run) -> Path:
    return data.draw(st.sampled_from(sorted(run.folder.iterdir())), label="file")


def test_the_run_that_is_spoiled_here_was_go(good: Path) -> None:
    assert Run(good).judge().answer == "go"


@thorough
@given(data=st.data())
def test_removing_any_file(good: Path, data: st.DataObject) -> None:
    spoil(good, lambda run: pick(data, run).unlink())


@thorough
@given(data=st.data())
def test_truncating_any_file(good: Path, data: st.DataObject) -> None:
    def truncate(run: Run) -> None:
        path = pick(data, run)
        content = path.read_bytes()
        path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1), label="length")])

    # A JSON document that lost only its last line break is the same document, but not the same bytes.
    spoil(good, lambda run: (truncate(run), same_document_is_changed(run, good)))


def same_document_is_changed(run: Run, good: Path) -> None:
    """The observation seals all files but itself; without its last line break it is still whole."""
    own, first = run.folder / "observed-1of1.json", good / "observed-1of1.json"
    if own.read_bytes() != first.read_bytes() and own.read_bytes() == first.read_bytes().rstrip():
        own.unlink()


@thorough
@given(data=st.data())
def test_renaming_any_file(good: Path, data: st.DataObject) -> None:
    def rename(run: Run) -> None:
        path = pick(data, run)
        endings = st.sampled_from([*FILES, ".tmp", ".txt", ""])
        name = data.draw(st.text("abc-019", min_size=1, max_size=6), label="stem") + data.draw(endings, label="ending")
        path.rename(path.with_name(name))

    spoil(good, rename)


@thorough
@given(data=st.data())
def test_duplicating_any_file(good: Path, data: st.DataObject) -> None:
    def duplicate(run: Run) -> None:
        path = pick(data, run)
        ending = next(ending for ending in FILES if path.name.endswith(ending))
        shutil.copy(path, path.with_name("copy" + (ending if ending.startswith("-") else "-" + ending)))

    spoil(good, duplicate)


@thorough
@given(data=st.data())
def test_putting_any_file_in_the_place_of_another(good: Path, data: st.DataObject) -> None:
    def replace(run: Run) -> None:
        path, other = pick(data, run), pick(data, run)
        if path == other:
            path.unlink()
        else:
            other.replace(path)

    spoil(good, replace)


@thorough
@given(data=st.data())
def test_changing_any_byte(good: Path, data: st.DataObject) -> None:
    def change(run: Run) -> None:
        path = pick(data, run)
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1), label="place")
        content[place] ^= 1 << data.draw(st.integers(0, 7), label="bit")
        path.write_bytes(content)
        if path.name == "observed-1of1.json" and same_meaning(content, (good / path.name).read_bytes()):
            path.unlink()  # white space: nothing is said differently

    spoil(good, change)


def same_meaning(one: bytes | bytearray, other: bytes) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


@thorough
@given(item=st.sampled_from(ITEMS), status=WORDS, sealed=st.booleans())
def test_flipping_any_status_of_a_result(good: Path, item, status: str, sealed: bool) -> None:
    def flip(run: Run) -> None:
        path = run.folder / f"{run.result(item.id)['uuid']}-result.json"
        run.put(path.name, {**json.loads(path.read_text("utf-8")), "status": status})
        if sealed:
            run.seal()

    spoil(good, flip)


@thorough
@given(item=st.sampled_from(ITEMS), number=st.integers(0, 1), status=WORDS)
def test_flipping_any_status_of_a_sentence(good: Path, item, number: int, status: str) -> None:
    def flip(run: Run) -> None:
        path = run.folder / f"{run.result(item.id)['uuid']}-result.json"
        content = json.loads(path.read_text("utf-8"))
        content["steps"][number]["status"] = status
        run.put(path.name, content)
        run.seal()

    spoil(good, flip)


@thorough
@given(item=st.sampled_from(ITEMS), outcome=WORDS)
def test_flipping_any_outcome_of_the_record(good: Path, item, outcome: str) -> None:
    def flip(run: Run) -> None:
        others = [one.id for one in ITEMS if one != item]
        run.put_record("1of1", others, events=run.attempt(item.id, 1, outcome or "none"))
        run.seal()

    spoil(good, flip)


@thorough
@given(dropped=st.sets(st.sampled_from(ITEMS), min_size=1))
def test_leaving_out_any_items_altogether(good: Path, dropped) -> None:
    def leave_out(run: Run) -> None:
        for path in run.folder.iterdir():
            if path.name.endswith(("-result.json", "-attachment.png")):
                path.unlink()
        for item in ITEMS:
            if item not in dropped:
                run.put_result(item.id)
        run.put_record("1of1", [item.id for item in ITEMS if item not in dropped])
        run.seal()

    spoil(good, leave_out)


@thorough
@given(name=st.sampled_from(FILES), content=st.binary(max_size=400))
def test_any_content_is_read_without_an_exception(good: Path, name: str, content: bytes) -> None:
    def fill(run: Run) -> None:
        path = next(path for path in sorted(run.folder.iterdir()) if path.name.endswith(name))
        path.write_bytes(content)

    spoil(good, fill)


@settings(max_examples=300, deadline=None)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(NAMES),
                inner,
                max_size=8,
            )
        ),
        max_leaves=20,
    ),
    name=st.sampled_from(FILES[:4]),
)
def test_any_json_is_read_without_an_exception(value: object, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (name if not name.startswith("-") else "x" + name)
        path.write_text(json.dumps(value), "utf-8")
        evidence = read_evidence(Path(folder))
        assert evidence.problems
