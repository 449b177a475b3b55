"""What the ledger tells of a period, once for the page and once as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nameraka.ledger.calibration import Escapes, FalseBlocks, escapes, false_blocks, verdicts_within
from nameraka.ledger.chain import Head
from nameraka.ledger.deployments import current, proof
from nameraka.ledger.dora import Dora, arrivals, lead_time, measure
from nameraka.ledger.events import Doubt, Incident, Recorded, Verdict
from nameraka.ledger.figures import Share, Spread
from nameraka.ledger.history import History, Release

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Presence:
    """What runs in an environment now, and why that rests on no go, if it does not."""

    environment: str
    release: Release | None
    doubt: Doubt | None


@dataclass(frozen=True, slots=True)
class Outage:
    """An incident and its end; ``restored`` is None while it lasts."""

    incident: Recorded[Incident]
    restored: datetime | None


@dataclass(frozen=True)
class Trend:
    """Deliveries and incidents of one environment and the verdicts on all, from ``since`` to ``until`` (UTC).

    ``lead_times`` has the seconds of each deployment, by sequence, that brought a commit for the first time;
    ``false`` are the verdict documents that blocked without cause.
    """

    head: Head
    environment: str
    since: datetime
    until: datetime
    where: tuple[Presence, ...]
    dora: Dora
    lead_times: dict[int, float]
    outages: tuple[Outage, ...]
    verdicts: tuple[Recorded[Verdict], ...]
    false: frozenset[str]
    escapes: Escapes
    false_blocks: FalseBlocks


def trend(head: Head, history: History, environment: str, since: datetime, until: datetime) -> Trend:
    """The trend of what a ledger with that head holds."""
    dora = measure(history, environment, since, until)
    arrived = arrivals(history, environment)
    times = {one.sequence: lead_time(one) for one in dora.deployments if one.sequence in arrived}
    outages = []
    for one in history.incidents:
        end = history.restoration(one.body.id)
        restored = end.body.restored if end else None
        if one.body.environment == environment and one.body.opened <= until and (restored or until) >= since:
            outages.append(Outage(one, restored))
    where = []
    for name in history.environments:
        release = current(history, name)
        where.append(Presence(name, release, proof(history, release.body.build, name)[1] if release else None))
    return Trend(
        head=head,
        environment=environment,
        since=since,
        until=until,
        where=tuple(where),
        dora=dora,
        lead_times={sequence: time for sequence, time in times.items() if time is not None},
        outages=tuple(sorted(outages, key=lambda one: one.incident.body.opened)),
        verdicts=verdicts_within(history, since, until),
        false=frozenset(one.body.verdict for one in history.false_blocks),
        escapes=escapes(history, environment, since, until),
        false_blocks=false_blocks(history, since, until),
    )


def weeks(since: datetime, until: datetime) -> tuple[datetime, ...]:
    """The Mondays, 0:00 UTC, of all weeks that the period touches."""
    day = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(weeks=number) for number in range((until - monday) // timedelta(weeks=1) + 1))


def duration(verdict: Verdict) -> float | None:
    """Seconds from the plan of a run to its end; None where the verdict names one of them not."""
    if verdict.planned_at is None or verdict.ended_at is None:
        return None
    return (verdict.ended_at - verdict.planned_at).total_seconds()


def as_json(trend: Trend) -> dict[str, Any]:
    """The trend as a document. Durations are in seconds, times are ISO 8601; null means "not enough data"."""
    dora = trend.dora
    failed = {one.sequence for one in dora.failed}
    rework = {one.sequence for one in dora.rework}
    return {
        "schema": SCHEMA,
        "head": str(trend.head),
        "environment": trend.environment,
        "since": trend.since.isoformat(),
        "until": trend.until.isoformat(),
        "where": [_presence(one) for one in trend.where],
        "dora": {
            "observed_since": dora.observed_since.isoformat(),
            "change_lead_time": {
                **_spread(dora.lead_time),
                "left_out": {"without_commit_time": dora.without_commit, "commit_was_there_before": dora.again},
            },
            "deployment_frequency": {"per_week": dora.per_week, "deployments": len(dora.deployments)},
            "failed_deployment_recovery_time": {
                **_spread(dora.recovery),
                "left_out": {"incident_lasts": dora.lasting, "without_incident": dora.without_incident},
            },
            "change_fail_rate": _share(dora.change_fail_rate),
            "deployment_rework_rate": {**_share(dora.rework_rate), "rollbacks": dora.rollbacks},
        },
        "escaped_defects": {
            "incidents": trend.escapes.incidents,
            "escaped": trend.escapes.escaped,
            "requirement_not_named": trend.escapes.unnamed,
            "not_judged": trend.escapes.unjudged,
            "not_verified_before": trend.escapes.known,
            "by_requirement": {id: _share(share) for id, share in trend.escapes.by_requirement.items()},
        },
        "false_blocks": {
            **_share(trend.false_blocks.share),
            "by_rule": {rule: _share(share) for rule, share in trend.false_blocks.by_rule.items()},
        },
        "deployments": [
            {
                "entry": one.sequence,
                "build": one.body.build,
                "commit": one.body.commit,
                "ended": one.body.ended.isoformat(),
                "verdict": one.body.verdict,
                "doubt": one.body.doubt,
                "failed": one.sequence in failed,
                "rework": one.sequence in rework,
                "takes_back": one.body.takes_back,
                "incident": one.body.incident,
                "lead_time_seconds": trend.lead_times.get(one.sequence),
            }
            for one in dora.deployments
        ],
        "incidents": [
            {
                "entry": one.incident.sequence,
                "id": one.incident.body.id,
                "cause": one.incident.body.cause,
                "severity": one.incident.body.severity,
                "requirements": list(one.incident.body.requirements),
                "opened": one.incident.body.opened.isoformat(),
                "restored": one.restored.isoformat() if one.restored else None,
            }
            for one in trend.outages
        ],
        "verdicts": [_verdict(one, trend) for one in trend.verdicts],
    }


def _presence(presence: Presence) -> dict[str, Any]:
    release = presence.release
    return {
        "environment": presence.environment,
        "build": release.body.build if release else None,
        "since": release.body.ended.isoformat() if release else None,
        "deployment": release.sequence if release else None,
        "doubt": presence.doubt,
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {"median_seconds": spread.median, "p90_seconds": spread.p90, "measured": len(spread.seconds)}


def _share(share: Share) -> dict[str, Any]:
    return {"rate": share.value, "part": share.part, "whole": share.whole}


def _verdict(one: Recorded[Verdict], trend: Trend) -> dict[str, Any]:
    told = one.body
    return {
        "entry": one.sequence,
        "document": told.document,
        "verdict": told.verdict,
        "created": told.created.isoformat(),
        "environment": told.environment,
        "build": told.build,
        "false_block": told.document in trend.false,
        "broken_rules": list(told.broken),
        "planned": told.planned,
        "clean": told.clean,
        "failed": told.failed,
        "seconds": duration(told),
        "scenario_seconds": told.seconds,
        "requirements": told.requirements,
    }
