"""Who may know whom. ARCHITECTURE.md draws it; this names each violation."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("nameraka", "pharmacy", "steps", "fixtures", "features", "drills", "tests")

# A part may import these parts of ours and no others.
MAY_KNOW = {
    "src/nameraka": {"nameraka"},
    "pharmacy": {"pharmacy"},
    "fixtures": {"nameraka", "fixtures"},
    "steps": {"nameraka", "fixtures", "steps"},
}


def modules(folder: str) -> Iterator[Path]:
    return iter(sorted((ROOT / folder).rglob("*.py")))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of each import, those inside functions and for type checkers included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def violations(part: str, forbidden: Callable[[str], bool]) -> str:
    """Each import in this part of what is forbidden, one a line."""
    return "\n".join(
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(part)
        for line, name in imports(path)
        if forbidden(name)
    )


@pytest.mark.parametrize("part", MAY_KNOW)
def test_each_part_knows_only_those_it_may(part):
    assert violations(part, lambda name: name.split(".")[0] in set(OURS) - MAY_KNOW[part]) == ""


def test_steps_know_people_but_no_door():
    doors = ("fixtures.doors", "fixtures.companies", "playwright", "requests", "schemathesis")
    assert violations("steps", lambda name: name.startswith(doors)) == ""


def test_companies_outside_know_neither_people_nor_the_environment():
    theirs = ("fixtures.companies", "fixtures.forgery")
    assert violations("fixtures/companies", lambda n: n.startswith("fixtures.") and not n.startswith(theirs)) == ""


def test_the_engine_has_not_one_word_of_pharmacy():
    words = ("pharma", "patient", "薬", "患者")
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in modules("src/nameraka")
        for line, text in spoken(path)
        if any(word in text.lower() for word in words)
    ]
    assert not found, "\n".join(found)


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """Every name and text of a module's code; prose, where examples may speak of anything, left out."""
    tree = ast.parse(path.read_text("utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.arg):
            yield node.lineno, node.arg if isinstance(node, ast.arg) else node.name


@pytest.mark.parametrize("part", ["src/nameraka", "pharmacy", "fixtures", "steps"])
def test_no_imports_go_in_circles(part):
    root = ROOT / "src" if part.startswith("src/") else ROOT
    names = {module_name(path, root): path for path in modules(part)}
    graph = {
        name: {target for _, target in imports(path) if target in names and target != name}
        for name, path in names.items()
    }
    for name, targets in graph.items():  # `from package import module` needs the module, not all of the package
        graph[name] = {one for one in targets if not any(other.startswith(f"{one}.") for other in targets)}
    circle = find_circle(graph)
    assert not circle, " -> ".join(circle)


def module_name(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def find_circle(graph: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done:
            return []
        for target in sorted(graph[name]):
            if circle := walk(target, [*trail, name]):
                return circle
        done.add(name)
        return []

    return next((circle for name in sorted(graph) if (circle := walk(name, []))), [])


def test_a_circle_would_be_found():
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert find_circle({"a": {"b"}, "b": set()}) == []


def test_the_commands_that_must_start_at_once_load_nothing_heavy():
    import subprocess

    heavy = ("playwright", "schemathesis", "hypothesis", "faker", "_pytest", "allure_commons")
    code = (
        "import sys, nameraka.cli, nameraka.gate.command, nameraka.commands.check, nameraka.commands.phrases\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
