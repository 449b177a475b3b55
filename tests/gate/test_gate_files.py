"""Files that nobody should believe: each becomes a finding that names it, never an exception and never silence."""

from __future__ import annotations

import json
import os
import tracemalloc
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hand_made import ITEMS, RUN, Run, item_of, why

from nameraka.gate import allure, reading
from nameraka.gate.evidence import Evidence, File, Sentinel
from nameraka.gate.folder import Folder
from nameraka.gate.reading import is_evidence, read_evidence, sentinel_name
from nameraka.gate.verdict import document, write_verdict
from nameraka.plan import canonical, sha256
from nameraka.shapes import Malformed


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run in which all three planned items passed."""
    return Run(tmp_path / "results").write()


def unknown(run: Run, *saying: str) -> None:
    verdict = run.judge()
    assert verdict.answer == "unknown", why(verdict)
    for words in saying:
        assert words in why(verdict), why(verdict)


@pytest.mark.parametrize("kind", ["plan.json", "run-1of1.jsonl", "observed-1of1.json", "result", "attachment"])
def test_a_deleted_file_is_unknown(run: Run, kind: str) -> None:
    path = next(path for path in run.folder.iterdir() if kind in path.name)
    path.unlink()
    unknown(run)


@pytest.mark.parametrize("kind", ["plan.json", "run-1of1.jsonl", "observed-1of1.json", "-result.json"])
def test_a_truncated_file_is_unknown_at_every_length(run: Run, kind: str) -> None:
    path = next(path for path in run.folder.iterdir() if path.name.endswith(kind))
    content = path.read_bytes()
    for length in range(0, len(content) - 1, max(1, len(content) // 40)):
        path.write_bytes(content[:length])
        run.seal() if kind != "observed-1of1.json" else None
        unknown(run, "cannot be read")


def test_a_half_written_result_is_unknown(run: Run) -> None:
    path = run.result_file()
    path.rename(path.with_name(path.name + ".tmp"))
    run.seal()
    unknown(run, "was not written to its end", "its result is missing")


def test_an_empty_folder_is_unknown(tmp_path: Path) -> None:
    unknown(Run(tmp_path), "the folder is empty")


def test_a_missing_folder_is_unknown(tmp_path: Path) -> None:
    unknown(Run(tmp_path / "nowhere"), "No such file or directory")


def test_a_file_instead_of_a_folder_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("x")
    unknown(Run(tmp_path / "results"), "Not a directory")


def test_a_strange_file_is_unknown(run: Run) -> None:
    (run.folder / "notes.txt").write_text("passed")
    run.seal()
    unknown(run, "notes.txt is not part of a run's evidence")


def test_a_folder_inside_is_unknown(run: Run) -> None:
    (run.folder / "more").mkdir()
    unknown(run, "more is not a plain file")


def test_a_link_is_not_followed(run: Run, tmp_path: Path) -> None:
    path = run.result_file()
    elsewhere = path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(elsewhere)
    unknown(run, "is not a plain file", "its result is missing")


def test_a_pipe_is_not_waited_for(run: Run) -> None:
    os.mkfifo(run.folder / "pipe-result.json")
    unknown(run, "is not a plain file")


def test_a_file_without_permission_is_unknown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    name = run.result_file().name
    real = os.open

    def refusing(path: Any, *args: Any, **more: Any) -> int:
        if str(path).endswith(name):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **more)

    monkeypatch.setattr(os, "open", refusing)
    unknown(run, "cannot be read: Permission denied")


def test_an_oversize_file_is_unknown_and_not_read(run: Run) -> None:
    os.truncate(run.result_file(), reading.LARGEST_DOCUMENT + 1)
    unknown(run, f"at most {reading.LARGEST_DOCUMENT:,} are read")


def test_a_file_nested_a_hundred_thousand_deep_is_unknown(run: Run) -> None:
    run.result_file().write_bytes(b'{"steps":' * 100_000 + b"1" + b"}" * 100_000)
    run.seal()
    unknown(run, "nested too deeply")


def test_steps_nested_too_deeply_are_unknown(run: Run) -> None:
    steps: list = []
    for _ in range(allure.DEEPEST_STEP + 1):
        steps = [{"name": "x", "status": "passed", "steps": steps}]
    run.edit(steps=steps)
    unknown(run, "nested more than")


def test_a_name_that_stands_twice_in_an_object_is_unknown(run: Run) -> None:
    path = run.result_file()
    path.write_bytes(path.read_bytes().replace(b'"status": "passed"', b'"status": "failed", "status": "passed"', 1))
    run.seal()
    unknown(run, "'status' stands twice")


@pytest.mark.parametrize("content", [b"[]", b"null", b'"passed"', b"{}", b"\xff\xfe", b'{"uuid": NaN}', b"9" * 5000])
def test_a_result_of_another_shape_is_unknown(run: Run, content: bytes) -> None:
    run.result_file().write_bytes(content)
    run.seal()
    unknown(run, "cannot be read")


@pytest.mark.parametrize(
    "change",
    [
        {"labels": "run"},
        {"labels": [1]},
        {"labels": [{"name": 1}]},
        {"steps": {}},
        {"steps": [None]},
        {"status": ["passed"]},
        {"status": True},
        {"uuid": None},
        {"fullName": 7},
        {"attachments": [{"source": 3}]},
        {"statusDetails": []},
    ],
)
def test_a_field_of_another_type_is_unknown(run: Run, change: dict) -> None:
    run.edit(**change)
    unknown(run, "cannot be read")


def test_an_attachment_that_is_spoken_of_and_missing_is_unknown(run: Run) -> None:
    run.edit(attachments=[{"name": "x", "source": "gone-attachment.png", "type": "image/png"}])
    unknown(run, "its attachment 'gone-attachment.png' is missing")


@pytest.mark.parametrize("source", ["../../etc/passwd", "/etc/passwd", "../plan.json", ".", "a\0b", "薬" * 4_000])
def test_an_attachment_path_leaves_no_folder(run: Run, source: str) -> None:
    (run.folder.parent / "plan.json").write_text("{}")
    run.edit(attachments=[{"name": "x", "source": source, "type": "text/plain"}])
    unknown(run, "its attachment")
    assert {file.name for file in read_evidence(run.folder).files} == {path.name for path in run.folder.iterdir()}


def test_a_folder_put_in_the_place_of_the_one_that_was_opened_is_not_read(run: Run) -> None:
    name = run.result_file().name
    with Folder(run.folder) as folder:
        content = run.result_file().read_bytes()
        run.folder.rename(run.folder.with_name("moved"))
        run.folder.symlink_to(run.folder.with_name("elsewhere"))
        assert (name, True) in folder.names()
        assert folder.read(name, 10**6) == content


@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_what_takes_the_place_of_a_file_since_the_folder_was_listed_is_not_read(run: Run, what: str) -> None:
    path = run.result_file()
    with Folder(run.folder) as folder:
        assert (path.name, True) in folder.names()
        elsewhere = path.rename(run.folder.with_name("elsewhere"))
        {"link": lambda: path.symlink_to(elsewhere), "pipe": lambda: os.mkfifo(path), "folder": path.mkdir}[what]()
        with pytest.raises((OSError, Malformed)):
            folder.read(path.name, 10**6)
        with pytest.raises((OSError, Malformed)):
            folder.digest(path.name, 10**6)


HOSTILE_NAMES = {
    "control characters": b"\x1b[2J\r\n\tgo-result.json",
    "turned around by bidi": "\u202enosj.tluser-\u202c-result.json".encode(),
    "255 bytes": "薬".encode() * 80 + b"abc-result.json",
    "not UTF-8": b"\xff\xfe-result.json",
    "an option": b"--help-result.json",
    "markup": b"<script>alert(1)<&>|`-result.json",
    "dots": b"..-result.json",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_the_name_of_a_file_is_data_and_nothing_else(run: Run, name: bytes) -> None:
    assert len(name) <= 255
    run.result_file().rename(Path(os.fsdecode(os.fsencode(run.folder) + b"/" + name)))
    run.seal()
    verdict = run.judge()
    assert verdict.answer == "go", why(verdict)
    assert os.fsdecode(name) in {file.name for file in verdict.evidence.files}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_hostile_name_can_be_told_and_written(run: Run, name: bytes) -> None:
    run.edit(status="broken")
    run.result_file().rename(Path(os.fsdecode(os.fsencode(run.folder) + b"/" + name)))
    run.seal()
    verdict = run.judge()
    assert verdict.answer == "unknown"
    told = why(verdict)
    assert not {unicodedata.category(char) for char in told.replace("\n", "")} & {"Cc", "Cf", "Cs"}, told
    place = run.folder.parent / "verdict.json"
    write_verdict(document(verdict), place)
    assert os.fsdecode(name) in {file["name"] for file in json.loads(place.read_bytes())["files"]}


def test_an_attachment_that_nobody_speaks_of_is_unknown(run: Run) -> None:
    (run.folder / "orphan-attachment.txt").write_text("a crash left me")
    run.seal()
    unknown(run, "belongs to no result")


def test_a_container_of_a_lost_result_is_unknown(run: Run) -> None:
    run.put("x-container.json", {"uuid": "x", "children": ["gone"]})
    run.seal()
    unknown(run, "the result 'gone' it belongs to is missing")


def test_a_container_whose_set_up_broke_is_unknown(run: Run) -> None:
    child = run.result(ITEMS[0].id)["uuid"]
    run.put("x-container.json", {"uuid": "x", "children": [child], "befores": [{"name": "server", "status": "broken"}]})
    run.seal()
    unknown(run, "set-up or tear-down: server: broken")


def test_a_clean_container_is_no_finding(run: Run) -> None:
    run.put("x-container.json", {"uuid": "x", "children": [run.result(ITEMS[0].id)["uuid"]], "befores": []})
    run.seal()
    assert run.judge().answer == "go", why(run.judge())


def test_an_error_outside_every_scenario_is_unknown(run: Run) -> None:
    run.put("x-globals.json", {"errors": [{"message": "collection failed\nat line 3"}]})
    run.seal()
    unknown(run, "holds an error outside every scenario: collection failed")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines, lines[1]], "after the line that closed the record"),
        (lambda lines: lines[1:], "line 1: the header must be the first line"),
        (lambda lines: [lines[0], *lines], "line 2: the header must be the first line"),
        (lambda lines: [lines[0], b'{"event": "party"}\n', *lines[1:]], "line 2: Invalid value 'party' - at `$.event`"),
        (lambda lines: [lines[0], b"\n", *lines[1:]], "line 2: it is empty"),
        (
            lambda lines: [lines[0], b'{"event": "end", "id": "x"}\n', *lines[1:]],
            "line 2: Object missing required field `attempt`",
        ),
        (lambda lines: [lines[0].replace(b"1of1", b"2of2"), *lines[1:]], "it is of shard '2of2'"),
        (lambda lines: [lines[0].replace(b'"schema": 1', b'"schema": 2'), *lines[1:]], "its schema is not known here"),
    ],
)
def test_a_record_out_of_order_is_unknown(run: Run, change, said: str) -> None:
    path = run.folder / "run-1of1.jsonl"
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    run.seal()
    unknown(run, said)


def test_a_record_of_no_possible_shard_is_unknown(run: Run) -> None:
    (run.folder / "run-1of1.jsonl").rename(run.folder / "run-5of2.jsonl")
    run.seal()
    unknown(run, "'5of2' is no shard")


def test_a_name_that_is_not_text_is_noticed_and_can_be_shown(run: Run) -> None:
    (Path(os.fsdecode(os.fsencode(run.folder) + b"/\xff\x1b[31m.txt"))).write_text("x")
    unknown(run, "\\udcff\\u001b[31m.txt")


def test_half_a_surrogate_pair_in_a_message_hides_no_failure(run: Run) -> None:
    recorded(run, outcome="failed", why="said X")
    path = run.folder / "run-1of1.jsonl"
    path.write_bytes(path.read_bytes().replace(b"said X", rb"said \ud800"))
    run.seal()
    verdict = run.judge()
    assert verdict.answer == "no-go", why(verdict)
    assert "failed: said \\ud800" in why(verdict)


def test_every_file_is_told_to_whoever_waits(run: Run) -> None:
    told: list[tuple[int, int]] = []
    read_evidence(run.folder, lambda done, total: told.append((done, total)))
    total = len(list(run.folder.iterdir()))
    assert told == [(done, total) for done in range(1, total + 1)]


def test_a_large_attachment_is_read_in_pieces(run: Run) -> None:
    path = next(path for path in run.folder.iterdir() if path.name.endswith("-attachment.png"))
    os.truncate(path, 64 * reading.MEBIBYTE)
    assert peak(lambda: read_evidence(run.folder)) < 4 * reading.MEBIBYTE
    assert File(path.name, 64 * reading.MEBIBYTE, sha256(path.read_bytes())) in read_evidence(run.folder).files


def test_an_attachment_that_is_too_large_is_not_read(run: Run) -> None:
    path = next(path for path in run.folder.iterdir() if path.name.endswith("-attachment.png"))
    os.truncate(path, reading.LARGEST_ATTACHMENT + 1)
    unknown(run, f"at most {reading.LARGEST_ATTACHMENT:,} are read")


def test_of_a_result_only_what_is_asked_for_is_kept(tmp_path: Path) -> None:
    """A hundred results of 100 KB each."""
    items = tuple(item_of(f"場面{number:03}") for number in range(100))
    run = Run(tmp_path / "results", items=items).write()
    for number in range(100):
        run.put(run.result_file(number).name, {**run.result(run.planned(number)), "description": "薬" * 33_000})
    kept: list[Evidence] = []
    assert peak(lambda: kept.append(read_evidence(run.folder))) < 2 * reading.MEBIBYTE
    assert len(kept[0].results) == 100


def peak(act: Callable[[], object]) -> int:
    """The most bytes that were held at once, beyond those before."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_every_file_that_was_used_is_listed_with_its_digest(run: Run) -> None:
    named = {file.name for file in run.judge().evidence.files}
    assert named == {path.name for path in run.folder.iterdir()}


