"""What the engine reaches through private names; the versions are pinned, and this says plainly what moved."""

from __future__ import annotations

from importlib import metadata

import pytest

from nameraka import upstream


def test_every_private_name_is_where_it_was():
    assert upstream.moved() == [], "upstream moved; mend src/nameraka/upstream.py"


@pytest.mark.parametrize("package", ["pytest", "pytest-bdd", "allure-pytest"])
def test_what_is_reached_through_private_names_is_pinned_exactly(package):
    pins = [line for line in metadata.requires("nameraka") or () if line.startswith(f"{package}==")]
    assert pins == [f"{package}=={metadata.version(package)}"]


def test_a_name_that_moved_is_told_by_its_name(monkeypatch):
    monkeypatch.delattr(upstream._scenario, "_execute_scenario")
    monkeypatch.setattr(upstream._scenario, "get_step_function", lambda request, step, more: None)
    assert upstream.moved() == [
        "pytest_bdd.scenario._execute_scenario is gone",
        "pytest_bdd.scenario.get_step_function takes (request, step, more) instead of (request, step)",
    ]


def test_a_part_of_playwright_that_cannot_be_heard_counts_as_changed():
    heard: list[str] = []
    upstream.hear_calls(object(), heard.append)
    assert heard == ["moved"]
    assert upstream.listeners_of(object()) == {}
