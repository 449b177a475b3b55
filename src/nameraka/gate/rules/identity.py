"""Whether everything is of this run, this build, this environment and this policy, and is as the run left it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nameraka.gate.case import Case
from nameraka.gate.evidence import Evidence
from nameraka.gate.rules.completeness import attempts_of
from nameraka.gate.rules.rule import PLAN, POLICY, RUN_AGAIN, RUN_ALONE, Finding, Remedy
from nameraka.gate.text import Text

_PINNED: Final = {
    "policy": Text("the policy", "ポリシー"),
    "register": Text("the register of requirements", "要件台帳"),
}


def evidence_is_readable(case: Case) -> Iterator[Finding]:
    for problem in case.evidence.problems:
        yield Finding("unknown", problem.what, RUN_AGAIN, file=problem.file)
    remedy = Remedy(
        "Put the file right (what it may hold: docs/gate.md) and run everything again",
        "ファイルを正しく直し（書式は docs/gate.ja.md）、すべて実行し直してください",
        again=True,
    )
    for problem in case.inputs.problems:
        yield Finding("unknown", problem.what, remedy, file=problem.file)


def the_policy_is_the_planned_one(case: Case) -> Iterator[Finding]:
    if "policy" not in case.inputs.sources:
        what = Text("no policy says what a release has to show", "リリースの条件を定めるポリシーがありません")
        remedy = Remedy(
            f"Write {POLICY}; its strictest form is one line: schema = 1. Then run everything again",
            f"{POLICY} を書き、すべて実行し直してください（最も厳しい形は schema = 1 の1行です）",
            again=True,
        )
        yield Finding("unknown", what, remedy, file=POLICY)
    plan = case.evidence.plan
    if plan is None:
        return
    for role, title in _PINNED.items():
        planned, judged = plan.digests.get(role), case.inputs.digest(role)
        if planned != judged and not (role == "policy" and judged is None):
            what = Text(
                f"{title.en} is not the one that the run was planned under ({_short(planned)}, now {_short(judged)})",
                f"{title.ja}が、計画したときのものと違います（計画 {_short(planned)}、現在 {_short(judged)}）",
            )
            source = case.inputs.sources.get(role)
            yield Finding("unknown", what, RUN_AGAIN, file=source.name if source else PLAN)


def what_is_released_is_committed(case: Case) -> Iterator[Finding]:
    plan = case.evidence.plan
    if plan is None or not case.releases:
        return
    remedy = Remedy(
        "Commit, and run everything again from that commit", "コミットしてから、すべて実行し直してください", again=True
    )
    if plan.commit is None:
        what = Text("nobody knows from which commit it was run", "どのコミットから実行されたか分かりません")
        yield Finding("unknown", what, remedy, file=PLAN)
    elif plan.uncommitted:
        what = Text("was run from files that are in no commit", "コミットされていないファイルで実行されました")
        yield Finding("unknown", what, remedy, file=PLAN)


def the_planned_build_answered(case: Case) -> Iterator[Finding]:
    evidence = case.evidence
    if evidence.plan is None:
        return
    build = evidence.plan.build
    if build is None:
        what = Text("nobody said which build should answer", "どのビルドが答えるべきか示されていません")
        remedy = Remedy(
            "Run with --build sha256:…, or give the environment a build command in pyproject.toml and run again",
            "--build sha256:… を付けて実行するか、pyproject.toml の環境に build を書いて実行し直してください",
            again=True,
        )
        yield Finding("unknown", what, remedy, file=PLAN)
        return
    remedy = Remedy(
        f"Deploy the planned build {_short(build)} to the environment, or plan the one that is there, and run again",
        f"計画のビルド {_short(build)} を環境に置くか、今あるビルドで計画し直して実行してください",
        again=True,
    )
    for result in evidence.results:
        if _counts(evidence, result.item, result.status) and result.builds != (build,):
            yield Finding("unknown", _other_build(result.builds), remedy, file=result.file, item=result.item)
    for record, attempt in attempts_of(case):
        if _counts(evidence, attempt.item, attempt.outcome) and attempt.builds != (build,):
            yield Finding("unknown", _other_build(attempt.builds), remedy, file=record.file, item=attempt.item)


def _counts(evidence: Evidence, item: str | None, outcome: str | None) -> bool:
    """What claims to have passed or failed needs a build that it passed or failed on."""
    return item not in evidence.proposed and outcome in ("passed", "failed")


def _other_build(builds: tuple[str, ...]) -> Text:
    if not builds:
        return Text("does not say which build answered", "どのビルドが答えたか書かれていません")
    shown = ", ".join(map(_short, builds))
    return Text(f"was answered by build {shown}", f"ビルド {shown} が答えました")


def _short(digest: str | None) -> str:
    algorithm, _, value = (digest or "-").partition(":")
    return f"{algorithm}:{value[:12]}" if value else algorithm


def results_are_of_this_run(case: Case) -> Iterator[Finding]:
    evidence = case.evidence
    plan = evidence.plan
    if plan is None:
        return
    doors = {item.id: item.door for item in plan.items}
    for result in evidence.results:
        if result.runs != (plan.run_id,):
            said = ", ".join(result.runs) or "none"
            what = Text(f"is of another run ({said})", f"別の実行の結果です（{said}）")
            yield Finding("unknown", what, RUN_ALONE, file=result.file, item=result.item)
        if result.plans != (plan.digest,):
            what = Text("does not answer for this plan", "この計画に対する結果ではありません")
            yield Finding("unknown", what, RUN_ALONE, file=result.file, item=result.item)
        if result.environments != (plan.environment,):
            said = ", ".join(result.environments) or "none"
            what = Text(
                f"is of environment {said}, planned was {plan.environment}",
                f"環境 {said} の結果です（計画は {plan.environment}）",
            )
            yield Finding("unknown", what, RUN_AGAIN, file=result.file, item=result.item)
        if result.item in doors and result.doors != (doors[result.item],):
            said = ", ".join(result.doors) or "none"
            what = Text(f"went through door {said}", f"入口（door）が {said} です")
            yield Finding("unknown", what, RUN_AGAIN, file=result.file, item=result.item)


def nothing_for_tests_is_switched_on(case: Case) -> Iterator[Finding]:
    for record in case.evidence.records:
        strict = record.environment in case.policy.environments.as_shipped
        if strict and any(facts.get("clock") == "injectable" for facts in record.facts):
            what = Text(
                f"the system that answered in {record.environment} lets its clock be set",
                f"環境 {record.environment} で答えたシステムは、時計を外から動かせる状態です",
            )
            remedy = Remedy(
                "Start it as it is shipped, without an injectable clock, and run everything again",
                "時計を差し替える設定を外して出荷時の状態で起動し、すべて実行し直してください",
                again=True,
            )
            yield Finding("unknown", what, remedy, file=record.file)


def files_are_as_the_run_left_them(case: Case) -> Iterator[Finding]:
    evidence = case.evidence
    own = {observation.file for observation in evidence.observations}
    found = {file.name: file.digest for file in evidence.files if file.name not in own}
    if all(found == observation.files for observation in evidence.observations):
        return
    # Shards of one run each leave a plan, alike but for the time of day: one that any of them left will do.
    left = {pair for observation in evidence.observations for pair in observation.files.items()}
    names = {name for name, _ in left}
    changed = {name for name, _ in found.items() - left}
    for name in sorted(changed | (names - found.keys())):
        if name not in names:
            what = Text("came after the run had ended", "実行が終わった後に加えられました")
        elif name not in found:
            what = Text(
                "was there when the run ended and cannot be read now", "実行の終わりにはありましたが、今は読めません"
            )
        else:
            what = Text("was changed after the run had ended", "実行が終わった後に変更されました")
        yield Finding("unknown", what, RUN_AGAIN, file=name)
