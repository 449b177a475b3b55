"""Parts of the verdict document that do not need the verdict: where each requirement and each item stands."""

from __future__ import annotations

from typing import Any

from nameraka.gate.case import Case


def requirement_section(case: Case) -> list[dict[str, Any]]:
    """Every requirement with its state and the items that speak for it."""
    return [
        {
            "id": one.id,
            "ja": one.criterion.ja if one.criterion else None,
            "en": one.criterion.en if one.criterion else None,
            "severity": one.severity,
            "hazard": one.criterion.hazard._asdict() if one.criterion else None,
            "state": one.state,
            "items": [standing.item.id for standing in one.standings],
        }
        for one in case.requirements
    ]


def item_section(case: Case) -> list[dict[str, Any]]:
    """Every planned item with its state."""
    return [
        {
            "id": one.item.id,
            "feature": one.item.feature,
            "scenario": one.item.scenario,
            "digest": one.item.digest,
            "door": one.item.door,
            "severity": one.item.severity,
            "criteria": list(one.item.criteria),
            "state": one.state,
            "attempts": list(one.attempts),
            "seconds": one.seconds,
            "fingerprint": one.fingerprint,
            "why": one.why or None,
        }
        for one in case.standings
    ]
