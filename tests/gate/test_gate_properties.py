"""Whatever happens to one file of a good run, and whichever status is another one, the verdict is never ``go``."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hand_made import ITEMS, OTHER_BUILD, PLANNED, STRICTEST, Run, item_of, replace, why
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nameraka.gate.reading import read_evidence
from nameraka.gate.verdict import document
from nameraka.plan import canonical, sha256

OBSERVED, SENTINEL, RECORD = "observed-1of1.json", "sentinel-1of1.json", "run-1of1.jsonl"
FILES = ("plan.json", RECORD, OBSERVED, SENTINEL, "-result.json", "-attachment.png", "-container.json")
WORDS = st.sampled_from(["failed", "broken", "skipped", "unknown", "", "Passed", "pass", "0", "xpassed", "pásśed"])

NAMES = (  # the names that the reader asks for
    *("uuid", "fullName", "status", "steps", "labels", "name", "value", "attachments", "source", "statusDetails"),
    *("digest", "items", "shards", "run_id", "created", "environment", "schema", "plan", "shard", "files", "exit_code"),
    *("event", "id", "attempt", "outcome", "builds", "counts", "reason"),
)

# Each example is a whole run in a folder of its own: a few milliseconds of files.
thorough = settings(max_examples=100, deadline=None)


@pytest.fixture(scope="module")
def good() -> Iterator[Path]:
    """A good run, to be copied and spoiled."""
    with tempfile.TemporaryDirectory() as folder:
        yield complete(Run(Path(folder) / "results")).folder


def complete(run: Run) -> Run:
    """``run`` with a file of every kind that a run leaves."""
    run.write()
    around = {"uuid": "around", "children": [run.result(ITEMS[0].id)["uuid"]], "befores": [], "afters": []}
    run.put("around-container.json", around)
    run.seal()
    return run


def spoil(good: Path, spoiling) -> None:
    """Copy the good run, spoil the copy, and see that it is not go."""
    with copied(good) as run:
        spoiling(run)
        verdict = run.judge()
        assert verdict.answer in ("no-go", "unknown"), why(verdict)


@contextmanager
def copied(good: Path) -> Iterator[Run]:
    """The good run with all that it is judged by: a copy is ``go`` too, or nothing would be proven by spoiling it."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(good.parent, project)
        yield Run(project / "results")


def pick(data: st.DataObject, run: Run) -> Path:
    return data.draw(st.sampled_from(sorted(run.folder.iterdir())), label="file")


def test_the_run_that_is_spoiled_here_was_go(good: Path) -> None:
    with copied(good) as run:
        assert run.judge().answer == "go"
        run.seal()
        assert run.judge().answer == "go"


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
    own, first = run.folder / OBSERVED, good / OBSERVED
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
        if path.name == OBSERVED and same_meaning(content, (good / path.name).read_bytes()):
            path.unlink()  # white space: nothing is said differently

    spoil(good, change)


def same_meaning(one: bytes | bytearray, other: bytes) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


@thorough
@given(data=st.data())
def test_swapping_any_two_files(good: Path, data: st.DataObject) -> None:
    def swap(run: Run) -> None:
        one, other = pick(data, run), pick(data, run)
        content = one.read_bytes()
        assume(content != other.read_bytes())
        one.write_bytes(other.read_bytes())
        other.write_bytes(content)

    spoil(good, swap)


# Files of another good run: alone each of them would do


OTHERS: dict[str, dict[str, Any]] = {
    "another run": {"run_id": "20260102T030405Z-ffffffff"},
    "another build": {"build": OTHER_BUILD},
    "another environment": {"environment": "staging"},
    "another policy": {"inputs": {"gate.toml": STRICTEST + "[severity.minor]\npass_rate = 0.5\n"}},
    "other promises": {"items": (*ITEMS[:2], replace(ITEMS[2], sentences=1, digest=sha256(b"other words")))},
    "fewer promises": {"items": ITEMS[:2]},
    "an earlier try of the same run": {"planned_at": PLANNED - timedelta(days=2)},
}


@cache
def files_of(other: str) -> dict[str, bytes]:
    """What that run left."""
    with tempfile.TemporaryDirectory() as folder:
        run = complete(Run(Path(folder) / "results", **OTHERS[other]))
        assert run.judge().answer == "go"
        return {path.name: path.read_bytes() for path in run.folder.iterdir()}


@thorough
@given(data=st.data(), other=st.sampled_from(sorted(OTHERS)))
def test_taking_any_file_from_another_good_run_even_before_the_seal(
    good: Path, data: st.DataObject, other: str
) -> None:
    def take(run: Run) -> None:
        path = run.folder / data.draw(st.sampled_from(sorted(files_of(other))), label="file")
        assume(files_of(other)[path.name] != path.read_bytes())
        path.write_bytes(files_of(other)[path.name])
        if path.name != OBSERVED:
            run.seal()

    spoil(good, take)


