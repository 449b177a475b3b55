"""The versions of what the model is told and which model is asked: data, by name."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.core.data import DATA
from pharmacy.core.texts import digest_of

VERSIONS_FILE: Final = DATA / "ai_versions.toml"


@dataclass(frozen=True)
class AiVersion:
    """`model`: empty for the one of the settings."""

    id: str
    model: str
    instructions: str

    @property
    def digest(self) -> str:
        """What tells this very version from one that was changed under its name."""
        return digest_of(json.dumps([self.id, self.model, self.instructions]))


@cache
def load_versions(path: Path = VERSIONS_FILE) -> dict[str, AiVersion]:
    """Read them once, the first being the default. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    found = [AiVersion(one["id"], one["model"], one["instructions"]) for one in content["versions"]]
    return {version.id: version for version in found}


def default_version() -> AiVersion:
    """What is used where nothing else was activated."""
    return next(iter(load_versions().values()))
