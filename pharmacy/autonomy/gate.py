"""The gate before and after the model, by rules alone: what may be answered automatically, and with what.

Whatever it does not know is left to a pharmacist. The words lie in `data/auto_replies.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.ai import guards
from pharmacy.ai.doses import with_plain_numbers
from pharmacy.ai.master import load_master, mentions_in, plain
from pharmacy.core.data import DATA
from pharmacy.core.tables import Patient
from pharmacy.triage.rules import assess

RULES_FILE: Final = DATA / "auto_replies.toml"

_SENTENCE: Final = re.compile(r"[。．.!?！？、,\n]+")


@dataclass(frozen=True)
class GateRules:
    """`topics`: what may be answered; `never`: what may be neither asked nor said."""

    version: str
    source: str
    topics: dict[str, re.Pattern[str]]
    courtesy: re.Pattern[str]
    never: dict[str, re.Pattern[str]]
    longest_question: int
    longest_answer: int


@cache
def load_gate(path: Path = RULES_FILE) -> GateRules:
    """Read the rules once. Raises KeyError, re.error or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    topics = {name: re.compile("|".join(patterns)) for name, patterns in content["topics"].items()}
    return GateRules(
        version=content["version"],
        source=content["source"],
        courtesy=topics.pop("courtesy"),
        topics=topics,
        never={
            name: re.compile("|".join(map(re.escape, map(plain, words)))) for name, words in content["never"].items()
        },
        longest_question=content["longest_question"],
        longest_answer=content["longest_answer"],
    )


def topic_of(texts: Sequence[str]) -> str | None:
    """The allowed topic that all unanswered messages of a patient are about, None when there is any doubt."""
    rules = load_gate()
    said = plain("\n".join(texts))
    if len(said) > rules.longest_question or _flagged(texts) or refused_topic(said):
        return None
    sentences = [part.strip() for part in _SENTENCE.split(said) if part.strip()]
    topics = {_topic(sentence, rules) for sentence in sentences} - {"courtesy"}
    return topics.pop() if len(topics) == 1 else None


def _flagged(texts: Sequence[str]) -> bool:
    """Whether triage noticed something in any of them: whoever has lowered the urgency has not answered it yet."""
    return any(assess(text, texts[:number]).level != "none" for number, text in enumerate(texts))


def why_not(text: str, patient: Patient) -> str | None:
    """Why a model's answer may not go out automatically; None when it may."""
    if len(text) > load_gate().longest_answer:
        return "too_long"
    if guards.check(text, patient):
        return "warning"
    return refused_topic(plain(text))


def refused_topic(text: str) -> str | None:
    """What a plain text touches that is never automatic: `drug`, `dose`, `symptom`, `pregnancy`, `child`; or None."""
    if any(mentions_in(text, load_master())) or load_master().looks_like_drug.search(text):
        return "drug"
    numbers = with_plain_numbers(text)
    return next((name for name, words in load_gate().never.items() if words.search(numbers)), None)


def _topic(sentence: str, rules: GateRules) -> str | None:
    if rules.courtesy.search(sentence):
        return "courtesy"
    found = [name for name, pattern in rules.topics.items() if pattern.search(sentence)]
    return found[0] if len(found) == 1 else None
