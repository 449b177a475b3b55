"""Scripts, styles and the icon, read once and served under a URL that changes when any of them does."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pharmacy.pages.bundle import bundle
from pharmacy.pages.catalogue import LANGUAGES, texts

_FOLDER: Final = Path(__file__).parent / "static"
_TEMPLATES: Final = Path(__file__).parent / "templates"
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_WORDS: Final = "texts.js"
"""The catalogue of a language as a module of its own: pages share it, and it is the one that differs by language."""


class Asset(NamedTuple):
    """One file as the browser gets it."""

    content: bytes
    media_type: str


def _read() -> dict[str, dict[str, Asset]]:
    """The files of each language: styles, the icon, a script for each page, and the words that scripts import."""
    files = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES}
    modules = {name: content.decode() for name, content in files.items() if name.endswith(".js")}
    modules[_WORDS] = _words({})
    pages = {f"{path.stem}.js" for path in _TEMPLATES.iterdir()} & modules.keys()
    common = {name: content for name, content in files.items() if name not in modules}
    common |= {script: bundle(script, modules, apart=_WORDS).encode() for script in sorted(pages)}
    return {
        language: {
            name: Asset(content, _MEDIA_TYPES[Path(name).suffix])
            for name, content in {**common, _WORDS: _words(texts(language)).encode()}.items()
        }
        for language in LANGUAGES
    }


def _words(catalogue: Mapping[str, str]) -> str:
    return f"export const texts = {json.dumps(catalogue, ensure_ascii=False, sort_keys=True)};\n"


_ASSETS: Final = _read()


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
