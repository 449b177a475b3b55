"""How what was answered has ended: each promise by its severity, and only ``passed`` is passed."""

from __future__ import annotations

from collections.abc import Iterator

from nameraka.gate.case import Case
from nameraka.gate.evidence import Evidence, Result
from nameraka.gate.rules.completeness import attempts_of
from nameraka.gate.rules.rule import FIND_CAUSE, MEND, PLAN, Effect, Finding, Remedy
from nameraka.gate.standing import WAIVABLE, Standing, first_line
from nameraka.gate.text import Text

NOT_CRITICAL = ("major", "minor")

STATES = {
    "failed": Text("failed", "失敗"),
    "flaky": Text("passed only after it had not", "再試行で成功しましたが、それまでに成功していません"),
    "skipped": Text("was skipped", "スキップされました"),
    "not-run-here": Text("was not run in this environment", "この環境では実行されていません"),
}


_XFAILED = Text("is excused as an expected failure", "予期された失敗（xfail）として免除されています")


def no_critical_promise_is_in_doubt(case: Case) -> Iterator[Finding]:
    """The veto: never averaged, never budgeted. What failed and was not even planned counts as critical.

    What was not answered or not judged at all is found by other rules, whatever its severity.
    """
    for one in case.standings:
        if one.item.severity not in NOT_CRITICAL and one.state in WAIVABLE and one.item.id not in case.excused:
            yield amiss(one)
    planned = case.standing
    for record, attempt in attempts_of(case):
        if attempt.outcome == "failed" and attempt.item not in planned:
            yield Finding("no-go", _said("failed", attempt.why), MEND, file=record.file, item=attempt.item)
    for result in case.evidence.results:
        if result.status == "failed" and result.item not in planned:
            yield Finding("no-go", _said("failed", result.message), MEND, file=result.file, item=result.item)


def enough_promises_hold(case: Case) -> Iterator[Finding]:
    if case.standings and all(one.item.id in case.excused for one in case.standings):
        what = Text(
            "all that was planned is excused: nothing was seen to hold",
            "計画のすべてが免除され、守られたものがありません",
        )
        yield Finding("unknown", what, MEND, file=PLAN)
    for one in case.standings:
        if one.state == "failed" and one.item.severity in NOT_CRITICAL and one.item.id not in case.excused:
            yield amiss(one)


def flaky_scenarios_are_within_budget(case: Case) -> Iterator[Finding]:
    for one in case.standings:
        if one.state == "flaky" and one.item.severity in NOT_CRITICAL and one.item.id not in case.excused:
            yield amiss(one)


def what_was_not_run_is_accounted_for(case: Case) -> Iterator[Finding]:
    for one in case.standings:
        skipped = one.state in ("skipped", "not-run-here")
        if skipped and one.item.severity in NOT_CRITICAL and one.item.id not in case.excused:
            yield amiss(one)


def amiss(one: Standing) -> Finding:
    """The finding on an item that is not clean."""
    broken = one.state == "failed" or (one.state == "flaky" and "failed" in one.attempts)
    effect: Effect = "no-go" if broken else "unknown"
    remedy = MEND if broken else FIND_CAUSE
    if one.state == "not-run-here":
        remedy = Remedy(
            "Run everything in an environment that can do it: nameraka run --env NAME",
            "実行できる環境ですべて実行し直してください: nameraka run --env 環境名",
            again=True,
        )
    return Finding(
        effect,
        _said(one.state, one.why, one.attempts),
        remedy,
        file=one.file,
        item=one.item.id,
        requirement=one.item.criteria[0] if one.item.criteria else None,
        severity=one.item.severity,
        fingerprint=one.fingerprint,
    )


def _said(state: str, why: str | None, attempts: tuple[str, ...] = ()) -> Text:
    said = _XFAILED if state == "skipped" and "xfailed" in attempts else STATES[state]
    tries = f" ({', '.join(attempts)})" if len(attempts) > 1 else ""
    line = first_line(why)
    return Text(
        f"{said.en}{tries}: {line}" if line else said.en + tries,
        f"{said.ja}{tries}: {line}" if line else said.ja + tries,
    )


_OUTCOMES = {
    "broken": Text("its set-up or tear-down broke", "準備または後片付けが失敗しました"),
    "crashed": Text("its process died", "実行中のプロセスが異常終了しました"),
    "xpassed": Text("passed although a failure was expected", "失敗のはず（xfail）が成功しました"),
    "incomplete": Text("ended before it was judged", "判定の前に終わりました"),
}
_DECIDED = ("passed", "failed", "skipped", "xfailed")


def nothing_is_undecided(case: Case) -> Iterator[Finding]:
    """Only ``passed`` counts as passed; whatever else there may be is not."""
    evidence = case.evidence
    for record, attempt in attempts_of(case):
        if attempt.outcome not in _DECIDED and not _later_passed(case, attempt.item):
            yield Finding("unknown", _undecided(attempt.outcome, attempt.why), FIND_CAUSE, record.file, attempt.item)
    for result in evidence.results:
        if result.status not in _DECIDED and not _recorded(evidence, result):
            said = _undecided(result.status or "no status", result.message)
            yield Finding("unknown", said, FIND_CAUSE, result.file, result.item)
        if result.excused:
            what = Text(
                "asks not to be counted (muted, known or flaky)", "数えないよう求めています（muted・known・flaky）"
            )
            remedy = Remedy(
                "Results excuse nothing: take the mark away and run everything again",
                "結果ファイルでの免除は認められません。印を外し、すべて実行し直してください",
                again=True,
            )
            yield Finding("unknown", what, remedy, file=result.file, item=result.item)
        if result.status == "passed" and (result.troubles or result.unfinished):
            trouble = result.troubles[0] if result.troubles else "it never finished"
            what = Text(
                f"says passed, but inside it says: {trouble}", f"成功とありますが、内側に「{trouble}」とあります"
            )
            yield Finding("unknown", what, FIND_CAUSE, file=result.file, item=result.item)
    for item in evidence.plan.items if evidence.plan else ():
        for result in evidence.results_of.get(item.id, ()):
            if result.status == "passed" and result.sentences < item.sentences:
                what = Text(
                    f"says passed after {result.sentences} of {item.sentences} sentences",
                    f"{item.sentences}文のうち{result.sentences}文だけで成功とあります",
                )
                yield Finding("unknown", what, FIND_CAUSE, file=result.file, item=item.id)


def _later_passed(case: Case, item: str) -> bool:
    """Whether what was undecided in one attempt is judged as flaky, by the rule on that."""
    standing = case.standing.get(item)
    return standing is not None and standing.state in ("flaky", "failed")


def _recorded(evidence: Evidence, result: Result) -> bool:
    """Whether the run record holds the same item's failure or undecided end, and so has said it."""
    attempts = evidence.attempts_of.get(result.item or "", ())
    return any(attempt.outcome not in ("passed", "skipped") for _, attempt in attempts)


def _undecided(outcome: str, why: str | None) -> Text:
    said = _OUTCOMES.get(outcome) or Text(f"ended as {outcome!r}", f"{outcome!r} で終わりました")
    line = first_line(why)
    return Text(f"{said.en}: {line}", f"{said.ja}: {line}") if line else said
