"""The shortest way to another verdict: which actions, in which order, would settle every finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nameraka.gate.rules.rule import RUN_AGAIN, Finding, Remedy, Rule


@dataclass(frozen=True, slots=True)
class Step:
    """One action, how many findings it settles, and of which rules."""

    action: Remedy
    settles: int
    rules: tuple[str, ...]


def shortest_way(findings: Iterable[tuple[Rule, Finding]]) -> list[Step]:
    """Each action once: what mends something broken first, then by how much each would settle.

    Where another action ends in running everything again anyway, a plain new run is no action of its own.
    """
    settled: dict[Remedy, list[tuple[Rule, Finding]]] = {}
    for rule, finding in findings:
        settled.setdefault(finding.remedy, []).append((rule, finding))
    if any(remedy.again and remedy != RUN_AGAIN for remedy in settled) and RUN_AGAIN in settled:
        most = max((one for one in settled if one.again and one != RUN_AGAIN), key=lambda one: len(settled[one]))
        settled[most] += settled.pop(RUN_AGAIN)
    steps = [
        Step(remedy, len(ones), tuple(dict.fromkeys(rule.name for rule, _ in ones))) for remedy, ones in settled.items()
    ]
    return sorted(steps, key=lambda step: (not _mends(settled[step.action]), -step.settles, step.action))


def _mends(ones: list[tuple[Rule, Finding]]) -> bool:
    return any(finding.effect == "no-go" for _, finding in ones)
