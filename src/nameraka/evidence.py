"""What is kept of a scenario: one Allure result for each door, every sentence a step in its own words.

allure-pytest stays the adapter: it makes, times and writes the result, and its own API and labels work in steps as they
always do. This plugin gives the result the scenario's name, labels and links, and puts exchanges and pictures under the
sentence that made them: an exchange is a step of its own with its bodies as parameters, so that it costs no file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sys
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import allure
import allure_commons
import pytest
from allure_commons.model2 import Label, Link, Parameter, Status, StatusDetails, TestResult, TestStepResult
from allure_commons.types import AttachmentType
from allure_pytest.utils import get_status, get_status_details

from nameraka import upstream
from nameraka.collect import PROJECT, Project
from nameraka.features import Language, Sentence, Table
from nameraka.item import ScenarioItem
from nameraka.masking import mask_text
from nameraka.witness import answering

if TYPE_CHECKING:
    from nameraka.exchanges import Exchange

MAX_BODY = 4_000
_SEVERITY = {"critical": "critical", "major": "normal", "minor": "minor"}
_DOOR = {"web": {"ja": "画面", "en": "page"}, "api": {"ja": "API", "en": "API"}}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("nameraka")
    group.addoption(
        "--pictures",
        choices=("on", "failure", "off"),
        default="on",
        help="pictures of the pages at the end of each web scenario; default on",
    )
    group.addoption(
        "--exchanges",
        choices=("on", "off"),
        default="on",
        help="keep what was sent and answered in the results; default on",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("allure_report_dir", None):
        evidence = Evidence(config)
        config.pluginmanager.register(evidence, "nameraka-evidence")
        allure_commons.plugin_manager.register(evidence)
        config.add_cleanup(lambda: allure_commons.plugin_manager.unregister(evidence))


class Evidence:
    """The plugin that shapes Allure results; there only when results are written."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._pictures: str = config.getoption("pictures")
        self._exchanges: bool = config.getoption("exchanges") == "on"
        self._item: ScenarioItem | None = None
        self._called = False
        self._todo: list[Sentence] = []
        self._open: TestStepResult | None = None

    @property
    def _project(self) -> Project:
        return self._config.stash[PROJECT]

    # The item

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """An item's turn; its result may be written as late as the next one's, when it is interrupted."""
        self._item = item if isinstance(item, ScenarioItem) else None
        self._called, self._open, self._todo = False, None, []

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.when == "call":
            self._called = True

    def pytest_bdd_before_scenario(self, request: pytest.FixtureRequest, feature: Any, scenario: Any) -> None:
        if self._item is not None:
            self._todo = list(self._item.scenario.sentences)
            if self._exchanges:
                request.getfixturevalue("stage").on_exchange = self._keep

    def pytest_bdd_before_step(self, request: pytest.FixtureRequest, step: Any) -> None:
        if self._item is not None and self._todo:
            self._begin(self._todo.pop(0))

    def pytest_bdd_after_step(self, request: pytest.FixtureRequest) -> None:
        if self._open is not None:
            if not self._todo and self._pictures == "on":
                self._picture(request)
            self._end(None)

    @pytest.hookimpl(trylast=True)  # others may still attach something to the failed sentence
    def pytest_bdd_step_error(self, request: pytest.FixtureRequest, exception: BaseException) -> None:
        if self._open is not None:
            if self._pictures != "off":
                self._picture(request)
            self._end(exception)

    def pytest_bdd_after_scenario(self, request: pytest.FixtureRequest) -> None:
        if self._open is not None:  # skipped, interrupted, exited: pytest-bdd calls no hook for these
            self._end(sys.exc_info()[1])
        for sentence in self._todo:
            self._begin(sentence)
            self._end(pytest.skip.Exception("not said: the scenario had ended before"))
        self._todo = []

    # The sentence

    def _begin(self, sentence: Sentence) -> None:
        self._open = TestStepResult(name=str(sentence), start=_now())
        logger = self._logger()
        logger.start_step(None, id(self._open), self._open)
        if sentence.table is not None:
            allure.attach(_csv(sentence.table), "table", AttachmentType.CSV)
        if sentence.docstring is not None:
            allure.attach(sentence.docstring, "text", AttachmentType.TEXT)

    def _end(self, exception: BaseException | None) -> None:
        step, self._open = self._open, None
        details = get_status_details(type(exception), exception, exception.__traceback__) if exception else None
        self._logger().stop_step(id(step), stop=_now(), status=get_status(exception), statusDetails=details)

    def _logger(self) -> Any:
        listener: Any = self._config.pluginmanager.get_plugin("allure_listener")
        return listener.allure_logger

    def _keep(self, exchange: Exchange) -> None:
        parent = self._open or upstream.allure_result(self._config)
        if parent is None:
            return
        path, _, query = exchange.path.partition("?")
        step = TestStepResult(
            name=f"{exchange.actor}: {exchange.method} {path} → {exchange.status or 'no answer'}",
            start=_now() - round(exchange.milliseconds),
            stop=_now(),
            status=Status.FAILED if exchange.problems else Status.PASSED,
        )
        if exchange.problems:
            step.statusDetails = StatusDetails(message=_account(exchange))
        for name, value in (("query", query), ("sent", exchange.request_body), ("answered", exchange.response_body)):
            if value not in (None, ""):
                step.parameters.append(Parameter(name=name, value=_body(value)))
        verdict = "; ".join(exchange.problems) or (
            "as the contract says" if exchange.operation else "outside the contract"
        )
        step.parameters.append(
            Parameter(name="contract", value=f"{exchange.operation}: {verdict}" if exchange.operation else verdict)
        )
        parent.steps.append(step)

    def _picture(self, request: pytest.FixtureRequest) -> None:
        for name, picture in request.getfixturevalue("stage").pictures():
            kind = AttachmentType.PNG if picture.startswith(b"\x89PNG") else AttachmentType.JPG
            allure.attach(picture, name, kind)

    # The result

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        """Shape the result just before it is written, whatever allure-pytest had made of the item."""
        _mask_details(result)
        item = self._item
        if item is None:
            return
        scenario = item.scenario
        language: Language = "ja" if scenario.feature.language == "ja" else "en"
        row = f" [{scenario.row_id}]" if scenario.row and scenario.name == scenario.template else ""
        result.name = f"{scenario.name}{row} · {_DOOR[item.door][language]}"
        result.fullName = item.nodeid
        result.testCaseId = _digest(f"{scenario.feature.path}::{scenario.template}")
        result.historyId = _digest(item.nodeid)
        result.titlePath = [
            part
            for part in (scenario.feature.folder, scenario.feature.name, scenario.rule and scenario.rule.name)
            if part
        ]
        result.description = self._description(item, language)
        result.parameters = [Parameter(name=name, value=value) for name, value in (scenario.row or {}).items()]
        result.parameters.append(Parameter(name="door", value=item.door))
        result.labels = [label for label in result.labels if label.name in _KEPT] + list(self._labels(item))
        result.links += [
            Link(type="tms", url=f"criteria.html#{criterion}", name=criterion) for criterion in scenario.criteria
        ]
        if result.status == Status.PASSED and not self._called:
            # A setup that passed is all that was seen: the scenario was interrupted, and nothing about it is proven.
            result.status = Status.BROKEN
            result.statusDetails = StatusDetails(message="interrupted before its end")

    def _labels(self, item: ScenarioItem) -> Generator[Label, None, None]:
        scenario = item.scenario
        yield Label("severity", _SEVERITY[scenario.severity])
        if scenario.feature.folder:
            yield Label("epic", scenario.feature.folder)
        yield Label("feature", scenario.feature.name)
        if scenario.rule:
            yield Label("story", scenario.rule.name)
        for tag in scenario.tags:
            yield Label("tag", tag)
        for criterion in scenario.criteria:
            yield Label("criterion", criterion)
        yield Label("door", item.door)
        ours = {"run": os.environ.get("NAMERAKA_RUN"), "plan": os.environ.get("NAMERAKA_PLAN_DIGEST")}
        run = {**answering(), **ours}
        for name in ("run", "plan", "build", "environment"):
            if value := run.get(name):
                yield Label(name, value)

    def _description(self, item: ScenarioItem, language: Language) -> str:
        """Where it stands, its own prose, and the same scenario in the other language."""
        scenario = item.scenario
        other: Language = "en" if language == "ja" else "ja"
        register = self._project.register
        promises = [f"**{id}** {getattr(register[id], language)}" for id in scenario.criteria if id in register]
        lines = []
        for sentence in scenario.sentences:
            try:
                keyword, text, _ = self._project.vocabulary.render(sentence, language, other)
            except LookupError:  # a proposed scenario may say what no step says yet
                keyword, text = sentence.keyword, sentence.text
            lines.append(f"    {keyword} {text}")
        heading = "In English:" if other == "en" else "日本語では:"
        parts = [
            *promises,
            scenario.description,
            f"{heading}\n\n" + "\n".join(lines),
            f"`{scenario.feature.path}:{scenario.line}`",
        ]
        return "\n\n".join(part for part in parts if part)


_KEPT = ("host", "thread", "framework", "language", "owner", "layer")


def _mask_details(told: TestResult | TestStepResult) -> None:
    """Messages and tracebacks are the words of others: a Playwright call log shows the cookies that it sent."""
    if details := told.statusDetails:
        details.message = details.message and mask_text(details.message)
        details.trace = details.trace and mask_text(details.trace)
    for step in told.steps:
        _mask_details(step)


def _digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _now() -> int:
    return round(time.time() * 1000)


def _body(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_BODY else f"{text[:MAX_BODY]} … ({len(text):,} characters in all)"


def _account(exchange: Exchange) -> str:
    """All about an exchange that broke the contract, for whoever has to mend it."""
    told = [*exchange.problems, "", exchange.line]
    for heading, body in (("sent", exchange.request_body), ("answered", exchange.response_body)):
        if body not in (None, ""):
            told += [
                "",
                f"{heading}:",
                body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2),
            ]
    return "\n".join(told)


def _csv(table: Table) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue()
