"""What a rule is, what it finds, and what would turn it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from nameraka.gate.case import Case
from nameraka.gate.text import Text

Effect = Literal["no-go", "unknown"]


class Remedy(NamedTuple):
    """What would turn a finding. ``again`` says that it ends in running everything again, which settles whatever a new
    run alone would settle."""

    en: str
    ja: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks against a release: what was seen, in which file, about which item or requirement, what would turn it.

    ``no-go``: a promise was seen broken. ``unknown``: it cannot be told. ``fingerprint`` names the cause where there is
    an item that could be waived for it.
    """

    effect: Effect
    what: Text
    remedy: Remedy
    file: str | None = None
    item: str | None = None
    requirement: str | None = None
    severity: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold for a release."""

    name: str
    statement: Text
    check: Callable[[Case], Iterable[Finding]]


OPTIONAL = frozenset(
    {
        "evidence-is-fresh",
        "measures-are-within-budget",
        "nothing-that-held-fails-now",
        "product-has-accepted",
        "promises-are-not-taken-back",
        "the-contract-is-kept-and-exercised",
        "what-is-released-is-committed",
    }
)
"""Rules that a policy may switch off, with a reason and until a day. All others hold always."""

PLAN = "plan.json"
POLICY = "reports/gate.toml"
WAIVERS = "reports/waivers.toml"
REGISTER = "features/requirements.toml"
BASELINE = "reports/baseline.json"
ACCEPTANCE = "reports/acceptance.json"

RUN_AGAIN = Remedy("Run everything again: nameraka run", "すべて実行し直してください: nameraka run", again=True)
RUN_ALONE = Remedy(
    "Run everything again, into a folder of its own: nameraka run --results FOLDER",
    "別のフォルダへすべて実行し直してください: nameraka run --results フォルダ",
    again=True,
)
MEND = Remedy(
    "Mend the product (or the scenario, if the promise is another one now) and run everything again",
    "製品を直し（約束が変わったのならシナリオを直し）、すべて実行し直してください",
    again=True,
)
FIND_CAUSE = Remedy(
    "Find why it was not carried out to its end, then run everything again",
    "最後まで実行されなかった原因を調べ、すべて実行し直してください",
    again=True,
)
