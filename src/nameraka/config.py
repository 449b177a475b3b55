"""The project's settings: ``[tool.nameraka]`` in its ``pyproject.toml``."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nameraka.findings import UsageError

FILE = "pyproject.toml"


@dataclass(frozen=True)
class Environment:
    """A system under test: by ``url``, or one that the project's fixtures start (no url).

    ``capabilities`` says what a scenario may ask of it beyond its pages and API (``kill``, ``clock``, …); ``origins`` are
    the further origins, ``scheme://host:port``, that test traffic may go to; ``build`` is a command that prints the
    digest of what will be tested.
    """

    name: str
    url: str | None = None
    capabilities: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    build: tuple[str, ...] = ()

    def build_command(self) -> list[str]:
        """The ``build`` command with ``{python}`` filled in; empty when the environment names none."""
        return [part.replace("{python}", sys.executable) for part in self.build]


@dataclass(frozen=True)
class Settings:
    """Where things are and which systems may be tested."""

    root: Path
    features: Path
    environment: str = "embedded"
    environments: Mapping[str, Environment] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()

    @property
    def results(self) -> Path:
        """The default folder of one run's evidence."""
        return self.root / "reports" / "results"

    @property
    def private(self) -> Path:
        """Where traces and storage states go: they hold secrets and are never published."""
        return self.root / "reports" / "private"

    @property
    def register(self) -> Path:
        """The register of acceptance criteria."""
        return self.features / "requirements.toml"

    @property
    def policy(self) -> Path:
        """What the gate demands."""
        return self.root / "reports" / "gate.toml"

    @property
    def waivers(self) -> Path:
        """The exceptions that were granted."""
        return self.root / "reports" / "waivers.toml"

    @property
    def baseline(self) -> Path:
        """The verdict on the release that was accepted last."""
        return self.root / "reports" / "baseline.json"

    @property
    def acceptance(self) -> Path:
        """Product's word on the promises."""
        return self.root / "reports" / "acceptance.json"

    def choose(self, name: str | None = None) -> Environment:
        """The environment of that name, or the default. Raises ``UsageError`` with the known names."""
        name = name or self.environment
        if name in self.environments:
            return self.environments[name]
        known = ", ".join(sorted(self.environments)) or "none"
        raise UsageError(
            f"{FILE}: there is no environment {name!r}; known: {known}. Add [tool.nameraka.environments.{name}]."
        )


def find_root(start: Path) -> Path:
    """The nearest folder at or above ``start`` with a ``pyproject.toml``; ``start`` itself when there is none."""
    return next((folder for folder in (start, *start.parents) if (folder / FILE).is_file()), start)


def load(root: Path) -> Settings:
    """Read the settings of the project at ``root``. Raises ``UsageError`` for anything not understood."""
    path = root / FILE
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("tool", {}).get("nameraka", {}) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{FILE}: not valid TOML: {error}") from None
    _known(table, {"features", "environment", "environments", "tags"}, "tool.nameraka")
    environments = {name: _environment(name, entry) for name, entry in table.get("environments", {}).items()}
    return Settings(
        root=root,
        features=root / _text(table, "features", "features"),
        environment=_text(table, "environment", "embedded"),
        environments=environments or {"embedded": Environment("embedded")},
        tags=frozenset(_texts(table, "tags")),
    )


def _environment(name: str, entry: Any) -> Environment:
    place = f"tool.nameraka.environments.{name}"
    if not isinstance(entry, dict):
        raise UsageError(f"{FILE}: [{place}] must be a table")
    _known(entry, {"url", "capabilities", "origins", "build"}, place)
    url = entry.get("url")
    for origin in [url, *_texts(entry, "origins")] if url else _texts(entry, "origins"):
        parts = urlsplit(str(origin))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{FILE}: [{place}] {origin!r} is not an http(s) origin")
    return Environment(name, url, _texts(entry, "capabilities"), _texts(entry, "origins"), _texts(entry, "build"))


def _known(table: Mapping[str, Any], keys: set[str], place: str) -> None:
    if unknown := sorted(set(table) - keys):
        raise UsageError(f"{FILE}: [{place}] does not know {', '.join(unknown)}; known: {', '.join(sorted(keys))}")


def _text(table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or not value:
        raise UsageError(f"{FILE}: {key} must be a text, got {value!r}")
    return value


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise UsageError(f"{FILE}: {key} must be a list of texts, got {value!r}")
    return tuple(value)
