"""Set-up on machines that have and lack things: the real script, with the commands it calls played by small scripts."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("setup.sh", "requirements.lock", "pyproject.toml", "reports/package-lock.json")

PYTHON = """\
case "$*" in
    *version_info*3,*11*) [ ! -e "$MACHINE/old-python" ] ;;
    *ensurepip*) [ -e "$MACHINE/venv" ] ;;
    *version_info*) echo python3.11-venv ;;
    *"-m venv"*) mkdir -p .venv/bin && cp "$MACHINE/bin/python3" .venv/bin/python && cp "$MACHINE/bin/playwright" .venv/bin/ ;;
    *japanese_font*) [ -e "$MACHINE/fonts-noto-cjk" ] && echo "a Japanese font" ;;
    *find_browser*) [ -e "$MACHINE/chromium-headless-shell" ] && echo "a browser" ;;
    *"-m pip"*) echo "pip $*" >>"$MACHINE/done"; [ ! -e "$MACHINE/no-network" ] || { echo "ERROR: no network"; exit 1; } ;;
    *npm*) echo "npm $*" >>"$MACHINE/done" ;;
    *) echo "nobody thought of: $*" >&2; exit 9 ;;
esac
"""
COMMANDS = {
    "python3": PYTHON,
    "playwright": 'echo "Error: the download is not reachable"; exit 1',
    "apt-get": """\
[ ! -e "$MACHINE/no-packages" ] || { echo "E: Unable to locate package"; exit 100; }
for name; do touch "$MACHINE/${name/python3.11-venv/venv}"; done 2>/dev/null
""",
    "id": 'cat "$MACHINE/user"',
    "ls": '[ -e "$MACHINE/postgresql" ]',
}


@dataclass
class Machine:
    """A checkout, and a PATH on which this machine's commands come first."""

    folder: Path
    checkout: Path

    def has(self, *things: str) -> None:
        for thing in things:
            (self.folder / thing).touch()

    def set_up(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.defpath}",
            "MACHINE": str(self.folder),
            "HOME": str(self.folder),
        }
        return subprocess.run(
            ["./setup.sh", *words],
            cwd=self.checkout,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def done(self) -> str:
        log = self.folder / "done"
        return log.read_text() if log.exists() else ""


@pytest.fixture(params=["0", "1000"], ids=["root", "a user"])
def any_user(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def machine(tmp_path: Path, user: str) -> Machine:
    checkout = tmp_path / "a check out"
    (checkout / "reports").mkdir(parents=True)
    for name in FILES:
        shutil.copy(ROOT / name, checkout / name)
    (tmp_path / "bin").mkdir()
    for name, script in COMMANDS.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/bash\n{script}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "user").write_text(user)
    return Machine(tmp_path, checkout)


def test_a_machine_that_has_everything_is_ready(tmp_path: Path, any_user: str) -> None:
    here = machine(tmp_path, any_user)
    here.has("venv", "chromium-headless-shell", "fonts-noto-cjk")
    done = here.set_up()
    assert done.returncode == 0, done.stderr
    assert "browser: a browser" in done.stdout
    assert "--require-hashes --only-binary :all:" in here.done
    assert "ci --prefix reports --ignore-scripts" in here.done


def test_the_second_time_nothing_is_installed(tmp_path: Path) -> None:
    here = machine(tmp_path, "1000")
    here.has("venv", "chromium-headless-shell", "fonts-noto-cjk")
    assert here.set_up().returncode == 0
    first = here.done
    again = here.set_up()
    assert (again.returncode, again.stdout, here.done) == (0, "", first)


@pytest.mark.parametrize("name", ["requirements.lock", "reports/package-lock.json", "pyproject.toml"])
def test_a_changed_lock_is_installed(tmp_path: Path, name: str) -> None:
    here = machine(tmp_path, "1000")
    here.has("venv", "chromium-headless-shell", "fonts-noto-cjk")
    here.set_up()
    first = here.done
    with (here.checkout / name).open("a") as file:
        file.write("\n")
    assert here.set_up().returncode == 0
    assert len(here.done) > len(first)


def test_root_gets_what_the_machine_lacks_from_apt(tmp_path: Path) -> None:
    here = machine(tmp_path, "0")
    done = here.set_up()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "python3.11-venv, from apt" in done.stdout
    assert "from Playwright … failed: Error: the download is not reachable" in done.stdout
    assert "headless shell of Chromium, from apt … 0 s" in done.stdout
    assert "Japanese fonts, from apt … 0 s" in done.stdout


def test_a_user_is_told_everything_that_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    here = machine(tmp_path, "1000")
    here.has("venv")
    done = here.set_up()
    assert done.returncode == 3
    assert "sudo apt-get install chromium-headless-shell" in done.stderr
    assert "sudo apt-get install fontconfig fonts-noto-cjk" in done.stderr
    assert here.set_up().returncode == 3, "half a set-up must not count as done"


def test_a_user_without_venv_is_told_the_package(tmp_path: Path) -> None:
    done = machine(tmp_path, "1000").set_up()
    assert done.returncode == 3
    assert "sudo apt-get install python3.11-venv" in done.stderr


def test_an_old_python_is_refused_with_a_remedy(tmp_path: Path, any_user: str) -> None:
    here = machine(tmp_path, any_user)
    here.has("old-python")
    # Other interpreters of the real machine must not help out.
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        shutil.copy(here.folder / "bin" / "python3", here.folder / "bin" / name)
    done = here.set_up()
    assert done.returncode == 3
    assert "no Python 3.11 or newer" in done.stderr
    assert "PYTHON=" in done.stderr


def test_a_failed_installation_says_why_and_is_tried_again(tmp_path: Path) -> None:
    here = machine(tmp_path, "1000")
    here.has("venv", "chromium-headless-shell", "fonts-noto-cjk", "no-network")
    done = here.set_up()
    assert done.returncode == 3
    assert "failed: ERROR: no network" in done.stdout
    (here.folder / "no-network").unlink()
    assert here.set_up().returncode == 0


def test_root_without_a_package_source_is_told_what_is_missing(tmp_path: Path) -> None:
    here = machine(tmp_path, "0")
    here.has("venv", "no-packages")
    done = here.set_up()
    assert done.returncode == 3
    assert "E: Unable to locate package" in done.stdout
    assert "a Japanese font" in done.stderr


@pytest.mark.parametrize("word", [[], ["tests"]])
def test_only_for_the_tests_a_database_is_installed(tmp_path: Path, word: list[str]) -> None:
    here = machine(tmp_path, "0")
    here.has("venv", "chromium-headless-shell", "fonts-noto-cjk")
    assert here.set_up().returncode == 0
    done = here.set_up(*word)
    assert done.returncode == 0, done.stderr
    assert ("PostgreSQL, from apt … 0 s" in done.stdout) == bool(word)
    assert here.set_up(*word).stdout == ""


@pytest.mark.parametrize(("user", "things"), [("1000", ()), ("0", ("no-packages",))], ids=["a user", "no packages"])
def test_where_no_database_can_be_installed_it_is_said_and_the_tests_go_on(
    tmp_path: Path, user: str, things: tuple[str, ...]
) -> None:
    here = machine(tmp_path, user)
    here.has("venv", "chromium-headless-shell", "fonts-noto-cjk", *things)
    done = here.set_up("tests")
    assert done.returncode == 0, done.stderr
    assert "sudo apt-get install postgresql" in done.stdout
    assert "browser: a browser" in done.stdout
