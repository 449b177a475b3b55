"""``nameraka phrases``: the sentences that exist, and any scenario in the other language."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from nameraka.check import bind, load_steps
from nameraka.config import Settings, find_root, load
from nameraka.exits import Exit
from nameraka.feature_files import feature_files, read_feature
from nameraka.features import Feature, Language, Scenario
from nameraka.findings import Findings, UsageError
from nameraka.language import LANGUAGES, SLOTS, Step
from nameraka.vocabulary import KEYWORDS, Match, Vocabulary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="only sentences that hold all these words, in either language")
    parser.add_argument("--unused", action="store_true", help="only sentences that no scenario says")
    parser.add_argument(
        "--translate", metavar="PATH[:LINE]", help="show a feature, or the scenario at that line, in the other language"
    )
    parser.add_argument(
        "--root", type=Path, help="the project's folder (default: the nearest one with a pyproject.toml)"
    )


def command(arguments: argparse.Namespace) -> int:
    """Print sentences grouped by the file that defines them. Raises ``UsageError``, or ``Findings`` for a file not right."""
    settings = load(arguments.root or find_root(Path.cwd()))
    vocabulary = load_steps(settings.root)
    lines = (
        translated(settings, vocabulary, arguments.translate)
        if arguments.translate
        else listed(settings, vocabulary, arguments)
    )
    print("\n".join(lines))
    return Exit.CLEAN


def listed(settings: Settings, vocabulary: Vocabulary, arguments: argparse.Namespace) -> Iterator[str]:
    """The sentences, a heading for each file, then the slot types with their words."""
    steps = [step for step in vocabulary.steps if _wanted(step, arguments.words)]
    if arguments.unused:
        used = {id(match.step) for match in _used(settings, vocabulary)}
        steps = [step for step in steps if id(step) not in used]
    for path, group in groupby(steps, key=lambda step: step.path):
        yield f"\n{path}"
        for step in group:
            for language in LANGUAGES:
                head = f"{step.kind:<6}" if language == LANGUAGES[0] else " " * 6
                yield f"  {head}{language}  {step.phrases[language].text}"
            if step.table:
                yield f"        table: {' | '.join(f'{ja}/{en}' for ja, en, *_ in step.table.values())}"
    if not arguments.words and not arguments.unused:
        yield "\nwords that a slot may hold"
        for slot in SLOTS.values():
            if slot.terms:
                yield f"  {{{slot.name}}}: {', '.join(f'{term.ja}/{term.en}' for term in slot.terms)}{' + name' * slot.named}"


def _wanted(step: Step, words: list[str]) -> bool:
    text = " ".join(phrase.text for phrase in step.phrases.values()).lower()
    return all(word.lower() in text for word in words)


def _used(settings: Settings, vocabulary: Vocabulary) -> Iterator[Match]:
    for path in feature_files(settings.features):
        for scenario in read_feature(settings.root, path).scenarios:
            try:
                yield from bind(scenario, vocabulary)
            except Findings:  # `nameraka check` says what is wrong; here only what is used counts
                continue


def translated(settings: Settings, vocabulary: Vocabulary, place: str) -> Iterator[str]:
    """A scenario's sentences in the other language; names of scenarios and free text stay as they are."""
    name, _, line = place.partition(":")
    path = Path(name).resolve()
    if not path.is_file() or not path.is_relative_to(settings.root.resolve()):
        raise UsageError(f"{name}: no such feature file in this project")
    feature = read_feature(settings.root, path)
    if line and not line.isdecimal():
        raise UsageError(f"{place}: write PATH or PATH:LINE, with a line number")
    scenarios = [one for one in feature.scenarios if not line or int(line) == one.line or int(line) in one.block]
    if not scenarios:
        raise UsageError(
            f"{place}: no scenario stands there; they begin at {', '.join(str(one.line) for one in feature.scenarios)}"
        )
    here: Language = "ja" if feature.language == "ja" else "en"
    there: Language = "en" if here == "ja" else "ja"
    yield from _rendered(feature, scenarios, vocabulary, here, there)


def _rendered(
    feature: Feature, scenarios: list[Scenario], vocabulary: Vocabulary, here: Language, there: Language
) -> Iterator[str]:
    keywords = KEYWORDS[there]
    yield f"# language: {there}"
    yield f"{keywords['feature']}: {feature.name}"
    for scenario in scenarios:
        yield f"\n  {keywords['scenario']}: {scenario.name}"
        bind(scenario, vocabulary)
        for sentence in scenario.sentences:
            keyword, text, table = vocabulary.render(sentence, here, there)
            yield f"    {keyword} {text}"
            for row in table or ():
                yield f"      | {' | '.join(row)} |"
            if sentence.docstring is not None:
                yield from (f"      {line}" for line in ('"""', *sentence.docstring.splitlines(), '"""'))
