"""Every private name of pytest, pytest-bdd, allure-pytest and Playwright that the engine reaches through, and why.

The versions are pinned in ``pyproject.toml``; ``tests/engine/test_upstream.py`` says plainly what broke when one moves.

* pytest-bdd runs scenarios, but only from test functions that it generates from Python files, and it looks each sentence
  up again at run time, going through all fixtures (70 % of a run at 100 definitions). ``_execute_scenario`` is its run
  loop with all its hooks; ``get_step_function`` is the look-up, and answers here from what collection has bound.
* allure-pytest makes a container file for every fixture of every test, which would put plumbing into the report and
  eight files where one is enough. Its listener is replaced by a subclass without the fixture hooks. Its writer encodes
  JSON in pure Python, which was a quarter of an API scenario's cost; a subclass writes the same document in one go.
* pytest tells a test's parameters from its name in its structured id, and ``--lf`` compares those ids with what it reads
  back from its cache; an item that is not made by parametrizing must have the id that its text parses to.
* Playwright does not say what was done to a browser context, which decides whether somebody else may have it next.
"""

from __future__ import annotations

import importlib
import inspect
import json
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import allure_commons
import allure_pytest.plugin
import pytest
from _pytest.nodeid import NodeId
from allure_commons.logger import AllureFileLogger
from allure_pytest.listener import AllureListener
from pytest_bdd.gherkin_parser import Cell, DataTable, Location, Row
from pytest_bdd.parser import Feature as BddFeature
from pytest_bdd.parser import Rule as BddRule
from pytest_bdd.parser import Scenario as BddScenario
from pytest_bdd.parser import Step as BddStep
from pytest_bdd.parsers import StepParser
from pytest_bdd.steps import StepFunctionContext

from nameraka.features import Feature, Scenario, Sentence
from nameraka.masking import mask_text

# `import pytest_bdd.scenario` would give the decorator of that name, not the module.
_scenario: Any = importlib.import_module("pytest_bdd.scenario")
_look_up = _scenario.get_step_function

USED: Mapping[str, tuple[Any, str]] = {
    "pytest_bdd.scenario._execute_scenario": (_scenario, "(feature, scenario, request)"),
    "pytest_bdd.scenario.get_step_function": (_scenario, "(request, step)"),
    "allure_commons.logger.AllureFileLogger._report_item": (AllureFileLogger, "(self, item)"),
    "allure_pytest.listener.AllureListener._update_fixtures_children": (AllureListener, "(self, item)"),
}


@dataclass
class BoundStep:
    """What runs for one sentence: its function, and how its arguments come about when its turn has come."""

    function: Callable[..., Any]
    arguments: Callable[[], dict[str, Any]]
    target_fixture: str | None


class _SentenceStep(BddStep):
    """A pytest-bdd step that knows what it is bound to."""

    sentence: Sentence
    bound: Callable[[pytest.FixtureRequest], BoundStep]


class _Arguments(StepParser):
    """The parser that pytest-bdd asks: the sentence was matched at collection, so only the arguments are left."""

    def __init__(self, arguments: Callable[[], dict[str, Any]]) -> None:
        self._arguments = arguments

    def is_matching(self, name: str) -> bool:
        return True

    def parse_arguments(self, name: str) -> dict[str, Any]:
        return self._arguments()


def _get_step_function(request: pytest.FixtureRequest, step: BddStep) -> StepFunctionContext | None:
    if not isinstance(step, _SentenceStep):
        return cast("StepFunctionContext | None", _look_up(request, step))
    bound = step.bound(request)
    return StepFunctionContext(
        step.sentence.kind, bound.function, _Arguments(bound.arguments), {}, bound.target_fixture
    )


class _OneFileListener(AllureListener):  # type: ignore[misc]  # allure-pytest is untyped
    """allure-pytest's listener without containers for fixtures."""

    pytest_fixture_setup = None
    pytest_fixture_post_finalizer = None

    def _update_fixtures_children(self, item: pytest.Item) -> None:
        """Fixtures are plumbing: no container knows them."""


class _QuickLogger(AllureFileLogger):
    """allure's file writer: the same content and the same rename at the end."""

    def _report_item(self, item: Any) -> None:
        text = json.dumps(item, default=_filled, ensure_ascii=False)
        final = self._report_dir / item.file_pattern.format(prefix=uuid.uuid4())
        temporary = final.with_name(f"{final.name}.tmp")
        temporary.write_text(text, "utf-8")
        temporary.replace(final)

    @allure_commons.hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        super().report_attached_data(mask_text(body) if isinstance(body, str) else body, file_name)  # type: ignore[no-untyped-call]  # allure is untyped


