"""How long a record is kept: a pure function of a day and of the rules, which are data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.core.data import DATA

RETENTION_FILE: Final = DATA / "retention.toml"


@dataclass(frozen=True)
class Regime:
    """From this day on a period that begins is so many years long."""

    begins: date
    years: int


@dataclass(frozen=True)
class Retention:
    version: str
    regimes: tuple[Regime, ...]

    def kept_until(self, day: date) -> date:
        """The last day on which what counts from `day` has to be there. Raises ValueError for a day before all rules."""
        in_force = [regime for regime in self.regimes if regime.begins <= day]
        if not in_force:
            raise ValueError(f"no rule was in force on {day}")
        return _years_later(day, in_force[-1].years)


def _years_later(day: date, years: int) -> date:
    """The same day so many years later; of the 29th of February the 1st of March, so that no day is lost."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@cache
def load_retention(path: Path = RETENTION_FILE) -> Retention:
    """Read the rules once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    regimes = (Regime(regime["from"], regime["years"]) for regime in content["regimes"])
    return Retention(content["version"], tuple(sorted(regimes, key=lambda regime: regime.begins)))
