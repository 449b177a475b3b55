"""Doses and frequencies in a plain text, in whatever digits and units, matched to the drugs that the text names.

What cannot be matched (no drug is near, the unit is not the drug's, the master knows no limit) is said to be so: nobody
may take it for checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

from pharmacy.ai.master import Drug, Master, Mention

REACH: Final = 60
"""How many characters after a drug's name its dose may stand."""
_OF_SOMETHING_ELSE: Final = 8
"""How many characters before an amount the word may stand that says it is of no medicine."""

_MILLIGRAMS: Final = {
    "mg": 1.0,
    "みりぐらむ": 1.0,
    "みり": 1.0,
    "g": 1000.0,
    "ぐらむ": 1000.0,
    "μg": 0.001,
    "mcg": 0.001,
    "まいくろぐらむ": 0.001,
}
_PIECES: Final = "錠|かぷせる|包|tablets?|capsules?|pills?"
_OTHERS: Final = "ml|みりりっとる|cc|滴|単位|iu|units?|drops?|puffs?|噴霧|吸入"
_UNIT: Final = rf"(?:mg|みりぐらむ|みり(?!り)|μg|mcg|まいくろぐらむ|g|ぐらむ|{_PIECES}|{_OTHERS})(?![a-z])"
_NUMBER: Final = r"\d+(?:\.\d+)?"
_AMOUNT: Final = re.compile(rf"({_NUMBER})\s*({_UNIT})")
_PER_DAY_BEFORE: Final = re.compile(r"1\s*日(?:に|量|あたり|合計|最大|計)*[はで、:]?\s*$")
_PER_DAY_AFTER: Final = re.compile(r"\s*(?:/\s*day|per day|a day|daily|/\s*日)")

_WORDS: Final = {
    word: number
    for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
}
_ENGLISH_NUMBER: Final = re.compile(rf"\b({'|'.join(_WORDS)})(?=\s+(?:times|{_UNIT}))")
_KANJI_NUMBER: Final = re.compile(rf"[〇零一二三四五六七八九十百千]+(?=\s*(?:{_UNIT}|回|日|時間))")
_KANJI: Final = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}

_TIMES: Final = (
    re.compile(r"1\s*日(?:に|あたり|最大|計)*\s*(?:\d+\s*[~〜\-–―ー]\s*)?(\d+)\s*回"),
    re.compile(r"(\d+)\s*times\s*(?:a|per|each)?\s*da(?:y|ily)"),
)
_HOURS: Final = re.compile(r"(\d+)\s*時間\s*(?:ごと|毎|おき)|every\s*(\d+)\s*hours")
_DAYTIMES: Final = (
    (re.compile(r"毎食|朝[・、]?昼[・、]?[夕夜晩]|(?:each|every) meal"), 3),
    (re.compile(r"朝[・、と]?[夕夜晩]|twice\s*(?:a|per)?\s*da(?:y|ily)"), 2),
    (re.compile(r"寝る前|就寝前|bedtime"), 1),
)


@dataclass(frozen=True)
class OverMax:
    """A dose above the master's limit. `of`: `single` or `daily`; milligrams."""

    drug: Drug
    of: str
    found: float
    limit: float


@dataclass(frozen=True)
class Unmatched:
    """An amount as it stands in the plain text, that nothing in the master could be held against."""

    amount: str


@dataclass(frozen=True)
class _Amount:
    start: int
    end: int
    number: float
    unit: str
    words: str
    daily: bool


def with_plain_numbers(text: str) -> str:
    """A plain text with its numbers in digits: no thousands' commas, kanji, halves or English words."""
    text = re.sub(r"(?<=\d)[,、](?=\d{3}(?!\d))", "", text)
    text = _KANJI_NUMBER.sub(lambda match: str(_kanji_value(match[0])), text)
    text = re.sub(r"(\d+)万", r"\g<1>0000", text)
    text = _ENGLISH_NUMBER.sub(lambda match: str(_WORDS[match[1]]), text)
    text = re.sub(r"(\d+)\s*(錠|かぷせる|包)半", r"\1.5\2", text)
    return re.sub(r"半(?=錠|かぷせる|包)|half a (?=tablet)", "0.5", text)


