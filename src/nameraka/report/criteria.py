"""The page of acceptance criteria: every promise of the register, with the scenarios that speak for it.

Criteria come from the register and not from what ran, so a promise that nobody tested stands there as untested.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Final

from nameraka.gate.text import Text
from nameraka.gate.words import REQUIREMENT_STATES, SEVERITIES
from nameraka.report.promises import Promise, Result

_STATUS: Final = {
    "passed": "成功",
    "failed": "失敗",
    "broken": "異常終了",
    "skipped": "未実施",
    "unknown": "不明",
}
_ALL: Final = Text("all", "計")
_NO_SCENARIO: Final = Text("No scenario proves it.", "確かめるシナリオがありません。")
_NOT_HERE: Final = Text("This run did not prove it.", "この実行では確かめていません。")
_NOT_REGISTERED: Final = Text("No criterion has this id.", "この番号の基準は登録されていません。")
# Allure shows only links with a scheme as links, and a report that opens from disk has none of its own.
_WAY_HERE: Final = """
<nav style="padding: .4rem 1rem; text-align: center; font: .85rem system-ui, sans-serif">
  <a href="criteria.html" style="color: #5b74d6">受け入れ基準ごとに見る</a>
</nav>
<style>[data-testid="test-result-meta-link"] span:not(:has(a)) { cursor: pointer; text-decoration: underline }</style>
<script>
  document.addEventListener("click", event => {
    const link = event.target.closest('[data-testid="test-result-meta-link"]')
    if (link && /^[A-Z]{2,}-[0-9]+$/.test(link.innerText.trim())) location.assign("criteria.html#" + link.innerText.trim())
  })
