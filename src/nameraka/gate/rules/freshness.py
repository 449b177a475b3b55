"""Whether the evidence is of the time that it speaks of: not too old, not of the future, not of another day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from nameraka.gate.case import Case
from nameraka.gate.evidence import Record, Result
from nameraka.gate.rules.completeness import attempts_of
from nameraka.gate.rules.rule import PLAN, RUN_AGAIN, Finding, Remedy
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
    yield from _moment(case, plan.created, PLAN, "the plan")
    for record in case.evidence.records:
        yield from _moment(case, record.started, record.file, "its beginning")
    severities = {item.id: item.severity for item in plan.items}
    limits = {severity: case.policy.max_age(severity) for severity in set(severities.values())}
    for record, attempt in attempts_of(case):
        severity = severities.get(attempt.item)
        if severity is None:
            continue
        at = moment(attempt.at)
        if at is None:
            what = Text("does not say when it was answered", "いつの結果か書かれていません")
            yield Finding("unknown", what, RUN_AGAIN, file=record.file, item=attempt.item, severity=severity)
        elif at > case.now + SKEW:
            yield Finding("unknown", _future(attempt.at), _CLOCK, file=record.file, item=attempt.item)
        elif case.now - at > limits[severity]:
            limit = _told(limits[severity])
            what = Text(
                f"was answered {_told(case.now - at)} ago; an answer for a {severity} promise may be {limit} old",
                f"{_told(case.now - at)}前の結果です（{severity} は {limit} まで有効）",
            )
            yield Finding("unknown", what, RUN_AGAIN, file=record.file, item=attempt.item, severity=severity)


def results_are_of_the_time_of_the_run(case: Case) -> Iterator[Finding]:
    """A result from before the run began or after it ended was made elsewhere."""
    plan = case.evidence.plan
    records = case.evidence.records
    begun = [at for record in records if (at := moment(record.started))]
    ended = [at for record in records if (at := _end(record))]
    if plan is None or not begun or not ended:
        return
    planned = moment(plan.created)
    if planned and min(begun) < planned - SKEW:
        what = Text("began before it was planned", "計画より前に始まっています")
        yield Finding("unknown", what, _CLOCK, file=records[0].file)
    first, last = min(begun) - SKEW, max(ended) + SKEW
    for result in case.evidence.results:
        if result.item in case.evidence.proposed:
            continue
        start, stop = _milliseconds(result.start), _milliseconds(result.stop)
        if start is None or stop is None or not first <= start <= stop <= last:
            what = Text(
                f"was made outside the time of the run ({_span(result)})",
                f"実行の時間帯の外の結果です（{_span(result)}）",
            )
            yield Finding("unknown", what, RUN_AGAIN, file=result.file, item=result.item)


def _moment(case: Case, text: str | None, file: str, subject: str) -> Iterator[Finding]:
    at = moment(text)
    if at is None:
        what = Text(f"{subject} has no time", "時刻が書かれていません")
        yield Finding("unknown", what, RUN_AGAIN, file=file)
    elif at > case.now + SKEW:
        yield Finding("unknown", _future(text), _CLOCK, file=file)


def _future(text: str | None) -> Text:
    return Text(f"is of a time to come ({text})", f"未来の時刻です（{text}）")


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
