"""What readers of the formats see of a verdict: each helper refuses what is not valid in its format."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from typing import Any

import documents
import pytest
from documents import finding, requirement, rule
from foreign_schemas import CTRF, SARIF
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from nameraka.gate.formats.ctrf import ctrf
from nameraka.gate.formats.sarif import sarif

EVERY = pytest.mark.parametrize("name", documents.ALL)
BOTH = pytest.mark.parametrize("language", ["en", "ja"])
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TAGS = {"h2", "h3", "p", "strong", "code", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
TAGS |= {"blockquote", "details", "summary"}


def valid(schema: dict[str, Any], value: object) -> None:
    """``value`` is of the schema; all that is not is told at once."""
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]
    assert not errors, "\n".join(errors)


def cases(content: bytes) -> dict[tuple[str, str], ElementTree.Element]:
    """The cases by suite and name; what stands twice would be lost on GitLab."""
    found = [
        (case.attrib["classname"], case.attrib["name"], case)
        for case in ElementTree.fromstring(content).iter("testcase")
    ]
    known = {(suite, name): case for suite, name, case in found}
    assert len(known) == len(found)
    return known


def scanned(document: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """The one run of the log, which is valid."""
    log = json.loads(sarif(document, language))
    valid(SARIF, log)
    run: dict[str, Any] = log["runs"][0]
    return run


def reported(document: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """The results of the report, which is valid."""
    report = json.loads(ctrf(document, language))
    valid(CTRF, report)
    results: dict[str, Any] = report["results"]
    return results


class Seen(HTMLParser):
    """What a reader sees: the tags and their attributes, all text, and the text outside of code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.prose = ""
        self._in_code = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self._in_code = self._in_code or tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self._in_code = self._in_code and tag != "code"

    def handle_data(self, data: str) -> None:
        self.text += data
        if not self._in_code:
            self.prose += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def seen(source: str) -> Seen:
    """The page as it is shown, in which there is nothing but what belongs there."""
    page = Seen(READER.render(source))
    assert page.tags <= TAGS
    assert page.attributes <= {"style", "start"}
    # What GitHub and GitLab make links, mentions and references of stands in code alone.
    assert not re.search(r"[@#$&~`*_\[\]<>\\{}]|://|www\.|[0-9a-f]{7,}", page.prose), page.prose
    return page


def crowd(findings: int, requirements: int = 0) -> dict[str, Any]:
    """A verdict with much to say."""
    lost = [
        finding("unknown", item=f"features/x.feature::場面 {number}[api]", file=f"{number}.json")
        for number in range(findings)
    ]
    promises = [requirement(f"XX-{number}", "uncovered", []) for number in range(requirements)]
    return documents.document("unknown", [], rules=[rule("one", *lost)], requirements=promises)
