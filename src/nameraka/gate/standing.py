"""Where each planned item stands: one word for it, made of all that is known, and the exception that covers it if any.

Every attempt counts. The last one is the answer, and a failure before it is not forgotten: that is ``flaky``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from nameraka.gate.evidence import Attempt, Evidence, Record, Result
from nameraka.gate.fingerprint import fingerprint
from nameraka.gate.waivers import Waiver
from nameraka.masking import mask_text
from nameraka.plan import PlanItem

State = Literal["passed", "failed", "flaky", "skipped", "not-run-here", "undecided", "unanswered"]
WAIVABLE: Final[frozenset[State]] = frozenset({"failed", "flaky", "skipped", "not-run-here"})
"""What was seen and understood. What is missing or contradicts itself cannot be excused."""

NOT_HERE: Final = "not run here:"
_LONGEST_WHY: Final = 500  # characters

# Allure parts what failed by its exception, pytest by its phase; to both it is "not held".
_ALIKE: Final = {"failed": "not held", "broken": "not held", "xfailed": "skipped", "crashed": "not held"}


class Standing(Struct, frozen=True, gc=False):
    """One planned item: its state, why (one line, masked), and where it was read. ``waiver`` covers it today."""

    item: PlanItem
    state: State
    why: str
    fingerprint: str | None
    file: str | None
    seconds: float | None
    attempts: tuple[str, ...]
    waiver: Waiver | None = None

    @property
    def clean(self) -> bool:
        """Whether the promise was seen to hold, with nothing to excuse."""
        return self.state == "passed"


def standing_of(item: PlanItem, evidence: Evidence) -> Standing:
    """Where ``item`` stands by ``evidence``."""
    results = evidence.results_of.get(item.id, [])
    attempts = sorted(evidence.attempts_of.get(item.id, []), key=lambda one: one[1].number)
    state = _state(item, evidence, results, attempts)
    outcomes = tuple(attempt.outcome for _, attempt in attempts)
    if state == "passed":  # there is nothing to explain
        record, last = attempts[-1]
        return Standing(item, state, "", None, record.file, last.seconds, outcomes)
    telling = _telling(attempts)
    result = min(results, key=lambda one: (one.status == "passed", one.start or 0, one.file), default=None)
    why = first_line((telling and telling[1].why) or (result and result.message) or "")
    file = telling[0].file if telling else result.file if result else evidence.unfinished.get(item.id)
    return Standing(
        item=item,
        state=state,
        why=why,
        fingerprint=fingerprint(state, result.failed_at if result else None, why) if state in WAIVABLE else None,
        file=file,
        seconds=attempts[-1][1].seconds if attempts else None,
        attempts=outcomes,
    )


def _state(
    item: PlanItem, evidence: Evidence, results: Sequence[Result], attempts: Sequence[tuple[Record, Attempt]]
) -> State:
    outcomes = [attempt.outcome for _, attempt in attempts]
    statuses = [result.status for result in results]
    if not results or not attempts or item.id in evidence.unfinished:
        return "failed" if "failed" in (*outcomes, *statuses) else "unanswered"
    if not same_story(outcomes, statuses):
        return "failed" if "failed" in (*outcomes, *statuses) else "undecided"
    final = outcomes[-1]
    if final == "passed":
        return "passed" if all(outcome == "passed" for outcome in outcomes) else "flaky"
    if "failed" in outcomes:
        return "failed"
    if final in ("skipped", "xfailed"):
        return (
            "not-run-here" if (attempts[-1][1].why or "").removeprefix("Skipped: ").startswith(NOT_HERE) else "skipped"
        )
    return "undecided"


def same_story(outcomes: Sequence[str], statuses: Sequence[str | None]) -> bool:
    """Whether run record and results tell of the same answers, each as often."""
    if outcomes == statuses:
        return True
    told = sorted(_ALIKE.get(outcome, outcome) for outcome in outcomes)
    shown = sorted(_ALIKE.get(status or "", status or "none") for status in statuses)
    return told == shown


def _telling(attempts: Sequence[tuple[Record, Attempt]]) -> tuple[Record, Attempt] | None:
    """The attempt that says why: the first that failed, else the last that did not pass, else any."""
    if not attempts:
        return None
    failed = [one for one in attempts if one[1].outcome == "failed"]
    amiss = [one for one in attempts if one[1].outcome != "passed"]
    return (failed or amiss[-1:] or attempts)[0]


def first_line(why: str | None) -> str:
    """What a person reads of it. The verdict is published, so a secret in a message stops here."""
    return mask_text((why or "").strip().partition("\n")[0][:_LONGEST_WHY])
