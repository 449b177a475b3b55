"""Feature files as the official Gherkin parser reads them, and what is wrong with them before anybody asks for a step."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gherkin.dialect import Dialect
from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from gherkin.token_scanner import TokenScanner

from nameraka.features import DOORS, PLACEHOLDER, Feature, Kind, Prose, Rule, Scenario, Sentence, fill
from nameraka.findings import Finding, Findings
from nameraka.register import SEVERITIES

# Bounds for what a person writes; beyond them a file is a mistake or an attack (a 100,000-row outline takes seconds).
MAX_BYTES = 256 * 1024
MAX_ROWS = 500
MAX_LINE = 2_000

_KINDS: dict[str, Kind] = {"Context": "given", "Action": "when", "Outcome": "then"}


def dialect(language: str) -> Dialect:
    """The Gherkin keywords of a language. Raises ``LookupError`` for one that Gherkin does not know."""
    found = Dialect.for_name(language)
    if found is None:
        raise LookupError(language)
    return found


def feature_files(folder: Path) -> Iterator[Path]:
    """Every ``.feature`` file at or below ``folder``, in a stable order."""
    if folder.is_file():
        yield folder
    else:
        yield from sorted(path for path in folder.rglob("*.feature") if path.is_file())


def read_features(root: Path, folder: Path) -> list[Feature]:
    """Read all feature files below ``folder``; paths in the result are relative to ``root``.

    Raises ``Findings`` with everything that is wrong in any of them.
    """
    features: list[Feature] = []
    findings: list[Finding] = []
    for path in feature_files(folder):
        try:
            features.append(read_feature(root, path))
        except Findings as found:
            findings.extend(found.findings)
    if findings:
        raise Findings(findings)
    return features


def read_feature(root: Path, path: Path) -> Feature:
    """Read one feature file. Raises ``Findings`` when it cannot be a promise as it stands."""
    if not path.resolve().is_relative_to(root.resolve()):
        remedy = f"Features live in the project ({root}); its pyproject.toml makes it one."
        raise Findings([Finding(str(path), 0, "outside", "the file lies outside the project", remedy)])
    relative = path.resolve().relative_to(root.resolve()).as_posix()
    return _Reader(relative).read(path.read_bytes())


class _Reader:
    """Turns one parsed document into the model and notes what pytest-bdd would let pass in silence."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.names: dict[str, int] = {}

    def read(self, content: bytes) -> Feature:
        source = self._decode(content)
        node = self._parse(source)
        feature = Feature(
            path=self.path,
            name=node["name"],
            language=node["language"],
            keyword=node["keyword"],
            line=node["location"]["line"],
            tags=_tags(node),
            description=_prose(node),
            digest="sha256:" + hashlib.sha256(content).hexdigest(),
            prose=tuple(_prose_lines(node, source.split("\n"))),
        )
        self.above = {prose.above: prose for prose in feature.prose if prose.above}
        self.outline_keywords = dialect(feature.language).scenario_outline_keywords
        feature.scenarios = tuple(self._scenarios(feature, node))
        if not feature.scenarios and not self.findings:
            self._find(
                feature.line,
                "no-scenario",
                f"feature {feature.name!r} has no scenario",
                "Write one, or delete the file.",
            )
        if self.findings:
            raise Findings(self.findings)
        return feature

    def _find(self, line: int, rule: str, message: str, remedy: str) -> None:
        self.findings.append(Finding(self.path, line, rule, message, remedy))

    def _decode(self, content: bytes) -> str:
        if len(content) > MAX_BYTES:
            self._find(
                0, "too-large", f"the file has {len(content):,} bytes", f"Split it: at most {MAX_BYTES:,} bytes a file."
            )
            raise Findings(self.findings)
        try:
            source = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self._find(
                line,
                "not-utf-8",
                "this line is not UTF-8 text",
                "Save the file as UTF-8 (in Excel or an old editor: not Shift_JIS).",
            )
            raise Findings(self.findings) from None
        for number, text in enumerate(source.splitlines(), 1):
            if len(text) > MAX_LINE:
                self._find(
                    number,
                    "too-long",
                    f"the line has {len(text):,} characters",
                    f"At most {MAX_LINE:,} characters a line.",
                )
        if self.findings:
            raise Findings(self.findings)
        return source

    def _parse(self, source: str) -> Any:
        try:
            node: Any = Parser().parse(TokenScanner(source)).get("feature")
        except CompositeParserException as error:
            for one in error.errors:
                self._find_syntax(one, source)
            raise Findings(self.findings) from None
        except ParserException as error:
            self._find_syntax(error, source)
            raise Findings(self.findings) from None
        if node is None:
            self._find(
                0,
                "empty-file",
                "the file holds no feature",
                "Begin with `機能: …` (after `# language: ja`) or `Feature: …`.",
            )
            raise Findings(self.findings)
        return node

    def _find_syntax(self, error: ParserException, source: str) -> None:
        line = error.location["line"]
        message = str(error).partition("): ")[2]
        remedy = "Mend the line; keywords are those of Gherkin."
        lines = source.splitlines()
        written = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        if "language" not in source.partition("\n")[0] and not written.isascii():
            remedy = "Put `# language: ja` in the file's first line, so that Japanese keywords are known."
        self._find(line, "syntax", message, remedy)

    def _scenarios(self, feature: Feature, node: Any) -> Iterator[Scenario]:
        background: list[Any] = []
        for child in node["children"]:
            if "background" in child:
                background = child["background"]["steps"]
            elif "scenario" in child:
                yield from self._scenario(feature, None, feature.tags, background, child["scenario"])
            elif "rule" in child:
                yield from self._rule(feature, background, child["rule"])

    def _rule(self, feature: Feature, background: list[Any], node: Any) -> Iterator[Scenario]:
        rule = Rule(node["name"], node["location"]["line"], _prose(node))
        if not rule.name:
            self._find(
                rule.line, "nameless", "the rule has no name", "Say the criterion in a sentence after the colon."
            )
        tags = _merge(feature.tags, _tags(node))
        found = False
        for child in node["children"]:
            if "background" in child:
                background = background + child["background"]["steps"]
            else:
                found = True
                yield from self._scenario(feature, rule, tags, background, child["scenario"])
        if not found:
            self._find(
                rule.line,
                "empty-rule",
                f"rule {rule.name!r} has no scenario",
                "Write one below it, or delete the rule.",
            )

    def _scenario(
        self, feature: Feature, rule: Rule | None, tags: tuple[str, ...], background: list[Any], node: Any
    ) -> Iterator[Scenario]:
        line, name = node["location"]["line"], node["name"]
        self._check_name(name, line)
        if not node["steps"]:
            self._find(
                line, "empty-scenario", f"scenario {name!r} has no sentence", "Write what must be true, or delete it."
            )
            return
        tags = _merge(tags, _tags(node))
        for rows_tags, row, row_id, row_line in self._rows(node):
            sentences = tuple(self._sentences([*background, *node["steps"]], row))
            yield Scenario(
                feature=feature,
                rule=rule,
                template=name,
                tags=_merge(tags, rows_tags),
                line=row_line or line,
                description=_prose(node),
                sentences=sentences,
                row=row,
                row_id=row_id,
                block=_block(node),
            )
        own = list(self._sentences(node["steps"], None, quiet=True))
        if not any(sentence.kind == "then" for sentence in own):
            self._find(
                line,
                "no-then",
                f"scenario {name!r} promises nothing: it has no Then",
                "Add ならば … / Then …: what must be true afterwards.",
            )

    def _check_name(self, name: str, line: int) -> None:
        if not name:
            self._find(line, "nameless", "the scenario has no name", "Say in a few words what it shows.")
        elif "::" in name:
            self._find(
                line,
                "name",
                f"the name {name!r} holds `::`, which separates the parts of a test's id",
                "Write `：` or a dash.",
            )
        elif name in self.names:
            self._find(
                line,
                "repeated-name",
                f"scenario name {name!r} already stands in line {self.names[name]}",
                "Give each scenario of a file its own name: results, history and waivers go by it.",
            )
        self.names.setdefault(name, line)

    def _rows(self, node: Any) -> Iterator[tuple[tuple[str, ...], dict[str, str] | None, str, int]]:
        line, name, examples = node["location"]["line"], node["name"], node["examples"]
        outline = node["keyword"] in self.outline_keywords
        if not examples and not outline:
            yield (), None, "", 0
            return
        rows = [(_tags(table), table["tableHeader"], body) for table in examples for body in table.get("tableBody", ())]
        if not rows:
            self._find(
                line,
                "empty-outline",
                f"outline {name!r} has no example row",
                "Add 例: / Examples: with at least one row.",
            )
            return
        for table in examples:
            if not table.get("tableBody"):
                self._find(
                    table["location"]["line"],
                    "empty-outline",
                    "these examples have no row",
                    "Add rows, or delete the table.",
                )
        if len(rows) > MAX_ROWS:
            self._find(
                line,
                "too-many-rows",
                f"outline {name!r} has {len(rows):,} rows",
                f"At most {MAX_ROWS}: choose the rows that differ.",
            )
            return
        values = [
            {head["value"]: cell["value"] for head, cell in zip(header["cells"], body["cells"], strict=True)}
            for _, header, body in rows
        ]
        columns = set().union(*values)
        used = _placeholders(node)
        for missing in sorted(used - columns):
            self._find(
                line,
                "unknown-column",
                f"<{missing}> is not a column of the examples",
                f"The columns are: {', '.join(sorted(columns))}.",
            )
        for unused in sorted(columns - used):
            self._find(
                line,
                "unused-column",
                f"no sentence uses the column <{unused}>",
                "Use it, or delete it: the row would say more than is shown.",
            )
        seen: dict[str, int] = {}
        for (tags, _, body), row in zip(rows, values, strict=True):
            row_id, row_line = _row_id(tuple(row.values())), body["location"]["line"]
            if row_id in seen:
                self._find(
                    row_line,
                    "repeated-row",
                    f"the same row already stands in line {seen[row_id]}",
                    "Delete one of them.",
                )
                continue
            seen[row_id] = row_line
            yield tags, row, row_id, row_line

    def _sentences(self, steps: Sequence[Any], row: dict[str, str] | None, quiet: bool = False) -> Iterator[Sentence]:
        kind: Kind | None = None
        for step in steps:
            line = step["location"]["line"]
            kind = _KINDS.get(step["keywordType"], kind)
            if kind is None:
                if not quiet:
                    self._find_no_kind(line, step["keyword"].strip())
                kind = "given"
            table = step.get("dataTable")
            docstring = step.get("docString")
            yield Sentence(
                keyword=step["keyword"].strip(),
                kind=kind,
                text=fill(step["text"], row),
                line=line,
                table=tuple(tuple(fill(cell["value"], row) for cell in cells["cells"]) for cells in table["rows"])
                if table
                else None,
                docstring=fill(docstring["content"], row) if docstring else None,
            )

    def _find_no_kind(self, line: int, keyword: str) -> None:
        """The first sentence goes on from another: from the line above, perhaps, whose keyword is mistyped."""
        first = f"the first sentence begins with {keyword!r}"
        if above := self.above.get(line):
            self._find(
                above.line,
                "swallowed-line",
                f"{above.text!r} is read as a description: nothing runs it, and {first}",
                "Mend its keyword: 前提/もし/ならば or Given/When/Then.",
            )
        else:
            self._find(line, "no-kind", first, "Begin with 前提/もし/ならば or Given/When/Then.")


