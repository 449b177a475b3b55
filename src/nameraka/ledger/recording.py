"""What may be entered: each function makes a body from what a person said and from what the ledger knows.

All raise ``UsageError`` for what cannot have happened. What should not have happened is made, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from nameraka.findings import UsageError
from nameraka.ledger.deployments import before, current, proof
from nameraka.ledger.events import Deployment, FalseBlock, Incident, Removal, Restoration, Verdict, make
from nameraka.ledger.history import History, Release

SKEW = timedelta(minutes=5)
"""How far ahead the clock of who tells may be."""


def verdict(told: Verdict, now: datetime) -> Verdict:
    """A verdict, as it was read."""
    _not_ahead(told.created, now, "the verdict's `created`")
    return told


def deployment(
    history: History,
    now: datetime,
    *,
    environment: str,
    build: str,
    commit: str | None,
    committed: datetime | None,
    started: datetime | None,
    ended: datetime,
    verdict: str | None = None,
    unplanned: bool = False,
    incident: str | None = None,
    takes_back: int | None = None,
) -> Deployment:
    """A build that was put into an environment, on the verdict that is named or else the newest one on it."""
    _not_ahead(ended, now, "--end")
    if started and started > ended:
        raise UsageError(f"--start {started.isoformat()} is after --end {ended.isoformat()}. Correct one of them.")
    if committed and committed > ended:
        raise UsageError(
            f"The commit is of {committed.isoformat()}, after the deployment ended ({ended.isoformat()}). "
            "Correct --end, or give --commit-time."
        )
    if unplanned and not incident:
        raise UsageError("--unplanned: a deployment is unplanned because of an incident. Name it with --incident ID.")
    if incident and not history.incident(incident):
        raise UsageError(_no_such_incident(incident))
    rests_on, doubt = proof(history, build, environment, verdict)
    told = make(
        Deployment,
        environment=environment,
        build=build,
        commit=commit,
        committed=committed,
        started=started,
        ended=ended,
        verdict=rests_on,
        doubt=doubt,
        unplanned=unplanned,
        incident=incident,
        takes_back=takes_back,
    )
    return _same(history, told) or told


def _same(history: History, told: Deployment) -> Deployment | None:
    """The deployment as it was entered before: what it rested on then is not told anew."""
    for one in history.deployments_to(told.environment):
        if (one.body.build, one.body.ended) == (told.build, told.ended):
            if replace(told, verdict=one.body.verdict, doubt=one.body.doubt) == one.body:
                return one.body
            raise UsageError(
                f"A deployment of this build to {told.environment} that ended at {told.ended.isoformat()} was entered "
                f"before, as entry {one.sequence}, and otherwise. Correct --end, or leave it as it is."
            )
    return None


def rollback(
    history: History,
    now: datetime,
    *,
    environment: str,
    build: str | None,
    started: datetime | None,
    ended: datetime,
    incident: str | None,
) -> Deployment:
    """The return to a build that was in the environment before: to ``build``, else to the last that stands."""
    running = current(history, environment, ended)
    if running is None:
        raise UsageError(
            f"Nothing was deployed to {environment} that could be taken back. Use `nameraka record deploy`."
        )
    if running.body.takes_back is not None and running.body.ended == ended and build in (None, running.body.build):
        return running.body  # told again
    former = _former(history, running, build)
    return deployment(
        history,
        now,
        environment=environment,
        build=former.body.build,
        commit=former.body.commit,
        committed=former.body.committed,
        started=started,
        ended=ended,
        unplanned=incident is not None,
        incident=incident,
        takes_back=running.sequence,
    )


def _former(history: History, running: Release, build: str | None) -> Release:
    environment = running.body.environment
    if build is None:
        if running.body.takes_back is not None:
            raise UsageError(f"What runs in {environment} is a rollback itself. Name the build with --build sha256:…")
        former = before(history, running)
        if former is None:
            raise UsageError(f"{environment} has no former build to go back to. Use `nameraka record deploy`.")
        return former
    if build == running.body.build:
        raise UsageError(f"{build} is what runs in {environment}. Name another build, or leave --build out.")
    found = [one for one in history.deployments_to(environment) if one.body.build == build]
    if not found:
        raise UsageError(f"{build} was never in {environment}: that is no rollback. Use `nameraka record deploy`.")
    return found[-1]


def removal(history: History, now: datetime, *, environment: str, ended: datetime) -> Removal:
    """The end of what ran in an environment."""
    _not_ahead(ended, now, "--end")
    if current(history, environment, ended) is None:
        raise UsageError(f"Nothing was deployed to {environment} that could be removed. See `nameraka matrix`.")
    return make(Removal, environment=environment, ended=ended)


def incident(
    history: History,
    now: datetime,
    *,
    id: str,
    environment: str,
    cause: str,
    opened: datetime,
    severity: str | None,
    requirements: Iterable[str],
) -> Incident:
    """Something that went wrong. ``cause``: a deployment's sequence, ``latest`` (the last begun before), or ``none``."""
    _not_ahead(opened, now, "--opened")
    release = _cause(history, cause, environment, opened)
    told = make(
        Incident,
        id=id,
        environment=environment,
        cause=release.sequence if release else None,
        opened=opened,
        severity=severity,
        requirements=tuple(dict.fromkeys(requirements)),
    )
    former = history.incident(id)
    if former and former.body != told:
        raise UsageError(
            f"Incident {id} was entered before, as entry {former.sequence}, and otherwise. Use another id."
        )
    return told


