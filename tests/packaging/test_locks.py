"""What is installed is what was locked: every package by version and hash, from whatever registry is at hand."""

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
NPM_LOCK = json.loads((ROOT / "reports" / "package-lock.json").read_text("utf-8"))


def locked() -> dict[str, list[str]]:
    """Hashes by `name==version`."""
    packages: dict[str, list[str]] = {}
    name = ""
    for line in LOCK.splitlines():
        if line.startswith(" "):
            packages[name].append(line.strip().removesuffix(" \\"))
        else:
            name = line.split(" ")[0]
            packages[name] = []
    return packages


def declared() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    yield from project["project"]["dependencies"]
    for group in project["dependency-groups"].values():
        yield from group


def test_every_locked_package_has_a_version_and_hashes() -> None:
    for name, hashes in locked().items():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][\w.+!]*", name), name
        assert hashes, f"{name} has no hash"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), name


@pytest.mark.parametrize("requirement", sorted(set(declared())))
def test_what_is_declared_is_locked_within_its_range(requirement: str) -> None:
    wanted = Requirement(requirement)
    (found,) = [name for name in locked() if name.split("==")[0] == wanted.name]
    assert wanted.specifier.contains(found.split("==")[1]), f"{found} is out of {requirement}; run `make lock`"


def test_every_package_of_the_report_is_locked_with_its_digest() -> None:
    assert NPM_LOCK["packages"]["node_modules/allure"]["version"] == "3.18.0"
    for name, package in NPM_LOCK["packages"].items():
        if name:
            assert package["integrity"].startswith("sha512-"), name


def test_no_lock_names_a_registry_or_a_place_on_this_machine() -> None:
    assert not re.search(r"https?://|file:|^--|/home/|/opt/", LOCK, re.MULTILINE)
    for name, package in NPM_LOCK["packages"].items():
        assert "resolved" not in package, name


@pytest.mark.parametrize("library", ["pytest", "pytest-bdd", "allure-pytest", "playwright", "schemathesis"])
def test_these_tests_run_with_the_locked_versions(library: str) -> None:
    assert f"{library}=={version(library)}" in locked(), "run `make setup`"
