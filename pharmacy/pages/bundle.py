"""One script for each page, its own and all that it imports, so that a phone asks once and not twenty times.

The files stay modules, as a reader and an editor know them. Of what the language allows they use four forms, each on a
line of its own: ``import { a, b } from "./x.js";``, ``import "./x.js";``, ``export { a, b } from "./x.js";`` and
``export`` before a function, a class or a const. A module becomes a function that is called once, in the order in which
modules need each other. What is written otherwise, names what is not there or imports in a circle keeps the pharmacy
from starting.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

_FROM: Final = re.compile(r'^(import|export) (?:\{ ([\w, ]+) \} from )?"\./([\w.]+)";$', re.MULTILINE)
_DECLARED: Final = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_OTHERWISE: Final = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def bundle(script: str, modules: Mapping[str, str], apart: str) -> str:
    """The script with everything that it imports, directly or not, but for the module `apart`, which stays an import.

    Raises ValueError for what the module's docstring forbids.
    """
    order: list[str] = []
    _visit(script, modules, order, ())
    parts = [f"// {name}\n{_called_once(name, modules)}" for name in order[:-1] if name != apart]
    if apart in order:
        parts.insert(0, f'import * as {_variable(apart)} from "./{apart}";')
    return "\n".join([*parts, f"// {script}\n{_body(script, modules)}"])


def _called_once(name: str, modules: Mapping[str, str]) -> str:
    exports = ", ".join(_exports(modules[name]).values())
    return f"const {_variable(name)} = (() => {{\n{_body(name, modules)}\nreturn {{ {exports} }};\n}})();"


def _visit(name: str, modules: Mapping[str, str], order: list[str], above: tuple[str, ...]) -> None:
    """What a module needs comes before it."""
    if name in above:
        raise ValueError(f"modules import each other in a circle: {' -> '.join((*above, name))}")
    if name not in modules:
        raise ValueError(f"{' -> '.join((*above, name))}: the last is not there")
    if name not in order:
        for _, _, needed in _FROM.findall(modules[name]):
            _visit(needed, modules, order, (*above, name))
        order.append(name)


def _exports(source: str) -> dict[str, str]:
    """What a module exports: each name with what it stands for, written as the property of an object."""
    passed_on = {
        one: f"{one}: {_variable(origin)}.{one}"
        for how, names, origin in _FROM.findall(source)
        if how == "export"
        for one in _split(names)
    }
    return passed_on | {name: name for name in _DECLARED.findall(source)}


def _body(name: str, modules: Mapping[str, str]) -> str:
    """A module as the body of a function."""

    def imported(found: re.Match[str]) -> str:
        how, names, needed = found.groups()
        if missing := sorted(set(_split(names)) - _exports(modules[needed]).keys()):
            raise ValueError(f"{name} wants {', '.join(missing)} from {needed}, which has no such thing")
        return f"const {{ {names} }} = {_variable(needed)};" if names and how == "import" else ""

    body = _DECLARED.sub("", _FROM.sub(imported, modules[name]))
    if strange := _OTHERWISE.search(body):
        raise ValueError(f"{name} has a form that bundle.py does not know: {strange.group()}")
    return body


def _split(names: str | None) -> Iterable[str]:
    return [name.strip() for name in names.split(",")] if names else []


def _variable(name: str) -> str:
    return "$" + name.replace(".", "_")