def _cause(history: History, cause: str, environment: str, opened: datetime) -> Release | None:
    if cause == "none":
        return None
    begun = [one for one in history.deployments_to(environment) if (one.body.started or one.body.ended) <= opened]
    if cause == "latest":
        if not begun:
            raise UsageError(
                f"No deployment to {environment} had begun at {opened.isoformat()}. "
                "Name another --environment, or say --cause-deploy none."
            )
        return begun[-1]
    release = next((one for one in begun if str(one.sequence) == cause), None)
    if release is None:
        raise UsageError(
            f"--cause-deploy {cause}: no entry of that number is a deployment to {environment} that had begun at "
            f"{opened.isoformat()}. See `nameraka matrix`; a cause that is no deployment is `none`."
        )
    return release


def restoration(history: History, now: datetime, *, incident: str, restored: datetime) -> Restoration:
    """The end of an incident."""
    _not_ahead(restored, now, "--at")
    known, former = history.incident(incident), history.restoration(incident)
    if known is None:
        raise UsageError(_no_such_incident(incident))
    if restored < known.body.opened:
        raise UsageError(
            f"Incident {incident} was opened at {known.body.opened.isoformat()}; it cannot have ended before. Correct --at."
        )
    told = make(Restoration, incident=incident, restored=restored)
    if former and former.body != told:
        raise UsageError(
            f"Incident {incident} ended at {former.body.restored.isoformat()} by entry {former.sequence}. "
            "If it broke out again, record another incident."
        )
    return told


def false_block(history: History, *, verdict: str, reason: str) -> FalseBlock:
    """A person's word that a verdict blocked without cause. It turns no verdict; it calibrates the gate."""
    known = history.verdict(verdict)
    if known is None:
        raise UsageError(f"The ledger has no verdict {verdict}. `nameraka record verdict` enters it.")
    if known.body.verdict == "go":
        raise UsageError(f"The verdict {verdict} is go: it blocked nothing.")
    return make(FalseBlock, verdict=verdict, reason=reason)


def _not_ahead(moment: datetime, now: datetime, name: str) -> None:
    if moment > now + SKEW:
        raise UsageError(f"{name} {moment.isoformat()} is in the future (it is {now.isoformat()}). Correct it.")


def _no_such_incident(id: str) -> str:
    return f"The ledger has no incident {id}. Enter it first: `nameraka record incident --id {id} --cause-deploy …`."
