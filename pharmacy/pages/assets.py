"""Scripts, styles and the icon, read once and served under a URL that changes when any of them does."""

import hashlib
import json
import re
from pathlib import Path
from typing import Final, NamedTuple

from pharmacy.pages.catalogue import LANGUAGES, texts

_FOLDER: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_IMPORT: Final = re.compile(r'^(?:import|export) (?:.*? from )?"\./([\w.]+)";$', re.MULTILINE)


class Asset(NamedTuple):
    """One file as the browser gets it."""

    content: bytes
    media_type: str


def _read(language: str) -> dict[str, Asset]:
    """The files of a language. `texts.js` is its catalogue, so that scripts import their words without waiting."""
    files = {
        path.name: Asset(path.read_bytes(), _MEDIA_TYPES[path.suffix])
        for path in sorted(_FOLDER.iterdir())
        if path.suffix in _MEDIA_TYPES
    }
    words = json.dumps(texts(language), ensure_ascii=False, sort_keys=True)
    files["texts.js"] = Asset(f"export const texts = {words};\n".encode(), _MEDIA_TYPES[".js"])
    return files


_ASSETS: Final = {language: _read(language) for language in LANGUAGES}


def _digest() -> str:
    """Twelve hex digits over every file of every language."""
    total = hashlib.sha256()
    for language, files in _ASSETS.items():
        for name, asset in files.items():
            total.update(f"{language}/{name}\0".encode() + hashlib.sha256(asset.content).digest())
    return total.hexdigest()[:12]


VERSION: Final = _digest()


def find(language: str, name: str) -> Asset | None:
    """One file of a language, or None when there is no such file."""
    return _ASSETS.get(language, {}).get(name)


def url(language: str, name: str) -> str:
    """Where the current version of a file is served."""
    return f"/static/{VERSION}/{language}/{name}"


def modules_of(script: str) -> list[str]:
    """All modules that a script imports, directly or not: the document asks for them at once instead of in turns."""
    found: list[str] = []
    waiting = [script]
    while waiting:
        asset = _ASSETS[LANGUAGES[0]][waiting.pop()]
        for name in _IMPORT.findall(asset.content.decode()):
            if name not in found:
                found.append(name)
                waiting.append(name)
    return sorted(found)
