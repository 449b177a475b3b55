"""The language that QA write in: a sentence in Japanese and in English over one function, with typed slots.

::

    @when(ja="{who:person}が「{text}」と送信する", en='{who:person} sends "{text}"')
    def sends(who: Patient, text: str) -> None:
        who.chat.send(text)

A slot is ``{name}`` (any text) or ``{name:type}``, a type being a `Slot` of that name. Both sentences have the same
slots, else the module does not import: whatever is written in one language can then be shown in the other.
"""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from nameraka.features import Kind, Language

Function = TypeVar("Function", bound=Callable[..., Any])

LANGUAGES: tuple[Language, ...] = ("ja", "en")
_HOLE = re.compile(r"\{(\w+)(?::(\w+))?\}")
# Between quotes stands anything but the quotes; 「」 may nest, as quoted speech does. Linear by construction.
_QUOTED = {("「", "」"): "(?:[^「」]|「[^「」]*」)*", ('"', '"'): '[^"]*'}
_ASCII_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class LanguageError(Exception):
    """A sentence or a slot that cannot be: raised where it is defined, so that its module does not import."""


class UnknownWord(ValueError):
    """A closed word (a role, an urgency) that its slot does not know; says which words it knows."""


@dataclass(frozen=True)
class Term:
    """A closed word: one meaning, its word in each language."""

    value: str
    ja: str
    en: str

    def word(self, language: Language) -> str:
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True)
class Slot:
    """A type of slot: which words may stand in it and what a step function gets.

    * ``terms`` make it closed: only these words, shown in the other language by their counterpart.
    * ``pattern`` makes it open: a regular expression without groups; the text is the same in both languages. Without
      one, the text is whatever stands between the quotes around the slot, else any text that is not empty.
    * ``named`` makes it a closed word followed by a free name (``患者の佐藤花子``, ``the patient Sato``).

    ``convert`` gets the text (open), the term's value (closed), or both (``named``: value and name). ``fixture`` names a
    pytest fixture that is called with what ``convert`` gave, to turn words of the story into things of the scenario.
    """

    name: str
    terms: tuple[Term, ...] = ()
    pattern: str = ""
    named: bool = False
    convert: Callable[..., Any] | None = None
    fixture: str | None = None

    def regex(self, language: Language, *, loose: bool = False) -> str:
        """The expression for this slot; ``loose`` accepts any word in place of the known ones, to tell what is unknown."""
        if not self.terms:
            return self.pattern or ".+?"
        known = "|".join(
            re.escape(term.word(language)) for term in sorted(self.terms, key=lambda term: -len(term.word(language)))
        )
        if not self.named:
            return ".+?" if loose else f"(?:{known})"
        if language == "ja":
            return r"[^\s「」、。]+?の[^\s「」、。]+?" if loose else f"(?:{known})の[^\\s「」、。]+?"
        return r"(?:the|an?) \S+?(?: \S+?)?" if loose else f'(?:{known}) [^\\s"](?:[^"]*?[^\\s"])?'

    def read(self, text: str, language: Language) -> Any:
        """What stands in the slot as a value. Raises ``UnknownWord``, or ``ValueError`` from ``convert``."""
        if not self.terms:
            return self.convert(text) if self.convert else text
        term, name = self._split(text, language)
        if self.named:
            return self.convert(term.value, name) if self.convert else (term.value, name)
        return self.convert(term.value) if self.convert else term.value

    def translate(self, text: str, language: Language, to: Language) -> str:
        """The same words in the other language: closed words by their counterpart, free text as it is."""
        if not self.terms:
            return text
        term, name = self._split(text, language)
        if not self.named:
            return term.word(to)
        return f"{term.ja}の{name}" if to == "ja" else f"{term.en} {name}"

    def _split(self, text: str, language: Language) -> tuple[Term, str]:
        for term in sorted(self.terms, key=lambda term: -len(term.word(language))):
            head = term.word(language) + ("" if not self.named else "の" if language == "ja" else " ")
            if text == head or (self.named and text.startswith(head) and len(text) > len(head)):
                return term, text[len(head) :]
        known = ", ".join(term.word(language) for term in self.terms)
        raise UnknownWord(f"{text!r} is not a known {self.name}; known: {known}")


