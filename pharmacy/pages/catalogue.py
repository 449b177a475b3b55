"""The words on the pages: one JSON file per language, the same keys in each."""

import json
from pathlib import Path
from typing import Final

Texts = dict[str, str]

DEFAULT_LANGUAGE: Final = "ja"
LANGUAGES: Final = ("ja", "en")

_FOLDER: Final = Path(__file__).parent / "texts"


def texts(language: str) -> Texts:
    """The catalogue of one language: key -> words; `{name}` stands for what the page fills in."""
    catalogue: Texts = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return catalogue


def language_of(cookie: str | None) -> str:
    """The language a person chose with the button; Japanese as long as they chose none."""
    return cookie if cookie in LANGUAGES else DEFAULT_LANGUAGE
