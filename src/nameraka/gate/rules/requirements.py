"""Whether the promises of the register are kept on this build, and whether the contract was exercised."""

from __future__ import annotations

from collections.abc import Iterator

from nameraka.gate.case import Case, Requirement
from nameraka.gate.rules.completeness import attempts_of
from nameraka.gate.rules.rule import MEND, POLICY, REGISTER, RUN_AGAIN, Finding, Remedy
from nameraka.gate.text import Text

_STATES = {
    "failed": Text("is not kept", "守られていません"),
    "not-run": Text("was not proven", "証明されていません"),
    "uncovered": Text("has no scenario", "シナリオがありません"),
}
_WRITE = Remedy(
    "Write a scenario for it (tagged with its id) and run everything again",
    "要件の番号をタグに付けたシナリオを書き、すべて実行し直してください",
    again=True,
)


def promises_are_verified(case: Case) -> Iterator[Finding]:
    """Each critical one; of the others, the share that the policy asks for."""
    for severity in dict.fromkeys(one.severity for one in case.requirements):
        promised = [one for one in case.requirements if one.severity == severity and one.state != "proposed"]
        threshold = case.policy.threshold(severity)
        open_ones = [one for one in promised if one.state != "verified" and not _within(case, one)]
        kept = len(promised) - len(open_ones)
        if threshold and promised and kept / len(promised) >= threshold.coverage:
            continue
        for one in open_ones:
            yield Finding(
                "no-go" if one.state == "failed" else "unknown",
                _STATES[one.state],
                {"uncovered": _WRITE, "failed": MEND}.get(one.state, RUN_AGAIN),
                file=REGISTER,
                requirement=one.id,
                severity=severity,
            )


def _within(case: Case, one: Requirement) -> bool:
    """Whether all that is amiss of a requirement is excused, by a waiver or by the policy's own limits."""
    amiss = [standing for standing in one.standings if not standing.clean]
    return bool(amiss) and all(standing.item.id in case.excused for standing in amiss)


def every_requirement_is_known(case: Case) -> Iterator[Finding]:
    remedy = Remedy(
        f"Add it to {REGISTER}, or correct the tag (nameraka check finds it), and run everything again",
        f"{REGISTER} に加えるか、タグを直し（nameraka check で見つかります）、すべて実行し直してください",
        again=True,
    )
    for one in case.requirements:
        if one.criterion is None and case.inputs.register:
            what = Text("is in no register of requirements", "要件台帳にありません")
            yield Finding("unknown", what, remedy, file=REGISTER, requirement=one.id)


def promises_are_not_taken_back(case: Case) -> Iterator[Finding]:
    """What an accepted release promised is promised for good; to take it back is a decision and not an edit."""
    if case.inputs.baseline is None:
        return
    now = {one.id: one.state for one in case.requirements}
    remedy = Remedy(
        "Promise it again, or have the register say that it is withdrawn and product accept that (nameraka accept)",
        "約束を元に戻すか、台帳で取り下げを示して製品責任者の承認を得てください（nameraka accept）",
        again=True,
    )
    plan = case.evidence.plan
    proposed = {one for criteria in plan.proposed.values() for one in criteria} if plan else set()
    for former in case.inputs.baseline.requirements:
        if former.state in ("proposed", "uncovered"):
            continue
        if now.get(former.id, "proposed") == "proposed":
            if former.id in case.words and case.words[former.id].decision == "accepted":
                continue
            what = Text(
                "was promised by the last accepted release and is no promise any more",
                "前回受け入れたリリースの約束が、なくなっています",
            )
            yield Finding("unknown", what, remedy, file=REGISTER, requirement=former.id)
        elif former.id in proposed:
            what = Text(
                "was promised by the last accepted release, and now a scenario of it is only @proposed",
                "前回受け入れたリリースの約束なのに、@proposed のシナリオがあります",
            )
            yield Finding("unknown", what, remedy, file=REGISTER, requirement=former.id)


def the_contract_is_kept_and_exercised(case: Case) -> Iterator[Finding]:
    documented = {
        (operation, status)
        for record in case.evidence.records
        for operation, statuses in record.documented.items()
        for status in statuses
    }
    operations = {operation for operation, _ in documented}
    clean = {one.item.id for one in case.standings if one.clean}
    seen: set[tuple[str, str]] = set()
    for record, attempt in attempts_of(case):
        for operation, status in attempt.contract:
            if not _is_documented(operation, status, documented):
                what = Text(
                    f"{operation} answered {status}, which the contract does not have",
                    f"{operation} が、契約（OpenAPI）にない {status} を返しました",
                )
                yield Finding("no-go", what, MEND, file=record.file, item=attempt.item)
            elif attempt.item in clean:
                seen.add((operation, status))
    asked = case.policy.contract
    for part, whole, least, name in (
        (len({operation for operation, _ in seen}), len(operations), asked.operations, Text("operations", "操作")),
        (len(seen & documented), len(documented), asked.answers, Text("documented answers", "応答")),
    ):
        if least and (not whole or part / whole < least):
            what = Text(
                f"{part} of {whole} {name.en} of the contract were exercised; the policy asks for {least:.0%}",
                f"契約の{name.ja} {whole} のうち {part} だけが試されました（ポリシーは {least:.0%} を求めています）",
            )
            remedy = Remedy(
                f"Write scenarios for what is missing, or lower [contract] in {POLICY}, and run everything again",
                f"足りない操作のシナリオを書くか、{POLICY} の [contract] を下げ、すべて実行し直してください",
                again=True,
            )
            yield Finding("unknown", what, remedy, file=POLICY)


def _is_documented(operation: str, status: str, documented: set[tuple[str, str]]) -> bool:
    return not {(operation, status), (operation, f"{status[:1]}XX"), (operation, "default")}.isdisjoint(documented)


def measures_are_within_budget(case: Case) -> Iterator[Finding]:
    budgets = case.policy.budgets
    for record, attempt in attempts_of(case) if budgets else ():
        measures = dict(attempt.measures)
        if attempt.seconds is not None:
            measures["seconds"] = attempt.seconds
        for name, value in measures.items():
            if name in budgets and not value <= budgets[name]:  # not-a-number is over every budget
                what = Text(
                    f"{name} is {value:g}; at most {budgets[name]:g} is allowed",
                    f"{name} が {value:g} です（上限 {budgets[name]:g}）",
                )
                yield Finding("no-go", what, MEND, file=record.file, item=attempt.item)
