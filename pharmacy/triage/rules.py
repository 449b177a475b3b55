"""Red and yellow flags in what a patient writes, by versioned rules and without any model.

A message is folded to one form of writing (width, kana, spaces, punctuation, the usual misconversions, readings of the
kanji that matter), so that a rule is written once in hiragana. It is looked at together with the patient's messages
just before it, so that a flag split over several messages is still one. A flag that is denied or about somebody else
asks for a human check; it never cancels another flag.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal

from pharmacy.core.data import DATA

Level = Literal["none", "check", "yellow", "red", "crisis"]
Readings = tuple[tuple[str, str], ...]

RULES_FILE: Final = DATA / "red_flags.toml"
GAPS: Final = {"~": ".{0,8}?", "-": ".{0,2}?"}
SHORTEST_FUZZY: Final = 6
NEAR: Final = 16

_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_SMALL: Final = str.maketrans("ぁぃぅぇぉゃゅょゎ", "あいうえおやゆよわ")
_NOISE: Final = frozenset("ーｰ〜～~ゝヽ")
# A clause that ends in a contrast is a sentence of its own: whoever it spoke of is not who the next one is about.
_SENTENCE_END: Final = re.compile(r"[。．.!?,;\n]|(?<=[すだたい]が)、|(?<=けど)、|(?<=けれど)、|(?<=けれども)、")


@dataclass(frozen=True)
class Rule:
    """One thing to notice, what to do about it (`kind`), where the rule comes from; `adverse`: maybe by a medicine."""

    id: str
    kind: Literal["yellow", "red", "crisis"]
    source: str
    adverse: bool
    pattern: re.Pattern[str]
    fuzzy: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    version: str
    rules: tuple[Rule, ...]
    readings: Readings
    denial: re.Pattern[str]
    english_denial: re.Pattern[str]
    inner_denial: re.Pattern[str]
    third_person: re.Pattern[str]
    first_person: re.Pattern[str]


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one message. `fired` were flags of the patient, `doubtful` denied or another person's."""

    level: Level
    fired: tuple[str, ...]
    doubtful: tuple[str, ...]
    crisis: bool
    adverse: bool
    third_person: bool
    version: str

    def as_record(self) -> dict[str, Any]:
        """What is kept with the message."""
        return {
            "level": self.level,
            "rules": list(self.fired),
            "doubtful": list(self.doubtful),
            "rules_version": self.version,
        }


