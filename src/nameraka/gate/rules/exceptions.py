"""Whether the exceptions themselves are in order: an exception that does not count is said, and so is one without use."""

from __future__ import annotations

from collections.abc import Iterator

from nameraka.gate.case import Case
from nameraka.gate.rules.rule import OPTIONAL, POLICY, WAIVERS, Finding, Remedy
from nameraka.gate.text import Text

_PUT_RIGHT = Remedy(
    f"Put it right or take it out of {WAIVERS}, then judge again: nameraka gate",
    f"{WAIVERS} を直すか削除して、もう一度判定してください: nameraka gate",
)


def waivers_are_in_order(case: Case) -> Iterator[Finding]:
    used = {id(one.waiver) for one in case.standings if one.waiver}
    for waiver in case.inputs.waivers.waiver:
        faults = list(case.faults(waiver))
        for fault in faults:
            what = Text(f"the waiver {fault.en}", f"免除: {fault.ja}")
            yield Finding("unknown", what, _PUT_RIGHT, WAIVERS, waiver.scenario, waiver.requirement)
        if not faults and id(waiver) not in used:
            what = Text(
                "the waiver covers nothing: the scenario is clean, not planned, of another requirement, or fails for another cause",
                "この免除に当てはまるものがありません（成功した、計画にない、要件が違う、または原因が違います）",
            )
            yield Finding("unknown", what, _PUT_RIGHT, WAIVERS, waiver.scenario, waiver.requirement)
    for bootstrap in case.inputs.waivers.bootstrap:
        for fault in case.faults(bootstrap):
            what = Text(
                f"the bootstrap of {bootstrap.environment} {fault.en}",
                f"初回の免除（{bootstrap.environment}）: {fault.ja}",
            )
            yield Finding("unknown", what, _PUT_RIGHT, WAIVERS)
        if case.environment == bootstrap.environment and case.inputs.baseline is not None:
            what = Text(
                f"the bootstrap of {bootstrap.environment} has had its time: there is an accepted release",
                f"初回の免除（{bootstrap.environment}）は不要です。受け入れたリリースがあります",
            )
            yield Finding("unknown", what, _PUT_RIGHT, WAIVERS)


def rules_are_switched_off_in_order(case: Case) -> Iterator[Finding]:
    remedy = Remedy(f"Put [[off]] in {POLICY} right", f"{POLICY} の [[off]] を直してください")
    for off in case.policy.off:
        if off.rule not in OPTIONAL:
            what = Text(f"the rule {off.rule!r} cannot be switched off", f"ルール {off.rule!r} は外せません")
            yield Finding("unknown", what, remedy, file=POLICY)
        elif off.until < case.now.date():
            what = Text(
                f"the rule {off.rule!r} was to be off until {off.until}; it counts again",
                f"ルール {off.rule!r} を外せる期限（{off.until}）が過ぎました",
            )
            yield Finding("unknown", what, remedy, file=POLICY)