def test_a_result_says_its_plan_its_time_and_the_sentence_at_which_it_failed(run: Run) -> None:
    steps = [
        {"name": "もし 送信する", "status": "passed"},
        {"name": "ならば 届く", "status": "failed"},
        {"name": "かつ 読む"},
    ]
    labels = [{"name": "plan", "value": "sha256:1"}, {"name": "plan", "value": "sha256:2"}]
    run.edit(steps=steps, labels=labels, start=1_767_323_045_000, stop=1_767_323_046_500)
    result = read_evidence(run.folder).results_of[run.planned()][0]
    assert (result.plans, result.failed_at) == (("sha256:1", "sha256:2"), "ならば 届く")
    assert (result.start, result.stop) == (1_767_323_045_000, 1_767_323_046_500)


def test_an_old_result_without_plan_and_time_stays_readable(run: Run) -> None:
    run.edit(start=None, stop=None, labels=[])
    result = read_evidence(run.folder).results_of[run.planned()][0]
    assert (result.plans, result.failed_at, result.start, result.stop) == ((), None, None, None)


@pytest.mark.parametrize("change", [{"start": "now"}, {"stop": 1.5}, {"start": True}])
def test_a_time_of_another_type_is_unknown(run: Run, change: dict) -> None:
    run.edit(**change)
    unknown(run, "cannot be read: Expected `int | null`, got", f"at `$.{next(iter(change))}`")


