"""Plots as inline SVG. They know of shapes and numbers; what these mean stands around them in words and tables.

Every text that goes in is escaped here. Kinds of marks are CSS classes of the page and differ by pattern, not by colour
alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final

WIDTH: Final = 960
_LEFT, _RIGHT, _TOP = 64, 14, 14
_AXIS: Final = 28
_MOST_LABELS: Final = 14

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_LOG_TICKS: Final = (
    (1, "1 s"),
    (10, "10 s"),
    (_MINUTE, "1 min"),
    (10 * _MINUTE, "10 min"),
    (_HOUR, "1 h"),
    (6 * _HOUR, "6 h"),
    (_DAY, "1 d"),
    (7 * _DAY, "7 d"),
    (30 * _DAY, "30 d"),
    (180 * _DAY, "180 d"),
    (1000 * _DAY, "1000 d"),
)

PATTERNS: Final = (
    '<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="bad" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" class="bad-ground"/><rect width="2" height="6" class="bad-line"/></pattern>'
    '<pattern id="open" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" class="open-ground"/><circle cx="3" cy="3" r="1.1" class="open-line"/></pattern>'
    "</defs></svg>"
)
"""What marks are filled with besides a colour; once in a page."""


@dataclass(frozen=True, slots=True)
class Column:
    """One week's bar: its beginning and its parts, each a class, a count and what it is called."""

    begins: datetime
    parts: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time below the bars; ``end`` is None for one that lasts."""

    begin: datetime
    end: datetime | None
    title: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A duration (seconds) at a time, or the bar of one run."""

    at: datetime
    seconds: float
    kind: str
    title: str


def stacked(columns: Sequence[Column], until: datetime, label: str, spans: Sequence[Span] = ()) -> str:
    """Bars, one for each week, of parts on top of each other; spans of time in lanes below."""
    most = max((sum(count for _, count, _ in column.parts) for column in columns), default=0)
    plot = _Plot(columns[0].begins, max(until, columns[-1].begins + timedelta(weeks=1)), 190, label)
    step = _step(most)
    top = max(step * math.ceil(most / step), step)
    for tick in range(0, top + 1, step):
        plot.line(tick / top, str(tick))
    for column in columns:
        left, right = plot.x(column.begins), plot.x(column.begins + timedelta(weeks=1))
        gap = min(6.0, (right - left) * 0.15)
        below = 0
        for kind, count, called in column.parts:
            if count:
                title = f"{column.begins:%Y-%m-%d} – {called}: {count}"
                plot.bar(left + gap, right - gap, below / top, (below + count) / top, kind, title)
                below += count
    plot.dates()
    lanes = _lanes(spans)
    for span, lane in lanes:
        plot.span(span, lane, until)
    return plot.svg(len({lane for _, lane in lanes}))


def dots(points: Sequence[Dot], since: datetime, until: datetime, label: str, middle: float | None = None) -> str:
    """Durations over time on a logarithmic scale, with a line at the middle one."""
    plot = _Plot(since, until, 220, label)
    lowest, highest = _decade([point.seconds for point in points])
    place = _Log(lowest, highest)
    for seconds, shown in _LOG_TICKS:
        if lowest <= seconds <= highest:
            plot.line(place(seconds), shown)
    if middle is not None:
        plot.line(place(middle), "", kind="middle")
    for point in points:
        plot.dot(point, place(point.seconds))
    plot.dates()
    return plot.svg()


def runs(points: Sequence[Dot], label: str) -> str:
    """One bar for each run, in their order and of equal width."""
    most = max((point.seconds for point in points), default=0)
    unit, name = next(
        (unit, name) for unit, name in ((_HOUR, "h"), (_MINUTE, "min"), (1, "s")) if most >= unit or unit == 1
    )
    step = _step(math.ceil(most / unit))
    top = max(step * math.ceil(most / unit / step), step)
    plot = _Plot(points[0].at, points[-1].at, 190, label)
    for tick in range(0, top + 1, step):
        plot.line(tick / top, f"{tick} {name}" if tick else "0")
    slot = (WIDTH - _LEFT - _RIGHT) / len(points)
    width = min(slot * 0.7, 28)
    for number, point in enumerate(points):
        middle = _LEFT + slot * (number + 0.5)
        plot.bar(middle - width / 2, middle + width / 2, 0, point.seconds / unit / top, point.kind, point.title)
    for number in _some(len(points)):
        plot.under(_LEFT + slot * (number + 0.5), f"{points[number].at:%m-%d}")
    return plot.svg()


def grid(
    rows: Sequence[str], columns: Sequence[str], kinds: Sequence[Sequence[tuple[str, str, str]]], label: str
) -> str:
    """A field of cells; ``kinds[row][column]`` is the class, the sign and the title of a cell."""
    left, cell_height = 84, 22
    slot = min((WIDTH - left - _RIGHT) / max(len(columns), 1), 44)
    height = cell_height * len(rows)
    parts = []
    for number, row in enumerate(rows):
        y = number * cell_height
        parts.append(f'<text x="{left - 8}" y="{y + 15}" class="end">{escape(row)}</text>')
        for place, (kind, sign, title) in enumerate(kinds[number]):
            x = left + place * slot
            parts.append(
                f'<g><title>{escape(title)}</title><rect x="{x + 1:.1f}" y="{y + 1}" width="{slot - 2:.1f}" '
                f'height="{cell_height - 2}" rx="3" class="{escape(kind)}"/>'
                f'<text x="{x + slot / 2:.1f}" y="{y + 15}" class="sign {escape(kind)}-sign">{escape(sign)}</text></g>'
            )
    for place in _some(len(columns)):
        x = left + (place + 0.5) * slot
        parts.append(f'<text x="{x:.1f}" y="{height + 17}" class="middle">{escape(columns[place])}</text>')
    return _svg(height + _AXIS, label, parts)


