"""The evidence archive: one run's evidence below ``results/``, what it was judged by below ``inputs/``, nothing else.

Written so that the same files give the same bytes; ``unpacking`` reads it back.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from nameraka.findings import UsageError
from nameraka.gate.text import printable

RESULTS: Final = "results"
INPUTS: Final = "inputs"
FOLDERS: Final = (RESULTS, INPUTS)

LARGEST_INPUT: Final = 256 * 1024**2  # bytes; the largest is the verdict on a former release
PIECE: Final = 1024 * 1024  # bytes

_LONGEST_NAME: Final = 255  # bytes


Source = Callable[["Member"], IO[bytes]]
"""Where the bytes of a member come from."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive: its name with the folder, and what it must hold. ``size`` is None where none was noted."""

    name: str
    size: int | None
    digest: str

    @property
    def most(self) -> int:
        """How many bytes it may have."""
        return LARGEST_INPUT if self.size is None else self.size


def plain_name(name: str) -> bool:
    """Whether ``name`` names a file directly below one of the two folders, on any system and in any locale."""
    folder, _, file = name.partition("/")
    forbidden = any(char in "/\\:" or ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in file)
    return (
        folder in FOLDERS
        and file not in ("", ".", "..")
        and not forbidden
        and len(file.encode("utf-8", "surrogatepass")) <= _LONGEST_NAME
    )


def write_archive(path: Path, members: Iterable[Member], results: Path, inputs: Mapping[str, bytes]) -> str:
    """Pack ``members`` into ``path`` (``.zip``, or a gzipped tar by any other name) and return the archive's digest.

    Members below ``results/`` are read from the folder ``results``, those below ``inputs/`` are ``inputs`` by name.
    Raises ``UsageError`` for a file that is not any more what was judged, and ``OSError``.
    """
    half = path.with_name(f".{path.name}.{os.getpid()}")
    ordered = sorted(members, key=lambda member: member.name)
    for member in ordered:
        if not plain_name(member.name):
            raise UsageError(f"{printable(member.name)}: a file of this name cannot be archived. Name it plainly.")
    try:
        with half.open("xb") as file:
            pack = _pack_zip if path.suffix == ".zip" else _pack_tar
            pack(file, ordered, lambda member: _open_source(member, results, inputs))
            file.flush()
            os.fsync(file.fileno())
        with half.open("rb") as file:
            digest = "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return digest


def _open_source(member: Member, results: Path, inputs: Mapping[str, bytes]) -> IO[bytes]:
    folder, _, name = member.name.partition("/")
    if folder == INPUTS:
        return BytesIO(inputs[name])
    descriptor = os.open(results / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    return os.fdopen(descriptor, "rb")


class _Counted:
    """Reads a member's bytes and notices what is not what was judged."""

    def __init__(self, file: IO[bytes], member: Member) -> None:
        self._file = file
        self._member = member
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._digest.update(piece)
        return piece

    def check(self) -> None:
        """Raises ``UsageError`` unless all that was announced was read, and nothing follows."""
        if self._file.read(1) or "sha256:" + self._digest.hexdigest() != self._member.digest:
            raise UsageError(
                f"{printable(self._member.name)}: changed since it was judged. Judge again while nothing writes there."
            )


@contextmanager
def _judged(member: Member, source: Source) -> Iterator[_Counted]:
    with source(member) as file:
        counted = _Counted(file, member)
        yield counted
        counted.check()


def _pack_tar(file: IO[bytes], members: Iterable[Member], source: Source) -> None:
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for member in members:
            header = tarfile.TarInfo(member.name)
            header.size = member.most
            with _judged(member, source) as content:
                try:
                    tar.addfile(header, content)
                except OSError:
                    content.check()
                    raise


def _pack_zip(file: IO[bytes], members: Iterable[Member], source: Source) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for member in members:
            header = zipfile.ZipInfo(member.name)  # of 1980-01-01, the first day that a zip knows
            header.compress_type = zipfile.ZIP_DEFLATED
            header.external_attr = (stat.S_IFREG | 0o644) << 16
            header.create_system = 3
            with _judged(member, source) as content, packed.open(header, "w") as target:
                while piece := content.read(PIECE):
                    target.write(piece)
