"""An archive cannot get out of its folder, nor fill the disk: not even one that the gate's own key vouches for."""

from __future__ import annotations

import gzip
import resource
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hand_made import fresh
from signed_release import Release, members, pack, sign

from nameraka.attest.archive import plain_name

Refused = Callable[[Release], str]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    def verify(release: Release) -> str:
        capsys.readouterr()
        assert release.verify() == 1
        said = capsys.readouterr().out
        assert said.startswith("refused: ")
        assert said.count("\n") == 1
        return said

    return verify


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return sign(fresh(tmp_path / "run" / "results"), tmp_path / "out")


def named(name: str, content: bytes = b"x", **more: Any) -> tuple[tarfile.TarInfo, bytes]:
    header = tarfile.TarInfo(name)
    header.size = len(content)
    for field, value in more.items():
        setattr(header, field, value)
    return header, content


def test_the_archive_that_is_spoiled_here_was_go(release: Release) -> None:
    pack(release, members(release))
    assert release.verify() == 0


OUTSIDE = [
    "../evil",
    "results/../../evil",
    "results/..",
    "/tmp/evil",
    "results//tmp/evil",
    "results/a/b",
    "results/a\\b",
    "results/C:evil",
    "elsewhere/evil",
    "evil",
    "results/",
    "results/\n",
    "results/" + "x" * 256,
    "",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_member_that_would_lie_elsewhere_is_refused(
    release: Release, refused: Refused, name: str, tmp_path: Path
) -> None:
    assert not plain_name(name)
    pack(release, [named(name), *members(release)])
    assert "no file directly below" in refused(release)
    assert not list(tmp_path.parent.rglob("evil"))


@pytest.mark.parametrize(
    "more",
    [
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.LNKTYPE, "linkname": "results/run-1of1.jsonl"},
        {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 5},
        {"type": tarfile.FIFOTYPE},
        {"type": tarfile.DIRTYPE},
        {"type": tarfile.CONTTYPE},
    ],
)
def test_a_member_that_is_no_plain_file_is_refused(release: Release, refused: Refused, more: dict[str, Any]) -> None:
    kept = [one for one in members(release) if one[0].name != "results/plan.json"]
    pack(release, [*kept, named("results/plan.json", b"", **more)])
    assert "no plain file" in refused(release)


def test_a_sparse_file_is_no_plain_file(release: Release, refused: Refused) -> None:
    content = {header.name: content for header, content in members(release)}["results/plan.json"]
    kept = [one for one in members(release) if one[0].name != "results/plan.json"]
    sparse = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "results/plan.json"}
    sparse["GNU.sparse.realsize"] = str(len(content))
    table = b"1\n0\n%d\n" % len(content)
    pack(release, [named("results/x", table.ljust(512, b"\0") + content, pax_headers=sparse), *kept])
    refused(release)


def test_a_further_a_second_and_a_missing_member_are_refused(release: Release, refused: Refused) -> None:
    packed = members(release)
    pack(release, [*packed, named("results/plan2.json")])
    assert "that the verdict does not list" in refused(release)
    pack(release, [*packed, packed[0]])
    assert "twice" in refused(release)
    pack(release, packed[1:])
    assert f"lacks {packed[0][0].name}" in refused(release)
    pack(release, [])
    assert "lacks" in refused(release)


@pytest.mark.parametrize("number", range(8))
def test_a_member_with_other_bytes_is_refused(release: Release, refused: Refused, number: int) -> None:
    packed = members(release)
    header, content = packed[number]
    packed[number] = header, bytes([content[0] ^ 1]) + content[1:]
    pack(release, packed)
    assert f"{header.name} of the evidence archive is not what was judged" in refused(release)
    packed[number] = header, content + b" "
    pack(release, packed)
    refused(release)