def number(text: str) -> int:
    """A whole number, full-width digits included."""
    return int(unicodedata.normalize("NFKC", text).replace(",", ""))


SLOTS: dict[str, Slot] = {
    "text": Slot("text"),
    "number": Slot("number", pattern=r"[0-9０-９][0-9０-９,]*", convert=number),
}


def slot(
    name: str,
    *,
    terms: Mapping[str, tuple[str, str]] | None = None,
    pattern: str = "",
    named: bool = False,
    convert: Callable[..., Any] | None = None,
    fixture: str | None = None,
) -> Slot:
    """Define a slot type; ``terms`` maps a value to its words, ``{"red": ("赤", "red")}``.

    Raises ``LanguageError`` when the name is taken, a word stands twice, or the pattern cannot be used.
    """
    if not _ASCII_NAME.fullmatch(name) or name in SLOTS:
        raise LanguageError(
            f"slot type {name!r} is {'defined twice' if name in SLOTS else 'not a plain lower-case name'}"
        )
    if re.compile(pattern).groups:
        raise LanguageError(f"slot type {name!r}: write the pattern {pattern!r} without groups, (?:…) instead of (…)")
    words = tuple(Term(value, ja, en) for value, (ja, en) in (terms or {}).items())
    for language in LANGUAGES:
        spoken = [term.word(language) for term in words]
        if len(set(spoken)) < len(spoken) or "" in spoken:
            raise LanguageError(
                f"slot type {name!r}: each {language} word must stand once and not be empty, got {spoken}"
            )
    if named and not words:
        raise LanguageError(f"slot type {name!r}: a name needs terms to stand after")
    SLOTS[name] = Slot(name, words, pattern, named, convert, fixture)
    return SLOTS[name]


@dataclass(frozen=True)
class Phrase:
    """A step's sentence in one language, with its slots."""

    text: str
    language: Language

    @cached_property
    def slots(self) -> dict[str, str]:
        """Slot name -> type name, in the order of this language."""
        return {name: kind or "text" for name, kind in _HOLE.findall(self.text)}

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The fixed words around the slots: one more than there are slots."""
        return tuple(_HOLE.split(self.text)[::3])

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression that a sentence must match as a whole, made when a sentence first might."""
        return self.compile()

    def compile(self, *, loose: bool = False) -> re.Pattern[str]:
        """The expression that a sentence must match as a whole; a group for each slot, by name."""
        parts = [re.escape(self.literals[0])]
        for (name, kind), before, after in zip(self.slots.items(), self.literals, self.literals[1:], strict=False):
            slot = SLOTS[kind]
            quoted = None if slot.terms or slot.pattern else _QUOTED.get((before[-1:], after[:1]))
            parts.append(f"(?P<{name}>{quoted or slot.regex(self.language, loose=loose)}){re.escape(after)}")
        return re.compile("".join(parts), re.DOTALL)

    def fill(self, words: Mapping[str, str]) -> str:
        """The sentence with these words in its slots."""
        return _HOLE.sub(lambda hole: words[hole[1]], self.text)


# Column name -> its heading in ja and en and, where the cells are not plain text, their slot type.
Columns = Mapping[str, tuple[str, str] | tuple[str, str, str]]


@dataclass(frozen=True, eq=False)
class Step:
    """One step: its sentence in both languages over one function."""

    kind: Kind
    phrases: Mapping[Language, Phrase]
    function: Callable[..., Any]
    needs: tuple[str, ...] = ()
    table: Columns | None = None
    target_fixture: str | None = None
    path: str = field(default="", compare=False)
    line: int = 0

    @property
    def place(self) -> str:
        """``file:line`` of the function."""
        return f"{self.path}:{self.line}"

    @cached_property
    def takes_docstring(self) -> bool:
        return "docstring" in inspect.signature(self.function).parameters


