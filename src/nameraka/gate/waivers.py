"""Waivers, ``reports/waivers.toml``: exceptions that name what, why, who and until when.

A waiver covers one scenario of one requirement for one cause. Whoever needs more writes more, and each is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from nameraka.gate.fingerprint import LENGTH
from nameraka.gate.policy import Count, WaiverLimits, Words, read_toml
from nameraka.gate.text import Text

SOON: Final = timedelta(days=7)
Fingerprint = Annotated[str, Meta(pattern=f"^[0-9a-f]{{{LENGTH}}}$")]


class _Exception(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who answers for an exception, why, and until when (the day itself included)."""

    owner: Words
    approver: Words
    reason: Words
    created: date
    expires: date
    renewals: Count = 0

    def faults(self, limits: WaiverLimits, today: date) -> Iterator[Text]:
        """Why it does not count today."""
        if self.owner.strip().casefold() == self.approver.strip().casefold():
            yield Text(f"is approved by its own owner, {self.owner}", f"申請者 {self.owner} が自ら承認しています")
        if self.expires < today:
            yield Text(f"expired on {self.expires}", f"{self.expires} に失効しました")
        if self.created > today:
            yield Text(f"is of a day to come, {self.created}", f"作成日 {self.created} が未来です")
        if self.expires - self.created > timedelta(days=limits.longest_days):
            yield Text(
                f"holds longer than {limits.longest_days} days ({self.created} to {self.expires})",
                f"有効期間が{limits.longest_days}日を超えています（{self.created}〜{self.expires}）",
            )
        if self.renewals > limits.renewals:
            yield Text(
                f"was renewed {self.renewals} times; {limits.renewals} are allowed",
                f"{self.renewals}回更新されています（上限{limits.renewals}回）",
            )

    def ends_soon(self, today: date) -> bool:
        """Whether it is time to think of what comes after it."""
        return today <= self.expires <= today + SOON


class Waiver(_Exception, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One scenario (its item id, door included) of one requirement may be as it is, for the cause of that fingerprint.

    ``role`` is that of the approver, for critical requirements only: the break-glass role that the policy names.
    """

    requirement: Words
    scenario: Words
    fingerprint: Fingerprint
    role: str | None = None

    def too_broad(self) -> bool:
        """Whether it is written as a pattern or names no single item."""
        return any(mark in self.scenario + self.requirement for mark in "*?") or not self.scenario.endswith("]")


class Bootstrap(_Exception, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """There is no accepted release of this environment yet to hold this one against."""

    environment: Words


class Waivers(Struct, frozen=True, forbid_unknown_fields=True):
    """All exceptions of a project."""

    schema: Literal[1] = 1
    waiver: tuple[Waiver, ...] = ()
    bootstrap: tuple[Bootstrap, ...] = ()


def read_waivers(content: bytes) -> Waivers:
    """The exceptions that a ``waivers.toml`` holds. Raises ``Malformed`` with the place."""
    return read_toml(content, Waivers)
