"""The verdict document as others read it: each format a pure function of the document and a language, ``ja`` or ``en``.

Nothing is added to what the document says, and what it lacks is left out. Every name and text in it is data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from nameraka.gate.formats.ctrf import ctrf
from nameraka.gate.formats.document import Document
from nameraka.gate.formats.junit import junit
from nameraka.gate.formats.markdown import comment, markdown
from nameraka.gate.formats.sarif import sarif

RENDERERS: Final[Mapping[str, Callable[[Document, str], bytes]]] = {
    "markdown": lambda document, language: markdown(document, language).encode(),
    "comment": lambda document, language: comment(document, language).encode(),
    "junit": junit,
    "sarif": sarif,
    "ctrf": ctrf,
}
"""``markdown`` is for a step summary, ``comment`` the same cut short for a merge request."""


def render(name: str, document: Document, language: str) -> bytes:
    """The document in the format of that name. Raises ``KeyError`` for a name that is not in ``RENDERERS``."""
    return RENDERERS[name](document, language)
