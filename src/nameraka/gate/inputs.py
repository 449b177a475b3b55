"""What the gate judges by, besides the evidence: policy, waivers, register, the last accepted release, product's word.

They come from the project (or, for a verdict that is verified, from the sealed copies beside the evidence), never from
the folder that is judged: evidence excuses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from nameraka.findings import Findings
from nameraka.gate.acceptance import Acceptance, read_acceptance
from nameraka.gate.evidence import Problem
from nameraka.gate.policy import Policy, read_policy
from nameraka.gate.text import Text
from nameraka.gate.waivers import Waivers, read_waivers
from nameraka.plan import sha256
from nameraka.register import Criterion, parse_register
from nameraka.shapes import Malformed, parse_json

PLANNED_INPUTS: Final = ("policy", "waivers", "register")
"""What the plan names by digest. Baseline and product's word come after it."""

LARGEST: Final = 256 * 1024 * 1024  # bytes; a baseline lists every file and item of a release


class Promised(Struct, frozen=True):
    """What a former verdict said of a requirement."""

    id: str
    state: str


class Answered(Struct, frozen=True):
    """What a former verdict said of an item."""

    id: str
    state: str


class Baseline(Struct, frozen=True):
    """The verdict on the last accepted release, as far as this one is held against it. ``document`` is all of it."""

    verdict: str
    environment: str
    created: str
    build: str | None
    requirements: tuple[Promised, ...]
    items: tuple[Answered, ...]
    document: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: by which name, and its bytes with their digest."""

    name: str
    digest: str
    content: bytes


@dataclass(frozen=True)
class InputPaths:
    """Where the inputs are. A file that is not there is not an error here; the rules say what its absence means."""

    policy: Path
    waivers: Path
    register: Path
    baseline: Path
    acceptance: Path

    @classmethod
    def in_folder(cls, folder: Path) -> InputPaths:
        """The inputs as an evidence archive holds them: side by side under their usual names."""
        return cls(
            policy=folder / "gate.toml",
            waivers=folder / "waivers.toml",
            register=folder / "requirements.toml",
            baseline=folder / "baseline.json",
            acceptance=folder / "acceptance.json",
        )


@dataclass(frozen=True)
class Inputs:
    """All that was read. ``sources`` has the files by role; ``problems`` what could not be understood."""

    policy: Policy | None = None
    waivers: Waivers = field(default_factory=Waivers)
    register: Mapping[str, Criterion] = field(default_factory=dict)
    baseline: Baseline | None = None
    acceptance: Acceptance | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def digest(self, role: str) -> str | None:
        """The digest of the file that plays ``role``; None where there is none."""
        source = self.sources.get(role)
        return source.digest if source else None


def read_inputs(paths: InputPaths, root: Path | None = None) -> Inputs:
    """Read what is there. Never raises for what a file holds: that is a problem, and the verdict will be ``unknown``.

    ``root`` is what names are told relative to.
    """
    reader = _Reader(root)
    for one in fields(paths):
        reader.read(one.name, getattr(paths, one.name))
    return reader.inputs()


class _Reader:
    def __init__(self, root: Path | None) -> None:
        self.root = root
        self.found: dict[str, Any] = {}
        self.sources: dict[str, Source] = {}
        self.problems: list[Problem] = []

    def read(self, role: str, path: Path) -> None:
        name = (
            path.name if self.root is None or not path.is_relative_to(self.root) else str(path.relative_to(self.root))
        )
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except FileNotFoundError:
            return
        except OSError as error:
            self._problem(name, error.strerror or str(error))
            return
        if len(content) > LARGEST:
            self._problem(name, f"it has more than {LARGEST:,} bytes")
            return
        self.sources[role] = Source(name, sha256(content), content)
        try:
            self.found[role] = _READERS[role](content, name)
        except Malformed as error:
            self._problem(name, str(error))
        except Findings as error:
            self._problem(name, str(error.findings[0]))

    def _problem(self, name: str, reason: str) -> None:
        self.problems.append(Problem(name, Text(f"cannot be used: {reason}", f"使えません: {reason}")))

    def inputs(self) -> Inputs:
        return Inputs(**self.found, sources=self.sources, problems=tuple(self.problems))


def _baseline(content: bytes, name: str) -> Baseline:
    document = parse_json(content)
    try:
        baseline = msgspec.convert(document, Baseline)
    except msgspec.ValidationError as error:
        raise Malformed(f"it is no verdict document: {error}") from None
    return msgspec.structs.replace(baseline, document=document)


_READERS: Final[Mapping[str, Callable[[bytes, str], object]]] = {
    "policy": lambda content, name: read_policy(content),
    "waivers": lambda content, name: read_waivers(content),
    "register": parse_register,
    "baseline": _baseline,
    "acceptance": lambda content, name: read_acceptance(content),
}
