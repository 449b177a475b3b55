"""Whether all that was planned has been answered, once, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from nameraka.gate.case import Case
from nameraka.gate.evidence import Attempt, Record
from nameraka.gate.rules.rule import FIND_CAUSE, PLAN, RUN_AGAIN, RUN_ALONE, Finding, Remedy
from nameraka.gate.text import Text
from nameraka.plan import PlanItem, shard_of


def plan_is_present(case: Case) -> Iterator[Finding]:
    plan = case.evidence.plan
    if plan is None:
        remedy = Remedy(
            "Run with `nameraka run`: it writes the plan first. Results of bare pytest are evidence without a question",
            "`nameraka run` で実行してください（最初に計画を書きます）。pytest だけの結果には計画がありません",
            again=True,
        )
        what = Text("no plan says what had to be proven", "何を証明すべきかを示す計画がありません")
        yield Finding("unknown", what, remedy, file=PLAN)
        return
    if not plan.items:
        what = Text("the plan is empty: nothing had to be proven", "計画が空です。証明すべきものがありません")
        remedy = Remedy("Write scenarios below the features folder", "features フォルダにシナリオを書いてください")
        yield Finding("unknown", what, remedy, file=PLAN)
    if plan.shards < 1:
        yield Finding("unknown", Text("the plan has no shard", "計画にシャードがありません"), RUN_AGAIN, file=PLAN)
    for item, count in Counter(item.id for item in plan.items).items():
        if count > 1:
            what = Text("is planned more than once", "計画に2回以上あります")
            remedy = Remedy("Give each scenario of a file its own name", "シナリオ名をファイル内で一意にしてください")
            yield Finding("unknown", what, remedy, file=PLAN, item=item)


def every_item_is_answered_once(case: Case) -> Iterator[Finding]:
    for item in case.evidence.plan.items if case.evidence.plan else ():
        yield from _missing(case, item)
        yield from _more_than_one(case, item)


def _missing(case: Case, item: PlanItem) -> Iterator[Finding]:
    evidence = case.evidence
    results, attempts = evidence.results_of.get(item.id), evidence.attempts_of.get(item.id)

    def finding(what: Text, remedy: Remedy, file: str | None = None) -> Finding:
        return Finding("unknown", what, remedy, file=file, item=item.id, severity=item.severity)

    if item.id in evidence.unfinished:
        what = Text("was started and never finished", "開始されましたが、終わっていません")
        yield finding(what, FIND_CAUSE, evidence.unfinished[item.id])
    elif not results and not attempts:
        yield finding(Text("was not answered", "結果がありません"), RUN_AGAIN)
    elif not results and attempts:
        what = Text("ran, but its result is missing", "実行されましたが、結果ファイルがありません")
        yield finding(what, RUN_AGAIN, attempts[0][0].file)
    elif results and not attempts:
        what = Text("has a result, but no run record knows of it", "結果はありますが、実行記録にありません")
        yield finding(what, RUN_AGAIN, results[0].file)


def _more_than_one(case: Case, item: PlanItem) -> Iterator[Finding]:
    """A retry has an attempt and a result for each try, numbered as they came; anything else is a double."""
    results = case.evidence.results_of.get(item.id, [])
    attempts = case.evidence.attempts_of.get(item.id, [])
    if len(results) <= 1 and len(attempts) <= 1:
        return

    def finding(what: Text, file: str) -> Finding:
        return Finding("unknown", what, RUN_ALONE, file=file, item=item.id, severity=item.severity)

    if len({record.file for record, _ in attempts}) > 1:
        what = Text("was answered in more than one run record", "複数の実行記録に結果があります")
        yield finding(what, attempts[1][0].file)
    elif [attempt.number for _, attempt in attempts] != list(range(1, len(attempts) + 1)):
        what = Text("its attempts are not numbered as they came", "試行の番号が順番どおりではありません")
        yield finding(what, attempts[-1][0].file)
    if len(results) != len(attempts):
        what = Text(
            f"has {len(results)} results of {len(attempts)} attempts",
            f"試行{len(attempts)}回に対して結果が{len(results)}個あります",
        )
        yield finding(what, results[-1].file if results else attempts[-1][0].file)


def nothing_else_answered(case: Case) -> Iterator[Finding]:
    plan = case.evidence.plan
    if plan is None:
        return
    planned = {item.id for item in plan.items}
    proposed = case.evidence.proposed
    stranger = Text("answers for something that nobody planned", "計画にないものの結果です")
    for result in case.evidence.results:
        if result.item is None:
            what = Text("does not say which scenario it answers for", "どのシナリオの結果か書かれていません")
            yield Finding("unknown", what, RUN_ALONE, file=result.file)
        elif result.item in proposed:
            if result.status != "skipped":
                yield _ran_although_proposed(result.file, result.item)
        elif result.item not in planned:
            yield Finding("unknown", stranger, RUN_ALONE, file=result.file, item=result.item)
    for record, attempt in attempts_of(case):
        if attempt.item in proposed:
            if attempt.outcome != "skipped":
                yield _ran_although_proposed(record.file, attempt.item)
        elif attempt.item not in planned:
            yield Finding("unknown", stranger, RUN_ALONE, file=record.file, item=attempt.item)
        elif record.shard != (due := f"{shard_of(attempt.item, plan.shards)}of{plan.shards}"):
            what = Text(
                f"was answered by shard {record.shard}, not {due}", f"シャード{due}ではなく{record.shard}の結果です"
            )
            yield Finding("unknown", what, RUN_AGAIN, file=record.file, item=attempt.item)


def _ran_although_proposed(file: str, item: str) -> Finding:
    what = Text("was run although it is only proposed", "提案中（@proposed）なのに実行されました")
    remedy = Remedy("Take the tag @proposed away when the promise is made", "約束するときは @proposed を外してください")
    return Finding("unknown", what, remedy, file=file, item=item)


def attempts_of(case: Case) -> Iterator[tuple[Record, Attempt]]:
    """Every attempt with the record that noted it."""
    for record in case.evidence.records:
        for attempt in record.attempts:
            yield record, attempt
