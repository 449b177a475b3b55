"""The five metrics of software delivery by DORA's definitions of 2026 (dora.dev/guides/dora-metrics), for one environment.

They are for learning, one service at a time, and no goals. What counts here is what was recorded:

- a deployment counts where it ended; a rollback is a deployment, too;
- change lead time: from the commit that was deployed to the end of its first deployment to the environment;
- a deployment failed when an incident names it as the cause or a rollback took it back;
- recovery: from the first opening to the last end of the incidents that it caused;
- rework: deployments that were unplanned because of an incident, rollbacks included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from nameraka.ledger.deployments import taken_back
from nameraka.ledger.events import Incident
from nameraka.ledger.figures import Share, Spread
from nameraka.ledger.history import History, Release

LEAST_OBSERVED = timedelta(days=7)
"""A frequency seen over less than a week says nothing of a week."""


@dataclass(frozen=True)
class Dora:
    """The metrics with the counts behind them; ``deployments`` are those that ended within the period.

    ``per_week`` is None where less than a week was observed or nothing was deployed. ``observed_since`` is the beginning
    of the period, or of what the ledger tells when that is later. Left out of lead time: ``without_commit`` (no commit or
    no time of it known) and ``again`` (the commit had been there before). Left out of recovery: ``lasting`` (an incident
    has no end yet) and ``without_incident`` (taken back, and nobody recorded an incident).
    """

    environment: str
    since: datetime
    until: datetime
    observed_since: datetime
    deployments: tuple[Release, ...]
    failed: tuple[Release, ...]
    rework: tuple[Release, ...]
    rollbacks: int
    lead_time: Spread
    without_commit: int
    again: int
    recovery: Spread
    lasting: int
    without_incident: int

    @property
    def per_week(self) -> float | None:
        """Deployments in a week."""
        observed = self.until - self.observed_since
        if observed < LEAST_OBSERVED or not self.deployments:
            return None
        return len(self.deployments) / (observed / timedelta(weeks=1))

    @property
    def change_fail_rate(self) -> Share:
        """Deployments that failed, of all."""
        return Share(len(self.failed), len(self.deployments))

    @property
    def rework_rate(self) -> Share:
        """Deployments that had to be made because of an incident, of all."""
        return Share(len(self.rework), len(self.deployments))


def measure(history: History, environment: str, since: datetime, until: datetime) -> Dora:
    """The metrics of ``environment`` from ``since`` (included) to ``until`` (included)."""
    within = tuple(one for one in history.deployments_to(environment) if since <= one.body.ended <= until)
    incidents = _incidents_by_cause(history)
    gone = taken_back(history)
    failed = tuple(one for one in within if one.sequence in incidents or one.sequence in gone)
    caused = [incidents[one.sequence] for one in failed if one.sequence in incidents]
    recovered = [time for ones in caused if (time := _recovery(history, ones)) is not None]
    arrived = arrivals(history, environment)
    arrivals_within = [one for one in within if one.sequence in arrived]
    times = [time for one in arrivals_within if (time := lead_time(one)) is not None]
    return Dora(
        environment=environment,
        since=since,
        until=until,
        observed_since=max(since, min(_beginning(history) or until, until)),
        deployments=within,
        failed=failed,
        rework=tuple(one for one in within if one.body.unplanned or one.body.takes_back is not None),
        rollbacks=sum(1 for one in within if one.body.takes_back is not None),
        lead_time=Spread(tuple(times)),
        without_commit=len(arrivals_within) - len(times),
        again=len(within) - len(arrivals_within),
        recovery=Spread(tuple(recovered)),
        lasting=len(caused) - len(recovered),
        without_incident=len(failed) - len(caused),
    )


def arrivals(history: History, environment: str) -> frozenset[int]:
    """The deployments (sequences) by which a commit and a build came to the environment for the first time."""
    first: set[int] = set()
    seen: set[str] = set()
    for one in history.deployments_to(environment):
        brought = {one.body.build, one.body.commit} - {None}
        if not brought & seen:
            first.add(one.sequence)
        seen |= {name for name in brought if name}
    return frozenset(first)


def lead_time(arrival: Release) -> float | None:
    """Seconds from the commit to the end of the deployment that brought it; None where the commit's time is not known."""
    told = arrival.body
    return (told.ended - told.committed).total_seconds() if told.committed else None


def _incidents_by_cause(history: History) -> Mapping[int, list[Incident]]:
    caused: dict[int, list[Incident]] = {}
    for one in history.incidents:
        if one.body.cause is not None:
            caused.setdefault(one.body.cause, []).append(one.body)
    return caused


def _recovery(history: History, incidents: Sequence[Incident]) -> float | None:
    """Seconds from the first opening to the last end; None while one of them lasts."""
    ends = [end.body.restored for one in incidents if (end := history.restoration(one.id))]
    if len(ends) < len(incidents):
        return None
    return (max(ends) - min(one.opened for one in incidents)).total_seconds()


def _beginning(history: History) -> datetime | None:
    """The earliest thing that the ledger tells of."""
    told = chain(
        (one.body.created for one in history.verdicts),
        (one.body.ended for one in history.deployments),
        (one.body.opened for one in history.incidents),
    )
    return min(told, default=None)
