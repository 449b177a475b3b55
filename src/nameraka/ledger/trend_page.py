"""The trend as one page that asks nobody for anything: both languages in it, a table beside each plot.

Whatever comes from the ledger is data and is escaped. Nothing in the page can run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from importlib.resources import files
from typing import Final

from nameraka.gate.text import Text, printable
from nameraka.gate.words import REQUIREMENT_STATES, called
from nameraka.ledger import plots
from nameraka.ledger.events import Answer, Recorded, State, Verdict
from nameraka.ledger.figures import Share
from nameraka.ledger.options import short
from nameraka.ledger.plots import Column, Dot, Span
from nameraka.ledger.summary import TOO_LITTLE, Figure, figures, long
from nameraka.ledger.trend import Outage, Presence, Trend, duration, weeks
from nameraka.ledger.words import DOUBTS

MOST_RUNS: Final = 60
"""So many runs, the newest, have room in a plot; the tables and the JSON have all."""

_PAGE: Final = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{patterns}
<header>
<div class="top">
<div>
<h1>{heading}</h1>
<p class="soft">{period}</p>
<p class="soft">{head}</p>
</div>
<fieldset class="switch"><legend>言語 / Language</legend>
<input type="radio" name="say" id="say-ja"{ja}><label for="say-ja">日本語</label>
<input type="radio" name="say" id="say-en"{en}><label for="say-en">English</label>
</fieldset>
</div>
</header>
<main>
{main}
</main>
</body>
</html>
"""
_VERDICTS: Final[Mapping[Answer, str]] = {"go": "good", "no-go": "bad", "unknown": "open"}
_STATES: Final[Mapping[State, tuple[str, str]]] = {
    "verified": ("shown", "✓"),
    "failed": ("broken", "✕"),
    "not-run": ("open", "?"),
    "waived": ("waived", "W"),
    "uncovered": ("open", "0"),
    "proposed": ("none", "·"),
}
_DELIVERED: Final = Text("succeeded", "成功")
_FAILED: Final = Text("failed", "失敗")

Row = Sequence[str]


def page(trend: Trend, language: str) -> str:
    """The page as HTML. ``language``, ``ja`` or ``en``, is the one that it opens in; the other is a click away."""
    environment = printable(trend.environment)
    since, until = _day(trend.since), _day(trend.until)
    parts = [
        _figures(figures(trend)),
        _where(trend.where),
        _deliveries(trend),
        _lead_times(trend),
        _verdicts(trend),
        _requirements(trend),
        _durations(trend),
        _calibration(trend),
    ]
    return _PAGE.format(
        language="ja" if language == "ja" else "en",
        title=escape(f"{environment} {since} – {until}"),
        style=files("nameraka.ledger").joinpath("trend.css").read_text("utf-8"),
        patterns=plots.PATTERNS,
        heading=_say(Text(f"Releases to {environment}", f"{environment} へのリリースの推移")),
        period=_say(Text(f"{since} to {until}, times in UTC", f"{since} 〜 {until}（時刻は UTC）")),
        head=_say(Text("Head of the ledger", "台帳の先頭")) + f" <code>{escape(str(trend.head))}</code>",
        ja=" checked" if language == "ja" else "",
        en=" checked" if language != "ja" else "",
        main="\n".join(parts),
    )


def _figures(ones: Iterable[Figure]) -> str:
    cards = []
    for one in ones:
        kind = "value" if one.value else "value none"
        cards.append(
            f'<li><div class="name">{_say(one.name)}</div><div class="{kind}">{_say(one.value or TOO_LITTLE)}</div>'
            f'<div class="counts">{_say(one.counts)}</div></li>'
        )
    return f'<ul class="figures">\n{"".join(cards)}\n</ul>'


def _where(presences: Sequence[Presence]) -> str:
    lines = []
    for one in presences:
        if one.release is None:
            told = _say(Text("nothing", "なし"))
        else:
            body = one.release.body
            since = _moment(body.ended)
            told = f'<code title="{escape(body.build)}">{short(body.build)}</code> '
            told += _say(
                Text(f"since {since}, entry {one.release.sequence}", f"{since} から（記録 {one.release.sequence}）")
            )
            if one.doubt:
                doubt = DOUBTS[one.doubt]
                told += f'<div class="warn">{_say(Text(f"Unproven: {doubt.en}", f"裏づけなし: {doubt.ja}"))}</div>'
        lines.append(f'<li><strong>{escape(printable(one.environment))}</strong><div class="soft">{told}</div></li>')
    shown = f'<ul class="where">{"".join(lines)}</ul>' if lines else _nothing()
    return f"<section><h2>{_say(Text('What is where now', 'いま動いているビルド'))}</h2>{shown}</section>"