def recorded(run: Run, *events: dict[str, Any], **end: Any) -> None:
    """Keep the record again: the first attempt's last line says ``end`` too, ``events`` come before the closing."""
    first, *others = [item.id for item in ITEMS]
    run.put_record("1of1", others, events=[*run.attempt(first, **end), *events])
    run.seal()


def test_a_record_tells_time_measures_and_what_was_asked_of_the_contract(run: Run) -> None:
    documented = {"event": "contract", "documented": {"sendMessage": ["201", "401"]}}
    said = {
        "seconds": 1.25,
        "at": "2026-01-02T03:04:06.500+00:00",
        "measures": {"accessibility.serious": 0, "lcp": 0.5},
    }
    recorded(run, documented, contract=[["sendMessage", "201"], ["sendMessage", "401"]], **said)
    record = read_evidence(run.folder).records[0]
    attempt = record.attempts[-1]
    assert (attempt.seconds, attempt.at) == (1.25, said["at"])
    assert attempt.measures == {"accessibility.serious": 0, "lcp": 0.5}
    assert attempt.contract == (("sendMessage", "201"), ("sendMessage", "401"))
    assert record.documented == {"sendMessage": ("201", "401")}


def test_a_record_tells_when_it_was_opened_and_closed(run: Run) -> None:
    opened, ended = "2026-01-02T03:04:05+00:00", "2026-01-02T03:05:05+00:00"
    path = run.folder / "run-1of1.jsonl"
    first, *middle, last = path.read_bytes().splitlines(keepends=True)
    lines = [{**json.loads(first), "started": opened}, *map(json.loads, middle), {**json.loads(last), "ended": ended}]
    path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    record = read_evidence(run.folder).records[0]
    assert record.started == opened
    assert record.closing is not None
    assert record.closing.ended == ended


