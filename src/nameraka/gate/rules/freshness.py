"""Whether the evidence is of the time that it speaks of: not too old, not of the future, not of another day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from nameraka.gate.case import Case
from nameraka.gate.evidence import Evidence, Observation, Record, Result, Sentinel
from nameraka.gate.rules.completeness import attempts_of
from nameraka.gate.rules.rule import PLAN, RUN_AGAIN, RUN_ALONE, Finding, Remedy
from nameraka.gate.text import Text

SKEW: Final = timedelta(minutes=5)
"""By so much clocks of one run may differ."""

_CLOCK: Final = Remedy(
    "Set the clocks of all machines of the run right, then run everything again",
    "実行したすべてのマシンの時計を合わせ、すべて実行し直してください",
    again=True,
)


def evidence_is_fresh(case: Case) -> Iterator[Finding]:
    plan = case.evidence.plan
    if plan is None:
        return
    yield from _future(case, plan.created, PLAN)
    for record in case.evidence.records:
        yield from _future(case, record.started, record.file)
        yield from _future(case, record.closing.ended if record.closing else None, record.file)
    severities = {one.item.id: one.item.severity for one in case.standings}
    limits = {severity: case.policy.max_age(severity) for severity in set(severities.values())}
    planned = moment(plan.created)
    if planned and limits and case.now - planned > max(limits.values()):
        what = Text(
            f"was planned {_told(case.now - planned)} ago; what has to be proven may be another by now",
            f"{_told(case.now - planned)}前の計画です。証明すべきものが変わっているかもしれません",
        )
        yield Finding("unknown", what, RUN_AGAIN, file=PLAN)
    for record, attempt in attempts_of(case):
        severity = severities.get(attempt.item)
        if severity is None:
            continue
        yield from _future(case, attempt.at, record.file, attempt.item, severity)
        at = moment(attempt.at)
        if at is None:
            what = Text("does not say when it was answered", "いつの結果か書かれていません")
            yield Finding("unknown", what, RUN_AGAIN, file=record.file, item=attempt.item, severity=severity)
        elif case.now - at > limits[severity]:
            limit = _told(limits[severity])
            what = Text(
                f"was answered {_told(case.now - at)} ago; an answer for a {severity} promise may be {limit} old",
                f"{_told(case.now - at)}前の結果です（{severity} は {limit} まで有効）",
            )
            yield Finding("unknown", what, RUN_AGAIN, file=record.file, item=attempt.item, severity=severity)


def results_are_of_the_time_of_the_run(case: Case) -> Iterator[Finding]:
    """What was made before the run began or after it ended was made elsewhere."""
    evidence = case.evidence
    if evidence.plan is None:
        return
    yield from _untold(evidence.plan.created, file=PLAN)
    for record in evidence.records:
        yield from _untold(record.started, *((record.closing.ended,) if record.closing else ()), file=record.file)
    from_outside: list[Observation | Sentinel] = [*evidence.observations, *evidence.sentinels]
    for seen in from_outside:
        yield from _untold(seen.started, seen.ended, file=seen.file)
    begun = [at for record in evidence.records if (at := moment(record.started))]
    ended = [at for record in evidence.records if (at := _end(record))]
    if not begun or not ended:
        return
    planned = moment(evidence.plan.created)
    if planned and min(begun) < planned - SKEW:
        what = Text("began before it was planned", "計画より前に始まっています")
        yield Finding("unknown", what, _CLOCK, file=evidence.records[0].file)
    first, last = min(begun) - SKEW, max(ended) + SKEW
    for result in evidence.results:
        start, stop = _milliseconds(result.start), _milliseconds(result.stop)
        if result.item not in evidence.proposed and not (start and stop and first <= start <= stop <= last):
            yield _outside(_span(result), result.file, result.item)
    for record, attempt in attempts_of(case):
        if (at := moment(attempt.at)) and not first <= at <= last:
            yield _outside(f"{at:%Y-%m-%d %H:%M:%S %Z}", record.file, attempt.item)
    for sentinel in evidence.sentinels:
        started, over = moment(sentinel.started), moment(sentinel.ended)
        if (started and planned and started < planned - SKEW) or (over and over > last):
            yield _elsewhen(sentinel.file)
    yield from _observed_elsewhen(evidence)


def _observed_elsewhen(evidence: Evidence) -> Iterator[Finding]:
    """The parent starts before pytest and ends after it."""
    records = {record.shard: record for record in evidence.records}
    for seen in evidence.observations:
        record = records.get(seen.shard)
        begun, ended = (moment(record.started), _end(record)) if record else (None, None)
        started, over = moment(seen.started), moment(seen.ended)
        if (started and begun and started > begun + SKEW) or (over and ended and over < ended - SKEW):
            yield _elsewhen(seen.file)


def _elsewhen(file: str) -> Finding:
    what = Text("is of another time than the run", "実行とは別の時間帯のものです")
    return Finding("unknown", what, RUN_ALONE, file=file)


def _untold(*times: str | None, file: str) -> Iterator[Finding]:
    if not all(map(moment, times)):
        what = Text("does not say its time", "時刻が書かれていません")
        yield Finding("unknown", what, RUN_AGAIN, file=file)


def _outside(span: str, file: str, item: str | None) -> Finding:
    what = Text(f"was made outside the time of the run ({span})", f"実行の時間帯の外の結果です（{span}）")
    return Finding("unknown", what, RUN_AGAIN, file=file, item=item)


def _future(
    case: Case, text: str | None, file: str, item: str | None = None, severity: str | None = None
) -> Iterator[Finding]:
    at = moment(text)
    if at and at > case.now + SKEW:
        what = Text(f"is of a time to come ({text})", f"未来の時刻です（{text}）")
        yield Finding("unknown", what, _CLOCK, file=file, item=item, severity=severity)


def moment(text: str | None) -> datetime | None:
    """An RFC 3339 time with its zone; None for anything else."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else None


def _end(record: Record) -> datetime | None:
    return moment(record.closing.ended) if record.closing else None


def _milliseconds(value: int | None) -> datetime | None:
    try:
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _span(result: Result) -> str:
    start, stop = _milliseconds(result.start), _milliseconds(result.stop)
    return f"{start:%Y-%m-%d %H:%M:%S} – {stop:%H:%M:%S} UTC" if start and stop else "-"


def _told(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:.0f} d" if hours >= 48 else f"{hours:.0f} h" if hours >= 1 else f"{hours * 60:.0f} min"
