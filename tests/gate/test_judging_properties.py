"""Whatever it is judged by, in whatever order and however often: critical is a veto, and no trouble outweighs another."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from corpus import CASES, FIRST, Hostile, good, verdict_of
from hand_made import ITEMS, JUDGED, OTHER_BUILD, Run, item_of, why
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from nameraka.gate.case import Case
from nameraka.gate.evidence import Attempt, Closing, Evidence, Problem
from nameraka.gate.inputs import Inputs
from nameraka.gate.policy import (
    ContractCoverage,
    Environments,
    Off,
    Policy,
    Severities,
    Signatures,
    Threshold,
    Veto,
    WaiverLimits,
)
from nameraka.gate.rules import RULES
from nameraka.gate.rules.rule import OPTIONAL
from nameraka.gate.text import Text
from nameraka.gate.verdict import Verdict, document, judge
from nameraka.gate.waivers import Bootstrap, Waiver, Waivers
from nameraka.register import Criterion

thorough = settings(max_examples=300, deadline=None)

# Whatever policy and waivers say


GRAVE, LIGHT, OTHER = (
    replace(item_of("命に関わる"), criteria=("CH-01", "CH-02")),
    item_of("遅い", severity="minor", criterion="CH-02"),
    item_of("着実", severity="major", criterion="CH-03"),
)
OUTCOMES = (
    "failed",
    "broken",
    "crashed",
    "skipped",
    "xfailed",
    "xpassed",
    "incomplete",
    "failed, passed",
    "broken, passed",
)
NOT_HERE = "Skipped: not run here: environment 'embedded' cannot kill"


@cache
def judged(outcome: str, tagged: str) -> Case:
    """A case whose only grave item ended so, tagged with that severity; the register calls what it speaks for critical."""
    grave = replace(GRAVE, severity=tagged)
    first, *later = outcome.split(", ")
    with tempfile.TemporaryDirectory() as folder:
        run = good(Path(folder), items=(grave, LIGHT, OTHER), answers={} if later else {grave.id: first})
        cause = NOT_HERE if first == "skipped" else "AssertionError: 失われた"
        attempts = [run.attempt(grave.id, 1, first, why=cause), *(run.attempt(grave.id, 2, one) for one in later)]
        if later:
            run.put_result(grave.id, name="first", uuid="first", status=first)
        run.put_record("1of1", [LIGHT.id, OTHER.id], events=[line for lines in attempts for line in lines])
        run.seal()
        case = run.case()
    register = {name: criterion(name, severity) for name, severity in (("CH-01", "critical"), ("CH-02", "minor"))}
    return replace(case, inputs=replace(case.inputs, register={**register, "CH-03": criterion("CH-03", "major")}))


def criterion(name: str, severity: str) -> Criterion:
    return Criterion(name, "約束", "a promise", severity, Text("harm", "害"), "proposal")


def mostly(harmless: Any, *others: Any) -> st.SearchStrategy[Any]:
    """``harmless`` more often than not: where one key blocks everything, nothing is proven of the others."""
    return st.sampled_from([harmless] * 9 * len(others) + [*others])


shares = st.sampled_from([0.0, 0.5, 1.0])
ages = mostly("24h", "1m", "99999d")
thresholds = st.builds(
    Threshold,
    pass_rate=shares,
    flaky=st.integers(0, 9),
    coverage=shares,
    not_run_in=st.sampled_from([(), ("embedded",), ("staging", "embedded")]),
    max_age=ages,
)
offs = st.builds(
    Off,
    rule=mostly("evidence-is-fresh", *(rule.name for rule in RULES), "no-such-rule")
    | st.sampled_from(sorted(OPTIONAL)),
    reason=st.just("移行中"),
    until=mostly(date(2026, 12, 30), date(2026, 1, 2), date(2026, 1, 1)),
    environments=st.sampled_from([(), ("embedded",), ("production",)]),
)


def policies(glass: str | None) -> st.SearchStrategy[Policy]:
    return st.builds(
        Policy,
        schema=st.just(1),
        severity=st.builds(Severities, critical=st.builds(Veto, max_age=ages), major=thresholds, minor=thresholds),
        environments=st.builds(
            Environments, release=mostly((), ("embedded",)), as_shipped=st.sampled_from([(), ("embedded",)])
        ),
        waivers=st.builds(
            WaiverLimits, longest_days=mostly(14, 1, 366), renewals=st.integers(0, 9), break_glass=st.just(glass)
        ),
        contract=mostly(ContractCoverage(), ContractCoverage(operations=0.1), ContractCoverage(answers=1.0)),
        budgets=mostly({}, {"seconds": 0.0}, {"seconds": 9.0, "other": 0.0}),
        signatures=st.builds(Signatures, approvers=st.integers(0, 2)),
        off=st.just(()) | st.lists(offs, max_size=2).map(tuple),
    )


excepted = {
    "owner": mostly("山本 QA", " 鈴木 po"),
    "approver": mostly("鈴木 PO", "山本 QA"),
    "reason": st.just("次の版で直る"),
    "created": mostly(date(2026, 1, 1), date(2026, 1, 3), date(2025, 12, 1)),
    "expires": mostly(date(2026, 1, 10), date(2026, 1, 2), date(2026, 1, 1), date(2027, 1, 1)),
    "renewals": mostly(0, 1, 2),
}


def waivers(case: Case, *roles: str | None) -> st.SearchStrategy[Waivers]:
    """Waivers as somebody would write them who wants this release out."""
    cause = case.standing[GRAVE.id].fingerprint or "0" * 16
    one = st.builds(
        Waiver,
        requirement=st.sampled_from(["CH-02", "CH-01"]) | mostly("CH-02", "CH-03", "CH-99", "*"),
        scenario=mostly(GRAVE.id, LIGHT.id, OTHER.id, "features/*[api]"),
        fingerprint=mostly(cause, "0123456789abcdef"),
        role=st.sampled_from(roles),
        **excepted,
    )
    first = st.builds(Bootstrap, environment=st.just("embedded"), **excepted)
    return st.builds(
        Waivers,
        waiver=one.map(lambda only: (only,)) | st.lists(one, max_size=3).map(tuple),
        bootstrap=st.just(()) | first.map(lambda only: (only,)),
    )


def with_inputs(case: Case, **changes: Any) -> Case:
    return replace(case, inputs=replace(case.inputs, **changes))


@thorough
@given(
    data=st.data(),
    outcome=st.sampled_from(OUTCOMES),
    tagged=st.sampled_from(["critical", "major", "minor", "blocker"]),
)
def test_no_policy_and_no_waiver_let_a_critical_promise_out_that_was_not_seen_to_hold(
    data: st.DataObject, outcome: str, tagged: str
) -> None:
    case = judged(outcome, tagged)
    policy = data.draw(policies(glass=None), label="policy")
    excuses = data.draw(st.just(Waivers()) | waivers(case, None, "", "release-owner", "critical"), label="waivers")
    verdict = judge(with_inputs(case, policy=policy, waivers=excuses))
    assert verdict.answer != "go", why(verdict)


@thorough
@given(data=st.data(), outcome=st.sampled_from(OUTCOMES), tagged=st.sampled_from(["critical", "minor"]))
def test_glass_is_broken_by_its_role_alone_and_that_is_noted(data: st.DataObject, outcome: str, tagged: str) -> None:
    case = judged(outcome, tagged)
    policy = data.draw(policies(glass="release-owner"), label="policy")
    excuses = data.draw(waivers(case, None, "", "qa-lead", "release-owner"), label="waivers")
    verdict = judge(with_inputs(case, policy=policy, waivers=excuses))
    if verdict.answer == "go":
        assert {one.role for one in excuses.waiver} == {"release-owner"}
        assert document(verdict)["notes"][0]["kind"] == "break-glass"


def test_the_strategies_find_what_would_be_let_out() -> None:
    """The two before would hold for a gate that never says ``go``, too."""
    case = judged("failed", "critical")
    both = st.tuples(policies(glass="release-owner"), waivers(case, "release-owner"))
    anything = settings(phases=[Phase.generate])
    find(both, lambda one: judge(with_inputs(case, policy=one[0], waivers=one[1])).answer == "go", settings=anything)
    case = with_inputs(judged("failed", "minor"), register={})
    find(policies(glass=None), lambda policy: judge(with_inputs(case, policy=policy)).answer == "go", settings=anything)


# Whatever else is wrong


def evidence(**changes: Callable[[Evidence], Any]) -> Callable[[Case], Case]:
    """A trouble in the evidence."""

    def spoil(case: Case) -> Case:
        said = {name: change(case.evidence) for name, change in changes.items()}
        return replace(case, evidence=replace(case.evidence, **said))

    return spoil


def each(kind: str, **changes: Any) -> Callable[[Case], Case]:
    """Every record, observation, sentinel or result of the good items says something else."""

    def change(one: Any) -> Any:
        if getattr(one, "item", ITEMS[1].id) == FIRST:
            return one
        return msgspec.structs.replace(one, **changes) if isinstance(one, msgspec.Struct) else replace(one, **changes)

    return evidence(**{kind: lambda whole: tuple(change(one) for one in getattr(whole, kind))})


TROUBLES: dict[str, Callable[[Case], Case]] = {
    "a file that cannot be read": evidence(problems=lambda one: (*one.problems, Problem("x", Text("x", "x")))),
    "each result twice": evidence(results=lambda one: one.results * 2),
    "a stranger": evidence(results=lambda one: (*one.results, msgspec.structs.replace(one.results[0], item="x[api]"))),
    "a result without a name": evidence(
        results=lambda one: (*one.results, msgspec.structs.replace(one.results[0], item=None))
    ),
    "results that excuse themselves": each("results", excused=True),
    "results of another run": each("results", runs=("x",)),
    "results of another build": each("results", builds=(OTHER_BUILD,)),
    "results that were never finished": each("results", unfinished=True),
    "results of another time": each("results", start=1, stop=2),
    "a lost worker": each("records", lost_workers=("gw0",)),
    "a record never closed": each("records", closing=None),
    "a record that ended otherwise": each("records", closing=Closing("exited", 0, {}, intact=True)),
    "no record": evidence(records=lambda one: ()),
    "no observation": evidence(observations=lambda one: ()),
    "another exit code": each("observations", exit_code=2),
    "a run that was stopped": each("observations", stopped_by="Ctrl-C"),
    "other files": each("observations", files={}),
    "no sentinels": evidence(sentinels=lambda one: ()),
    "sentinels that passed": each("sentinels", outcomes={}),
    "no results of the others": evidence(results=lambda one: tuple(two for two in one.results if two.item == FIRST)),
    "no plan": evidence(plan=lambda one: None),
    "no policy": lambda case: replace(case, inputs=replace(case.inputs, policy=None, sources={})),
    "years later": lambda case: replace(case, now=JUDGED + timedelta(days=999)),
    "years before": lambda case: replace(case, now=JUDGED - timedelta(days=999)),
    "a register with more": lambda case: replace(
        case, inputs=replace(case.inputs, register={"CH-77": criterion("CH-77", "critical")})
    ),
}  # fmt: skip


@cache
def whole(failed: bool) -> Case:
    with tempfile.TemporaryDirectory() as folder:
        run: Run = good(Path(folder), answers={FIRST: "failed"} if failed else {})
        return run.case()


def in_trouble(case: Case, names: Iterable[str]) -> Verdict:
    for name in names:
        case = TROUBLES[name](case)
    return judge(case)


SOME = [*((one,) for one in TROUBLES), *permutations(TROUBLES, 2)]
"""Every trouble, and every two of them in either order: what could cancel each other out."""


def test_no_trouble_makes_up_for_another() -> None:
    assert judge(whole(failed=False)).answer == "go"
    for names in SOME:
        verdict = in_trouble(whole(failed=False), names)
        assert verdict.answer == "unknown", (names, why(verdict))


def test_no_trouble_hides_a_failure() -> None:
    for names in SOME:
        verdict = in_trouble(whole(failed=True), names)
        assert verdict.answer == "no-go", (names, why(verdict))


@thorough
@given(names=st.lists(st.sampled_from(sorted(TROUBLES)), min_size=3, unique=True), failed=st.booleans())
def test_nor_do_many(names: list[str], failed: bool) -> None:
    verdict = in_trouble(whole(failed), names)
    assert verdict.answer == ("no-go" if failed else "unknown"), why(verdict)


# However often and in whatever order


def again(verdict: Verdict, case: Case) -> Verdict:
    """The verdict of the same rules on ``case``."""
    return judge(case, rules=[one.rule for one in verdict.judgements])


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@every_case
def test_the_same_case_has_the_same_verdict(case: Hostile) -> None:
    verdict = verdict_of(case)
    assert document(again(verdict, verdict.case)) == document(verdict)
    assert document(again(verdict, replace(verdict.case))) == document(verdict)


def said(verdict: Verdict) -> tuple[Any, ...]:
    """All that a verdict says, whatever the order in which it says it."""
    told = document(verdict)
    findings = sorted(
        str((rule["name"], *(finding[part] for part in ("effect", "item", "requirement", "severity", "fingerprint"))))
        for rule in told["rules"]
        for finding in rule["findings"]
    )
    states = [(item["id"], item["state"], item["attempts"], item["fingerprint"]) for item in told["items"]]
    return told["verdict"], told["counts"], findings, states, told["requirements"]


@every_case
def test_the_order_of_what_was_read_changes_nothing(case: Hostile) -> None:
    verdict = verdict_of(case)
    for seed in range(8):
        assert said(again(verdict, shuffled(verdict.case, Random(seed)))) == said(verdict)


def shuffled(case: Case, random: Random) -> Case:
    """The same evidence and exceptions, in another order; only the tries of one item come as they came."""

    def mixed(ones: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(ones, len(ones)))

    def interleaved(attempts: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
        left = {item: [one for one in attempts if one.item == item] for item in {one.item for one in attempts}}
        return tuple(left[one.item].pop(0) for one in mixed(attempts))

    kinds = ("observations", "sentinels", "results", "containers", "problems", "files")
    records = mixed(tuple(replace(one, attempts=interleaved(one.attempts)) for one in case.evidence.records))
    evidence = replace(case.evidence, records=records, **{kind: mixed(getattr(case.evidence, kind)) for kind in kinds})
    excuses = msgspec.structs.replace(case.inputs.waivers, waiver=mixed(case.inputs.waivers.waiver))
    inputs: Inputs = replace(case.inputs, waivers=excuses)
    return replace(case, evidence=evidence, inputs=inputs)
