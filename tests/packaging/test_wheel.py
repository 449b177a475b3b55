"""The wheel holds the engine and nothing else, and its metadata names what the engine needs."""

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def read(wheel: zipfile.ZipFile, name: str) -> str:
    (path,) = [member for member in wheel.namelist() if member.endswith(f".dist-info/{name}")]
    return wheel.read(path).decode()


def test_the_wheel_holds_every_module_of_the_engine_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    kept = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "nameraka").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == kept
    assert "nameraka/plugin.py" in packed


def test_the_wheel_offers_the_command_and_the_pytest_plugin(wheel: zipfile.ZipFile) -> None:
    entries = read(wheel, "entry_points.txt").splitlines()
    assert "nameraka = nameraka.cli:main" in entries
    assert "nameraka = nameraka.plugin" in entries


def test_the_wheel_asks_for_libraries_of_the_engine_only(wheel: zipfile.ZipFile) -> None:
    metadata = Parser().parsestr(read(wheel, "METADATA"))
    needed = metadata.get_all("Requires-Dist")
    assert needed is not None
    for product in ("fastapi", "uvicorn", "faker", "oidc-provider-mock"):
        assert not [one for one in needed if one.startswith(product)]
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"


@pytest.mark.parametrize("library", ["pytest", "pytest-bdd", "allure-pytest"])
def test_libraries_reached_by_private_names_have_one_exact_version(wheel: zipfile.ZipFile, library: str) -> None:
    needed = Parser().parsestr(read(wheel, "METADATA")).get_all("Requires-Dist")
    assert needed is not None
    assert [one for one in needed if one.startswith(f"{library}==")], needed
