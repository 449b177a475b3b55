"""The verdict document and its schema: every verdict is of it, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import documents
import pytest
from documents import finding, item, rule
from hand_made import ITEMS, fresh, item_of
from jsonschema import Draft202012Validator
from rendered import EVERY, valid

from nameraka.cli import main

VERDICT = json.loads((Path(__file__).parents[2] / "docs" / "verdict.schema.json").read_text("utf-8"))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(VERDICT)


@EVERY
def test_the_documents_of_these_tests_are_verdicts(name: str) -> None:
    valid(VERDICT, documents.ALL[name]())


def judged(*arguments: str) -> dict[str, Any]:
    """The verdict as the command writes it."""
    main(["gate", *arguments])
    document: dict[str, Any] = json.loads(Path("reports/verdict.json").read_text("utf-8"))
    return document


def test_a_real_verdict_is_of_the_schema(project: Path) -> None:
    fresh(Path("reports/results"))
    document = judged()
    assert document["verdict"] == "go"
    valid(VERDICT, document)


def test_a_real_no_go_is_of_the_schema(project: Path) -> None:
    minor = item_of("既読", severity="minor", criterion="CH-02")
    fresh(Path("reports/results"), items=(*ITEMS, minor), answers={ITEMS[1].id: "failed", minor.id: "skipped"})
    document = judged()
    assert document["verdict"] == "no-go"
    valid(VERDICT, document)


def test_a_real_verdict_on_nothing_is_of_the_schema(project: Path) -> None:
    document = judged()
    assert document["verdict"] == "unknown"
    valid(VERDICT, document)


NO_VERDICTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a name that is not known": lambda one: one.update(extra=1),
    "a name that is missing": lambda one: one.pop("files"),
    "another schema": lambda one: one.update(schema=1),
    "another answer": lambda one: one.update(verdict="maybe"),
    "go with findings": lambda one: one.update(verdict="go", exit_code=0),
    "unknown with a broken promise": lambda one: one.update(verdict="unknown", exit_code=2),
    "an exit code of another answer": lambda one: one.update(exit_code=0),
    "a moment that is none": lambda one: one.update(created="yesterday"),
    "a digest that is none": lambda one: one.update(plan="abc"),
    "a state that is none": lambda one: one["items"][0].update(state="good"),
    "an item without a reason": lambda one: one["items"][0].pop("why"),
    "a rule that holds with findings": lambda one: one["rules"][0].update(holds=True),
    "a rule that fails without findings": lambda one: one["rules"][1]["findings"].clear(),
    "an effect that is none": lambda one: one["rules"][0]["findings"][0].update(effect="go"),
    "a text in one language": lambda one: one["rules"][0]["findings"][0]["what"].pop("ja"),
    "an input that is none": lambda one: one["inputs"].update(results={"name": "x", "digest": documents.PLAN}),
    "a negative count": lambda one: one["counts"].update(clean=-1),
    "a note that is none": lambda one: one["notes"][0].update(kind="excuse"),
}


@pytest.mark.parametrize("what", NO_VERDICTS)
def test_what_is_no_verdict_is_not_of_the_schema(what: str) -> None:
    document = documents.no_go()
    NO_VERDICTS[what](document)
    assert not Draft202012Validator(VERDICT).is_valid(document)


@pytest.mark.parametrize("page", ["verdict.md", "verdict.ja.md"])
def test_every_field_is_explained_in_both_languages(page: str) -> None:
    told = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    assert [name for name in VERDICT["properties"] if f"`{name}" not in told] == []
    kinds = VERDICT["properties"]["notes"]["items"]["properties"]["kind"]["enum"]
    assert [kind for kind in kinds if f"`{kind}`" not in told] == []


def test_a_go_with_a_finding_or_an_open_item_is_not_of_the_schema() -> None:
    for spoil in (
        {"rules": [rule("one", finding("unknown"))]},
        {"rules": []},
        {"items": []},
        {"items": [item("送信", state="unanswered")]},
        {"plan": None},
    ):
        assert not Draft202012Validator(VERDICT).is_valid({**documents.go(), **spoil})
