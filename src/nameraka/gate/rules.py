"""The rules: each a name, a statement, and a pure function from the evidence to what speaks against a release.

A rule finds nothing only where it looked at something: that there is a plan, that items are planned and that each is
answered are rules of their own. To add a rule, write its function and put it into ``RULES``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from nameraka.gate.evidence import Attempt, Evidence, Observation, Record, Result
from nameraka.gate.text import Text
from nameraka.masking import mask_text
from nameraka.plan import shard_of

Effect = Literal["no-go", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks against a release: what was seen, in which file, about which planned item, and what would turn it.

    ``no-go``: a promise was seen broken. ``unknown``: it cannot be told.
    """

    effect: Effect
    what: Text
    remedy: Text
    file: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold for every release."""

    name: str
    statement: Text
    check: Callable[[Evidence], Iterable[Finding]]


LONGEST_WHY = 500
PRODUCTION = "production"
"""The environment of that name has to answer as it is shipped: nothing that exists for tests may be switched on."""

RUN_AGAIN = Text("Run everything again: nameraka run", "すべて実行し直してください: nameraka run")
RUN_ALONE = Text(
    "Run everything again, into a folder of its own: nameraka run --results FOLDER",
    "別のフォルダへすべて実行し直してください: nameraka run --results フォルダ",
)
MEND = Text(
    "Mend the product (or the scenario, if the promise is another one now) and run everything again",
    "製品を直し（約束が変わったのならシナリオを直し）、すべて実行し直してください",
)
FIND_CAUSE = Text(
    "Find why it was not carried out to its end, then run everything again",
    "最後まで実行されなかった原因を調べ、すべて実行し直してください",
)


def evidence_is_readable(evidence: Evidence) -> Iterator[Finding]:
    for problem in evidence.problems:
        yield Finding("unknown", problem.what, RUN_AGAIN, file=problem.file)


def plan_is_present(evidence: Evidence) -> Iterator[Finding]:
    plan = evidence.plan
    if plan is None:
        remedy = Text(
            "Run with `nameraka run`: it writes the plan first. Results of bare pytest are evidence without a question",
            "`nameraka run` で実行してください（最初に計画を書きます）。pytest だけの結果には計画がありません",
        )
        what = Text("no plan says what had to be proven", "何を証明すべきかを示す計画がありません")
        yield Finding("unknown", what, remedy, file="plan.json")
        return
    if not plan.items:
        what = Text("the plan is empty: nothing had to be proven", "計画が空です。証明すべきものがありません")
        remedy = Text("Write scenarios below the features folder", "features フォルダにシナリオを書いてください")
        yield Finding("unknown", what, remedy, file="plan.json")
    if plan.shards < 1:
        yield Finding(
            "unknown", Text("the plan has no shard", "計画にシャードがありません"), RUN_AGAIN, file="plan.json"
        )
    for item, count in Counter(item.id for item in plan.items).items():
        if count > 1:
            what = Text("is planned more than once", "計画に2回以上あります")
            remedy = Text("Give each scenario of a file its own name", "シナリオ名をファイル内で一意にしてください")
            yield Finding("unknown", what, remedy, file="plan.json", item=item)


def every_item_is_answered_once(evidence: Evidence) -> Iterator[Finding]:
    if evidence.plan is None:
        return
    for item in evidence.plan.items:
        results = evidence.results_of.get(item.id, [])
        attempts = evidence.attempts_of.get(item.id, [])
        if item.id in evidence.unfinished:
            what = Text("was started and never finished", "開始されましたが、終わっていません")
            yield Finding("unknown", what, FIND_CAUSE, file=evidence.unfinished[item.id], item=item.id)
        elif not results and not attempts:
            what = Text("was not answered", "結果がありません")
            yield Finding("unknown", what, RUN_AGAIN, item=item.id)
        elif not results:
            what = Text("ran, but its result is missing", "実行されましたが、結果ファイルがありません")
            yield Finding("unknown", what, RUN_AGAIN, file=attempts[0][0].file, item=item.id)
        elif not attempts:
            what = Text("has a result, but no run record knows of it", "結果はありますが、実行記録にありません")
            yield Finding("unknown", what, RUN_AGAIN, file=results[0].file, item=item.id)
        if len(results) > 1:
            what = Text(f"has {len(results)} results", f"結果が{len(results)}個あります")
            yield Finding("unknown", what, RUN_ALONE, file=results[1].file, item=item.id)
        if len(attempts) > 1:
            tries = ", ".join(attempt.outcome for _, attempt in attempts)
            what = Text(f"was tried {len(attempts)} times ({tries})", f"{len(attempts)}回実行されました（{tries}）")
            remedy = Text("Run without retries", "再試行なしで実行してください")
            yield Finding("unknown", what, remedy, file=attempts[1][0].file, item=item.id)


def nothing_else_answered(evidence: Evidence) -> Iterator[Finding]:
    if evidence.plan is None:
        return
    planned = {item.id for item in evidence.plan.items}
    proposed = evidence.proposed
    stranger = Text("answers for something that nobody planned", "計画にないものの結果です")
    for result in evidence.results:
        if result.item is None:
            what = Text("does not say which scenario it answers for", "どのシナリオの結果か書かれていません")
            yield Finding("unknown", what, RUN_ALONE, file=result.file)
        elif result.item in proposed:
            if result.status != "skipped":
                yield _ran_although_proposed(result.file, result.item)
        elif result.item not in planned:
            yield Finding("unknown", stranger, RUN_ALONE, file=result.file, item=result.item)
    for record, attempt in _attempts(evidence):
        if attempt.item in proposed:
            if attempt.outcome != "skipped":
                yield _ran_although_proposed(record.file, attempt.item)
        elif attempt.item not in planned:
            yield Finding("unknown", stranger, RUN_ALONE, file=record.file, item=attempt.item)
        elif record.shard != (due := f"{shard_of(attempt.item, evidence.plan.shards)}of{evidence.plan.shards}"):
            what = Text(
                f"was answered by shard {record.shard}, not {due}", f"シャード{due}ではなく{record.shard}の結果です"
            )
            yield Finding("unknown", what, RUN_AGAIN, file=record.file, item=attempt.item)


def _ran_although_proposed(file: str, item: str) -> Finding:
    what = Text("was run although it is only proposed", "提案中（@proposed）なのに実行されました")
    remedy = Text("Take the tag @proposed away when the promise is made", "約束するときは @proposed を外してください")
    return Finding("unknown", what, remedy, file=file, item=item)


def nothing_failed(evidence: Evidence) -> Iterator[Finding]:
    told = set()
    for record, attempt in _attempts(evidence):
        if attempt.outcome == "failed":
            told.add(attempt.item)
            yield Finding("no-go", _failed(attempt.why), MEND, file=record.file, item=attempt.item)
    for result in evidence.results:
        if result.status == "failed" and result.item not in told:
            yield Finding("no-go", _failed(result.message), MEND, file=result.file, item=result.item)


def _first_line(why: str | None) -> str:
    """What a person reads of it. The verdict is published, so a secret in a message stops here."""
    return mask_text((why or "").strip().partition("\n")[0][:LONGEST_WHY])


def _failed(why: str | None) -> Text:
    line = _first_line(why)
    return Text(f"failed: {line}", f"失敗: {line}") if line else Text("failed", "失敗")


def nothing_is_undecided(evidence: Evidence) -> Iterator[Finding]:
    """Only ``passed`` counts as passed; whatever else there may be is not."""
    proposed = evidence.proposed
    told = set()
    for record, attempt in _attempts(evidence):
        if attempt.outcome not in ("passed", "failed") and attempt.item not in proposed:
            told.add(attempt.item)
            yield Finding("unknown", _undecided(attempt.outcome, attempt.why), FIND_CAUSE, record.file, attempt.item)
    for result in evidence.results:
        if result.item in proposed:
            continue
        if (
            result.status not in ("passed", "failed")
            and result.item not in told
            and not _failed_in_record(evidence, result)
        ):
            status = result.status or "no status"
            yield Finding("unknown", _undecided(status, result.message), FIND_CAUSE, result.file, result.item)
        if result.excused:
            what = Text(
                "asks not to be counted (muted, known or flaky)", "数えないよう求めています（muted・known・flaky）"
            )
            remedy = Text(
                "Results excuse nothing: take the mark away", "結果ファイルでの免除は認められません。印を外してください"
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


def _failed_in_record(evidence: Evidence, result: Result) -> bool:
    """A scenario that failed by another exception than an assertion is ``broken`` to Allure; it is told as failed."""
    attempts = evidence.attempts_of.get(result.item or "", [])
    return result.status == "broken" and any(attempt.outcome == "failed" for _, attempt in attempts)


_OUTCOMES = {
    "broken": Text("its set-up or tear-down broke", "準備または後片付けが失敗しました"),
    "skipped": Text("was skipped", "スキップされました"),
    "crashed": Text("its process died", "実行中のプロセスが異常終了しました"),
    "xfailed": Text("is excused as an expected failure", "予期された失敗（xfail）として免除されています"),
    "xpassed": Text("passed although a failure was expected", "失敗のはず（xfail）が成功しました"),
    "incomplete": Text("ended before it was judged", "判定の前に終わりました"),
}


def _undecided(outcome: str, why: str | None) -> Text:
    said = _OUTCOMES.get(outcome) or Text(f"ended as {outcome!r}", f"{outcome!r} で終わりました")
    line = _first_line(why)
    return Text(f"{said.en}: {line}", f"{said.ja}: {line}") if line else said


def every_record_is_closed(evidence: Evidence) -> Iterator[Finding]:
    plan = evidence.plan
    if plan is None:
        return
    records = {record.shard: record for record in evidence.records}
    for number in range(1, plan.shards + 1):
        shard = f"{number}of{plan.shards}"
        if shard not in records:
            what = Text(f"the record of shard {shard} is missing", f"シャード{shard}の実行記録がありません")
            yield Finding("unknown", what, RUN_AGAIN, file=f"run-{shard}.jsonl")
    for record in evidence.records:
        yield from _closed(record)
        if not record.shard.endswith(f"of{plan.shards}"):
            what = Text(f"is of another split than the plan's {plan.shards}", f"計画の分割数{plan.shards}と違います")
            yield Finding("unknown", what, RUN_ALONE, file=record.file)
        if (record.plan, record.run_id) != (plan.digest, plan.run_id):
            what = Text("was kept for another plan or run", "別の計画または実行の記録です")
            yield Finding("unknown", what, RUN_ALONE, file=record.file)
        if record.environment != plan.environment:
            what = Text(
                f"is of environment {record.environment!r}, planned was {plan.environment!r}",
                f"環境が {record.environment!r} です（計画は {plan.environment!r}）",
            )
            yield Finding("unknown", what, RUN_AGAIN, file=record.file)


_REASONS = {
    "interrupted": Text("the run was interrupted (Ctrl-C)", "実行が中断されました（Ctrl-C）"),
    "terminated": Text("the run was told to end (SIGTERM)", "実行に終了が求められました（SIGTERM）"),
    "exited": Text("something called pytest.exit", "pytest.exit が呼ばれました"),
    "stopped": Text("pytest stopped before the end", "pytest が途中で止まりました"),
    "internal error": Text("pytest broke (INTERNALERROR)", "pytest の内部エラーです（INTERNALERROR）"),
}


def _closed(record: Record) -> Iterator[Finding]:
    closing = record.closing
    if closing is None:
        what = Text(
            "was never closed: the process that kept it died",
            "閉じられていません。記録していたプロセスが異常終了しました",
        )
        yield Finding("unknown", what, FIND_CAUSE, file=record.file)
        return
    if not closing.intact:
        what = Text("was changed after it was closed", "閉じられた後に変更されています")
        yield Finding("unknown", what, RUN_AGAIN, file=record.file)
    if closing.reason != "finished":
        reason = _REASONS.get(closing.reason) or Text(
            f"it ended by {closing.reason!r}", f"{closing.reason!r} で終わりました"
        )
        yield Finding("unknown", reason, RUN_AGAIN, file=record.file)
    for worker in record.lost_workers:
        what = Text(f"worker {worker} died", f"ワーカー {worker} が異常終了しました")
        yield Finding("unknown", what, FIND_CAUSE, file=record.file)
    counted = Counter(attempt.outcome for attempt in record.attempts)
    counted["started"], counted["unfinished"] = len(record.starts), len(record.unfinished)
    stated = Counter(closing.counts)
    if +counted != +stated:
        what = Text("its counts are not those of its lines", "件数が行の内容と合いません")
        yield Finding("unknown", what, RUN_AGAIN, file=record.file)


def record_result_and_exit_code_agree(evidence: Evidence) -> Iterator[Finding]:
    if evidence.plan is None:
        return
    for item in evidence.plan.items:
        yield from _one_story(evidence, item.id)
    observations = {observation.shard: observation for observation in evidence.observations}
    for record in evidence.records:
        if (observation := observations.get(record.shard)) is None:
            what = Text(
                "nobody saw how its pytest ended: the parent that watches it is gone too",
                "pytest の終わり方が観察されていません（親プロセスも失われました）",
            )
            yield Finding("unknown", what, RUN_AGAIN, file=record.file)
        else:
            yield from _exit_code(record, observation)
    shards = {record.shard for record in evidence.records}
    for observation in evidence.observations:
        if (observation.plan, observation.run_id) != (evidence.plan.digest, evidence.plan.run_id):
            what = Text("was seen of another plan or run", "別の計画または実行の観察です")
            yield Finding("unknown", what, RUN_ALONE, file=observation.file)
        if observation.shard not in shards:
            what = Text(
                f"pytest ended ({_ending(observation)}) and left no record",
                f"pytest は記録を残さずに終わりました（{_ending(observation)}）",
            )
            yield Finding("unknown", what, FIND_CAUSE, file=observation.file)


def _one_story(evidence: Evidence, item: str) -> Iterator[Finding]:
    results, attempts = evidence.results_of.get(item, []), evidence.attempts_of.get(item, [])
    if not results or not attempts:
        return
    told = {_ALLURE.get(attempt.outcome, attempt.outcome) for _, attempt in attempts}
    for result in results:
        status = _ALLURE.get(result.status or "", result.status or "no status")
        if status not in told:
            recorded = attempts[-1][1].outcome
            what = Text(
                f"is {result.status!r} in its result and {recorded!r} in the run record",
                f"結果では {result.status!r}、実行記録では {recorded!r} です",
            )
            yield Finding("unknown", what, FIND_CAUSE, file=result.file, item=item)


# Allure parts what failed by its exception, pytest by its phase; to both it is "not held".
_ALLURE = {"failed": "not held", "broken": "not held", "xfailed": "skipped", "crashed": "not held"}


def _exit_code(record: Record, observation: Observation) -> Iterator[Finding]:
    if observation.stopped_by is not None:
        what = Text(f"the run was ended by {observation.stopped_by}", f"実行が止められました: {observation.stopped_by}")
        yield Finding("unknown", what, RUN_AGAIN, file=observation.file)
    closing = record.closing
    if observation.exit_code is None or closing is None:
        what = Text(f"pytest ended by {_ending(observation)}", f"pytest の終わり方: {_ending(observation)}")
        yield Finding("unknown", what, FIND_CAUSE, file=observation.file)
        return
    if observation.exit_code != closing.exit_code:
        what = Text(
            f"pytest ended with exit code {observation.exit_code}; its record says {closing.exit_code}",
            f"pytest の終了コードは {observation.exit_code}、記録では {closing.exit_code} です",
        )
        yield Finding("unknown", what, FIND_CAUSE, file=observation.file)
    held = all(attempt.outcome in ("passed", "skipped", "xfailed", "xpassed") for attempt in record.attempts)
    if held is not (observation.exit_code == 0):
        told = Text("nothing failed", "失敗はありません") if held else Text("something failed", "失敗があります")
        what = Text(
            f"pytest ended with exit code {observation.exit_code}, but by its record {told.en}",
            f"pytest の終了コードは {observation.exit_code} ですが、記録では{told.ja}",
        )
        yield Finding("unknown", what, FIND_CAUSE, file=observation.file)


def _ending(observation: Observation) -> str:
    if observation.signal is not None:
        return f"signal {observation.signal}"
    return f"exit code {observation.exit_code}"


def the_planned_build_answered(evidence: Evidence) -> Iterator[Finding]:
    if evidence.plan is None:
        return
    build = evidence.plan.build
    if build is None:
        what = Text("nobody said which build should answer", "どのビルドが答えるべきか示されていません")
        remedy = Text(
            "Run with --build sha256:…, or give the environment a build command in pyproject.toml",
            "--build sha256:… を付けて実行するか、pyproject.toml の環境に build を書いてください",
        )
        yield Finding("unknown", what, remedy, file="plan.json")
        return
    remedy = Text(
        f"Deploy the planned build {_short(build)} to the environment, or plan the one that is there, and run again",
        f"計画のビルド {_short(build)} を環境に置くか、今あるビルドで計画し直して実行してください",
    )
    for result in evidence.results:
        if _counts(evidence, result.item, result.status) and result.builds != (build,):
            yield Finding("unknown", _other_build(result.builds), remedy, file=result.file, item=result.item)
    for record, attempt in _attempts(evidence):
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


def _short(build: str) -> str:
    algorithm, _, digest = build.partition(":")
    return f"{algorithm}:{digest[:12]}" if digest else build


def results_are_of_this_run(evidence: Evidence) -> Iterator[Finding]:
    plan = evidence.plan
    if plan is None:
        return
    doors = {item.id: item.door for item in plan.items}
    for result in evidence.results:
        if result.runs != (plan.run_id,):
            said = ", ".join(result.runs) or "none"
            what = Text(f"is of another run ({said})", f"別の実行の結果です（{said}）")
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


def production_answers_as_shipped(evidence: Evidence) -> Iterator[Finding]:
    for record in evidence.records:
        if record.environment == PRODUCTION and any(facts.get("clock") == "injectable" for facts in record.facts):
            what = Text(
                "the system that answered in production lets its clock be set",
                "本番で答えたシステムは、時計を外から動かせる状態です",
            )
            remedy = Text(
                "Start it as it is shipped, without an injectable clock, and run everything again",
                "時計を差し替える設定を外して出荷時の状態で起動し、すべて実行し直してください",
            )
            yield Finding("unknown", what, remedy, file=record.file)


def files_are_as_the_run_left_them(evidence: Evidence) -> Iterator[Finding]:
    if evidence.plan is None or not evidence.observations:
        return
    left: dict[str, set[str]] = {}
    for observation in evidence.observations:
        for name, digest in observation.files.items():
            left.setdefault(name, set()).add(digest)
    own = {observation.file for observation in evidence.observations}
    found = {file.name: file.digest for file in evidence.files if file.name not in own}
    for name in sorted(found.keys() | left.keys()):
        if name not in left:
            what = Text("came after the run had ended", "実行が終わった後に加えられました")
        elif name not in found:
            what = Text(
                "was there when the run ended and cannot be read now", "実行の終わりにはありましたが、今は読めません"
            )
        elif found[name] not in left[name]:  # shards of one run each leave a plan, alike but for the time of day
            what = Text("was changed after the run had ended", "実行が終わった後に変更されました")
        else:
            continue
        yield Finding("unknown", what, RUN_AGAIN, file=name)


def _attempts(evidence: Evidence) -> Iterator[tuple[Record, Attempt]]:
    for record in evidence.records:
        for attempt in record.attempts:
            yield record, attempt


RULES: tuple[Rule, ...] = (
    Rule(
        "nothing-failed",
        Text("No promise was seen broken, in any attempt.", "どの試行でも、破られた約束がない。"),
        nothing_failed,
    ),
    Rule(
        "plan-is-present",
        Text("A plan says what had to be proven.", "何を証明すべきかを計画が示している。"),
        plan_is_present,
    ),
    Rule(
        "every-item-is-answered-once",
        Text("Every planned item has exactly one answer.", "計画のすべての項目に、結果がちょうど1つある。"),
        every_item_is_answered_once,
    ),
    Rule(
        "nothing-is-undecided",
        Text("Every answer is clean: only passed is passed.", "すべての結果が明確である（成功だけが成功）。"),
        nothing_is_undecided,
    ),
    Rule(
        "every-record-is-closed",
        Text(
            "Every run record is closed by a normal end and complete.", "すべての実行記録が正常に閉じられ、欠けがない。"
        ),
        every_record_is_closed,
    ),
    Rule(
        "record-result-and-exit-code-agree",
        Text(
            "Results, run record and the exit code that the parent saw tell one story.",
            "結果・実行記録・親プロセスが見た終了コードが一致している。",
        ),
        record_result_and_exit_code_agree,
    ),
    Rule(
        "the-planned-build-answered",
        Text("The build that answered is the build that was planned.", "答えたビルドが、計画したビルドである。"),
        the_planned_build_answered,
    ),
    Rule(
        "production-answers-as-shipped",
        Text(
            "In production nothing that exists for tests is switched on.",
            "本番では、テスト用の仕掛けが動いていない。",
        ),
        production_answers_as_shipped,
    ),
    Rule(
        "results-are-of-this-run",
        Text(
            "Every result is of this run, environment and door.", "すべての結果が、この実行・環境・入口のものである。"
        ),
        results_are_of_this_run,
    ),
    Rule(
        "nothing-else-answered",
        Text("Nothing answered that was not planned.", "計画にないものの結果がない。"),
        nothing_else_answered,
    ),
    Rule(
        "evidence-is-readable",
        Text("Every file of the evidence is whole and ours.", "証拠のすべてのファイルが完全で、この実行のものである。"),
        evidence_is_readable,
    ),
    Rule(
        "files-are-as-the-run-left-them",
        Text("No file came, went or changed since the run ended.", "実行の終了後、ファイルの追加・削除・変更がない。"),
        files_are_as_the_run_left_them,
    ),
)