def _deliveries(trend: Trend) -> str:
    failed = {one.sequence for one in trend.dora.failed}
    columns = []
    for monday in weeks(trend.since, trend.until):
        within = [one for one in trend.dora.deployments if monday <= one.body.ended < monday + timedelta(weeks=1)]
        bad = sum(1 for one in within if one.sequence in failed)
        columns.append(Column(monday, (("good", len(within) - bad, _pair(_DELIVERED)), ("bad", bad, _pair(_FAILED)))))
    spans = [Span(one.incident.body.opened, one.restored, _outage(one)) for one in trend.outages]
    name = Text("Deployments and failures", "デプロイと失敗")
    shown = ""
    if trend.dora.deployments or spans:
        shown = _plot(plots.stacked(columns, trend.until, _pair(name), spans))
        shown += _legend(
            ("good", _DELIVERED), ("bad", _FAILED), ("outage", Text("incident, until its end", "障害（復旧まで）"))
        )
    rows = [
        (
            str(one.sequence),
            _moment(one.body.ended),
            f'<code title="{escape(one.body.build)}">{short(one.body.build)}</code>',
            _say(_FAILED if one.sequence in failed else _DELIVERED),
            _say(_manner(one.body.takes_back, one.body.unplanned))
            + (f" {_data(one.body.incident)}" if one.body.incident else ""),
            _say(DOUBTS[one.body.doubt]) if one.body.doubt else "go",
        )
        for one in trend.dora.deployments
    ]
    heads = (
        "#",
        *_heads(("End", "終了"), ("Build", "ビルド"), ("Outcome", "結果"), ("Manner", "種類"), ("Rests on", "根拠")),
    )
    outages = [
        (
            _data(one.incident.body.id),
            _moment(one.incident.body.opened),
            _moment(one.restored) if one.restored else _say(Text("lasts", "継続中")),
            str(one.incident.body.cause or "–"),
            " ".join(map(_data, one.incident.body.requirements)) or "–",
        )
        for one in trend.outages
    ]
    incident_heads = _heads(
        ("Incident", "障害"), ("Opened", "発生"), ("Restored", "復旧"), ("Caused by", "原因"), ("Broke", "破った要求")
    )
    tables = _table(name, heads, rows) + _table(Text("Incidents", "障害"), incident_heads, outages)
    return _section(name, Text("By the week in which they ended.", "終了した週ごと。"), shown, tables)


def _manner(takes_back: int | None, unplanned: bool) -> Text:
    if takes_back is not None:
        return Text(f"rollback of {takes_back}", f"{takes_back} の切り戻し")
    return Text("unplanned", "計画外") if unplanned else Text("planned", "計画どおり")


def _lead_times(trend: Trend) -> str:
    failed = {one.sequence for one in trend.dora.failed}
    timed = [one for one in trend.dora.deployments if one.sequence in trend.lead_times]
    points = [
        Dot(
            one.body.ended,
            trend.lead_times[one.sequence],
            "bad" if one.sequence in failed else "good",
            f"{_moment(one.body.ended)} {short(one.body.build)} {_pair(long(trend.lead_times[one.sequence]))}",
        )
        for one in timed
    ]
    name = Text("Change lead time", "変更のリードタイム")
    shown = ""
    if points:
        shown = _plot(plots.dots(points, trend.since, trend.until, _pair(name), trend.dora.lead_time.median))
        shown += _legend(("good ring", _DELIVERED), ("cross", _FAILED), ("middle", Text("median", "中央値")))
    rows = [
        (
            str(one.sequence),
            _moment(one.body.ended),
            _data((one.body.commit or "–")[:12]),
            _say(long(trend.lead_times[one.sequence])),
        )
        for one in timed
    ]
    heads = ("#", *_heads(("End", "終了"), ("Commit", "コミット"), ("Lead time", "リードタイム")))
    said = Text(
        "From the deployed commit to the end of its first deployment, on a logarithmic scale.",
        "デプロイしたコミットから、その最初のデプロイの終了まで（対数目盛）。",
    )
    return _section(name, said, shown, _table(name, heads, rows))


