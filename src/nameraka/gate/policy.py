"""The policy, ``reports/gate.toml``: what a release has to show, as data.

Every rule runs, at its strictest, unless the policy says otherwise in words that a reviewer sees. What stands here is
checked against a schema: a key that is not known is an error and not a wish that nobody hears.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from nameraka.shapes import Malformed

Severity = Literal["critical", "major", "minor"]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Words = Annotated[str, Meta(min_length=1)]

_AGE: Final = re.compile(r"(\d{1,5})([mhd])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the policy."""


class Veto(_Table, frozen=True):
    """What is asked of critical promises. There is no rate and no budget: each must hold."""

    max_age: str = "24h"


class Threshold(_Table, frozen=True):
    """What is asked of promises of a lower severity.

    ``pass_rate``: the share of planned items that must not have failed. ``flaky``: how many may have passed only at a
    further attempt. ``coverage``: the share of promised requirements that must be verified. ``not_run_in``: environments
    in which scenarios that the environment cannot run may be left out. ``max_age``: how old an answer may be (``72h``).
    """

    pass_rate: Share = 1.0
    flaky: Count = 0
    coverage: Share = 1.0
    not_run_in: tuple[Words, ...] = ()
    max_age: str = "72h"


class Severities(_Table, frozen=True):
    critical: Veto = Veto()
    major: Threshold = Threshold()
    minor: Threshold = Threshold()


class Environments(_Table, frozen=True):
    """``release``: a verdict of these lets a release out, so it is held against the last accepted release, needs
    product's word, and nothing uncommitted. ``as_shipped``: nothing that exists for tests may be switched on there."""

    release: tuple[Words, ...] = ("production",)
    as_shipped: tuple[Words, ...] = ("production",)


class WaiverLimits(_Table, frozen=True):
    """How long an exception may hold, how often it may be renewed, and the role that may waive a critical promise; no
    role, no such waiver."""

    longest_days: Annotated[int, Meta(ge=1, le=366)] = 14
    renewals: Count = 1
    break_glass: Words | None = None


class ContractCoverage(_Table, frozen=True):
    """The share of the contract's operations, and of its documented answers, that clean scenarios must exercise."""

    operations: Share = 0.0
    answers: Share = 0.0


class Signatures(_Table, frozen=True):
    """How many people must have approved a signed verdict before `nameraka verify` accepts it."""

    approvers: Count = 0


class Verifier(_Table, frozen=True):
    """The name of this gate in what it signs: a URI of the organisation that answers for it."""

    id: Words = "nameraka:gate/v1"


class Off(_Table, frozen=True):
    """A rule that is switched off, for a reason and until a day; the verdict prints it."""

    rule: Words
    reason: Words
    until: date
    environments: tuple[Words, ...] = ()


class Policy(_Table, frozen=True):
    """The whole policy. ``budgets``: the most that a measure of any item may show (``seconds`` is its duration)."""

    schema: Literal[1]
    severity: Severities = Severities()
    environments: Environments = Environments()
    waivers: WaiverLimits = WaiverLimits()
    contract: ContractCoverage = ContractCoverage()
    budgets: dict[str, Annotated[float, Meta(ge=0)]] = {}
    signatures: Signatures = Signatures()
    verifier: Verifier = Verifier()
    off: tuple[Off, ...] = ()

    @property
    def approvers(self) -> int:
        """How many people must have approved."""
        return self.signatures.approvers

    def max_age(self, severity: str) -> timedelta:
        """How old an answer of this severity may be; an unknown severity is as grave as any."""
        table = {"major": self.severity.major, "minor": self.severity.minor}.get(severity, self.severity.critical)
        return age(table.max_age)

    def threshold(self, severity: str) -> Threshold | None:
        """What is asked of ``severity``; None where each promise must hold (critical, and what is not known)."""
        return {"major": self.severity.major, "minor": self.severity.minor}.get(severity)

    def switched_off(self, rule: str, environment: str | None, today: date) -> Off | None:
        """The entry that switches ``rule`` off here and now."""
        for off in self.off:
            if off.rule == rule and today <= off.until and (not off.environments or environment in off.environments):
                return off
        return None


def age(text: str) -> timedelta:
    """``90m``, ``24h`` or ``7d``. Raises ``Malformed``."""
    found = _AGE.fullmatch(text)
    if not found or not int(found[1]):
        raise Malformed(f"{text!r} is no age; write for example 90m, 24h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def read_policy(content: bytes) -> Policy:
    """The policy that a ``gate.toml`` holds. Raises ``Malformed`` with the place."""
    policy = read_toml(content, Policy)
    for severity in ("critical", "major", "minor"):
        try:
            policy.max_age(severity)
        except Malformed as error:
            raise Malformed(f"severity.{severity}.max_age: {error}") from None
    return policy


_Shape = TypeVar("_Shape")


def read_toml(content: bytes, shape: type[_Shape]) -> _Shape:
    """A TOML file that nobody vouches for, held against ``shape``. Raises ``Malformed`` with the line, where it is known."""
    try:
        text = content.decode("utf-8")
        return msgspec.convert(tomllib.loads(text), shape)
    except UnicodeDecodeError as error:
        raise Malformed(f"byte {error.start} is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise Malformed(f"not valid TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise Malformed(_placed(text, str(error))) from None
    except RecursionError:
        raise Malformed("it is nested too deeply") from None


def _placed(text: str, message: str) -> str:
    """msgspec's message with the line of the field that it speaks of, where one line alone has that key."""
    words = re.findall(r"`(?:\$[\w.\[\]]*?\.)?(\w+)(?:\[\d+\])?`", message)
    for word in words:
        lines = [
            number
            for number, line in enumerate(text.splitlines(), 1)
            if re.match(rf'\s*\[*\s*(?:[\w"-]+\.)*"?{re.escape(word)}"?\s*[=\].]', line)
        ]
        if len(lines) == 1:
            return f"line {lines[0]}: {message}"
    return message