def test_an_old_record_without_them_stays_readable(run: Run) -> None:
    recorded(run, seconds=None, at=None)
    evidence = read_evidence(run.folder)
    assert not evidence.problems
    record = evidence.records[0]
    attempt = record.attempts[-1]
    assert (attempt.seconds, attempt.at, attempt.measures, attempt.contract) == (None, None, {}, ())
    assert record.documented == {}


@pytest.mark.parametrize(
    "end",
    [
        {"seconds": "1"},
        {"seconds": -1},
        {"at": 7},
        {"measures": []},
        {"measures": {"n": "0"}},
        {"measures": {"n": True}},
        {"measures": {"n": None}},
        {"measures": {"n": 10**400}},
        {"contract": {}},
        {"contract": ["sendMessage"]},
        {"contract": [["sendMessage"]]},
        {"contract": [["sendMessage", 201]]},
    ],
)
def test_an_attempt_with_a_field_of_another_type_is_unknown(run: Run, end: dict) -> None:
    recorded(run, **end)
    unknown(run, "run-1of1.jsonl cannot be read: line 7: ", f"at `$.{next(iter(end))}")


@pytest.mark.parametrize(
    ("documented", "said"),
    [
        (None, "at `$.documented`"),
        ({"a": "201"}, "at `$.documented[...]`"),
        ({"a": [201]}, "at `$.documented[...][0]`"),
        ({"a": None}, "at `$.documented[...]`"),
    ],
)
def test_a_contract_of_another_shape_is_unknown(run: Run, documented: object, said: str) -> None:
    recorded(run, {"event": "contract", "documented": documented})
    unknown(run, "line 8: ", said)


