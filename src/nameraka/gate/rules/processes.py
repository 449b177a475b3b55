"""How the processes of the run ended, as they noted it themselves and as it was seen from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from nameraka.gate.case import Case
from nameraka.gate.evidence import Observation, Record, Sentinel
from nameraka.gate.rules.rule import FIND_CAUSE, RUN_AGAIN, RUN_ALONE, Finding, Remedy
from nameraka.gate.standing import same_story
from nameraka.gate.text import Text
from nameraka.plan import Plan


def every_record_is_closed(case: Case) -> Iterator[Finding]:
    plan, evidence = case.evidence.plan, case.evidence
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


def record_result_and_exit_code_agree(case: Case) -> Iterator[Finding]:
    evidence = case.evidence
    if evidence.plan is None:
        return
    for item in evidence.plan.items:
        yield from _one_story(case, item.id)
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


def _one_story(case: Case, item: str) -> Iterator[Finding]:
    results, attempts = case.evidence.results_of.get(item, []), case.evidence.attempts_of.get(item, [])
    outcomes, statuses = [attempt.outcome for _, attempt in attempts], [result.status for result in results]
    if len(outcomes) == len(statuses) and not same_story(outcomes, statuses):
        shown, recorded = ", ".join(map(str, statuses)), ", ".join(outcomes)
        what = Text(
            f"is {shown} in its result and {recorded} in the run record",
            f"結果では {shown}、実行記録では {recorded} です",
        )
        yield Finding("unknown", what, FIND_CAUSE, file=results[0].file, item=item)


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
    final = {
        attempt.item: attempt.outcome for attempt in record.attempts
    }  # to pytest a retry takes back what was before
    held = all(outcome in ("passed", "skipped", "xfailed", "xpassed") for outcome in final.values())
    if observation.exit_code != (0 if held else 1):
        told = Text("nothing failed", "失敗はありません") if held else Text("something failed", "失敗があります")
        what = Text(
            f"pytest ended with exit code {observation.exit_code}, but by its record {told.en}",
            f"pytest の終了コードは {observation.exit_code} ですが、記録では{told.ja}",
        )
        yield Finding("unknown", what, FIND_CAUSE, file=observation.file)


def _ending(observation: Observation) -> str:
    ended = f"exit code {observation.exit_code}" if observation.signal is None else f"signal {observation.signal}"
    return ended if observation.stopped_by is None else f"{ended}, stopped by {observation.stopped_by}"


_SENTINELS = {"must-fail": "failed", "must-be-skipped": "skipped"}


def the_sentinels_were_seen(case: Case) -> Iterator[Finding]:
    """Where what must fail does not fail, no pass means anything."""
    plan = case.evidence.plan
    if plan is None:
        return
    sentinels = {sentinel.shard: sentinel for sentinel in case.evidence.sentinels}
    for number in range(1, plan.shards + 1):
        shard = f"{number}of{plan.shards}"
        if shard not in sentinels:
            what = Text(
                f"nothing shows that shard {shard} could have failed: its sentinels are missing",
                f"シャード{shard}が失敗を検出できたことを示すもの（見張り）がありません",
            )
            yield Finding("unknown", what, RUN_AGAIN, file=f"sentinel-{shard}.json")
    for sentinel in case.evidence.sentinels:
        yield from _sentinel(sentinel, plan)


_VOID = Remedy(
    "Find what hides failures (a hook in a conftest.py, a plugin, an option) and take it away, then run everything again",
    "失敗を隠しているもの（conftest.py のフック、プラグイン、オプション）を取り除き、すべて実行し直してください",
    again=True,
)


def _sentinel(sentinel: Sentinel, plan: Plan) -> Iterator[Finding]:
    if (sentinel.plan, sentinel.run_id) != (plan.digest, plan.run_id):
        what = Text("is of another plan or run", "別の計画または実行のものです")
        yield Finding("unknown", what, RUN_ALONE, file=sentinel.file)
    if sentinel.exit_code != 1:
        what = Text(
            f"a scenario had to fail, and pytest ended with {sentinel.exit_code} and not 1: the evidence is void",
            f"必ず失敗するシナリオがあるのに、pytest の終了コードが 1 でなく {sentinel.exit_code} です。証拠は無効です",
        )
        yield Finding("unknown", what, _VOID, file=sentinel.file)
    for name, due in _SENTINELS.items():
        seen = sentinel.outcomes.get(name, {})
        for witness in ("record", "result"):
            if seen.get(witness) != due:
                what = Text(
                    f"the scenario that {name.replace('-', ' ')} is {seen.get(witness)!r} in its {witness}: the evidence is void",
                    f"見張りのシナリオ（{name}）が {witness} では {seen.get(witness)!r} です。証拠は無効です",
                )
                yield Finding("unknown", what, _VOID, file=sentinel.file)
