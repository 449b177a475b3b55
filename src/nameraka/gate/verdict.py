"""The verdict: one of three answers, every reason for it, and the digest of every file that it rests on."""

from __future__ import annotations

import json
import os
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from nameraka.gate.evidence import Evidence
from nameraka.gate.rules import RULES, Finding, Rule
from nameraka.gate.text import Text

SCHEMA = 1
Answer = Literal["go", "no-go", "unknown"]
EXIT_CODES: dict[Answer, int] = {"go": 0, "no-go": 1, "unknown": 2}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one rule found; nothing means that it holds."""

    rule: Rule
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer with its reasons. ``clean`` of ``planned`` items have one answer, passed, and nothing against them;
    ``answered`` have at least an answer."""

    answer: Answer
    evidence: Evidence
    judgements: tuple[Judgement, ...]
    planned: int
    answered: int
    clean: int
    failed: int

    @property
    def exit_code(self) -> int:
        """0 go, 1 no-go, 2 unknown."""
        return EXIT_CODES[self.answer]

    @property
    def findings(self) -> Iterator[tuple[Rule, Finding]]:
        """Every finding with the rule that it breaks, in the order of the rules."""
        for judgement in self.judgements:
            for finding in judgement.findings:
                yield judgement.rule, finding


def judge(evidence: Evidence, rules: Sequence[Rule] = RULES) -> Verdict:
    """Hold the evidence against every rule.

    A promise seen broken is ``no-go``, whatever else is missing; without one, anything that speaks against the evidence
    is ``unknown``. ``go`` takes more than silence: at least one rule, at least one planned item, and each of them clean.
    """
    judgements = tuple(Judgement(rule, _ask(rule, evidence)) for rule in rules)
    effects = {finding.effect for judgement in judgements for finding in judgement.findings}
    planned = {item.id for item in evidence.plan.items} if evidence.plan else set()
    passed = {
        item
        for item in planned
        if [result.status for result in evidence.results_of.get(item, ())] == ["passed"]
        and [attempt.outcome for _, attempt in evidence.attempts_of.get(item, ())] == ["passed"]
    }
    spoken_against = {finding.item for judgement in judgements for finding in judgement.findings}
    clean = passed - spoken_against
    answer: Answer
    if "no-go" in effects:
        answer = "no-go"
    elif effects or not rules or not planned or clean != planned:
        answer = "unknown"
    else:
        answer = "go"
    return Verdict(
        answer=answer,
        evidence=evidence,
        judgements=judgements,
        planned=len(planned),
        answered=sum(1 for item in planned if item in evidence.results_of or item in evidence.attempts_of),
        clean=len(clean),
        failed=len({_culprit(one) for judgement in judgements for one in judgement.findings if one.effect == "no-go"}),
    )


def _culprit(finding: Finding) -> str | None:
    return finding.item or finding.file


def _ask(rule: Rule, evidence: Evidence) -> tuple[Finding, ...]:
    """What the rule finds. A rule that breaks has not looked, and what was not looked at is unknown."""
    try:
        return tuple(rule.check(evidence))
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the gate without a verdict
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = Text(
            f"the rule itself broke: {error!r} at {Path(place.filename).name}:{place.lineno}",
            f"ルール自体が失敗しました: {error!r}（{Path(place.filename).name}:{place.lineno}）",
        )
        remedy = Text("Report this as a defect of the gate", "ゲートの不具合として報告してください")
        return (Finding("unknown", what, remedy),)


def to_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as the document that pipelines read."""
    plan = verdict.evidence.plan
    outcomes = Counter(result.status or "none" for result in verdict.evidence.results)
    return {
        "schema": SCHEMA,
        "verdict": verdict.answer,
        "exit_code": verdict.exit_code,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "gate": _version(),
        "run_id": plan.run_id if plan else None,
        "plan": plan.digest if plan else None,
        "commit": plan.commit if plan else None,
        "uncommitted": plan.uncommitted if plan else None,
        "environment": plan.environment if plan else None,
        "build": plan.build if plan else None,
        "counts": {
            "planned": verdict.planned,
            "answered": verdict.answered,
            "clean": verdict.clean,
            "failed": verdict.failed,
            "results": dict(sorted(outcomes.items())),
        },
        "rules": [
            {
                "name": judgement.rule.name,
                "statement": judgement.rule.statement._asdict(),
                "holds": not judgement.findings,
                "findings": [_finding(finding) for finding in judgement.findings],
            }
            for judgement in verdict.judgements
        ],
        "files": [{"name": one.name, "size": one.size, "digest": one.digest} for one in verdict.evidence.files],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "effect": finding.effect,
        "item": finding.item,
        "file": finding.file,
        "what": finding.what._asdict(),
        "remedy": finding.remedy._asdict(),
    }


def _version() -> str | None:
    try:
        return metadata.version("nameraka")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return None


def write_verdict(verdict: Verdict, path: Path) -> None:
    """Write ``path`` whole or not at all. Raises ``OSError``; a former verdict is gone then, not left to be believed."""
    path.unlink(missing_ok=True)
    content = json.dumps(to_json(verdict), ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