STEPS: list[Step] = []


def given(
    *, ja: str, en: str, needs: tuple[str, ...] = (), table: Columns | None = None, target_fixture: str | None = None
) -> Callable[[Function], Function]:
    """A sentence about how things stand; what people do here goes through the API door, whatever the scenario's door."""
    return _step("given", ja, en, needs, table, target_fixture)


def when(
    *, ja: str, en: str, needs: tuple[str, ...] = (), table: Columns | None = None, target_fixture: str | None = None
) -> Callable[[Function], Function]:
    """A sentence about what happens; what people do goes through the scenario's door.

    ``needs`` names capabilities that an environment must declare (``("kill",)``), ``table`` the columns of the table
    that must follow, ``{"allergy": ("アレルギー", "allergy"), "who": ("患者", "patient", "person")}``: heading in both
    languages and a slot type for the cells; the function gets ``rows``, one dict a row by column name.
    """
    return _step("when", ja, en, needs, table, target_fixture)


def then(
    *, ja: str, en: str, needs: tuple[str, ...] = (), table: Columns | None = None, target_fixture: str | None = None
) -> Callable[[Function], Function]:
    """A sentence about what must be true afterwards; the function asserts."""
    return _step("then", ja, en, needs, table, target_fixture)


def _step(
    kind: Kind, ja: str, en: str, needs: tuple[str, ...], table: Columns | None, target_fixture: str | None
) -> Callable[[Function], Function]:
    phrases: dict[Language, Phrase] = {"ja": Phrase(ja, "ja"), "en": Phrase(en, "en")}

    def register(function: Function) -> Function:
        path, line = _relative(function.__code__.co_filename), function.__code__.co_firstlineno
        _check(phrases, function, table, f"{path}:{line}")
        # What pytest-bdd asks of a function at every sentence, answered once.
        function.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]  # inspect's own protocol
        STEPS.append(Step(kind, phrases, function, tuple(needs), table, target_fixture, path, line))
        return function

    return register


@cache
def _relative(source: str) -> str:
    path = Path(source)
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)


def _check(phrases: Mapping[Language, Phrase], function: Callable[..., Any], table: Columns | None, place: str) -> None:
    """Refuse what could not be shown in the other language or could not be called."""
    for phrase in phrases.values():
        names = [name for name, _ in _HOLE.findall(phrase.text)]
        if not phrase.text.strip() or phrase.text != phrase.text.strip():
            raise LanguageError(f"{place}: the {phrase.language} sentence is empty or has blanks around it")
        if len(set(names)) < len(names):
            raise LanguageError(f"{place}: a slot stands twice in {phrase.text!r}; give each a name of its own")
        if re.search(r"[{}]", _HOLE.sub("", phrase.text)):
            raise LanguageError(
                f"{place}: a brace without a slot in {phrase.text!r}; a slot is {{name}} or {{name:type}}"
            )
        if any(not literal for literal in phrase.literals[1:-1]):
            raise LanguageError(f"{place}: two slots stand side by side in {phrase.text!r}; put a word between them")
    ja, en = phrases["ja"].slots, phrases["en"].slots
    if ja != en and dict(sorted(ja.items())) != dict(sorted(en.items())):
        differing = sorted({*ja.items()} ^ {*en.items()})
        raise LanguageError(
            f"{place}: unequal slots: {', '.join(f'{{{name}:{kind}}}' for name, kind in differing)} stands in one language only\n"
            f"    ja: {phrases['ja'].text}\n    en: {phrases['en'].text}"
        )
    parameters = inspect.signature(function).parameters
    for name in ja:
        if name not in parameters:
            raise LanguageError(f"{place}: {function.__name__}() has no parameter for the slot {{{name}}}")
    if inspect.isgeneratorfunction(function):
        raise LanguageError(
            f"{place}: {function.__name__}() yields; clean up in a fixture, a step only says and asserts"
        )
    if (table is not None) != ("rows" in parameters):
        raise LanguageError(f"{place}: a step with `table=` takes a parameter `rows`, and only such a step does")
