"""What the gate says, in the two languages that its readers have."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple


class Text(NamedTuple):
    """One thing said in English and in Japanese."""

    en: str
    ja: str

    def say(self, language: str) -> str:
        """The text in ``language``: ``ja``, or English for anything else."""
        return self.ja if language == "ja" else self.en


def language_of(environ: Mapping[str, str] = os.environ) -> str:
    """``ja`` where the locale is Japanese, else ``en``."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "ja" if locale.lower().startswith("ja") else "en"


def printable(text: str, longest: int = 300) -> str:
    """``text`` on one line and harmless to a terminal: names in evidence are data, also when they hold escape codes.

    Control, format (bidirectional overrides) and unpaired surrogate characters are shown as escapes; beyond ``longest``
    characters the rest is left out.
    """
    shown = "".join(_escaped(char) if unicodedata.category(char) in _HARMFUL else char for char in text[:longest])
    return shown + "…" if len(text) > longest else shown


_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _escaped(char: str) -> str:
    return " " if char in "\n\t" else f"\\u{ord(char):04x}"
