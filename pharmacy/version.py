"""Which build this is: one digest over every file of the package, the same wherever it lies."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def build_digest(package: Path = PACKAGE) -> str:
    """``sha256:…`` over relative paths and contents; caches and editor leftovers do not count."""
    total = hashlib.sha256()
    files = (path for path in package.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda path: path.relative_to(package).as_posix()):
        relative = path.relative_to(package)
        if "__pycache__" in relative.parts or any(part.startswith(".") for part in relative.parts):
            continue
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{relative.as_posix()}\0{content}\n".encode())
    return f"sha256:{total.hexdigest()}"


@cache
def this_build() -> str:
    """The digest of the package that is running, as it was when first asked for."""
    return build_digest()