def _verdicts(trend: Trend) -> str:
    columns, rows = [], []
    for monday in weeks(trend.since, trend.until):
        within = [one.body for one in trend.verdicts if monday <= one.body.created < monday + timedelta(weeks=1)]
        counted = Counter(one.verdict for one in within)
        columns.append(Column(monday, tuple((kind, counted[answer], answer) for answer, kind in _VERDICTS.items())))
        false = sum(1 for one in within if one.document in trend.false)
        rows.append((f"{monday:%Y-%m-%d}", *(str(count) for _, count, _ in columns[-1].parts), str(false)))
    name = Text("Verdicts by week", "週ごとの判定")
    shown = ""
    if trend.verdicts:
        shown = _plot(plots.stacked(columns, trend.until, _pair(name)))
        shown += _legend(*((kind, Text(answer, answer)) for answer, kind in _VERDICTS.items()))
    heads = (_say(Text("Week of", "週")), *_VERDICTS, _say(Text("false blocks", "誤った差し止め")))
    said = Text("Of all environments, by the time of the verdict.", "全環境。判定の時刻による。")
    return _section(name, said, shown, _table(name, heads, rows))


def _requirements(trend: Trend) -> str:
    newest = trend.verdicts[-MOST_RUNS:]
    names = sorted({id for one in newest for id in one.body.requirements})
    cells = [[_cell(id, one) for one in newest] for id in names]
    name = Text("Requirements over the runs", "実行ごとの要求の状態")
    shown = ""
    if names:
        shown = _plot(
            plots.grid(
                [printable(id, 10) for id in names], [f"{one.body.created:%m-%d}" for one in newest], cells, _pair(name)
            )
        )
        shown += _legend(*((kind, REQUIREMENT_STATES[state], sign) for state, (kind, sign) in _STATES.items()))
    rows = [
        (
            _data(id),
            *(str(sum(1 for one in trend.verdicts if one.body.requirements.get(id) == state)) for state in _STATES),
        )
        for id in names
    ]
    heads = (_say(Text("Requirement", "要求")), *(_say(REQUIREMENT_STATES[state]) for state in _STATES))
    said = Text(
        f"Of the newest {len(newest)} of {len(trend.verdicts)} verdicts; the table counts all.",
        f"判定{len(trend.verdicts)}件のうち新しい{len(newest)}件。表はすべてを数える。",
    )
    return _section(name, said, shown, _table(name, heads, rows))


def _cell(id: str, one: Recorded[Verdict]) -> tuple[str, str, str]:
    state = one.body.requirements.get(id)
    kind, sign = _STATES[state] if state else ("none", "")
    word = _pair(called(state, REQUIREMENT_STATES)) if state else "–"
    return kind, sign, f"{printable(id)} {_moment(one.body.created)} {short(one.body.build)} {word}"


def _durations(trend: Trend) -> str:
    timed = [(one, seconds) for one in trend.verdicts if (seconds := duration(one.body)) is not None]
    points = [
        Dot(
            one.body.created,
            seconds,
            _VERDICTS[one.body.verdict],
            f"{_moment(one.body.created)} {one.body.verdict} {_pair(long(seconds))}",
        )
        for one, seconds in timed[-MOST_RUNS:]
    ]
    name = Text("How long a run takes", "実行にかかった時間")
    shown = ""
    if points:
        shown = _plot(plots.runs(points, _pair(name)))
        shown += _legend(*((kind, Text(answer, answer)) for answer, kind in _VERDICTS.items()))
    rows = [
        (
            str(one.sequence),
            _moment(one.body.created),
            _data(one.body.environment or "–"),
            one.body.verdict,
            f"{one.body.clean} / {one.body.planned}",
            _say(long(seconds)),
            _say(long(one.body.seconds)) if one.body.seconds is not None else "–",
        )
        for one, seconds in timed
    ]
    heads = (
        "#",
        *_heads(
            ("Verdict at", "判定"),
            ("Environment", "環境"),
            ("Answer", "結果"),
            ("Clean", "成功"),
            ("Whole run", "実行全体"),
            ("All scenarios together", "シナリオの合計"),
        ),
    )
    said = Text(
        f"From the plan to the end, of the newest {len(points)} runs.", f"計画から終了まで。新しい{len(points)}回分。"
    )
    return _section(name, said, shown, _table(name, heads, rows))


