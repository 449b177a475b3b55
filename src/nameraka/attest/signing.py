"""Signing a verdict: the evidence goes into an archive, and two statements about the exact artifact into a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from nameraka.attest.archive import INPUTS, Member, write_archive
from nameraka.attest.bundle import write_bundle
from nameraka.attest.contents import input_name, members_of
from nameraka.attest.envelope import seal
from nameraka.attest.keys import load_private
from nameraka.attest.pins import artifact_name, pinned
from nameraka.attest.statements import summary, test_result
from nameraka.findings import UsageError
from nameraka.gate.inputs import Source

BUNDLE: Final = "verdict.intoto.jsonl"
ARCHIVE: Final = "evidence.tar.gz"


def sign_verdict(
    document: Mapping[str, Any],
    *,
    results: Path,
    sources: Mapping[str, Source],
    artifact: str,
    verifier: str,
    key: Path,
    archive: Path,
    bundle: Path,
) -> None:
    """Sign ``document``, the verdict on the folder ``results`` by the inputs ``sources``, as one about ``artifact``.

    ``artifact`` is a file or ``sha256:…`` and must be the very build that the verdict speaks of: what was tested is what
    is signed. ``verifier`` is the name of this gate (a URI), ``key`` its private key. Writes ``archive`` and ``bundle``;
    a former bundle is gone first, so that it is not taken for this verdict's. Raises ``UsageError`` when nothing was signed.
    """
    try:
        bundle.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be replaced: {error.strerror}. Nothing was signed.") from None
    for place in (archive, bundle):
        if place.resolve().is_relative_to(results.resolve()):
            raise UsageError(f"{place}: what is signed does not belong among the evidence. Name another place.")
    digest = pinned(artifact)
    _require_signable(document, digest, artifact)
    private = load_private(key)
    try:
        evidence = write_archive(archive, _members(document, sources), results, _inputs(sources))
        name = artifact_name(artifact)
        first = seal(test_result(document, digest, name), private)
        second = seal(
            summary(document, digest, name, verifier=verifier, test_result=first.digest, evidence=evidence), private
        )
        write_bundle(bundle, first, second)
    except OSError as error:
        raise UsageError(f"{error.filename or archive}: {error.strerror or error}. Nothing was signed.") from None


def _require_signable(document: Mapping[str, Any], digest: str, artifact: str) -> None:
    build = document["build"]
    if build is None:
        raise UsageError("The plan names no build, so no artifact was tested. Let the environment name its `build`.")
    if digest != build:
        raise UsageError(
            f"{artifact}: this is not what was tested: its digest is {digest}, the build that answered is {build}. "
            "Give the artifact that was tested, or test this one."
        )
    if "policy" not in document["inputs"]:
        raise UsageError("There is no policy, and without one nothing is signed. Write reports/gate.toml.")


def _members(document: Mapping[str, Any], sources: Mapping[str, Source]) -> list[Member]:
    sizes = {f"{INPUTS}/{name}": len(content) for name, content in _inputs(sources).items()}
    return [replace(one, size=sizes.get(one.name, one.size)) for one in members_of(document)]


def _inputs(sources: Mapping[str, Source]) -> dict[str, bytes]:
    return {input_name(role): source.content for role, source in sources.items()}
