"""Running one scenario: each sentence's function, with its words turned into the things of the scenario."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from nameraka import upstream
from nameraka.features import Sentence
from nameraka.vocabulary import Match

if TYPE_CHECKING:
    from nameraka.item import ScenarioItem
    from nameraka.stage import Stage


def run_scenario(request: pytest.FixtureRequest) -> None:
    """The test function of every scenario item."""
    __tracebackhide__ = True
    item: ScenarioItem = request.node
    stage: Stage = request.getfixturevalue("stage")
    item.said = 0
    feature = upstream.bdd_feature(item.scenario.feature, str(item.config.rootpath))
    bindings = [
        (sentence, functools.partial(_bind, stage, sentence, match))
        for sentence, match in zip(item.scenario.sentences, item.matches, strict=True)
    ]
    upstream.execute(feature, upstream.bdd_scenario(feature, item.scenario, bindings), request)
    stage.conclude()


def _bind(stage: Stage, sentence: Sentence, match: Match, request: pytest.FixtureRequest) -> upstream.BoundStep:
    stage.begin(sentence)
    request.node.said += 1

    def arguments() -> dict[str, Any]:
        values = match.arguments()
        for name, fixture in match.fixtures().items():
            values[name] = request.getfixturevalue(fixture)(values[name])
        if match.step.table is not None:
            values["rows"] = _rows(sentence, match, request)
        return values

    return upstream.BoundStep(_settled(match.step.function, stage), arguments, match.step.target_fixture)


def _rows(sentence: Sentence, match: Match, request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    rows = match.rows(sentence.table)
    for name in match.step.table or {}:
        if fixture := match.column(name).fixture:
            resolve = request.getfixturevalue(fixture)
            for row in rows:
                row[name] = resolve(row[name])
    return rows


def _settled(function: Callable[..., Any], stage: Stage) -> Callable[..., Any]:
    """The step's function, which is over only when what the pages exchanged meanwhile is read and held to the contract."""

    @functools.wraps(function)
    def step(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        try:
            value = function(*args, **kwargs)
            stage.settle()
        except Exception as error:
            if plain := stage.plain(error):
                raise plain from error
            raise
        return value

    return step
