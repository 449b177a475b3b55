"""When an alert opens: the data file, typed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from pharmacy.core.data import DATA

LIMITS_FILE: Final = DATA / "oversight.toml"

AlertName = Literal[
    "unedited_rate",
    "too_fast",
    "first_human",
    "red_flag_latency",
    "queue_depth",
    "llm_failure",
    "budget_burn",
    "canary_absent",
]


@dataclass(frozen=True)
class Limit:
    """`above`: the value from which on it is too much; `at_least`: of fewer, no share is taken; `window`: looked back."""

    above: float
    at_least: int
    window: timedelta
    page: bool
    allowed: float


@dataclass(frozen=True)
class Limits:
    version: str
    source: str
    too_fast: timedelta
    canary_every: timedelta
    alerts: dict[str, Limit]


@cache
def load_limits(path: Path = LIMITS_FILE) -> Limits:
    """Read the limits once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken or lacks an alert."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Limits(
        version=content["version"],
        source=content["source"],
        too_fast=timedelta(seconds=content["too_fast_seconds"]),
        canary_every=timedelta(minutes=content["canary"]["every_minutes"]),
        alerts={
            name: Limit(
                above=float(alert["limit"]),
                at_least=alert.get("at_least", 1),
                window=timedelta(minutes=alert.get("minutes", 0)),
                page=alert.get("page", False),
                allowed=alert.get("allowed", 1.0),
            )
            for name, alert in ((name, content["alerts"][name]) for name in get_args(AlertName))
        },
    )
