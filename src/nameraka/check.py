"""Everything that can be known to be wrong before anything runs; no browser, no server, about a second."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from nameraka.config import Settings
from nameraka.feature_files import feature_files, read_feature
from nameraka.features import DOOR_REASONS, DOORS, OWN_TAGS, Feature, Scenario
from nameraka.findings import Finding, Findings, UsageError
from nameraka.language import LanguageError
from nameraka.prose import swallowed_lines
from nameraka.register import SEVERITIES, Criterion, read_register, register_name
from nameraka.vocabulary import Match, Vocabulary


def check(settings: Settings, vocabulary: Vocabulary) -> list[Finding]:
    """All findings about the project's features and register, in the order of files and lines."""
    try:
        register = read_register(settings.register)
    except Findings as found:
        return list(found.findings)
    findings: list[Finding] = []
    features: list[Feature] = []
    for path in feature_files(settings.features):
        try:
            features.append(read_feature(settings.root, path))
        except Findings as found:
            findings.extend(found.findings)
    all_are_read = not findings
    for feature in features:
        findings.extend(check_feature(feature, vocabulary, known_tags(settings, register)))
        findings.extend(_against_register(feature, register))
    if all_are_read:  # what a file that cannot be read would prove is not known
        findings.extend(_kept_promises(features, register, register_name(settings.register)))
    return sorted(set(findings))


def known_tags(settings: Settings, register: Mapping[str, Criterion]) -> frozenset[str]:
    """The tags that a scenario may carry."""
    return OWN_TAGS | settings.tags | frozenset(register)


def check_feature(feature: Feature, vocabulary: Vocabulary, tags: frozenset[str]) -> Iterator[Finding]:
    """What is wrong with one feature's sentences and tags."""
    if feature.language not in ("ja", "en"):
        yield Finding(feature.path, 1, "language", f"language {feature.language!r}", "Write in ja or en.")
        return
    yield from swallowed_lines(feature, vocabulary, tags)
    for scenario in feature.scenarios:
        for tag in scenario.tags:
            if tag not in tags:
                yield Finding(
                    feature.path,
                    scenario.line,
                    "unknown-tag",
                    f"@{tag} is not a known tag",
                    f"{_nearest(tag, tags)}Known are the criteria of features/requirements.toml, @critical @major "
                    "@minor, @web @api, @proposed, and `tags` of [tool.nameraka] in pyproject.toml.",
                )
        try:
            bind(scenario, vocabulary)
        except Findings as found:
            yield from found.findings


def _nearest(tag: str, tags: frozenset[str]) -> str:
    """The known tag that was perhaps meant, as a question; empty when none is near."""
    known = {one.casefold(): one for one in sorted(tags)}
    return "".join(f"Did you mean @{known[near]}? " for near in difflib.get_close_matches(tag.casefold(), known, n=1))


def bind(scenario: Scenario, vocabulary: Vocabulary) -> tuple[Match, ...]:
    """The step of each sentence, in order. Raises ``Findings`` with every sentence that has not exactly one.

    A proposed scenario may use sentences that do not exist yet; they are left out of the result.
    """
    language, path = scenario.feature.language, scenario.feature.path
    matches: list[Match] = []
    findings: list[Finding] = []
    for sentence in scenario.sentences:
        try:
            matches.append(vocabulary.bind(sentence, "ja" if language == "ja" else "en", path))
        except Findings as found:
            findings.extend(found.findings)
    if scenario.proposed:
        findings = [finding for finding in findings if finding.rule != "undefined-sentence"]
    if findings:
        raise Findings(findings)
    return tuple(matches)


def _against_register(feature: Feature, register: Mapping[str, Criterion]) -> Iterator[Finding]:
    """Severity as the register says, and a reason where one of the doors is left out."""
    for scenario in feature.scenarios:
        severities = {register[id].severity for id in scenario.criteria if id in register}
        gravest = next((severity for severity in SEVERITIES if severity in severities), scenario.severity)
        if gravest != scenario.severity:
            yield Finding(
                feature.path,
                scenario.line,
                "severity",
                f"the scenario is {scenario.severity}, its criterion {gravest}",
                f"Tag it @{gravest}, or mend the register.",
            )
        texts = (scenario.description, scenario.rule.description if scenario.rule else "", feature.description)
        if len(scenario.doors) < len(DOORS) and not any(_gives_reason(text) for text in texts):
            yield Finding(
                feature.path,
                scenario.line,
                "door-without-reason",
                f"only the {scenario.doors[0]} door proves this, and nothing says why",
                "Add a line `経路: …` or `Doors: …` to the description.",
            )


def _kept_promises(features: Sequence[Feature], register: Mapping[str, Criterion], name: str) -> Iterator[Finding]:
    """A criterion is promised exactly where a scenario that is run carries its tag."""
    scenarios = [scenario for feature in features for scenario in feature.scenarios if not scenario.proposed]
    for id, criterion in register.items():
        proof = next((scenario for scenario in scenarios if id in scenario.criteria), None)
        if proof and not criterion.promised:
            yield Finding(
                name,
                criterion.line,
                "promised",
                f"{id} is not promised yet, and {proof.feature.path}:{proof.line} proves it",
                "Take the line `promised = false` away, or tag the scenario @proposed.",
            )
        elif criterion.promised and not proof:
            yield Finding(
                name,
                criterion.line,
                "uncovered",
                f"{id} is promised, and no scenario proves it",
                f"Tag one @{id} (a @proposed one proves nothing), or write `promised = false` here.",
            )


def _gives_reason(text: str) -> bool:
    return any(line.startswith(DOOR_REASONS) for line in text.splitlines())


def load_steps(root: Path) -> Vocabulary:
    """Import what the root ``conftest.py`` names in ``pytest_plugins`` and return the vocabulary it makes.

    Raises ``UsageError`` when a module does not import, ``Findings`` when steps contradict each other.
    """
    sys.path.insert(0, str(root))
    for module in _plugins(root / "conftest.py"):
        try:
            importlib.import_module(module)
        except LanguageError as error:
            raise UsageError(str(error)) from None
        except ImportError as error:
            raise UsageError(f"conftest.py: pytest_plugins names {module!r}, which does not import: {error}") from error
    return Vocabulary()


def _plugins(conftest: Path) -> Iterable[str]:
    if not conftest.is_file():
        return ()
    spec = importlib.util.spec_from_file_location("conftest", conftest)
    if spec is None or spec.loader is None:
        raise UsageError(f"{conftest.name} cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except LanguageError as error:
        raise UsageError(str(error)) from None
    plugins = getattr(module, "pytest_plugins", ())
    return (plugins,) if isinstance(plugins, str) else tuple(plugins)
