"""Which build is where, on which verdict it rests, and what was taken back."""

from __future__ import annotations

from datetime import datetime

from nameraka.ledger.events import Doubt, Recorded, Verdict
from nameraka.ledger.history import History, Release


def current(history: History, environment: str, at: datetime | None = None) -> Release | None:
    """The deployment that runs in an environment, now or at a time; None when nothing does, or nobody recorded it."""
    deployed = [one for one in history.deployments_to(environment) if at is None or one.body.ended <= at]
    if not deployed:
        return None
    newest = deployed[-1]
    for removal in history.removals:
        told = removal.body
        later = (told.ended, removal.sequence) > (newest.body.ended, newest.sequence)
        if told.environment == environment and later and (at is None or told.ended <= at):
            return None
    return newest


def taken_back(history: History) -> frozenset[int]:
    """The sequences of the deployments that a rollback took back."""
    return frozenset(one.body.takes_back for one in history.deployments if one.body.takes_back is not None)


def before(history: History, release: Release) -> Release | None:
    """The deployment to go back to from ``release``: the newest earlier one of another build that still stands."""
    gone = taken_back(history)
    earlier = history.deployments_to(release.body.environment)
    earlier = earlier[: earlier.index(release)]
    standing = [one for one in earlier if one.sequence not in gone and one.body.build != release.body.build]
    return standing[-1] if standing else None


def proof(history: History, build: str, environment: str, named: str | None = None) -> tuple[str | None, Doubt | None]:
    """The verdict document that a deployment rests on, and why it is no proof, if it is none.

    ``named`` is the document that somebody says it is. The newest verdict on the build in the environment counts: a go
    that a later verdict took back is none.
    """
    newest = history.verdict_on(build, environment)
    rests_on = history.verdict(named) if named else newest
    if rests_on is None:
        return named, "no-verdict"
    if newest is None or (rests_on.body.build, rests_on.body.environment) != (build, environment):
        return named, "for-another"
    return rests_on.body.document, _doubt(rests_on) or _doubt(newest)


def _doubt(verdict: Recorded[Verdict]) -> Doubt | None:
    return None if verdict.body.verdict == "go" else "not-go"


def accepted(history: History, environment: str) -> Recorded[Verdict] | None:
    """The verdict of the last accepted release of an environment; None when there is none.

    That is the newest go on the build of the newest deployment that was not taken back and whose build has one.
    A verdict against the build that came later, or the removal of the build, does not undo that it was accepted.
    """
    gone = taken_back(history)
    for release in reversed(history.deployments_to(environment)):
        if release.sequence in gone:
            continue
        for verdict in reversed(history.verdicts):
            told = verdict.body
            if (told.build, told.environment, told.verdict) == (release.body.build, environment, "go"):
                return verdict
    return None
