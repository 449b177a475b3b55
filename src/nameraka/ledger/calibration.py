"""Whether the gate itself is set right: what it let through though it was broken, and what it held back without cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nameraka.ledger.events import Recorded, Verdict
from nameraka.ledger.figures import Share
from nameraka.ledger.history import History, Release


@dataclass(frozen=True)
class Escapes:
    """Incidents in one environment of requirements that the deployed build's verdict had called verified.

    ``by_requirement``: of the deployments of the period whose verdict called the requirement verified, those after which
    it was broken. ``escaped`` of ``incidents`` hold such a requirement; of the others ``unnamed`` name no requirement,
    ``unjudged`` were caused by no deployment or by one without a verdict, and ``known`` broke what was not verified.
    """

    by_requirement: Mapping[str, Share]
    incidents: int
    escaped: int
    unnamed: int
    unjudged: int
    known: int


@dataclass(frozen=True)
class FalseBlocks:
    """Verdicts other than go of which a person said that they blocked without cause, of all such verdicts."""

    share: Share
    by_rule: Mapping[str, Share]


def escapes(history: History, environment: str, since: datetime, until: datetime) -> Escapes:
    """The defects that escaped into ``environment``.

    An incident belongs to the period in which the deployment that caused it ended, without one to that of its opening, so
    that what was broken is always a part of what was shown.
    """
    shown: Counter[str] = Counter()
    for one in history.deployments_to(environment):
        if since <= one.body.ended <= until:
            shown.update(_verified(history, one))
    broken: dict[str, set[int]] = {}
    told: Counter[str] = Counter()
    for incident in (one.body for one in history.incidents):
        cause = history.deployment(incident.cause)
        moment = cause.body.ended if cause else incident.opened
        if incident.environment != environment or not since <= moment <= until:
            continue
        escaped = set(incident.requirements) & _verified(history, cause)
        told["incidents"] += 1
        if not incident.requirements:
            told["unnamed"] += 1
        elif cause is None or history.verdict(cause.body.verdict) is None:
            told["unjudged"] += 1
        else:
            told["escaped" if escaped else "known"] += 1
        for requirement in escaped:
            broken.setdefault(requirement, set()).add(incident.cause or 0)
    return Escapes(
        by_requirement={id: Share(len(broken.get(id, ())), shown[id]) for id in sorted(shown)},
        incidents=told["incidents"],
        escaped=told["escaped"],
        unnamed=told["unnamed"],
        unjudged=told["unjudged"],
        known=told["known"],
    )


def _verified(history: History, release: Release | None) -> set[str]:
    verdict = history.verdict(release.body.verdict) if release else None
    return {id for id, state in verdict.body.requirements.items() if state == "verified"} if verdict else set()


def false_blocks(history: History, since: datetime, until: datetime) -> FalseBlocks:
    """How often the gate blocked without cause, by verdicts created within the period, for any environment."""
    marked = {one.body.verdict for one in history.false_blocks}
    blocks = [one.body for one in verdicts_within(history, since, until) if one.body.verdict != "go"]
    all_by_rule = Counter(rule for one in blocks for rule in one.broken)
    false_by_rule = Counter(rule for one in blocks if one.document in marked for rule in one.broken)
    return FalseBlocks(
        share=Share(sum(1 for one in blocks if one.document in marked), len(blocks)),
        by_rule={rule: Share(false_by_rule[rule], all_by_rule[rule]) for rule in sorted(all_by_rule)},
    )


def verdicts_within(history: History, since: datetime, until: datetime) -> tuple[Recorded[Verdict], ...]:
    """The verdicts created within the period, in that order."""
    within = [one for one in history.verdicts if since <= one.body.created <= until]
    return tuple(sorted(within, key=lambda one: (one.body.created, one.sequence)))
