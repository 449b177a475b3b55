"""``.feature`` files as pytest collects them: every concrete scenario is an item for each of its doors.

By path, by folder, and by ``path:line``. What is wrong with a file is an error here, with place and remedy; nothing of it
waits for run time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nameraka.check import bind, check_feature, known_tags
from nameraka.config import Environment, Settings, load
from nameraka.execute import run_scenario
from nameraka.feature_files import read_feature
from nameraka.features import DOORS, Feature, Scenario
from nameraka.findings import Findings, UsageError
from nameraka.item import ScenarioItem
from nameraka.plan import parse_shard, shard_of
from nameraka.register import Criterion, read_register
from nameraka.upstream import parse_id
from nameraka.vocabulary import Match, Vocabulary

_AT_LINE = re.compile(r"(?P<path>.+\.feature):(?P<line>\d+)")
_LINES = pytest.StashKey[dict[Path, set[int]]]()


class Project:
    """What all feature files of one pytest session share; read once."""

    def __init__(self, config: pytest.Config) -> None:
        self.settings: Settings = load(config.rootpath)
        self.environment: Environment = self.settings.choose(
            config.getoption("environment") or os.environ.get("NAMERAKA_ENVIRONMENT")
        )
        self.register: dict[str, Criterion] = dict(read_register(self.settings.register))
        self.tags = known_tags(self.settings, self.register)
        self.doors: tuple[str, ...] = _doors(config.getoption("through"))
        self.lines = config.stash.get(_LINES, {})
        self._vocabulary: Vocabulary | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """All steps; complete once collection begins, for pytest has imported the plugins by then."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary()
        return self._vocabulary


PROJECT = pytest.StashKey[Project]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("nameraka")
    group.addoption("--through", metavar="DOORS", default="", help="only through these doors: web, api")
    group.addoption(
        "--env", dest="environment", metavar="NAME", help="the system under test, of [tool.nameraka.environments]"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_LINES] = _lines_of(config)
    try:
        project = config.stash[PROJECT] = Project(config)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    except Findings as found:
        raise pytest.UsageError(str(found)) from None
    for tag in sorted(project.tags):
        criterion = project.register.get(tag)
        config.addinivalue_line("markers", f"{tag}: {criterion.en if criterion else 'a tag of scenarios'}")


def _doors(text: str) -> tuple[str, ...]:
    doors = tuple(filter(None, text.split(",")))
    if unknown := sorted(set(doors) - set(DOORS)):
        raise UsageError(f"--through: there is no door {', '.join(unknown)}; doors are web and api")
    return doors or DOORS


def _lines_of(config: pytest.Config) -> dict[Path, set[int]]:
    """Take ``path:line`` out of the arguments and note the lines; a file named without one is meant as a whole."""
    lines: dict[Path, set[int]] = {}
    whole = {Path(argument).resolve() for argument in config.args if not _AT_LINE.fullmatch(argument)}
    for number, argument in enumerate(config.args):
        if found := _AT_LINE.fullmatch(argument):
            path = (config.invocation_params.dir / found["path"]).resolve()
            config.args[number] = found["path"]
            if path not in whole:
                lines.setdefault(path, set()).add(int(found["line"]))
    config.args[:] = list(dict.fromkeys(config.args))
    return lines


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return FeatureFile.from_parent(parent, path=file_path) if file_path.suffix == ".feature" else None


class FeatureFile(pytest.File):
    """One feature file."""

    def collect(self) -> Iterator[ScenarioItem]:
        project = self.config.stash[PROJECT]
        try:
            feature = read_feature(self.config.rootpath, self.path)
            if findings := list(check_feature(feature, project.vocabulary, project.tags)):
                raise Findings(findings)
            yield from self._items(feature, project)
        except Findings as found:
            raise self.CollectError(str(found)) from None

    def _items(self, feature: Feature, project: Project) -> Iterator[ScenarioItem]:
        lines = project.lines.get(self.path.resolve())
        scenarios = [
            scenario for scenario in feature.scenarios if lines is None or _stands_at(scenario, feature, lines)
        ]
        if not scenarios:
            raise self.CollectError(
                f"{feature.path}: no scenario stands at line {', '.join(map(str, sorted(lines or ())))}\n"
                f"    Scenarios begin at: {', '.join(str(scenario.line) for scenario in feature.scenarios)}."
            )
        for scenario in scenarios:
            matches = bind(scenario, project.vocabulary)
            for door in scenario.doors:
                if door in project.doors:
                    yield self._item(scenario, door, matches, project)

    def _item(self, scenario: Scenario, door: str, matches: tuple[Match, ...], project: Project) -> ScenarioItem:
        item = ScenarioItem.from_parent(self, name=scenario.item_name(door), callobj=run_scenario)
        item.scenario, item.door, item.matches = scenario, door, matches
        parse_id(item)
        for tag in scenario.tags:
            item.add_marker(tag)
        item.extra_keyword_matches.add(door)
        lacking = {need for match in matches for need in match.step.needs} - set(project.environment.capabilities)
        if scenario.proposed:
            item.add_marker(pytest.mark.skip(reason="proposed: promised, not made yet"))
        elif lacking:
            reason = f"not run here: environment {project.environment.name!r} cannot {', '.join(sorted(lacking))}"
            item.add_marker(pytest.mark.skip(reason=reason))
        return item


def _stands_at(scenario: Scenario, feature: Feature, lines: set[int]) -> bool:
    """Whether one of the lines is the scenario's; a line above the first scenario means the whole feature."""
    first = min(other.block.start for other in feature.scenarios)
    return any(line < first or line == scenario.line or line in scenario.block for line in lines)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep this shard's scenarios: each belongs to one by its own id, so no shard has to know of another."""
    number, total = parse_shard(os.environ.get("NAMERAKA_SHARD", "1of1"))
    ours: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        elsewhere = isinstance(item, ScenarioItem) and shard_of(item.nodeid, total) != number
        (others if elsewhere else ours).append(item)
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = ours
