"""The verdict: one of three answers, every reason for it, and the digest of every file that it rests on."""

from __future__ import annotations

import json
import os
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import msgspec

from nameraka.gate.case import Case
from nameraka.gate.evidence import Evidence
from nameraka.gate.notes import notes
from nameraka.gate.policy import Off
from nameraka.gate.rules import RULES
from nameraka.gate.rules.rule import OPTIONAL, Finding, Remedy, Rule
from nameraka.gate.sections import item_section, requirement_section
from nameraka.gate.text import Text
from nameraka.gate.unblock import shortest_way

SCHEMA = 2
Answer = Literal["go", "no-go", "unknown"]
EXIT_CODES: dict[Answer, int] = {"go": 0, "no-go": 1, "unknown": 2}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one rule found; nothing means that it holds. ``off``: the policy has switched it off."""

    rule: Rule
    findings: tuple[Finding, ...]
    off: Off | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer with its reasons. ``clean`` of ``planned`` items have one answer, passed, and nothing against them;
    ``excused`` did not pass and need not have; ``answered`` have at least an answer."""

    answer: Answer
    case: Case
    judgements: tuple[Judgement, ...]
    planned: int
    answered: int
    clean: int
    excused: int
    failed: int

    @property
    def evidence(self) -> Evidence:
        """What was judged."""
        return self.case.evidence

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


def judge(case: Case, rules: Sequence[Rule] = RULES) -> Verdict:
    """Hold the case against every rule that the policy leaves on.

    A promise seen broken is ``no-go``, whatever else is missing; without one, anything that speaks against the evidence
    is ``unknown``. ``go`` takes more than silence: at least one rule, at least one planned item, and each of them clean
    or excused by name.
    """
    judgements = tuple(_judgement(rule, case) for rule in rules)
    findings = [finding for judgement in judgements for finding in judgement.findings]
    effects = {finding.effect for finding in findings}
    planned = {one.item.id for one in case.standings}
    spoken_against = {finding.item for finding in findings}
    clean = {one.item.id for one in case.standings if one.clean} - spoken_against
    excused = case.excused.keys() - spoken_against - clean
    answer: Answer
    if "no-go" in effects:
        answer = "no-go"
    elif effects or all(one.off for one in judgements) or not clean or clean | excused != planned:
        answer = "unknown"
    else:
        answer = "go"
    evidence = case.evidence
    return Verdict(
        answer=answer,
        case=case,
        judgements=judgements,
        planned=len(planned),
        answered=sum(1 for item in planned if item in evidence.results_of or item in evidence.attempts_of),
        clean=len(clean),
        excused=len(excused),
        failed=len(
            {one.item or one.file for one in findings if one.effect == "no-go" and (one.item or not one.requirement)}
        ),
    )


def _judgement(rule: Rule, case: Case) -> Judgement:
    off = case.policy.switched_off(rule.name, case.environment, case.now.date()) if rule.name in OPTIONAL else None
    return Judgement(rule, (), off) if off else Judgement(rule, _ask(rule, case))


def _ask(rule: Rule, case: Case) -> tuple[Finding, ...]:
    """What the rule finds. A rule that breaks has not looked, and what was not looked at is unknown."""
    try:
        return tuple(rule.check(case))
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the gate without a verdict
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = Text(
            f"the rule itself broke: {error!r} at {Path(place.filename).name}:{place.lineno}",
            f"ルール自体が失敗しました: {error!r}（{Path(place.filename).name}:{place.lineno}）",
        )
        remedy = Remedy("Report this as a defect of the gate", "ゲートの不具合として報告してください")
        return (Finding("unknown", what, remedy),)


def document(verdict: Verdict) -> dict[str, Any]:
    """The verdict as the document that pipelines read, people are shown and signatures cover: docs/verdict.schema.json."""
    case, plan = verdict.case, verdict.evidence.plan
    outcomes = Counter(result.status or "none" for result in verdict.evidence.results)
    return {
        "schema": SCHEMA,
        "verdict": verdict.answer,
        "exit_code": verdict.exit_code,
        "created": case.now.isoformat(timespec="seconds"),
        "gate": _version(),
        "run_id": plan.run_id if plan else None,
        "plan": plan.digest if plan else None,
        "commit": plan.commit if plan else None,
        "uncommitted": plan.uncommitted if plan else None,
        "environment": plan.environment if plan else None,
        "build": plan.build if plan else None,
        "planned_at": plan.created if plan else None,
        "ended_at": max((one.ended for one in verdict.evidence.observations if one.ended), default=None),
        "inputs": {
            role: {"name": source.name, "digest": source.digest} for role, source in case.inputs.sources.items()
        },
        "counts": {
            "planned": verdict.planned,
            "answered": verdict.answered,
            "clean": verdict.clean,
            "failed": verdict.failed,
            "excused": verdict.excused,
            "results": dict(sorted(outcomes.items())),
        },
        "rules": [
            {
                "name": judgement.rule.name,
                "statement": judgement.rule.statement._asdict(),
                "selected": judgement.off is None,
                "holds": not judgement.findings and judgement.off is None,
                "findings": [_finding(finding) for finding in judgement.findings],
            }
            for judgement in verdict.judgements
        ],
        "requirements": requirement_section(case),
        "items": item_section(case),
        "notes": [
            {"kind": note.kind, "item": note.item, "requirement": note.requirement, "text": note.text._asdict()}
            for note in notes(case)
        ],
        "unblock": [
            {"action": {"en": step.action.en, "ja": step.action.ja}, "settles": step.settles, "rules": list(step.rules)}
            for step in shortest_way(verdict.findings)
        ],
        "files": [{"name": one.name, "size": one.size, "digest": one.digest} for one in verdict.evidence.files],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "effect": finding.effect,
        "item": finding.item,
        "requirement": finding.requirement,
        "severity": finding.severity,
        "file": finding.file,
        "what": finding.what._asdict(),
        "remedy": {"en": finding.remedy.en, "ja": finding.remedy.ja},
        "fingerprint": finding.fingerprint,
    }


def _version() -> str | None:
    try:
        return metadata.version("nameraka")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return None


def write_verdict(content: Mapping[str, Any], path: Path) -> None:
    """Write ``path`` whole or not at all. Raises ``OSError``; a former verdict is gone then, not left to be believed."""
    path.unlink(missing_ok=True)
    try:
        text = msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair in a name
        text = json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with half.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