class _Plot:
    """A frame with time from left to right and shares of its height from below."""

    def __init__(self, since: datetime, until: datetime, height: int, label: str) -> None:
        self._since, self._until = since, until
        self._height, self._label = height, label
        self._seconds = max((until - since).total_seconds(), 1.0)
        self._parts: list[str] = []

    def x(self, moment: datetime) -> float:
        share = (moment - self._since).total_seconds() / self._seconds
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * min(max(share, 0.0), 1.0)

    def _y(self, share: float) -> float:
        return _TOP + self._height * (1 - min(max(share, 0.0), 1.0))

    def line(self, share: float, shown: str, kind: str = "line") -> None:
        y = self._y(share)
        self._parts.append(f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="{kind}"/>')
        if shown:
            self._parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" class="end">{escape(shown)}</text>')

    def bar(self, left: float, right: float, low: float, high: float, kind: str, title: str) -> None:
        top, bottom = self._y(high), self._y(low)
        self._parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(right - left, 1):.1f}" height="{max(bottom - top, 1):.1f}" '
            f'rx="2" class="{escape(kind)}"><title>{escape(title)}</title></rect>'
        )

    def dot(self, point: Dot, share: float) -> None:
        x, y, title = self.x(point.at), self._y(share), f"<title>{escape(point.title)}</title>"
        if point.kind == "bad":
            self._parts.append(
                f'<g class="cross">{title}<path d="M{x - 5:.1f} {y - 5:.1f} l10 10 m0 -10 l-10 10"/>'
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" class="touch"/></g>'
            )
        else:
            self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="{escape(point.kind)}">{title}</circle>')

    def span(self, span: Span, lane: int, until: datetime) -> None:
        left = min(self.x(span.begin), WIDTH - _RIGHT - 9.0)
        right = self.x(span.end or until)
        y = _TOP + self._height + _AXIS + 6 + lane * 14
        kind = "outage" if span.end else "outage lasts"
        self._parts.append(
            f'<rect x="{left:.1f}" y="{y}" width="{max(right - left, 9):.1f}" height="9" rx="4.5" class="{kind}">'
            f"<title>{escape(span.title)}</title></rect>"
        )

    def dates(self) -> None:
        """Below the frame, a date at each Monday, or at some of them."""
        first = self._since + timedelta(days=-self._since.weekday() % 7)
        mondays = [first + timedelta(weeks=number) for number in range((self._until - first) // timedelta(weeks=1) + 1)]
        for number in _some(len(mondays)):
            if mondays[number] < self._until:
                self.under(self.x(mondays[number]), f"{mondays[number]:%m-%d}")

    def under(self, x: float, shown: str) -> None:
        self._parts.append(f'<text x="{x:.1f}" y="{_TOP + self._height + 21}" class="middle">{escape(shown)}</text>')

    def svg(self, lanes: int = 0) -> str:
        return _svg(_TOP + self._height + _AXIS + (lanes * 14 + 8 if lanes else 0), self._label, self._parts)


class _Log:
    """A place between 0 and 1 for a duration between two."""

    def __init__(self, lowest: float, highest: float) -> None:
        self._low = math.log(lowest)
        self._span = math.log(highest) - self._low

    def __call__(self, seconds: float) -> float:
        return (math.log(max(seconds, 1.0)) - self._low) / self._span


def _decade(seconds: Sequence[float]) -> tuple[float, float]:
    """The ticks around all durations, two apart at least."""
    ticks = [float(tick) for tick, _ in _LOG_TICKS]
    low = sum(1 for tick in ticks[1:-2] if tick <= min(seconds, default=1))
    high = next((number for number, tick in enumerate(ticks) if tick >= max(seconds, default=1)), len(ticks) - 1)
    return ticks[low], ticks[max(high, low + 2)]


def _step(most: int) -> int:
    """A round step that gives at most six lines."""
    power = int(10 ** max(len(str(most)) - 2, 0))
    return next(power * factor for factor in (1, 2, 5, 10, 20, 50) if power * factor * 5 >= most)


def _some(count: int) -> Iterator[int]:
    """So many of the numbers below ``count`` that their labels have room."""
    return iter(range(0, count, max(1, math.ceil(count / _MOST_LABELS))))


def _lanes(spans: Iterable[Span]) -> list[tuple[Span, int]]:
    """Each span with the first lane in which it overlaps none; those beyond the sixth lie over each other there."""
    free: list[datetime | None] = []
    placed = []
    for span in sorted(spans, key=lambda one: one.begin):
        lane = next((number for number, end in enumerate(free) if end is not None and end <= span.begin), len(free))
        lane = min(lane, 5)
        if lane == len(free):
            free.append(None)
        free[lane] = span.end
        placed.append((span, lane))
    return placed


def _svg(height: float, label: str, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(label)}">' + "".join(parts) + "</svg>"
    )
