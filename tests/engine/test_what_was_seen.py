"""What a scenario tells the run record beyond its outcome: what it saw of the contract, and what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

NOTES = Path(__file__).parent.parent / "wire" / "apps" / "notes.py"

WORLD = """
import sys
from types import SimpleNamespace
import pytest
from nameraka import Actor, Door, given, measure, then, when
from nameraka.contract import Contract
from nameraka.process import SystemProcess, free_port

@pytest.fixture(scope="session")
def system(tmp_path_factory):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("notes") / "notes.log"
    with SystemProcess(
        [sys.executable, NOTES, str(port)], port=port, health_url=f"{url}/health", log_path=log, name="the notes"
    ):
        yield SimpleNamespace(base_url=url, contract=Contract.load(f"{url}/openapi.json"), origins=())

class NotesApi(Door):
    def look(self, note):
        self.actor.api.call("getNote", note_id=note)

class NotesPage(Door):
    def look(self, note):
        self.actor.page.goto(f"{self.actor.stage.system.base_url}/health")
        self.actor.page.evaluate("note => fetch('/api/notes/' + note).then(answer => answer.text())", note)

@pytest.fixture
def reader(stage):
    return Actor(stage, "Ann")

@given(ja="メモ「{text}」がある", en='a note "{text}"')
def a_note(reader, text):
    reader.api.call("addNote", body={"text": text})

@when(ja="メモ「{note}」を探す", en='the note "{note}" is looked for')
def looked_for(reader, note):
    reader.door(api=NotesApi, web=NotesPage).look(note)

@then(ja="{number:number}個と数える", en="{number:number} are counted")
def counted(number):
    measure("notes.found", number)
"""

FEATURE = """
Feature: Notes
  Scenario: Looked for in vain
    Given a note "milk"
    When the note "nowhere" is looked for
    Then 3 are counted
    And 1 are counted
"""


@pytest.fixture
def record(project):
    """Runs the feature and returns the lines of the run record by event."""
    project.write("steps/notes.py", WORLD.replace("NOTES", repr(str(NOTES)), 1))
    project.write("conftest.py", 'pytest_plugins = ["steps.notes"]')

    def run(feature, *arguments):
        project.feature(feature)
        said = project.nameraka("run", "--no-report", *arguments).text
        path = project.root / "reports" / "results" / "run-1of1.jsonl"
        assert path.exists(), said
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert [line["outcome"] for line in lines if line["event"] == "end"], said
        return lambda event=None: [line for line in lines if event in (None, line["event"])]

    return run


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_what_was_asked_of_the_contract_through_either_door_is_recorded(record, workers):
    lines = record(FEATURE, *workers)
    assert {line["id"].rpartition("[")[2]: line["contract"] for line in lines("end")} == {
        "api]": [["addNote", "201"], ["getNote", "404"]],
        "web]": [["addNote", "201"], ["getNote", "404"]],
    }


def test_what_the_contract_documents_is_recorded_once(record):
    [line] = record(FEATURE, "-n", "2")("contract")
    assert line["documented"]["addNote"] == ["201", "401", "409", "422"]
    assert {"getNote", "dropNote", "wrongStatus"} <= line["documented"].keys()


def test_what_the_contract_documents_stands_before_the_first_answer_that_was_held_to_it(record):
    events = [line["event"] for line in record(FEATURE, "-n", "2")()]
    assert events.index("contract") < events.index("end")


def test_of_two_values_of_one_measure_the_largest_is_recorded(record):
    lines = record(FEATURE, "--through", "api")
    assert [line["measures"] for line in lines("end")] == [{"notes.found": 3.0}]


def test_what_was_not_seen_is_not_recorded(record):
    lines = record("Feature: Notes\n  @api\n  Scenario: No note\n    Then 0 are counted\n")
    assert [line["measures"] for line in lines("end")] == [{"notes.found": 0.0}]
    assert not any("contract" in line for line in lines("end"))
    assert not lines("contract")


def test_a_measure_is_a_number(project):
    project.steps(
        """
        @then(ja="数でないものを測る", en="no number is measured")
        def no_number():
            measure("odd", float("nan"))
        """
    )
    project.feature("Feature: f\n  Scenario: s\n    Then no number is measured\n")
    assert project.pytest("--through", "api").says("'odd' was measured as nan; a measure is a finite number")


def test_a_measure_outside_every_scenario_is_refused(project):
    project.write("conftest.py", "import nameraka\nnameraka.measure('outside', 1)\n")
    assert project.pytest().says("RuntimeError: 'outside' was measured while no scenario was running")