</script>
"""
_PAGE: Final = """<!DOCTYPE html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>受け入れ基準</title>
<style>
  * {{ box-sizing: border-box }}
  body {{ max-width: 68rem; margin: 2rem auto; padding: 0 1rem; font-family: system-ui, sans-serif; line-height: 1.6;
         color: #24292f; background: #fff; overflow-wrap: anywhere }}
  a {{ color: #0550ae }}
  h1 {{ font-size: 1.6rem; margin: 1rem 0 }}
  h2 {{ font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-bottom: .25rem; border-bottom: 2px solid #24292f }}
  h3 {{ font-size: 1rem; margin: 0 0 .25rem; display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline }}
  h1 [lang=en], h2 [lang=en], h3 [lang=en], caption [lang=en], summary [lang=en] {{ font-weight: normal; font-size: .8em }}
  [lang=en], .source {{ color: #57606a }}
  .overview {{ display: flex; flex-wrap: wrap; gap: 1rem 3rem; align-items: flex-start }}
  .overview > nav {{ flex: 1 1 24rem }}
  .overview > * {{ min-width: 0; max-width: 100%; overflow-x: auto }}
  table {{ border-collapse: collapse; font-variant-numeric: tabular-nums }}
  caption {{ text-align: left; font-weight: 600; padding-bottom: .25rem }}
  th, td {{ padding: .2rem .6rem; border-bottom: 1px solid #d0d7de; text-align: right; white-space: nowrap }}
  th:first-child {{ text-align: left }}
  th {{ font-weight: normal }} thead th {{ font-size: .85rem; vertical-align: bottom }}
  tbody th {{ white-space: normal }} tbody th [lang=en] {{ font-size: .8em }}
  section {{ border-bottom: 1px solid #d0d7de; padding: .9rem 0 }}
  section:target {{ background: #fff8e1; box-shadow: 0 0 0 .5rem #fff8e1 }}
  dl {{ display: grid; grid-template-columns: 5rem 1fr 1fr; gap: .15rem 1rem; margin: 0 }}
  dt {{ color: #57606a; font-size: .85rem }} dd {{ margin: 0 }}
  .source {{ grid-column: 2 / -1; font-size: .85rem }}
  .what {{ font-weight: 600 }} .what[lang=en] {{ font-weight: normal }}
  ul {{ margin: .25rem 0; padding-left: 1.2rem }}
  section > p {{ margin: .4rem 0 0 }}
  details {{ margin: .4rem 0 0 }} summary {{ cursor: pointer }}
  details.later > summary {{ font-size: 1.25rem; font-weight: 600; margin-top: 2.5rem }}
  .verified, .passed {{ color: #1a7f37 }} .failed, .broken {{ color: #cf222e }}
  .not-run, .uncovered, .skipped, .unknown, .unanswered {{ color: #9a6700 }} .proposed {{ color: #57606a }}
  .critical {{ font-weight: 600 }}
  @media (max-width: 46rem) {{ th, td {{ padding: .2rem .35rem }} dl {{ grid-template-columns: 1fr }} dt {{ margin-top: .4rem }} .source {{ grid-column: 1 }} }}
</style>
</head>
<body>
<p><a href="index.html">← 受入テスト報告</a></p>
<h1>受け入れ基準 <span lang="en">Acceptance criteria</span></h1>
<p>{summary}<br><span lang="en">{summary_en}</span></p>
<div class="overview">
<div>{counts}</div>
{contents}
</div>
{made}
{later}
</body>
</html>
"""


def criteria_page(promises: Sequence[Promise], pages: Mapping[str, str]) -> str | None:
    """The page as HTML; None when there is no promise. ``pages`` has the report's page of each result, by full name."""
    if not promises:
        return None
    made = [promise for promise in promises if promise.state != "proposed"]
    later = [promise for promise in promises if promise.state == "proposed"]
    verified = sum(promise.state == "verified" for promise in made)
    return _PAGE.format(
        summary=f"約束した {len(made)} 件のうち、この実行で確認できたもの {verified} 件、"
        f"できていないもの {len(made) - verified} 件。まだ約束していないもの {len(later)} 件。",
        summary_en=f"Of {len(made)} promises this run verified {verified} and {len(made) - verified} not; "
        f"{len(later)} criteria are not promised yet.",
        counts=_counts(promises),
        contents=_contents(promises),
        made="\n".join(_capabilities(made, pages)),
        later=_later(later, pages),
    )


def with_way_to_criteria(html: str) -> str:
    """The report's own page with a way to the page of criteria: from the top, and from a criterion under a scenario."""
    return re.sub(r"<body[^>]*>", lambda body: body[0] + _WAY_HERE, html, count=1)


def _counts(promises: Sequence[Promise]) -> str:
    count = Counter((promise.state, promise.severity) for promise in promises)
    total = Counter(promise.severity for promise in promises)
    head = "".join(f'<th scope="col">{_both(text, "<br>")}</th>' for text in (*SEVERITIES.values(), _ALL))
    rows = [
        _row(f'<span class="{state}">{_both(text)}</span>', [count[state, severity] for severity in SEVERITIES])
        for state, text in REQUIREMENT_STATES.items()
        if any(known == state for known, _ in count)
    ]
    rows.append(_row(_both(_ALL), [total[severity] for severity in SEVERITIES]))
    return (
        '<table><caption>状態と重さ <span lang="en">By state and severity</span></caption>\n'
        f"<thead><tr><td></td>{head}</tr></thead>\n<tbody>{''.join(rows)}</tbody></table>"
    )


def _row(head: str, numbers: Sequence[int]) -> str:
    cells = "".join(f"<td>{number or '–'}</td>" for number in (*numbers, sum(numbers)))
    return f'<tr><th scope="row">{head}</th>{cells}</tr>'


def _contents(promises: Sequence[Promise]) -> str:
    rows = []
    for letters, group in _grouped(promises):
        made = [promise for promise in group if promise.state != "proposed"]
        verified = sum(promise.state == "verified" for promise in made)
        numbers = [verified if made else "–", len(made) or "–", len(group) - len(made) or "–"]
        cells = "".join(f"<td>{number}</td>" for number in numbers)
        target = escape(letters if made else f"later-{letters}")
        rows.append(f'<tr><th scope="row"><a href="#{target}">{_name(group)}</a></th>{cells}</tr>')
    head = "".join(
        f'<th scope="col" class="{kind}">{_both(text, "<br>")}</th>'
        for kind, text in (
            ("verified", REQUIREMENT_STATES["verified"]),
            ("", Text("promised", "約束")),
            ("proposed", REQUIREMENT_STATES["proposed"]),
        )
    )
    return (
        f'<nav aria-label="目次"><table><caption>目次 <span lang="en">Contents</span></caption>\n'
        f"<thead><tr><td></td>{head}</tr></thead>\n<tbody>{''.join(rows)}</tbody></table></nav>"
    )


def _capabilities(promises: Sequence[Promise], pages: Mapping[str, str], before: str = "") -> Iterator[str]:
    for letters, group in _grouped(promises):
        yield f'<h2 id="{before}{escape(letters)}">{_name(group)}</h2>'
        yield from (_section(promise, pages) for promise in group)


def _later(promises: Sequence[Promise], pages: Mapping[str, str]) -> str:
    if not promises:
        return ""
    folded = "\n".join(_capabilities(promises, pages, "later-"))
    return (
        f'<details class="later" id="later"><summary>まだ約束していない基準 {len(promises)} 件 '
        f'<span lang="en">Not promised yet</span></summary>\n'
        f"{folded}\n</details>"
    )


def _grouped(promises: Sequence[Promise]) -> list[tuple[str, list[Promise]]]:
    """By capability, in the order in which each first comes."""
    order: dict[str, int] = {}
    for promise in promises:
        order.setdefault(promise.letters, len(order))
    in_order = sorted(promises, key=lambda promise: order[promise.letters])
    return [(letters, list(group)) for letters, group in groupby(in_order, lambda promise: promise.letters)]


def _name(group: Sequence[Promise]) -> str:
    criterion = group[0].criterion
    name = criterion.capability if criterion else None
    return _both(name) if name else escape(group[0].letters)


def _section(promise: Promise, pages: Mapping[str, str]) -> str:
    head = f'<span>{escape(promise.id)}</span> <span class="{promise.state}">{_both(REQUIREMENT_STATES[promise.state])}</span>'
    if promise.criterion:
        head += f' <small class="{promise.severity}">{_both(SEVERITIES[promise.severity])}</small>'
    return f'<section id="{escape(promise.id)}">\n<h3>{head}</h3>\n{_statement(promise)}\n{_proof(promise, pages)}\n</section>'


def _statement(promise: Promise) -> str:
    criterion = promise.criterion
    if criterion is None:
        return f'<p class="uncovered">{_both(_NOT_REGISTERED)}</p>'
    return (
        f'<dl>\n<dt>基準</dt><dd class="what">{escape(criterion.ja)}</dd>'
        f'<dd class="what" lang="en">{escape(criterion.en)}</dd>\n'
        f'<dt>破れると</dt><dd>{escape(criterion.hazard.ja)}</dd><dd lang="en">{escape(criterion.hazard.en)}</dd>\n'
        f'<dt>出どころ</dt><dd class="source" lang="en">{escape(criterion.source)}</dd>\n</dl>'
    )


def _proof(promise: Promise, pages: Mapping[str, str]) -> str:
    if promise.state == "proposed" and not promise.results:
        return ""
    if promise.state == "uncovered":
        return f'<p class="uncovered">{_both(_NO_SCENARIO)}</p>'
    lines = [*sorted(_line(result, pages) for result in promise.results), *map(_unanswered, promise.unanswered)]
    none = "" if promise.results else f'<p class="not-run">{_both(_NOT_HERE)}</p>'
    if not lines:
        return none
    passed = sum(result.get("status") == "passed" for result in promise.results)
    told = Text(f"{passed} of {len(lines)} scenarios passed", f"シナリオ {len(lines)} 件のうち成功 {passed} 件")
    unfold = " open" if passed < len(promise.results) else ""
    listed = "\n".join(lines)
    return f"{none}<details{unfold}><summary>{_both(told)}</summary>\n<ul>\n{listed}\n</ul></details>"


def _line(result: Result, pages: Mapping[str, str]) -> str:
    status = str(result.get("status"))
    name = escape(str(result.get("name")))
    page = pages.get(str(result.get("fullName")))
    link = f'<a href="index.html#{escape(page)}">{name}</a>' if page else name
    kind = status if status in _STATUS else "unknown"
    return f'<li>{link} <strong class="{kind}">{_STATUS[kind]}</strong></li>'


def _unanswered(item: str) -> str:
    return f'<li>{escape(item)} <strong class="unanswered">結果なし</strong></li>'


def _both(text: Text, between: str = " ") -> str:
    return f'{escape(text.ja)}{between}<span lang="en">{escape(text.en)}</span>'