def _calibration(trend: Trend) -> str:
    name = Text("Is the gate set right?", "ゲートの較正")
    escaped = trend.escapes
    said = Text(
        f"Of {escaped.incidents} incidents, {escaped.escaped} broke what the deployed build's verdict called verified; "
        f"{escaped.known} broke what was not verified, {escaped.unnamed} name no requirement, "
        f"{escaped.unjudged} were caused by no deployment or by one without a verdict.",
        f"障害{escaped.incidents}件のうち、配置したビルドの判定で確認済みだった要求を破ったもの{escaped.escaped}件、"
        f"未確認の要求を破ったもの{escaped.known}件、要求の記載がないもの{escaped.unnamed}件、"
        f"デプロイが原因でないか判定のないもの{escaped.unjudged}件。",
    )
    by_requirement = _table(
        Text("Escaped defects by requirement", "要求ごとのすり抜けた欠陥"),
        _heads(
            ("Requirement", "要求"),
            ("Deployments that broke it", "破ったデプロイ"),
            ("Deployments with it verified", "確認済みとしたデプロイ"),
        ),
        _shares(escaped.by_requirement.items()),
        opened=True,
    )
    by_rule = _table(
        Text("False blocks by rule", "ルールごとの誤った差し止め"),
        _heads(("Rule", "ルール"), ("Blocks without cause", "誤った差し止め"), ("All its blocks", "すべての差し止め")),
        _shares(trend.false_blocks.by_rule.items()),
        opened=True,
    )
    return _section(name, said, "", by_requirement + by_rule, plotted=False)


def _shares(shares: Iterable[tuple[str, Share]]) -> list[Row]:
    """The worst first; what never failed is left out."""
    bad = sorted((-share.part, name, share) for name, share in shares if share.part)
    return [(_data(name), str(share.part), str(share.whole)) for _, name, share in bad]


def _section(name: Text, said: Text, shown: str, tables: str, *, plotted: bool = True) -> str:
    body = shown + tables if shown or not plotted else _nothing()
    return f"<section><h2>{_say(name)}</h2><p>{_say(said)}</p>{body}</section>"


def _plot(svg: str) -> str:
    return f'<div class="plot" tabindex="0">{svg}</div>'


def _nothing() -> str:
    return f'<p class="nothing">{_say(Text("Nothing in this period.", "この期間の記録はありません。"))}</p>'


def _legend(*kinds: tuple[str, Text] | tuple[str, Text, str]) -> str:
    shown = []
    for kind, word, *sign in kinds:
        mark = f'<rect x="1" y="1" width="16" height="12" rx="2" class="{kind}"/>'
        if kind == "middle":
            mark = '<line x1="0" x2="18" y1="7" y2="7" class="middle"/>'
        elif kind == "cross":
            mark = '<g class="cross"><path d="M5 3 l8 8 m0 -8 l-8 8"/></g>'
        elif kind == "good ring":
            mark = '<circle cx="9" cy="7" r="5" class="good"/>'
        elif sign:
            mark += f'<text x="9" y="11" class="sign {kind}-sign">{escape(sign[0])}</text>'
        shown.append(f'<li><svg viewBox="0 0 18 14" aria-hidden="true">{mark}</svg>{_say(word)}</li>')
    return f'<ul class="legend">{"".join(shown)}</ul>'


def _table(name: Text, heads: Sequence[str], rows: Sequence[Row], *, opened: bool = False) -> str:
    """A table behind a click, or in sight. Heads and cells are HTML already; empty where there are no rows."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    )
    shown = f"<table><caption>{_say(name)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    table = f'<div class="scroll" tabindex="0">{shown}</div>'
    if opened:
        return table
    way = Text(f"{name.en} as a table", f"{name.ja}を表で見る")
    return f"<details><summary>{_say(way)}</summary>{table}</details>"


def _heads(*names: tuple[str, str]) -> tuple[str, ...]:
    return tuple(_say(Text(*name)) for name in names)


def _say(text: Text) -> str:
    """Both languages; the page shows one."""
    if text.en == text.ja:
        return escape(text.en)
    return f'<span lang="ja">{escape(text.ja)}</span><span lang="en">{escape(text.en)}</span>'


def _pair(text: Text) -> str:
    """Both languages where only plain text can stand, not escaped yet."""
    return text.en if text.en == text.ja else f"{text.ja} / {text.en}"


def _data(text: str) -> str:
    return escape(printable(text))


def _outage(outage: Outage) -> str:
    body = outage.incident.body
    end = _moment(outage.restored) if outage.restored else "…"
    return f"{printable(body.id)} {_moment(body.opened)} – {end} {' '.join(map(printable, body.requirements))}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
