"""The golden set: phrases that the rules of triage must catch, all of them, before the pharmacy may start."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.core.data import DATA
from pharmacy.settings import SettingsError
from pharmacy.triage.rules import Rules, assess

GOLDEN_FILE: Final = DATA / "golden_phrases.toml"


@dataclass(frozen=True)
class GoldenSet:
    """Phrases by the level that they must be given."""

    version: str
    source: str
    phrases: dict[str, tuple[str, ...]]


@cache
def load_golden_set(path: Path = GOLDEN_FILE) -> GoldenSet:
    """Read the set once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    phrases = {level: tuple(found) for level, found in content["phrases"].items()}
    return GoldenSet(content["version"], content["source"], phrases)


def require_all_caught(rules: Rules) -> None:
    """Raises SettingsError naming what these rules miss of the golden set: with them the pharmacy must not start."""
    golden = load_golden_set()
    missed = [
        phrase
        for level, phrases in golden.phrases.items()
        for phrase in phrases
        if assess(phrase, rules=rules).level != level
    ]
    if missed:
        raise SettingsError(f"rules {rules.version} miss of the golden set {golden.version}: {', '.join(missed)}")
