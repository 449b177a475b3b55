"""All steps that exist, and which of them a sentence means.

The index is built once. Looking a sentence up costs the same with ten steps as with two thousand: the fixed words at
its beginning and end select the few candidates, and what was looked up before is remembered.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nameraka.feature_files import dialect as keywords_of
from nameraka.features import Kind, Language, Sentence, Table
from nameraka.findings import Finding, Findings
from nameraka.language import LANGUAGES, SLOTS, STEPS, Phrase, Slot, Step, UnknownWord

# Of the keywords that Gherkin has for one thing, those that people write.
KEYWORDS: dict[Language, dict[str, str]] = {
    "ja": {
        "feature": "機能",
        "scenario": "シナリオ",
        "given": "前提",
        "when": "もし",
        "then": "ならば",
        "and": "かつ",
        "but": "しかし",
    },
    "en": {
        "feature": "Feature",
        "scenario": "Scenario",
        "given": "Given",
        "when": "When",
        "then": "Then",
        "and": "And",
        "but": "But",
    },
}


@dataclass(frozen=True, slots=True)
class Match:
    """A sentence bound to its one step, with the words that stand in the step's slots."""

    step: Step
    language: Language
    words: dict[str, str]

    def arguments(self) -> dict[str, Any]:
        """What the words mean, by slot name. Raises ``UnknownWord`` or the converter's ``ValueError``."""
        kinds = self.step.phrases[self.language].slots
        return {name: SLOTS[kinds[name]].read(word, self.language) for name, word in self.words.items()}

    def fixtures(self) -> dict[str, str]:
        """Slot name -> the fixture that turns its value into a thing of the scenario, for the slots that have one."""
        kinds = self.step.phrases[self.language].slots
        return {name: fixture for name in self.words if (fixture := SLOTS[kinds[name]].fixture)}

    def rows(self, table: Table | None) -> list[dict[str, Any]]:
        """The table below the sentence, one dict a row by column name, each cell read by the column's slot type."""
        names = {heading: name for name, heading in _headings(self.step, self.language).items()}
        header, *body = table or ((),)
        cells = [dict(zip((names[head] for head in header), row, strict=True)) for row in body]
        return [{name: self.column(name).read(cell, self.language) for name, cell in row.items()} for row in cells]

    def column(self, name: str) -> Slot:
        """The slot type of a column's cells."""
        words = (self.step.table or {})[name]
        return SLOTS[words[2]] if len(words) == 3 else SLOTS["text"]

    def render(self, to: Language) -> str:
        """The sentence in another language."""
        kinds = self.step.phrases[self.language].slots
        words = {name: SLOTS[kinds[name]].translate(word, self.language, to) for name, word in self.words.items()}
        return self.step.phrases[to].fill(words)


class _Index:
    """The phrases of one kind and language."""

    def __init__(self) -> None:
        self._fixed: dict[str, list[Step]] = defaultdict(list)
        self._open: dict[str, dict[str, list[tuple[Phrase, Step]]]] = defaultdict(lambda: defaultdict(list))
        self._heads: list[int] = []
        self._tails: dict[str, list[int]] = {}

    def add(self, phrase: Phrase, step: Step) -> None:
        if not phrase.slots:
            self._fixed[phrase.text].append(step)
        else:
            self._open[phrase.literals[0]][phrase.literals[-1]].append((phrase, step))

    def freeze(self) -> None:
        self._heads = sorted({len(head) for head in self._open}, reverse=True)
        self._tails = {head: sorted({len(tail) for tail in tails}, reverse=True) for head, tails in self._open.items()}

    def find(self, text: str) -> Iterator[tuple[Step, dict[str, str]]]:
        for step in self._fixed.get(text, ()):
            yield step, {}
        for length in self._heads:
            head = text[:length]
            tails = self._open.get(head)
            if tails is None:
                continue
            for size in self._tails[head]:
                if size > len(text):
                    continue  # a negative index would find shorter tails, and a step twice
                for phrase, step in tails.get(text[len(text) - size :], ()):
                    if found := phrase.pattern.fullmatch(text):
                        yield step, found.groupdict()