def _filled(item: Any) -> dict[str, Any]:
    """What is set of a result or step, as allure's own writer chooses it."""
    return {name: value for name, value in vars(item).items() if value or value is False}


def install() -> None:
    """Put the replacements in place; must come before allure-pytest configures itself. Doing it twice is harmless."""
    _scenario.get_step_function = _get_step_function
    allure_pytest.plugin.AllureListener = _OneFileListener
    allure_pytest.plugin.AllureFileLogger = _QuickLogger


def moved() -> list[str]:
    """Which of the names used here are gone or have another signature, as sentences; empty when all is as it was."""
    problems = []
    for path, (owner, signature) in USED.items():
        name = path.rpartition(".")[2]
        found = getattr(owner, name, None)
        if found is None:
            problems.append(f"{path} is gone")
        elif (parameters := "(" + ", ".join(inspect.signature(found).parameters) + ")") != signature:
            problems.append(f"{path} takes {parameters} instead of {signature}")
    return problems


def hear_calls(part: Any, heard: Callable[[str], None]) -> None:
    """Tell `heard` of everything that is asked of a part of Playwright (a context), whichever object it is asked through.

    Where Playwright has moved it hears of that instead, once.
    """
    channel: Any = getattr(getattr(part, "_impl_obj", None), "_channel", None)
    call = getattr(channel, "_call", None)
    if call is None:
        heard("moved")
        return

    def said(method: str, *arguments: Any, **options: Any) -> Any:
        heard(method)
        return call(method, *arguments, **options)

    channel._call = said


def listeners_of(context: Any) -> dict[str, int]:
    """How many listen to each event of a browser context."""
    events = getattr(getattr(context, "_impl_obj", None), "_events", {})
    return {name: len(heard) if isinstance(heard, list) else 1 for name, heard in events.items()}


def parse_id(item: pytest.Item) -> None:
    """Give an item the structured id that pytest would read from its text, so that ``--lf`` and ``--ff`` find it again."""
    item._id = NodeId.parse(item.nodeid)


def allure_result(config: pytest.Config) -> Any:
    """The Allure result of the test that is running, or None when no Allure results are written."""
    listener: Any = config.pluginmanager.get_plugin("allure_listener")
    return listener and listener.allure_logger.get_test(None)


def bdd_feature(feature: Feature, root: str) -> BddFeature:
    """pytest-bdd's view of a feature, as its hooks and reporters expect it."""
    return BddFeature(
        scenarios=OrderedDict(),
        filename=f"{root}/{feature.path}",
        rel_filename=feature.path,
        language=feature.language,
        keyword=feature.keyword,
        name=feature.name,
        tags=set(feature.tags),
        background=None,
        line_number=feature.line,
        description=feature.description,
    )


def bdd_scenario(
    feature: BddFeature,
    scenario: Scenario,
    bindings: Iterable[tuple[Sentence, Callable[[pytest.FixtureRequest], BoundStep]]],
) -> BddScenario:
    """pytest-bdd's view of one concrete scenario, each step bound."""
    steps: list[BddStep] = []
    for sentence, bound in bindings:
        step = _SentenceStep(
            name=sentence.text,
            type=sentence.kind,
            indent=0,
            line_number=sentence.line,
            keyword=sentence.keyword,
            datatable=_table(sentence),
            docstring=sentence.docstring,
        )
        step.sentence, step.bound = sentence, bound
        steps.append(step)
    rule = BddRule("Rule", scenario.rule.name, scenario.rule.description, set()) if scenario.rule else None
    return BddScenario(
        feature, "Scenario", scenario.name, scenario.line, steps, scenario.description, set(scenario.tags), rule
    )


def _table(sentence: Sentence) -> DataTable | None:
    if sentence.table is None:
        return None
    place = Location(column=1, line=sentence.line)
    return DataTable(place, [Row("", place, [Cell(place, cell) for cell in row]) for row in sentence.table])


def execute(feature: BddFeature, scenario: BddScenario, request: pytest.FixtureRequest) -> None:
    """Run the scenario's steps in order with pytest-bdd's hooks around each."""
    __tracebackhide__ = True
    _scenario._execute_scenario(feature, scenario, request)
