"""The seven figures of a trend in words: what it is, how much, and the counts behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from nameraka.gate.text import Text
from nameraka.ledger.dora import Dora
from nameraka.ledger.figures import LEAST_FOR_P90, Share, Spread
from nameraka.ledger.trend import Trend

TOO_LITTLE = Text("not enough data", "データ不足")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``value`` is None where there is not enough data."""

    name: Text
    value: Text | None
    counts: Text


def figures(trend: Trend) -> tuple[Figure, ...]:
    """DORA's five and our two."""
    dora = trend.dora
    fails, rework, blocks = dora.change_fail_rate, dora.rework_rate, trend.false_blocks.share
    escaped = Share(trend.escapes.escaped, trend.escapes.incidents)
    return (
        Figure(Text("Change lead time", "変更のリードタイム"), _duration(dora.lead_time), _lead_time(dora)),
        Figure(Text("Deployment frequency", "デプロイ頻度"), _frequency(dora), _deployments(dora)),
        Figure(
            Text("Failed deployment recovery time", "失敗したデプロイの復旧時間"),
            _duration(dora.recovery),
            _recovery(dora),
        ),
        Figure(
            Text("Change fail rate", "変更失敗率"),
            _percent(fails),
            Text(f"{fails.part} of {fails.whole} deployments failed", f"デプロイ{fails.whole}回中{fails.part}回が失敗"),
        ),
        Figure(
            Text("Deployment rework rate", "手戻りデプロイ率"),
            _percent(rework),
            Text(
                f"{rework.part} of {rework.whole} deployments were unplanned repairs",
                f"デプロイ{rework.whole}回中{rework.part}回が計画外の修復",
            ),
        ),
        Figure(
            Text("Escaped defects", "すり抜けた欠陥"),
            _percent(escaped),
            Text(
                f"{escaped.part} of {escaped.whole} incidents broke what was verified",
                f"障害{escaped.whole}件中{escaped.part}件が、確認済みの要求を破った",
            ),
        ),
        Figure(
            Text("False blocks", "誤った差し止め"),
            _percent(blocks),
            Text(
                f"{blocks.part} of {blocks.whole} blocks were without cause (all environments)",
                f"差し止め{blocks.whole}件中{blocks.part}件が誤り（全環境）",
            ),
        ),
    )


def long(seconds: float) -> Text:
    """A duration as people say it."""
    for unit, en, ja in ((86400, "d", "日"), (3600, "h", "時間"), (60, "min", "分")):
        if seconds >= unit * (2 if unit == 86400 else 1):
            return Text(f"{seconds / unit:.1f} {en}", f"{seconds / unit:.1f}{ja}")
    return Text(f"{seconds:.0f} s", f"{seconds:.0f}秒")


def _duration(spread: Spread) -> Text | None:
    return None if spread.median is None else long(spread.median)


def _percent(share: Share) -> Text | None:
    return None if share.value is None else Text(f"{share.value:.0%}", f"{share.value:.0%}")


def _frequency(dora: Dora) -> Text | None:
    return None if dora.per_week is None else Text(f"{dora.per_week:.1f} a week", f"週{dora.per_week:.1f}回")


def _deployments(dora: Dora) -> Text:
    count, days = len(dora.deployments), (dora.until - dora.observed_since) / timedelta(days=1)
    back = (
        Text(f", {dora.rollbacks} of them rollbacks", f"、うち切り戻し{dora.rollbacks}回")
        if dora.rollbacks
        else Text("", "")
    )
    return Text(f"{count} deployments in {days:.0f} days{back.en}", f"{days:.0f}日間に{count}回{back.ja}")


def _lead_time(dora: Dora) -> Text:
    said = [_long_end(dora.lead_time)]
    if dora.again:
        said.append(Text(f"{dora.again} brought nothing new", f"新しい変更なし{dora.again}回"))
    if dora.without_commit:
        said.append(Text(f"{dora.without_commit} without a commit time", f"コミット時刻不明{dora.without_commit}回"))
    return _joined(said)


def _recovery(dora: Dora) -> Text:
    said = [_long_end(dora.recovery)]
    if dora.lasting:
        said.append(Text(f"{dora.lasting} not restored yet", f"未復旧{dora.lasting}回"))
    if dora.without_incident:
        said.append(
            Text(
                f"{dora.without_incident} taken back without an incident",
                f"障害の記録なしの切り戻し{dora.without_incident}回",
            )
        )
    return _joined(said)


def _long_end(spread: Spread) -> Text:
    measured = len(spread.seconds)
    counted = Text(f"median of {measured}", f"{measured}回の中央値")
    if spread.p90 is None:
        less = Text(f"p90 from {LEAST_FOR_P90} on", f"p90は{LEAST_FOR_P90}回以上から")
        return _joined([counted, less]) if measured else Text("none measured", "計測なし")
    p90 = long(spread.p90)
    return _joined([counted, Text(f"p90 {p90.en}", f"p90 {p90.ja}")])


def _joined(said: list[Text]) -> Text:
    return Text("; ".join(one.en for one in said), "、".join(one.ja for one in said))
