"""What somebody vouches for from outside: a file, or its digest."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from nameraka.findings import UsageError

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


def pinned(text: str) -> str:
    """The digest that ``text`` is, or that of the file that it names. Raises ``UsageError``."""
    if text.startswith("sha256:"):
        if not _DIGEST.fullmatch(text):
            raise UsageError(f"{text}: no digest. Write sha256: and 64 hexadecimal digits in small letters, or a file.")
        return text
    try:
        with Path(text).open("rb") as file:
            return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{text}: cannot be read: {error.strerror}. Give a file or its digest, sha256:….") from None


def artifact_name(text: str) -> str:
    """What the artifact ``text`` is called in a statement; digests alone identify it."""
    return "artifact" if text.startswith("sha256:") else Path(text).name