class Vocabulary:
    """The steps of a project. Raises ``Findings`` for steps that could never be told apart or use an unknown slot type."""

    def __init__(self, steps: Iterable[Step] | None = None) -> None:
        self.steps = tuple(STEPS if steps is None else steps)
        self._check()
        self._indexes: dict[tuple[Kind, Language], _Index] = defaultdict(_Index)
        for step in self.steps:
            for language, phrase in step.phrases.items():
                self._indexes[step.kind, language].add(phrase, step)
        for index in self._indexes.values():
            index.freeze()
        self.find = lru_cache(maxsize=None)(self._find)
        self._bound: dict[tuple[Language, Kind, str, Table | None, bool], Match] = {}

    def _check(self) -> None:
        findings: list[Finding] = []
        seen: dict[tuple[Kind, Language, tuple[str, ...]], Step] = {}
        for step in self.steps:
            for language, phrase in step.phrases.items():
                for name, kind in phrase.slots.items():
                    if kind not in SLOTS:
                        known = ", ".join(sorted(SLOTS))
                        findings.append(
                            Finding(
                                step.path,
                                step.line,
                                "unknown-slot",
                                f"{{{name}:{kind}}} has an unknown type",
                                f"Known types: {known}. Define it with slot({kind!r}, …).",
                            )
                        )
                shape = (step.kind, language, phrase.literals)
                if shape in seen and seen[shape] is not step:
                    findings.append(
                        Finding(
                            step.path,
                            step.line,
                            "repeated-sentence",
                            f"the sentence {phrase.text!r} already stands at {seen[shape].place}",
                            "Keep one of them: no sentence may mean two things.",
                        )
                    )
                seen.setdefault(shape, step)
        if findings:
            raise Findings(findings)

    def _find(self, kind: Kind, language: Language, text: str) -> tuple[Match, ...]:
        return tuple(Match(step, language, words) for step, words in self._indexes[kind, language].find(text))

    def bind(self, sentence: Sentence, language: Language, path: str) -> Match:
        """The one step that the sentence means. Raises ``Findings``: undefined, ambiguous, unknown word, wrong table."""
        key = (language, sentence.kind, sentence.text, sentence.table, sentence.docstring is None)
        if known := self._bound.get(key):
            return known
        matches = self.find(sentence.kind, language, sentence.text)
        if len(matches) != 1:
            raise Findings(
                [self._ambiguous(sentence, matches, path) if matches else self._undefined(sentence, language, path)]
            )
        match = matches[0]
        if finding := self._misfit(sentence, match, path):
            raise Findings([finding])
        try:
            match.arguments()
            match.rows(sentence.table)
        except ValueError as error:
            remedy = (
                "Use a known word."
                if isinstance(error, UnknownWord)
                else f"See the slot's converter; the step is at {match.step.place}."
            )
            raise Findings(
                [Finding(path, sentence.line, "unknown-word", f"{sentence.text}: {error}", remedy)]
            ) from None
        self._bound[key] = match
        return match

    def _misfit(self, sentence: Sentence, match: Match, path: str) -> Finding | None:
        """A table or text block that the step does not expect, or the lack of one that it does."""
        columns = match.step.table
        if (columns is None) != (sentence.table is None):
            message = "a table must follow this sentence" if columns is not None else "this sentence takes no table"
        elif match.step.takes_docstring != (sentence.docstring is not None):
            message = (
                'a text block (""") must follow this sentence'
                if match.step.takes_docstring
                else "this sentence takes no text block"
            )
        elif columns is not None and sentence.table is not None:
            known = sorted(_headings(match.step, match.language).values())
            header = sentence.table[0]
            if sorted(header) == known:
                return None
            return Finding(
                path,
                sentence.line,
                "unknown-column",
                f"the table's columns are {', '.join(header)}",
                f"Its columns are: {', '.join(known)}, each once.",
            )
        else:
            return None
        return Finding(
            path, sentence.line, "table", f"{sentence.text}: {message}", f"The step is at {match.step.place}."
        )

    def _ambiguous(self, sentence: Sentence, matches: Sequence[Match], path: str) -> Finding:
        places = "\n".join(f"{match.step.place}: {match.step.phrases[match.language].text}" for match in matches)
        return Finding(
            path,
            sentence.line,
            "ambiguous-sentence",
            f"{sentence.text!r} could mean {len(matches)} things",
            f"Reword one of:\n{places}",
        )

    def _undefined(self, sentence: Sentence, language: Language, path: str) -> Finding:
        misread = list(self._misread(sentence, language))
        for step, word, error in misread:
            phrase = step.phrases[language]
            if len("".join(phrase.literals)) >= len(word):
                return Finding(
                    path,
                    sentence.line,
                    "unknown-word",
                    f"{sentence.text}: {error}",
                    f"Use a known word. The sentence is {phrase.text!r} at {step.place}.",
                )
        hints = [*self._elsewhere(sentence, language), *self._near(sentence, language)]
        # Where the slot would hold most of the sentence, it is rather another sentence than a mistyped word.
        hints += [
            f"{step.phrases[language].text!r} ({step.place}) would be it, but {error}" for step, _, error in misread
        ]
        remedy = "\n".join(
            [*hints, "Or define it (put the stub into a file in steps/):", *stub(sentence, language).splitlines()]
        )
        return Finding(path, sentence.line, "undefined-sentence", f"no step says {sentence.text!r}", remedy)

    def _misread(self, sentence: Sentence, language: Language) -> Iterator[tuple[Step, str, UnknownWord]]:
        """The steps that the sentence would be if a closed slot knew the word that stands in it; the word, and why not."""
        for step in self.steps:
            phrase = step.phrases[language]
            if step.kind != sentence.kind or not (found := phrase.compile(loose=True).fullmatch(sentence.text)):
                continue
            for name, word in found.groupdict().items():
                try:
                    SLOTS[phrase.slots[name]].read(word, language)
                except UnknownWord as error:
                    yield step, word, error
                    break
                except ValueError:
                    continue

    def _elsewhere(self, sentence: Sentence, language: Language) -> Iterator[str]:
        for kind in ("given", "when", "then"):
            for other in LANGUAGES:
                if (kind, other) != (sentence.kind, language) and (matches := self.find(kind, other, sentence.text)):
                    yield f"It is defined as {kind} in {other} at {matches[0].step.place}; here it stands as {sentence.kind} in {language}."

    def _near(self, sentence: Sentence, language: Language) -> Iterator[str]:
        texts = {step.phrases[language].text: step for step in self.steps if step.kind == sentence.kind}
        for near in difflib.get_close_matches(sentence.text, texts, n=3, cutoff=0.6):
            yield f"Did you mean {near!r} ({texts[near].place})?"

    def render(self, sentence: Sentence, language: Language, to: Language) -> tuple[str, str, Table | None]:
        """Keyword, text and table of a sentence in another language; raises ``LookupError`` when no one step says it."""
        matches = self.find(sentence.kind, language, sentence.text)
        if len(matches) != 1:
            raise LookupError(sentence.text)
        table = sentence.table
        if table and matches[0].step.table:
            here, there = _headings(matches[0].step, language), _headings(matches[0].step, to)
            names = {heading: name for name, heading in here.items()}
            columns = [matches[0].column(names[heading]) for heading in table[0]]
            cells = [
                tuple(column.translate(cell, language, to) for column, cell in zip(columns, row, strict=True))
                for row in table[1:]
            ]
            table = (tuple(there[names[heading]] for heading in table[0]), *cells)
        return _keyword(sentence, language, to), matches[0].render(to), table


