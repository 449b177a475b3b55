"""JUnit XML: what GitLab, GitHub's actions and Jenkins show as test results.

There is no standard of that name; what is written here is what those readers agree on. GitLab shows ``classname`` as the
suite, takes the text of an element and not its ``message``, and drops the second case of the same name.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from typing import Final

from nameraka.gate.formats.document import GATE, Document, Entry, Outcome, entries, facts, plain

_ELEMENTS: Final[Mapping[Outcome, str]] = {"failed": "failure", "unclear": "error", "excused": "skipped"}
_TYPES: Final[Mapping[Outcome, str]] = {"failed": "no-go", "unclear": "unknown"}
_FACTS: Final = ("verdict", "environment", "build", "commit", "run_id", "plan", "created")


def junit(document: Document, language: str = "en") -> bytes:
    """A suite ``gate`` with the verdict and each rule, and a suite for each feature with its items.

    ``failure`` is a promise seen broken, ``error`` what cannot be told, ``skipped`` what the gate does not count.
    """
    suites: dict[str, list[Entry]] = {}
    for entry in entries(document, language):
        suites.setdefault(entry.suite, []).append(entry)
    root = ElementTree.Element(
        "testsuites", {"name": "nameraka", **_counts([c for ones in suites.values() for c in ones])}
    )
    for name, ones in suites.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": name, **_counts(ones)})
        if document["planned_at"]:
            suite.set("timestamp", plain(document["planned_at"]))
        if name == GATE:
            _properties(suite, document)
        for entry in ones:
            _case(suite, entry)
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _counts(ones: list[Entry]) -> dict[str, str]:
    seconds = [entry.seconds for entry in ones if entry.seconds is not None]
    counts = {
        "tests": str(len(ones)),
        "failures": str(sum(entry.outcome == "failed" for entry in ones)),
        "errors": str(sum(entry.outcome == "unclear" for entry in ones)),
        "skipped": str(sum(entry.outcome == "excused" for entry in ones)),
    }
    return {**counts, "time": f"{sum(seconds):.3f}"} if seconds else counts


def _properties(suite: ElementTree.Element, document: Document) -> None:
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in facts(document, *_FACTS).items():
        ElementTree.SubElement(properties, "property", {"name": name, "value": value})


def _case(suite: ElementTree.Element, entry: Entry) -> None:
    shown = ElementTree.SubElement(suite, "testcase", {"classname": entry.suite, "name": entry.name})
    if entry.file is not None:
        shown.set("file", entry.file)
    if entry.seconds is not None:
        shown.set("time", f"{entry.seconds:.3f}")
    if entry.outcome != "passed":
        told = ElementTree.SubElement(shown, _ELEMENTS[entry.outcome], {"message": entry.why[0]})
        if entry.outcome in _TYPES:
            told.set("type", _TYPES[entry.outcome])
        told.text = "\n".join(entry.why)
