"""The words on the pages: a folder per language, a JSON file per capability in it, the same keys in each language."""

import json
from pathlib import Path
from typing import Final

Texts = dict[str, str]

DEFAULT_LANGUAGE: Final = "ja"
LANGUAGES: Final = ("ja", "en")

_FOLDER: Final = Path(__file__).parent / "texts"


def texts(language: str) -> Texts:
    """The catalogue of one language: key -> words; `{name}` stands for what the page fills in.

    Raises ValueError when two files have one key.
    """
    catalogue: Texts = {}
    for path in sorted((_FOLDER / language).glob("*.json")):
        words: Texts = json.loads(path.read_text(encoding="utf-8"))
        if twice := catalogue.keys() & words.keys():
            raise ValueError(f"{path}: said elsewhere already: {', '.join(sorted(twice))}")
        catalogue |= words
    return catalogue


def language_of(cookie: str | None) -> str:
    """The language a person chose with the button; Japanese as long as they chose none."""
    return cookie if cookie in LANGUAGES else DEFAULT_LANGUAGE
