"""Opening what lies in a folder that nobody vouches for: plain files of that folder, once, in bounded pieces."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Final

from nameraka.shapes import Malformed

PIECE: Final = 1024 * 1024

# A link or a pipe put here since the folder was listed must neither be followed nor waited for.
_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Folder:
    """A folder, opened once: whatever is put in its place meanwhile, its files are those that were there."""

    def __init__(self, path: Path) -> None:
        """Raises ``OSError`` when it cannot be opened."""
        self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def names(self) -> list[tuple[str, bool]]:
        """The name of everything in it, sorted, and whether it is a plain file. Raises ``OSError``."""
        with os.scandir(self._descriptor) as entries:
            plain = {entry.name: entry.is_file(follow_symlinks=False) for entry in entries}
        return [(name, plain[name]) for name in sorted(plain)]

    def read(self, name: str, largest: int) -> bytes:
        """The whole file. Raises ``OSError``, and ``Malformed`` for more than ``largest`` bytes or no plain file."""
        descriptor, size = self._open(name, largest)
        try:
            content = os.read(descriptor, size)
            while len(content) < size and (piece := os.read(descriptor, size - len(content))):
                content += piece
            return content
        finally:
            os.close(descriptor)

    def digest(self, name: str, largest: int) -> tuple[int, str]:
        """Size and digest of a file, however large, in little memory. Raises as ``read`` does."""
        descriptor, size = self._open(name, largest)
        try:
            digest, left = hashlib.sha256(), size
            while piece := os.read(descriptor, min(left, PIECE)):
                digest.update(piece)
                left -= len(piece)
            return size - left, "sha256:" + digest.hexdigest()
        finally:
            os.close(descriptor)

    def _open(self, name: str, largest: int) -> tuple[int, int]:
        """A descriptor of the file, and its size: what is added from now on was not there when it was opened."""
        descriptor = os.open(name, _FLAGS, dir_fd=self._descriptor)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Malformed("it is not a plain file")
            if status.st_size > largest:
                raise Malformed(f"it has {status.st_size:,} bytes; at most {largest:,} are read")
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor, status.st_size
