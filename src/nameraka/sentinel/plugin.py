"""The pytest plugin that puts sentinels in the place of scenarios; loaded in the sentinels' own process and no other."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from nameraka import sentinel
from nameraka.check import bind
from nameraka.collect import PROJECT, FeatureFile
from nameraka.features import Feature, Scenario, Sentence
from nameraka.item import ScenarioItem
from nameraka.language import STEPS, then
from nameraka.vocabulary import Vocabulary

_PROMISE_IS_KEPT = False


@then(ja="見張りは失敗する", en="the sentinel fails")
def fails() -> None:
    # A plain assertion, as steps have them: where asserts are not made (python -O), this passes and gives it away.
    assert _PROMISE_IS_KEPT, "a sentinel: this scenario must fail"


@then(ja="見張りは飛ばされる", en="the sentinel is skipped")
def is_skipped() -> None:
    pytest.skip("a sentinel: this scenario must be skipped")


@then(ja="見張りはこの環境では実行されない", en="the sentinel is not run here", needs=("what no environment has",))
def is_not_run_here() -> None:
    """Passes where nobody has kept it from running."""


# Their own, whatever the sentences of the project are.
_VOCABULARY = Vocabulary(step for step in STEPS if step.function.__module__ == __name__)
_FOLDERS = pytest.StashKey[set[Path]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Instead of what is in the files, once in each folder that has features: hooks differ by folder.

    The path is that of a file that is there, for pytest asks no ``conftest.py`` about any other.
    """
    yield
    folders = parent.config.stash.setdefault(_FOLDERS, set())
    if file_path.suffix != ".feature" or file_path.parent in folders:
        return []
    folders.add(file_path.parent)
    folder = file_path.parent.relative_to(parent.config.rootpath).as_posix()
    return [SentinelFile.from_parent(parent, path=file_path, nodeid=f"{folder}/{sentinel.FILE}")]


class SentinelFile(FeatureFile):
    """The sentinels of one folder."""

    def collect(self) -> Iterator[ScenarioItem]:
        project = self.config.stash[PROJECT]
        for scenario in _feature(self.nodeid).scenarios:
            yield self._item(scenario, sentinel.DOOR, bind(scenario, _VOCABULARY), project)


def _feature(path: str) -> Feature:
    feature = Feature(path, "見張り", language="ja", keyword="機能", line=1, tags=(), description="", digest="")
    feature.scenarios = tuple(
        Scenario(feature, None, said, ("critical", sentinel.DOOR), line, "", (Sentence("ならば", "then", said, line),))
        for line, said in enumerate(sentinel.SCENARIOS, 2)
    )
    return feature
