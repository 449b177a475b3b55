"""A release as its pipeline leaves it: a run, judged, signed with its evidence, ready to be approved and verified."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hand_made import BUILD, Run

from nameraka.attest.envelope import parse_line, seal
from nameraka.attest.keys import load_private, new_key_pair
from nameraka.attest.signing import sign_verdict
from nameraka.cli import main
from nameraka.gate.verdict import document, judge
from nameraka.plan import sha256

APPROVED = "schema = 1\n[signatures]\napprovers = 1\n"


@dataclass
class Release:
    """The files of one signed verdict, and the folder of the keys ``gate``, ``approver``, ``second`` and ``stranger``."""

    run: Run
    keys: Path
    bundle: Path
    archive: Path

    @property
    def lines(self) -> list[bytes]:
        return self.bundle.read_bytes().splitlines()

    def put(self, *lines: bytes) -> None:
        """Make the bundle of these lines."""
        self.bundle.write_bytes(b"".join(line + b"\n" for line in lines))

    def statement(self, number: int) -> dict[str, Any]:
        """What line ``number`` says, counted from 0."""
        return parse_line(self.lines[number]).statement()

    def resign(self, number: int, change: Mapping[str, Any], key: str = "gate") -> None:
        """Change the predicate of line ``number`` and sign it again, as whoever has the key could."""
        lines, statement = self.lines, self.statement(number)
        statement["predicate"].update(change)
        lines[number] = seal(statement, load_private(self.keys / f"{key}.pem")).line
        self.put(*lines)

    def vouch(self) -> None:
        """Sign for the archive as it is now, as somebody could who has the gate's key."""
        rests_on = self.statement(1)["predicate"]["inputAttestations"]
        for one in rests_on:
            if one["uri"] == "nameraka:evidence/v1":
                one["digest"]["sha256"] = digest(self.archive).removeprefix("sha256:")
        self.resign(1, {"inputAttestations": rests_on})

    def sign_again(self, told: Mapping[str, Any], run: Run | None = None) -> None:
        """Sign whatever is ``told`` as the verdict on the run (or on another one), with the gate's key."""
        case = (run or self.run).case()
        sign_verdict(
            told,
            results=(run or self.run).folder,
            sources=case.inputs.sources,
            artifact=BUILD,
            verifier=case.policy.verifier.id,
            key=self.keys / "gate.pem",
            archive=self.archive,
            bundle=self.bundle,
        )

    def policy(self) -> Path:
        return self.run.folder.parent / "gate.toml"

    def approve(self, key: str = "approver", meaning: str = "released", name: str = "山田 花子", *more: str) -> int:
        """`nameraka approve`."""
        options = ["--key", str(self.keys / f"{key}.pem"), "--name", name, "--meaning", meaning]
        return main(["approve", str(self.bundle), *options, *more])

    def verify(self, **changes: Any) -> int:
        """`nameraka verify` with the options that fit, but for ``changes``; an option that is None is left out."""
        options: dict[str, Any] = {
            "artifact": BUILD,
            "environment": self.run.environment,
            "policy": self.policy(),
            "key": self.public("gate"),
            "approver": None,
            "evidence": self.archive,
            "max_age": None,
            "lang": "en",
            **changes,
        }
        arguments = ["verify", str(self.bundle)]
        for name, value in options.items():
            if value is not None:
                values = value if isinstance(value, list) else [value]
                arguments += [f"--{name.replace('_', '-')}", *map(str, values)]
        return main(arguments)

    def public(self, name: str) -> Path:
        return self.keys / f"{name}.pub.json"


def sign(run: Run, folder: Path, now: datetime | None = None, archive: str = "evidence.tar.gz") -> Release:
    """Judge ``run`` and sign the verdict; ``folder`` gets the keys, the bundle and the archive."""
    keys = folder / "keys"
    if not keys.exists():
        for name in ("gate", "approver", "second", "stranger"):
            new_key_pair(name, keys)
    release = Release(run, keys, folder / "verdict.intoto.jsonl", folder / archive)
    release.sign_again(document(judge(run.case(now or datetime.now(UTC).replace(microsecond=0)))))
    return release


def digest(path: Path) -> str:
    return sha256(path.read_bytes())


def verdict_of(release: Release) -> dict[str, Any]:
    """The verdict document that was signed."""
    found: dict[str, Any] = release.statement(0)["predicate"]["nameraka:verdict/v1"]
    return json.loads(json.dumps(found))


def members(release: Release) -> list[tuple[tarfile.TarInfo, bytes]]:
    """All of them: an archive of ours holds files and nothing else."""
    with tarfile.open(release.archive) as tar:
        files = [(one, tar.extractfile(one)) for one in tar]
        return [(one, file.read()) for one, file in files if file is not None or pytest.fail(f"{one} is no file")]


def pack(release: Release, packed: list[tuple[tarfile.TarInfo, bytes]], **settings: Any) -> None:
    with tarfile.open(release.archive, "w:gz", **settings) as tar:
        for header, content in packed:
            header.size = len(content) if header.isreg() else header.size
            tar.addfile(header, io.BytesIO(content))
    release.vouch()
