"""A case before the gate: the evidence, what it is judged by, and the moment. All that a rule may look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Literal

from msgspec import structs

from nameraka.gate.acceptance import About, Decision
from nameraka.gate.evidence import Evidence
from nameraka.gate.inputs import Inputs
from nameraka.gate.policy import Policy, Threshold
from nameraka.gate.standing import WAIVABLE, Standing, standing_of
from nameraka.gate.text import Text
from nameraka.gate.waivers import Bootstrap, Waiver
from nameraka.plan import PlanItem
from nameraka.register import Criterion

RequirementState = Literal["verified", "failed", "not-run", "waived", "uncovered", "proposed"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A promise of the register, or one that only scenarios speak of, and where it stands on this build."""

    id: str
    criterion: Criterion | None
    state: RequirementState
    severity: str
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Case:
    """``now`` is an aware time: ages and expiry days are counted from it, in UTC."""

    evidence: Evidence
    inputs: Inputs
    now: datetime

    @property
    def policy(self) -> Policy:
        """The policy, or the strictest there is where none can be read (a rule says so)."""
        return self.inputs.policy or Policy(schema=1)

    @property
    def environment(self) -> str | None:
        """Where the evidence was made, by its plan."""
        return self.evidence.plan.environment if self.evidence.plan else None

    @property
    def releases(self) -> bool:
        """Whether a verdict here lets a release out."""
        return self.environment in self.policy.environments.release

    @cached_property
    def words(self) -> Mapping[str, Decision]:
        """Product's word on this very run, by requirement."""
        plan = self.evidence.plan
        if plan is None or self.inputs.acceptance is None:
            return {}
        about = About(plan.digest, plan.run_id, plan.build, plan.environment, self.inputs.digest("baseline"))
        return self.inputs.acceptance.words(about)

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Every planned item with its state, and the waiver that covers it where one does."""
        plan = self.evidence.plan
        plain = [standing_of(self._weighed(item), self.evidence) for item in plan.items] if plan else []
        return tuple(
            structs.replace(one, waiver=self._covering(one)) if one.state in WAIVABLE else one for one in plain
        )

    def _weighed(self, item: PlanItem) -> PlanItem:
        """``item``, as grave as the gravest promise that it speaks for, whatever it is tagged."""
        known = [self.inputs.register[name].severity for name in item.criteria if name in self.inputs.register]
        severity = min((item.severity, *known), key=_gravity)
        return item if severity == item.severity else replace(item, severity=severity)

    @cached_property
    def standing(self) -> Mapping[str, Standing]:
        """The same by item id."""
        return {one.item.id: one for one in self.standings}

    def _covering(self, standing: Standing) -> Waiver | None:
        for waiver in self._waivers_of.get((standing.item.id, standing.fingerprint), ()):
            if waiver.requirement in standing.item.criteria:
                return waiver
        return None

    @cached_property
    def _waivers_of(self) -> Mapping[tuple[str, str | None], list[Waiver]]:
        found: dict[tuple[str, str | None], list[Waiver]] = {}
        for waiver in self.inputs.waivers.waiver:
            if not any(self.faults(waiver)):
                found.setdefault((waiver.scenario, waiver.fingerprint), []).append(waiver)
        return found

    def faults(self, exception: Waiver | Bootstrap) -> Iterator[Text]:
        """Why an exception does not count here and today."""
        yield from exception.faults(self.policy.waivers, self.now.date())
        if not isinstance(exception, Waiver):
            return
        if exception.too_broad():
            yield Text(
                "is too broad: a scenario is named in full, with its door, and never by a pattern",
                "範囲が広すぎます。シナリオは入口（door）まで含めて正確に書いてください（パターンは不可）",
            )
        role = self.policy.waivers.break_glass
        if self._critical(exception) and (role is None or exception.role != role):
            yield Text(
                f"is of a critical requirement, which {'nobody' if role is None else f'only a {role}'} may waive",
                f"重大（critical）な要件は{'免除できません' if role is None else f'{role} だけが免除できます'}",
            )

    def _critical(self, waiver: Waiver) -> bool:
        """Whether its scenario speaks for a critical promise. Of a scenario that is not planned it excuses nothing."""
        plan = self.evidence.plan
        covered = [self._weighed(item) for item in plan.items if item.id == waiver.scenario] if plan else []
        return any(self.policy.threshold(item.severity) is None for item in covered)

    @cached_property
    def excused(self) -> Mapping[str, Text]:
        """Items that did not pass and yet do not block, each with what excuses it: a waiver or the policy's own limits."""
        excuses = {
            one.item.id: Text(f"waived until {one.waiver.expires}", f"{one.waiver.expires} まで免除")
            for one in self.standings
            if one.waiver
        }
        of: dict[str, list[Standing]] = {}
        for one in self.standings:
            of.setdefault(one.item.severity, []).append(one)
        for severity, ones in of.items():
            if (threshold := self.policy.threshold(severity)) is not None:
                excuses |= self._within(threshold, ones)
        return excuses

    def _within(self, threshold: Threshold, ones: list[Standing]) -> dict[str, Text]:
        """Of the items of one severity those that the limits for it excuse; what is waived does not count against them."""
        failed, flaky, left_out = (
            [one.item.id for one in ones if one.state == state and not one.waiver]
            for state in ("failed", "flaky", "not-run-here")
        )
        excuses: dict[str, Text] = {}
        if (len(ones) - len(failed)) / len(ones) >= threshold.pass_rate:
            within = Text("within the policy's pass rate", "ポリシーの成功率の範囲内")
            excuses |= dict.fromkeys(failed, within)
        if len(flaky) <= threshold.flaky:
            within = Text("within the policy's budget of flaky scenarios", "ポリシーの不安定シナリオ許容数の範囲内")
            excuses |= dict.fromkeys(flaky, within)
        if self.environment in threshold.not_run_in:
            within = Text(
                f"the policy lets it be left out in {self.environment}",
                f"ポリシーにより環境 {self.environment} では実施しなくてよい",
            )
            excuses |= dict.fromkeys(left_out, within)
        return excuses

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every promise, in the register's order and then those that only scenarios name."""
        of: dict[str, list[Standing]] = {}
        for one in self.standings:
            for criterion in one.item.criteria:
                of.setdefault(criterion, []).append(one)
        names = [*self.inputs.register, *sorted(of.keys() - self.inputs.register.keys())]
        return tuple(self._requirement(name, tuple(of.get(name, ()))) for name in names)

    def _requirement(self, name: str, standings: tuple[Standing, ...]) -> Requirement:
        criterion = self.inputs.register.get(name)
        severity = criterion.severity if criterion else min((one.item.severity for one in standings), key=_gravity)
        return Requirement(name, criterion, _requirement_state(criterion, standings), severity, standings)


def _gravity(severity: str) -> int:
    return {"major": 1, "minor": 2}.get(severity, 0)


def _requirement_state(criterion: Criterion | None, standings: tuple[Standing, ...]) -> RequirementState:
    if not standings:
        return "uncovered" if criterion is None or criterion.promised else "proposed"
    amiss = [one for one in standings if not one.clean]
    if not amiss:
        return "verified"
    if all(one.waiver for one in amiss):
        return "waived"
    return "failed" if any(one.state in ("failed", "flaky") and not one.waiver for one in amiss) else "not-run"
