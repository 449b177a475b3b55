"""What counts as a text that somebody wrote."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final

from pydantic import Field, StringConstraints

LONGEST: Final = 5000

WRITTEN: Final = r"^[^\x00]*[^\x00\s][^\x00]*$"
"""At least one visible character, and no NUL, which not every database can keep."""

WrittenText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST, pattern=WRITTEN),
    Field(description="1 to 5,000 characters, not only blanks; kept exactly as sent"),
]


def digest_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