def zipped(release: Release, packed: list[tuple[str, bytes]], mode: int = stat.S_IFREG | 0o644) -> None:
    with zipfile.ZipFile(release.archive, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in packed:
            header = zipfile.ZipInfo(name)
            header.external_attr = mode << 16
            archive.writestr(header, content)
    release.vouch()


def test_a_zip_may_hold_the_evidence_too(release: Release) -> None:
    zipped(release, [(header.name, content) for header, content in members(release)])
    assert release.verify() == 0


@pytest.mark.parametrize("name", [name for name in OUTSIDE if name])
def test_a_zip_cannot_get_out_either(release: Release, refused: Refused, name: str, tmp_path: Path) -> None:
    packed = [(header.name, content) for header, content in members(release)]
    zipped(release, [(name, b"x"), *packed[1:]])
    assert "no file directly below" in refused(release)
    assert not list(tmp_path.parent.rglob("evil"))


def test_a_zip_with_links_doubles_strangers_or_gaps_is_refused(release: Release, refused: Refused) -> None:
    packed = [(header.name, content) for header, content in members(release)]
    zipped(release, packed, stat.S_IFLNK | 0o777)
    assert "no plain file" in refused(release)
    zipped(release, [*packed, ("results/further", b"")])
    assert "more members" in refused(release)
    zipped(release, [*packed[1:], ("results/further", b"")])
    assert "that the verdict does not list" in refused(release)
    with pytest.warns(UserWarning, match="Duplicate name"):
        zipped(release, [*packed[1:], packed[-1]])
    assert "twice" in refused(release)
    zipped(release, packed[1:])
    assert "lacks" in refused(release)


def test_a_bomb_does_not_go_off(release: Release, refused: Refused) -> None:
    with gzip.open(release.archive, "wb", compresslevel=1) as file:
        header = named("results/plan.json", b"")[0]
        header.size = 1024**4
        file.write(header.tobuf())
        for _ in range(64):
            file.write(bytes(1024**2))
    release.vouch()
    assert "another size" in refused(release)


def test_a_zip_that_lies_about_its_sizes_does_not_swell(release: Release, refused: Refused) -> None:
    packed = [(header.name, content) for header, content in members(release)]
    name, content = packed[0]
    swollen = content + bytes(1024**2)
    zipped(release, [(name, swollen), *packed[1:]])
    told, real = (len(one).to_bytes(4, "little") for one in (content, swollen))
    release.archive.write_bytes(release.archive.read_bytes().replace(real, told))
    release.vouch()
    assert "another size" not in refused(release)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_would_not_fit_into_memory_is_not_taken_into_it(
    release: Release, refused: Refused, kind: bytes
) -> None:
    header = named("results/plan.json", b"", type=kind)[0]
    header.size = 2**32
    with gzip.open(release.archive, "wb", compresslevel=1) as file:
        file.write(header.tobuf())
        for _ in range(256):
            file.write(bytes(1024**2))
    release.vouch()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "a header of more than a mebibyte" in refused(release)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # KiB


def test_headers_without_end_are_not_read_to_their_end(release: Release, refused: Refused) -> None:
    header = named("x", b"", type=tarfile.XGLTYPE)[0]
    header.size = 1024**2
    with gzip.open(release.archive, "wb", compresslevel=1) as file:
        for _ in range(300):
            file.write(header.tobuf(tarfile.USTAR_FORMAT) + bytes(header.size))
    release.vouch()
    assert "unpacks to more than the verdict lists" in refused(release)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x1f\x8b", b"\x1f\x8b\x08" + bytes(100), b"PK\x03\x04", b"PK\x03\x04" + bytes(100), b"x" * 10_000],
)
def test_what_is_no_archive_is_refused(release: Release, refused: Refused, content: bytes) -> None:
    release.archive.write_bytes(content)
    release.vouch()
    assert "the evidence archive" in refused(release)


def test_a_cut_archive_is_refused(release: Release, refused: Refused) -> None:
    release.archive.write_bytes(release.archive.read_bytes()[:500])
    release.vouch()
    assert "cannot be read" in refused(release)
