"""Reading an evidence archive back, against the list of what must be in it.

No other name, no link, no second copy, no byte more than was listed: so no member leaves the folder that it is unpacked
into, and none swells. Tar (gzipped) and zip are told apart by how they begin.
"""

from __future__ import annotations

import gzip
import hashlib
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

from nameraka.attest.archive import FOLDERS, PIECE, Member, plain_name
from nameraka.attest.refused import Refused
from nameraka.gate.text import printable

MOST_MEMBERS: Final = 1_000_000
LARGEST_TOTAL: Final = 16 * 1024**3  # bytes, unpacked
OVERHEAD: Final = 8 * 1024  # bytes of headers and padding that a tar may spend on a member


def unpack(file: IO[bytes], members: Iterable[Member], folder: Path) -> None:
    """Unpack the archive in ``file`` into ``folder``, an empty one, below ``results/`` and ``inputs/``.

    Raises ``Refused`` unless the archive holds exactly ``members``.
    """
    wanted = _listed(members)
    missing = set(wanted)
    for name in FOLDERS:
        (folder / name).mkdir()
    try:
        for found in _members(file, wanted):
            member = _expected(found, wanted, missing)
            missing.remove(member.name)
            _write(found, member, folder / member.name)
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,  # zipfile's word for a way of packing, or of encrypting, that it does not know
    ) as error:
        reason = printable(str(error))
        raise Refused(
            f"the evidence archive cannot be read: {reason}", f"証拠のアーカイブを読めません: {reason}"
        ) from None
    if missing:
        name = printable(min(missing))
        raise Refused(f"the evidence archive lacks {name}", f"証拠のアーカイブに {name} がありません")


def _listed(members: Iterable[Member]) -> dict[str, Member]:
    wanted: dict[str, Member] = {}
    for member in members:
        if not plain_name(member.name) or member.name in wanted:
            raise Refused(
                f"the verdict lists a file {printable(member.name)} that no archive may hold",
                f"判定が、アーカイブに入れられない名前のファイル {printable(member.name)} を挙げています",
            )
        wanted[member.name] = member
    if len(wanted) > MOST_MEMBERS or sum(member.most for member in wanted.values()) > LARGEST_TOTAL:
        raise Refused(
            f"the verdict lists more than {MOST_MEMBERS:,} files or {LARGEST_TOTAL:,} bytes of evidence",
            f"判定が挙げる証拠が {MOST_MEMBERS:,} ファイルまたは {LARGEST_TOTAL:,} バイトを超えています",
        )
    return wanted


@dataclass(frozen=True, slots=True)
class _Found:
    """A member as the archive announces it."""

    name: str
    size: int
    plain: bool
    open: Callable[[], IO[bytes]]


def _expected(found: _Found, wanted: Mapping[str, Member], missing: set[str]) -> Member:
    name = printable(found.name)
    if not plain_name(found.name):
        raise Refused(
            f"the evidence archive has a member {name}, which is no file directly below results/ or inputs/",
            f"証拠のアーカイブに、results/ または inputs/ の直下のファイルではない {name} があります",
        )
    if not found.plain:
        raise Refused(
            f"the evidence archive has a member {name} that is no plain file",
            f"証拠のアーカイブの {name} は通常のファイルではありません",
        )
    if found.name not in wanted:
        raise Refused(
            f"the evidence archive has a member {name} that the verdict does not list",
            f"証拠のアーカイブに、判定が挙げていない {name} があります",
        )
    if found.name not in missing:
        raise Refused(f"the evidence archive has {name} twice", f"証拠のアーカイブに {name} が2つあります")
    member = wanted[found.name]
    if found.size > member.most or member.size not in (None, found.size):
        raise Refused(
            f"{name} of the evidence archive has another size than was judged",
            f"証拠のアーカイブの {name} の大きさが、判定したものと違います",
        )
    return member


def _write(found: _Found, member: Member, path: Path) -> None:
    digest, left = hashlib.sha256(), found.size
    with found.open() as source, path.open("xb") as target:
        while piece := source.read(min(PIECE, left)):
            left -= len(piece)
            digest.update(piece)
            target.write(piece)
    if "sha256:" + digest.hexdigest() != member.digest:
        name = printable(member.name)
        raise Refused(
            f"{name} of the evidence archive is not what was judged",
            f"証拠のアーカイブの {name} は、判定したものと違います",
        )


def _members(file: IO[bytes], wanted: Mapping[str, Member]) -> Iterator[_Found]:
    zipped = file.read(4) == b"PK\x03\x04"
    file.seek(0)
    return _zip_members(file, len(wanted)) if zipped else _tar_members(file, wanted.values())


def _tar_members(file: IO[bytes], wanted: Iterable[Member]) -> Iterator[_Found]:
    most = sum(member.most + OVERHEAD for member in wanted) + 2 * tarfile.RECORDSIZE
    with (
        gzip.GzipFile(fileobj=file, mode="rb") as packed,
        tarfile.open(fileobj=_Metered(packed, most), mode="r:") as tar,  # type: ignore[call-overload]  # it reads, and tarfile asks for no more
    ):
        for header in tar:
            plain = header.type == tarfile.REGTYPE and header.sparse is None
            yield _Found(header.name, header.size, plain, partial(_content, tar, header))


def _content(tar: tarfile.TarFile, header: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(header)
    if content is None:
        raise ValueError(f"{header.name} is no file")
    return content


def _zip_members(file: IO[bytes], wanted: int) -> Iterator[_Found]:
    with zipfile.ZipFile(file) as packed:
        if len(packed.infolist()) > wanted:
            raise ValueError(f"it has more members than the {wanted:,} that the verdict lists")
        for header in packed.infolist():
            kind = stat.S_IFMT(header.external_attr >> 16)
            plain = kind in (0, stat.S_IFREG) and not header.is_dir() and not header.flag_bits & 1
            yield _Found(header.orig_filename, header.file_size, plain, partial(packed.open, header))


class _Metered:
    """An unpacked stream that gives no more bytes than the announced files and their headers may need.

    ``tarfile`` takes a whole extended header into memory, however large it says it is.
    """

    def __init__(self, stream: gzip.GzipFile, most: int) -> None:
        self._stream = stream
        self._most = most

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= PIECE:
            raise ValueError("it has a header of more than a mebibyte")
        self._bounded(self._stream.tell() + size)
        return self._stream.read(size)

    def seek(self, offset: int) -> int:
        self._bounded(offset)
        return self._stream.seek(offset)

    def tell(self) -> int:
        return self._stream.tell()

    def _bounded(self, offset: int) -> None:
        if offset > self._most:
            raise ValueError("it unpacks to more than the verdict lists")