@cache
def load_rules(path: Path = RULES_FILE) -> Rules:
    """Read the rules once. Raises KeyError, re.error or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    words = content["words"]
    pairs = ((_unwritten(written), reading) for written, reading in content["readings"].items())
    readings = tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
    people = "|".join(_folded(word, readings) for word in words["people"])
    people_english = "|".join(words["people_english"])
    return Rules(
        version=content["version"],
        rules=tuple(
            Rule(
                id=rule["id"],
                kind=rule["kind"],
                source=rule["source"],
                adverse=rule.get("adverse", False),
                pattern=re.compile("|".join(_pattern(phrase, readings) for phrase in rule["phrases"])),
                fuzzy=tuple(_folded(phrase, readings) for phrase in rule.get("fuzzy", ())),
            )
            for rule in content["rules"]
        ),
        readings=readings,
        denial=re.compile(words["denial"].translate(_SMALL)),
        english_denial=re.compile(words["english_denial"]),
        inner_denial=re.compile(words["inner_denial"]),
        third_person=re.compile(f"(?:{people})(?:さん|たち)?(?:が|は|も|の)|{people_english}"),
        first_person=re.compile(words["first_person"]),
    )


def fold(text: str, rules: Rules | None = None) -> str:
    """One form for all ways to write the same: what the rules are matched against."""
    return _folded(text, (rules or load_rules()).readings)


def _folded(text: str, readings: Readings) -> str:
    folded = _unwritten(text)
    for written, reading in readings:
        folded = folded.replace(written, reading)
    folded = folded.translate(_SMALL)
    kept = "".join(char for char in folded if char not in _NOISE and unicodedata.category(char)[0] in "LN")
    return re.sub(r"([ぁ-ん])\1{2,}", r"\1\1", kept)


def _unwritten(text: str) -> str:
    """Width, case, katakana and invisible letters gone; sentence ends still there."""
    wide = unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
    return "".join(char for char in wide if unicodedata.category(char) != "Cf")


@dataclass(frozen=True)
class _Folded:
    """Folded text that still knows where its sentences ended."""

    text: str
    ends: tuple[int, ...]

    def sentence_before(self, position: int, most: int) -> str:
        begin = max([end for end in self.ends if end <= position], default=0)
        return self.text[max(begin, position - most) : position]

    def sentence_after(self, position: int, most: int) -> str:
        until = min([end for end in self.ends if end > position], default=len(self.text))
        return self.text[position : min(until, position + most)]


def _fold_sentences(texts: Iterable[str], rules: Rules) -> _Folded:
    whole = ""
    ends: list[int] = []
    for text in texts:
        for sentence in _SENTENCE_END.split(_unwritten(text)):
            whole += _folded(sentence, rules.readings)
            ends.append(len(whole))
        ends.pop()  # the next message may go on with the sentence
    return _Folded(whole, tuple(ends))


def assess(text: str, before: Sequence[str] = (), rules: Rules | None = None) -> Verdict:
    """Judge a message, with the patient's unanswered messages before it (oldest first).

    Only flags that end in this message count: earlier ones had their own verdict.
    """
    rules = rules or load_rules()
    new_from = len(_fold_sentences(before, rules).text)
    whole = _fold_sentences([*before, text], rules)
    fired: list[str] = []
    doubtful: list[str] = []
    crisis = third_person = False
    for rule in rules.rules:
        hits = [(start, end) for start, end in _hits(rule, whole.text, new_from) if end > new_from]
        if not hits:
            continue
        others = [hit for hit in hits if _of_another(whole, hit[0], rules)]
        denied = [hit for hit in hits if _denied(whole, *hit, rules)]
        if set(hits) <= {*others, *denied}:
            doubtful.append(rule.id)
            third_person |= not set(others) <= set(denied)
        else:
            fired.append(rule.id)
        crisis |= rule.kind == "crisis"
    firing = {rule.kind for rule in rules.rules if rule.id in fired}
    kinds: tuple[Level, ...] = ("crisis", "red", "yellow")
    level: Level = next((kind for kind in kinds if kind in firing), "check" if doubtful else "none")
    adverse = any(rule.adverse and rule.id in fired for rule in rules.rules)
    return Verdict(level, tuple(fired), tuple(doubtful), crisis, adverse, third_person, rules.version)


def _pattern(phrase: str, readings: Readings) -> str:
    """`a~b|c` means: a, a few characters, then b or c; `-` allows two at most; `a!b`: a, but not when b follows."""
    phrase, _, unless = phrase.partition("!")
    parts = re.split("([~-])", phrase)
    pattern = "".join(
        GAPS[part]
        if index % 2
        else "(?:" + "|".join(re.escape(_folded(word, readings)) for word in part.split("|")) + ")"
        for index, part in enumerate(parts)
    )
    return pattern + (
        f"(?!{'|'.join(re.escape(_folded(word, readings)) for word in unless.split('|'))})" if unless else ""
    )


def _hits(rule: Rule, text: str, new_from: int) -> Iterable[tuple[int, int]]:
    start = 0
    while match := rule.pattern.search(text, start):
        yield match.span()
        start = match.start() + 1
    near = max(0, new_from - 40)
    for phrase in rule.fuzzy:
        for start, end in _almost(phrase, text[near:]):
            yield near + start, near + end


def _almost(phrase: str, text: str) -> Iterable[tuple[int, int]]:
    """Where the text holds the phrase with one slip: a letter wrong, missing, too many, or two swapped."""
    if len(phrase) < SHORTEST_FUZZY:
        raise ValueError(f"too short to be matched with a slip: {phrase}")
    for pattern in _slips(phrase):
        for match in pattern.finditer(text):
            yield match.span()


@cache
def _slips(phrase: str) -> tuple[re.Pattern[str], ...]:
    """The first letter must be right: it is what tells chest from other places."""
    head, tail = phrase[0], phrase[1:]
    variants = {head + tail[:i] + tail[i + 1 :] for i in range(len(tail))}
    swapped = {head + tail[:i] + b + a + tail[i + 2 :] for i, (a, b) in enumerate(pairwise(tail))}
    wild = [re.escape(head + tail[:i]) + "." + re.escape(tail[i + 1 :]) for i in range(len(tail))]
    extra = [re.escape(head + tail[:i]) + "." + re.escape(tail[i:]) for i in range(len(tail))]
    whole = "|".join([*(re.escape(word) for word in sorted(variants | swapped)), *wild, *extra])
    return (re.compile(whole),)


def _of_another(whole: _Folded, start: int, rules: Rules) -> bool:
    """About somebody else: a person is named before it in the sentence, and the patient not after that person."""
    before = whole.sentence_before(start, NEAR)
    named = list(rules.third_person.finditer(before))
    return bool(named) and rules.first_person.search(before, named[-1].end()) is None


def _denied(whole: _Folded, start: int, end: int, rules: Rules) -> bool:
    """Said not to be so: directly after the flag, as Japanese does, or directly before or inside it, as English does."""
    return bool(
        rules.inner_denial.search(whole.text[start:end])
        or rules.denial.match(whole.sentence_after(end, NEAR))
        or rules.english_denial.search(whole.sentence_before(start, NEAR))
    )
