"""A small project in a temporary folder, driven as its users drive theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

PYPROJECT = """
[tool.pytest.ini_options]
testpaths = ["features"]
pythonpath = ["."]
addopts = ["-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:anyio", "-p", "no:faker"]
strict = true

[tool.nameraka]
tags = ["slow"]

[tool.nameraka.environments.embedded]
capabilities = ["kill"]
"""

# A shop that counts coins: an act may be refused, doors are told apart, a name is an alias.
STEPS = """
import pytest
from nameraka import Actor, Done, Door, Refused, act, given, slot, then, when

slot("person", terms={"buyer": ("客", "the buyer"), "keeper": ("店主", "the keeper")}, named=True, fixture="people")
slot("colour", terms={"red": ("赤", "red"), "blue": ("青い色", "blue")})

class PurseApi(Door):
    way = "api"
    @act
    def pay(self, coins: int):
        return Done(coins) if coins < 10 else Refused("too much")

class PurseWeb(PurseApi):
    way = "web"

class Buyer(Actor):
    @property
    def purse(self):
        return self.door(api=PurseApi, web=PurseWeb)

@pytest.fixture
def people(stage):
    known = {}
    def person(reference):
        return known.setdefault(reference, Buyer(stage, reference[1]))
    return person

@given(ja="{who:person}が{n:number}枚を持つ", en="{who:person} has {n:number} coins")
def has(who, n):
    who.remember(had=n, given_by=who.purse.way)

@when(ja="{who:person}が{n:number}枚を払う", en="{who:person} pays {n:number} coins")
def pays(who, n):
    who.remember(paid_by=who.purse.way)
    who.purse.pay(n)

@then(ja="{who:person}は{n:number}枚を払っている", en="{who:person} has paid {n:number} coins")
def has_paid(who, n):
    assert who.last.value == n

@then(ja="{who:person}は「{reason}」と断られる", en='{who:person} is refused with "{reason}"')
def is_refused(who, reason):
    assert who.last.reason == reason

@then(ja="前提は{given}で、行為は{done}で行われた", en="the given went by {given}, the act by {done}")
def went_by(people, given, done):
    who = people(("buyer", "花子"))
    assert (who.recall("given_by"), who.recall("paid_by")) == (given, done)

@then(ja="色は{colour:colour}である", en="the colour is {colour:colour}")
def colour_is(colour):
    assert colour in ("red", "blue")

@given(ja="棚に次の品がある", en="the shelf holds", table={"item": ("品", "item"), "count": ("数", "count", "number")})
def shelf(rows):
    assert all(isinstance(row["count"], int) for row in rows)

@when(ja="次の手紙を読む", en="this letter is read")
def letter(docstring):
    assert docstring

@when(ja="店が倒れる", en="the shop falls", needs=("kill",))
def falls():
    pass

@when(ja="時計が進む", en="the clock moves", needs=("clock",))
def clock():
    pass

@then(ja="必ず失敗する", en="it always fails")
def fails():
    assert 1 == 2
"""

PAYS = """
# language: ja
機能: 財布
  シナリオ: 払う
    前提 客の花子が3枚を持つ
    もし 客の花子が2枚を払う
    ならば 客の花子は2枚を払っている
"""


@dataclass
class Run:
    """What a run printed and how it ended."""

    code: int
    text: str

    def says(self, *parts: str) -> bool:
        missing = [part for part in parts if part not in self.text]
        assert not missing, f"not said: {missing}\n{self.text}"
        return True


class Project:
    """A project of a user."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("pyproject.toml", PYPROJECT)
        self.write("conftest.py", 'pytest_plugins = ["steps.shop"]')
        self.write("steps/shop.py", STEPS)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"), "utf-8")

    def feature(self, text: str, path: str = "features/shop/purse.feature") -> None:
        self.write(path, text)

    def steps(self, text: str) -> None:
        """Further steps."""
        self.write("steps/more.py", "from nameraka import *\n" + textwrap.dedent(text))
        self.write("conftest.py", 'pytest_plugins = ["steps.shop", "steps.more"]')

    def pytest(self, *arguments: str, **environ: str) -> Run:
        return self._run([sys.executable, "-m", "pytest", *arguments], environ)

    def nameraka(self, *arguments: str, **environ: str) -> Run:
        return self._run([sys.executable, "-m", "nameraka", *arguments], environ)

    def _run(self, command: list[str], environ: dict[str, str]) -> Run:
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("NAMERAKA_", "PYTEST_"))}
        done = subprocess.run(
            command, cwd=self.root, env={**clean, **environ}, capture_output=True, text=True, timeout=60, check=False
        )
        return Run(done.returncode, done.stdout + done.stderr)

    def results(self, folder: str = "results") -> list[dict]:
        """The Allure results, by full name."""
        files = sorted((self.root / folder).glob("*-result.json"))
        return sorted((json.loads(file.read_text("utf-8")) for file in files), key=lambda result: result["fullName"])


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
