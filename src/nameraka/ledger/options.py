"""What the commands of the ledger have in common: which ledger, which language, how a time or a digest is given."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
from datetime import datetime
from pathlib import Path

from nameraka.config import find_root
from nameraka.findings import UsageError
from nameraka.gate.text import Text, language_of, printable

PRODUCTION = "production"
"""The environment that is meant where none is named."""

VARIABLE = "NAMERAKA_LEDGER"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHORT = 12


def add_common(parser: argparse.ArgumentParser) -> None:
    """The options that every command of the ledger has."""
    parser.add_argument(
        "--ledger",
        metavar="URL",
        help=f"a SQLAlchemy URL, SQLite or PostgreSQL (default: ${VARIABLE}, else reports/ledger.db of the project)",
    )
    parser.add_argument("--lang", choices=("ja", "en"), help="the language of what is said (default: that of LANG)")


def url_of(arguments: argparse.Namespace) -> str:
    """The ledger's URL. Raises ``UsageError`` for an empty one: a secret that is missing must not mean another ledger."""
    given: str | None = arguments.ledger
    if given is None:
        given = os.environ.get(VARIABLE)
    if given is None:
        return f"sqlite:///{find_root(Path.cwd()) / 'reports' / 'ledger.db'}"
    if not given.strip():
        raise UsageError(f"The ledger's URL, --ledger or ${VARIABLE}, is empty. Give one, or unset the variable.")
    return given


def language(arguments: argparse.Namespace) -> str:
    """``ja`` or ``en``."""
    return arguments.lang or language_of()


def say(text: Text | str, arguments: argparse.Namespace, *, aside: bool = False) -> None:
    """Print on one or more lines, also where the terminal's encoding lacks a character; ``aside`` goes to stderr."""
    stream = sys.stderr if aside else sys.stdout
    spoken = text.say(language(arguments)) if isinstance(text, Text) else text
    encoding = stream.encoding or "utf-8"
    print(spoken.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)


def moment(text: str | None, option: str) -> datetime | None:
    """The time that an option gives. Raises ``UsageError`` for one that is none or has no offset from UTC."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError(f"{option} {text!r} is no time with an offset. Write for example 2026-11-22T12:04:05+09:00.")
    return found


def build_of(text: str) -> str:
    """The digest of a build: as given, or of the file that ``text`` names. Raises ``UsageError``."""
    if _DIGEST.fullmatch(text):
        return text
    try:
        with Path(text).open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except (OSError, ValueError):
        raise UsageError(f"{text!r} is neither a file nor a digest. Write sha256: and 64 hexadecimal digits.") from None


def commit_of(text: str) -> str:
    """The full name of a commit. Raises ``UsageError``."""
    if not _COMMIT.fullmatch(text):
        raise UsageError(f"--commit {text!r} is no commit's full name. Write its 40 hexadecimal digits.")
    return text


def short(digest: str | None) -> str:
    """A digest as people compare it; anything else as it is, made harmless."""
    if digest is None:
        return "–"
    return digest.removeprefix("sha256:")[:_SHORT] if _DIGEST.fullmatch(digest) else printable(digest, 60)