def check_doses(text: str, mentions: Sequence[Mention], master: Master) -> Iterable[OverMax | Unmatched]:
    """What is above a limit, and what could not be held against any, of a text with plain numbers."""
    amounts = [_amount(text, match) for match in _AMOUNT.finditer(text)]
    owners = [(amount, _owner(text, amount, mentions)) for amount in amounts]
    for amount, owner in owners:
        if owner is None and not _of_no_medicine(text, amount, master):
            yield Unmatched(amount.words)
    for mention, following in pairwise([*mentions, None]):
        if mention is not None:
            told = text[mention.end : min(mention.end + REACH, following.start if following else len(text))]
            yield from _held_against(mention.drug, [amount for amount, owner in owners if owner is mention], told)


def _held_against(drug: Drug, amounts: list[_Amount], told: str) -> Iterable[OverMax | Unmatched]:
    times = _times(told)
    if (amounts or times) and drug.max_daily_mg is None:
        yield Unmatched(f"{drug.id} {' '.join(amount.words for amount in amounts)}".strip())
        return
    known = [(amount, _milligrams(amount, drug)) for amount in amounts]
    yield from (Unmatched(amount.words) for amount, milligrams in known if milligrams is None)
    singles = [milligrams for amount, milligrams in known if milligrams is not None and not amount.daily]
    dailies = [milligrams for amount, milligrams in known if milligrams is not None and amount.daily]
    # Who is told how often and not how much takes at least one piece each time.
    single = max(singles, default=0.0 if dailies else (drug.tablet_mg or 0.0) if times else 0.0)
    daily = max([*dailies, single * max(times, 1)])
    if drug.max_single_mg is not None and single > drug.max_single_mg:
        yield OverMax(drug, "single", single, drug.max_single_mg)
    if drug.max_daily_mg is not None and daily > drug.max_daily_mg:
        yield OverMax(drug, "daily", daily, drug.max_daily_mg)


def _amount(text: str, match: re.Match[str]) -> _Amount:
    before = _PER_DAY_BEFORE.search(text, 0, match.start())
    after = _PER_DAY_AFTER.match(text, match.end())
    return _Amount(match.start(), match.end(), float(match[1]), match[2], match[0], bool(before or after))


def _owner(text: str, amount: _Amount, mentions: Sequence[Mention]) -> Mention | None:
    """The drug that an amount is of: `500mgの薬` the one behind it, else the one before it."""
    joined = re.compile(r"\s*(?:の|of\s)\s*").match(text, amount.end)
    if joined:
        for mention in mentions:
            if mention.start == joined.end():
                return mention
    before = [mention for mention in mentions if mention.end <= amount.start <= mention.end + REACH]
    return before[-1] if before else None


def _of_no_medicine(text: str, amount: _Amount, master: Master) -> bool:
    before = text[max(0, amount.start - _OF_SOMETHING_ELSE) : amount.start]
    after = text[amount.end : amount.end + _OF_SOMETHING_ELSE]
    return any(word in before or word in after for word in master.not_doses)


def _milligrams(amount: _Amount, drug: Drug) -> float | None:
    if amount.unit in _MILLIGRAMS:
        return amount.number * _MILLIGRAMS[amount.unit]
    if re.fullmatch(_PIECES, amount.unit) and drug.tablet_mg is not None:
        return amount.number * drug.tablet_mg
    return None


def _times(told: str) -> int:
    """How often a day, at most; 0 when nothing is said."""
    said = [int(match[1]) for pattern in _TIMES for match in pattern.finditer(told)]
    said += [ceil(24 / max(1, int(match[1] or match[2]))) for match in _HOURS.finditer(told)]
    said.append(sum(number for pattern, number in _DAYTIMES if pattern.search(told)))
    return max(said)


def _kanji_value(kanji: str) -> int:
    if not any(sign in _TENS for sign in kanji):
        return int("".join(str(_KANJI[sign]) for sign in kanji))
    total = digit = 0
    for sign in kanji:
        if sign in _TENS:
            total += max(1, digit) * _TENS[sign]
            digit = 0
        else:
            digit = _KANJI[sign]
    return total + digit