# Time


@thorough
@given(data=st.data(), seconds=st.integers(0, 2**32))
def test_the_date_of_a_file_says_nothing(good: Path, data: st.DataObject, seconds: int) -> None:
    with copied(good) as run:
        before = document(run.judge())
        os.utime(pick(data, run), (seconds, seconds))
        assert document(run.judge()) == before


@thorough
@given(
    kind=st.sampled_from(["plan.json", RECORD, OBSERVED, SENTINEL, "-result.json"]),
    hours=st.integers(1, 70_000),
    past=st.booleans(),
)
def test_moving_the_times_inside_any_file_even_before_the_seal(good: Path, kind: str, hours: int, past: bool) -> None:
    # What was planned today may well be answered tomorrow; a plan is too old a day after what it asks for would be.
    by = -timedelta(hours=hours + 24 * (kind == "plan.json")) if past else timedelta(hours=hours)

    def move(run: Run) -> None:
        path = next(path for path in sorted(run.folder.iterdir()) if path.name.endswith(kind))
        lines = path.read_text("utf-8").splitlines() if kind == RECORD else [path.read_text("utf-8")]
        content = b""
        for line in lines:
            told = moved(json.loads(line), by)
            if kind in (OBSERVED, SENTINEL):
                told["digest"] = sha256(canonical({name: one for name, one in told.items() if name != "digest"}))
            if told.get("event") == "closed":
                told["digest"] = sha256(content)
            content += json.dumps(told, ensure_ascii=False).encode() + b"\n"
        path.write_bytes(content)
        if kind != OBSERVED:
            run.seal()

    spoil(good, move)


def moved(told: dict[str, Any], by: timedelta) -> dict[str, Any]:
    """The same, said at another time."""
    changed = dict(told)
    for name in told.keys() & {"created", "started", "ended", "at"}:
        changed[name] = (datetime.fromisoformat(told[name]) + by).isoformat()
    for name in told.keys() & {"start", "stop"}:
        changed[name] = max(0, told[name] + int(by.total_seconds() * 1000))
    return changed


# Statuses, also before the run was sealed


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
@given(
    sentinel=st.sampled_from(["must-fail", "must-be-skipped"]),
    witness=st.sampled_from(["record", "result"]),
    said=WORDS,
)
def test_flipping_any_outcome_of_a_sentinel(good: Path, sentinel: str, witness: str, said: str) -> None:
    outcomes = {"must-fail": "failed", "must-be-skipped": "skipped"}
    assume(said != outcomes[sentinel])
    seen: dict[str, dict[str, str]] = {name: {"record": one, "result": one} for name, one in outcomes.items()}
    seen[sentinel][witness] = said
    spoil(good, lambda run: (run.put_sentinel("1of1", outcomes=seen), run.seal()))


CODES = st.none() | st.integers(-(2**31), 2**31)


@thorough
@given(code=CODES.filter(lambda code: code != 1))
def test_any_other_exit_code_of_the_sentinels(good: Path, code: int | None) -> None:
    spoil(good, lambda run: (run.put_sentinel("1of1", exit_code=code), run.seal()))


@thorough
@given(
    seen=st.fixed_dictionaries({"exit_code": CODES.filter(lambda code: code != 0)})
    | st.fixed_dictionaries({"signal": st.integers(1, 64), "exit_code": st.none()})
    | st.fixed_dictionaries({"stopped_by": st.text(min_size=1)})
)
def test_any_other_end_that_the_parent_saw(good: Path, seen: dict[str, Any]) -> None:
    spoil(good, lambda run: run.seal(**seen))


@thorough
@given(code=st.integers(0, 255), failed=st.booleans())
def test_any_exit_code_that_does_not_fit_the_answers_though_all_agree_on_it(code: int, failed: bool) -> None:
    items = tuple(item_of(name, severity="minor") for name in ("遅い", "着実"))
    policy = {"gate.toml": STRICTEST + "[severity.minor]\npass_rate = 0.5\n"}
    answers = {items[0].id: "failed"} if failed else {}
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder) / "results", items=items, inputs=policy, answers=answers, exit_code=code).write()
        verdict = run.judge()
    assert verdict.answer == ("go" if code == failed else "unknown"), why(verdict)


@thorough
@given(reason=st.text(min_size=1).filter(lambda reason: reason != "finished"))
def test_any_other_end_that_the_record_tells(good: Path, reason: str) -> None:
    def end(run: Run) -> None:
        run.reason = reason
        run.put_record("1of1", [item.id for item in ITEMS])
        run.seal()

    spoil(good, end)


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