def test_a_contract_that_stands_twice_is_unknown(run: Run) -> None:
    recorded(run, *[{"event": "contract", "documented": {}}] * 2)
    unknown(run, "line 9: the contract must stand once")


def test_an_observation_tells_its_time(run: Run) -> None:
    run.seal(started=None, ended=None)
    assert read_evidence(run.folder).observations[0].started is None
    run.seal(started="2026-01-02T03:04:05+00:00", ended="2026-01-02T03:05:05+00:00")
    observation = read_evidence(run.folder).observations[0]
    assert (observation.started, observation.ended) == ("2026-01-02T03:04:05+00:00", "2026-01-02T03:05:05+00:00")


def put_sentinel(run: Run, **changes: Any) -> None:
    outcomes = {
        "must-fail": {"record": "failed", "result": "failed"},
        "must-be-skipped": {"record": "skipped", "result": None},
    }
    said = {"schema": 1, "shard": "1of1", "plan": run.plan.digest, "run_id": RUN, "exit_code": 1, "outcomes": outcomes}
    said |= changes
    run.put(sentinel_name("1of1"), {"digest": sha256(canonical(said)), **said})
    run.seal()


def test_a_sentinel_is_evidence(run: Run) -> None:
    put_sentinel(run)
    evidence = read_evidence(run.folder)
    assert not evidence.problems
    assert evidence.sentinels == (
        Sentinel(
            file="sentinel-1of1.json",
            shard="1of1",
            plan=run.plan.digest,
            run_id=RUN,
            exit_code=1,
            outcomes={
                "must-fail": {"record": "failed", "result": "failed"},
                "must-be-skipped": {"record": "skipped", "result": None},
            },
        ),
    )
    assert is_evidence("sentinel-1of1.json")
    assert is_evidence("sentinel-12of12.json.tmp")
    assert not is_evidence("sentinel.json")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": 2}, "its schema is not known here"),
        ({"shard": "2of2"}, "it is of shard '2of2'"),
        ({"plan": None}, "Expected `str`, got `null` - at `$.plan`"),
        ({"exit_code": "1"}, "Expected `int | null`, got `str` - at `$.exit_code`"),
        ({"outcomes": []}, "Expected `object`, got `array` - at `$.outcomes`"),
        ({"outcomes": {"must-fail": "failed"}}, "Expected `object`, got `str` - at `$.outcomes[...]`"),
        (
            {"outcomes": {"must-fail": {"record": 1}}},
            "Expected `str | null`, got `int` - at `$.outcomes[...][...]`",
        ),
    ],
)
def test_a_sentinel_of_another_shape_is_unknown(run: Run, changes: dict, said: str) -> None:
    put_sentinel(run, **changes)
    unknown(run, "sentinel-1of1.json cannot be read", said)


def test_a_sentinel_that_was_changed_is_unknown(run: Run) -> None:
    put_sentinel(run)
    path = run.folder / "sentinel-1of1.json"
    path.write_bytes(path.read_bytes().replace(b'"record": "failed"', b'"record": "passed"'))
    run.seal()
    unknown(run, "its digest is not that of its content")
