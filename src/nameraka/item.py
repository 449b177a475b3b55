"""One scenario (an outline's row) through one door, as pytest knows it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from nameraka.features import Scenario
from nameraka.vocabulary import Match

if TYPE_CHECKING:
    from nameraka.stage import Stage


class ScenarioItem(pytest.Function):
    """One scenario (an outline's row) through one door."""

    scenario: Scenario
    door: str
    matches: tuple[Match, ...]
    said: int = 0
    failed: bool = False
    stage: Stage | None = None

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        return self.path, self.scenario.line - 1, f"{self.scenario.name} [{self.door}]"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """As pytest shows it, and the scenario with the sentence at which it ended."""
        if self.said:
            self.add_report_section("call", "scenario", "\n".join(self._told()))
        return super().repr_failure(excinfo)

    def _told(self) -> Iterator[str]:
        for number, sentence in enumerate(self.scenario.sentences, 1):
            mark = "✓" if number < self.said else "✗" if number == self.said else "-"
            yield f"{mark} {self.scenario.feature.path}:{sentence.line}  {sentence}"