def _tags(node: Any) -> tuple[str, ...]:
    return tuple(tag["name"].removeprefix("@") for tag in node["tags"])


def _merge(outer: tuple[str, ...], inner: tuple[str, ...]) -> tuple[str, ...]:
    """Tags of the inside after those of the outside; an inner severity or door replaces the outer one."""
    if not inner:
        return outer
    for family in (SEVERITIES, DOORS):
        if any(tag in family for tag in inner):
            outer = tuple(tag for tag in outer if tag not in family)
    return tuple(dict.fromkeys((*outer, *inner)))


def _prose(node: Any) -> str:
    return "\n".join(line.strip() for line in (node.get("description") or "").strip().splitlines())


def _prose_lines(node: Any, lines: Sequence[str]) -> Iterator[Prose]:
    """Every line of the descriptions at and below a node, with its place, which Gherkin's tree does not keep."""
    at = node["location"]["line"]
    first_step = next((step["location"]["line"] for step in node.get("steps", ())), None)
    for text in filter(None, map(str.strip, node.get("description", "").split("\n"))):
        at += next(steps for steps, line in enumerate(lines[at:], 1) if line.strip() == text)
        between = lines[at : first_step - 1] if first_step else [""]
        directly = all(line.lstrip().startswith("#") for line in between)
        yield Prose(text, at, above=first_step if first_step and directly else 0)
    for child in node.get("children", ()):
        for below in child.values():
            yield from _prose_lines(below, lines)
    for examples in node.get("examples", ()):
        yield from _prose_lines(examples, lines)


def _placeholders(node: Any) -> set[str]:
    texts = [node["name"]]
    for step in node["steps"]:
        texts.append(step["text"])
        texts.extend(cell["value"] for row in step.get("dataTable", {}).get("rows", ()) for cell in row["cells"])
        texts.append(step.get("docString", {}).get("content", ""))
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def _block(node: Any) -> range:
    first = min([node["location"]["line"], *(tag["location"]["line"] for tag in node["tags"])])
    step = node["steps"][-1]
    last = step["location"]["line"]
    if "dataTable" in step:
        last = step["dataTable"]["rows"][-1]["location"]["line"]
    if "docString" in step:
        last = step["docString"]["location"]["line"] + step["docString"]["content"].count("\n") + 2
    return range(first, last + 1)


def _row_id(row: tuple[str, ...]) -> str:
    """A readable id from the row's own values, so that adding or moving rows renames no other.

    Long or hostile text is shortened and gets a short digest.
    """
    text = " ".join(row)
    readable = re.sub(r"[\s|\[\]:]+", " ", text).strip()
    if readable == text and 0 < len(text) <= 40:
        return text
    digest = hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:6]
    return f"{readable[:32].strip()}~{digest}"
