"""The one way in which a signed verdict is not believed."""

from __future__ import annotations

from nameraka.gate.text import Text


class Refused(Exception):
    """Something about a signed verdict does not hold; ``why`` says what, in both languages."""

    def __init__(self, en: str, ja: str) -> None:
        super().__init__(en)
        self.why = Text(en, ja)
