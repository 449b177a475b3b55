"""Lines that were meant to run and that Gherkin takes for a description.

Below a heading Gherkin reads whatever it does not know as prose: a mistyped ``前堤`` and the sentence after it, a
``シナリオ：`` with a wide colon and its whole scenario. Nothing would ever say that they did not run.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import chain

from nameraka.feature_files import dialect
from nameraka.features import DOOR_REASONS, Feature, Kind, Prose
from nameraka.findings import Finding
from nameraka.language import LANGUAGES, Step
from nameraka.vocabulary import Vocabulary

_HEADING = re.compile(r"(?P<words>[^\s:：]+(?:[ \u3000][^\s:：]+)?)\s*[:：]")
_NO_COLON = re.compile(r"(?P<words>\w+)(?=[\s.,;、。；])")
_WORD = re.compile(r"(?P<word>\S+)\s+(?P<rest>\S.*)")
_KINDS: tuple[Kind, ...] = ("given", "when", "then")
# Japanese needs no blank between keyword and sentence; the longest keyword has three characters, and one may be too many.
_LONGEST_GLUED = 4
_NEAR = 0.65  # one letter wrong in ルール is further away than two in Scenario


def swallowed_lines(feature: Feature, vocabulary: Vocabulary, tags: Collection[str]) -> Iterator[Finding]:
    """Each line of a description that reads as a sentence, a heading or tags, or stands where a sentence would."""
    like_steps = {prose.line for prose in feature.prose if _begins_with_keyword(prose.text, feature.language)}
    for prose in feature.prose:
        in_a_row = prose.line in like_steps and not like_steps.isdisjoint((prose.line - 1, prose.line + 1))
        if remedy := _remedy(prose, vocabulary, tags, in_a_row):
            message = f"{prose.text!r} is read as a description: nothing runs it"
            yield Finding(feature.path, prose.line, "swallowed-line", message, remedy)


def _remedy(prose: Prose, vocabulary: Vocabulary, tags: Collection[str], in_a_row: bool) -> str:
    """What to do about the line; empty for prose that is nothing but prose.

    ``in_a_row``: it begins with a sentence's keyword and so does a neighbour, as the sentences of a scenario do. One
    alone is prose as well (``When a batch is recalled, …``).
    """
    if _holds_tags(prose.text, tags):
        return (
            "If tags are meant: each begins with a plain @. If not, write the word without the sign, or more than it."
        )
    if heading := _heading(prose.text):
        return f"If `{heading}:` is meant, write it so, with a plain colon. If not, begin the line with another word."
    if step := _sentence(prose.text, vocabulary):
        return f"It is the sentence at {step.place}: mend its keyword, and put it below a scenario's heading."
    if in_a_row:
        return "A sentence stands below a scenario's heading; a description begins with another word."
    if prose.above and not prose.text.startswith(DOOR_REASONS):
        return "Mend its keyword if it is a sentence; put an empty line below it if it is a description."
    return ""


def _holds_tags(text: str, tags: Collection[str]) -> bool:
    """Whether a known tag stands in the line, or the whole line might be tags."""
    words = text.split()
    signed = [word[1:] for word in words if word.startswith(("@", "＠"))]
    if signed:
        return len(signed) == len(words) or any(word in tags for word in signed)
    return all(difflib.get_close_matches(word, tags, n=1, cutoff=_NEAR) for word in words)


def _heading(text: str) -> str:
    """The heading's keyword that the line begins with, as it is or nearly; empty when there is none."""
    known = {keyword.casefold(): keyword for keyword in _heading_keywords()}
    if found := _HEADING.match(text):
        near = difflib.get_close_matches(found["words"].casefold(), known, n=1, cutoff=_NEAR)
        return known[near[0]] if near else ""
    found = _NO_COLON.match(text)
    return found["words"] if found and found["words"] in known.values() else ""


def _sentence(text: str, vocabulary: Vocabulary) -> Step | None:
    """The step that the line would be, whatever stands in the place of its keyword."""
    glued = (text[length:] for length in range(_LONGEST_GLUED + 1))
    found = _WORD.match(text)
    for rest in dict.fromkeys([*glued, found["rest"] if found else text]):
        for language in LANGUAGES:
            for kind in _KINDS:
                for match in vocabulary.find(kind, language, rest.strip()):
                    return match.step
    return None


def _begins_with_keyword(text: str, language: str) -> bool:
    found = _WORD.match(text)
    return found is not None and found["word"] in _step_keywords(language)


@cache
def _step_keywords(language: str) -> frozenset[str]:
    of = dialect(language)
    kinds: Iterable[list[str]] = (
        of.given_keywords,
        of.when_keywords,
        of.then_keywords,
        of.and_keywords,
        of.but_keywords,
    )
    return frozenset(keyword.strip() for keyword in chain(*kinds)) - {"*"}  # a star begins a list as well


@cache
def _heading_keywords() -> tuple[str, ...]:
    """What begins a block inside a feature. A mistyped ``Examples`` stands below sentences, where Gherkin says so."""
    found: list[str] = []
    for of in map(dialect, LANGUAGES):
        found += [*of.background_keywords, *of.rule_keywords, *of.scenario_keywords, *of.scenario_outline_keywords]
    return tuple(dict.fromkeys(found))
