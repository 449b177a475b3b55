"""The page of acceptance criteria: every promise of the register, with the scenarios that speak for it.

Criteria come from the register and not from what ran, so a promise that nobody tested stands there as untested.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from nameraka.register import Criterion

_STATUS: Final = {
    "passed": "成功",
    "failed": "失敗",
    "broken": "異常終了",
    "skipped": "未実施",
    "unknown": "不明",
}
_SEVERITY: Final = {"critical": "重大", "major": "重要", "minor": "軽微"}
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
  body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font-family: system-ui, sans-serif; line-height: 1.6;
         color: #24292f; background: #fff }}
  section {{ border-top: 1px solid #d0d7de; padding: 1rem 0 }}
  section:target {{ background: #fff8e1 }}
  h2 {{ font-size: 1rem; margin: 0 }}
  p {{ margin: .25rem 0 }}
  .en, .source {{ color: #57606a; font-size: .9rem }}
  ul {{ margin: .5rem 0; padding-left: 1.2rem }}
  .passed {{ color: #1a7f37 }} .failed, .broken {{ color: #cf222e }} .skipped, .unknown, .untested {{ color: #9a6700 }}
</style>
</head>
<body>
<p><a href="index.html">← 受入テスト報告</a></p>
<h1>受け入れ基準</h1>
<p>{count}</p>
{sections}
</body>
</html>
"""


def criteria_page(
    register: Mapping[str, Criterion], results: Iterable[Mapping[str, Any]], pages: Mapping[str, str]
) -> str | None:
    """The page as HTML; None when there is no criterion. ``pages`` has the report's page of each result, by full name."""
    spoken: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for result in results:
        for label in result.get("labels") or ():
            if isinstance(label, dict) and label.get("name") == "criterion":
                spoken[str(label.get("value"))].append(result)
    names = [*register, *sorted(spoken.keys() - register.keys())]
    if not names:
        return None
    untested = sum(1 for name in names if not spoken[name])
    sections = [_section(name, register.get(name), spoken[name], pages) for name in names]
    return _PAGE.format(
        count=f"{len(names)} 件のうち、この実行で確かめたもの {len(names) - untested} 件、確かめていないもの {untested} 件。",
        sections="\n".join(sections),
    )


def with_way_to_criteria(html: str) -> str:
    """The report's own page with a way to the page of criteria: from the top, and from a criterion under a scenario."""
    return re.sub(r"<body[^>]*>", lambda body: body[0] + _WAY_HERE, html, count=1)


def _section(name: str, criterion: Criterion | None, results: list[Mapping[str, Any]], pages: Mapping[str, str]) -> str:
    grave = f" <small>{_SEVERITY[criterion.severity]}</small>" if criterion else ""
    said = _statement(criterion) if criterion else '<p class="untested">この番号の基準は登録されていません。</p>'
    ran = "\n".join(sorted(_line(result, pages) for result in results))
    shown = f"<ul>\n{ran}\n</ul>" if ran else '<p class="untested">この実行では確かめていません。</p>'
    return f'<section id="{escape(name)}">\n<h2>{escape(name)}{grave}</h2>\n{said}\n{shown}\n</section>'


def _statement(criterion: Criterion) -> str:
    return (
        f"<p>{escape(criterion.ja)}</p>\n"
        f'<p class="en" lang="en">{escape(criterion.en)}</p>\n'
        f'<p class="source" lang="en">{escape(criterion.source)}</p>'
    )


def _line(result: Mapping[str, Any], pages: Mapping[str, str]) -> str:
    status = str(result.get("status"))
    name = escape(str(result.get("name")))
    page = pages.get(str(result.get("fullName")))
    link = f'<a href="index.html#{escape(page)}">{name}</a>' if page else name
    kind = status if status in _STATUS else "unknown"
    return f'<li>{link} <strong class="{kind}">{_STATUS[kind]}</strong></li>'