def _headings(step: Step, language: Language) -> dict[str, str]:
    """Column name -> its heading in a language."""
    return {name: words[LANGUAGES.index(language)] for name, words in (step.table or {}).items()}


def _keyword(sentence: Sentence, language: Language, to: Language) -> str:
    dialect = keywords_of(language)
    for role, keywords in (("and", dialect.and_keywords), ("but", dialect.but_keywords)):
        if any(sentence.keyword == keyword.strip() != "*" for keyword in keywords):
            return KEYWORDS[to][role]
    return KEYWORDS[to][sentence.kind]


def stub(sentence: Sentence, language: Language) -> str:
    """A step for a sentence that has none yet, ready to paste: both languages, slots found, function to fill in."""
    text, slots = sentence.text, []
    for kind in SLOTS.values():
        if kind.terms and (
            found := re.search(
                kind.regex(language) + (r"(?=[がはにをのへとも])" if kind.named and language == "ja" else r"\b"), text
            )
        ):
            slots.append((kind.name, kind.name, "object"))
            text = text.replace(found[0], f"{{{kind.name}:{kind.name}}}", 1)
    for name, pattern, kind_name, annotation in (
        ("text", r"(?<=「)[^「」]*(?=」)|(?<=\")[^\"]*(?=\")", "", "str"),
        ("count", r"(?<![A-Za-z0-9_{:])[0-9０-９]+", "number", "int"),
    ):
        if found := re.search(pattern, text):
            slots.append((name, kind_name, annotation))
            text = text[: found.start()] + f"{{{name}{':' + kind_name if kind_name else ''}}}" + text[found.end() :]
    holes = " … ".join(f"{{{name}{':' + kind if kind else ''}}}" for name, kind, _ in slots)
    other = f"(in English) {holes}".strip() if language == "ja" else f"（日本語で） {holes}".strip()
    ja, en = (text, other) if language == "ja" else (other, text)
    parameters = ", ".join(f"{name}: {annotation}" for name, _, annotation in slots)
    return f"@{sentence.kind}(\n    ja={ja!r},\n    en={en!r},\n)\ndef _({parameters}) -> None:\n    assert False, 'say what happens here'"
