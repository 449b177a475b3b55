"""`nameraka trend`: the figures, the page that asks nobody for anything, and the same as JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from ledger_samples import START, Story, build, document, nameraka, put
from playwright.sync_api import Page, sync_playwright

from nameraka.chromium import find_browser
from nameraka.ledger.chain import NOTHING, Head
from nameraka.ledger.trend import as_json, trend, weeks
from nameraka.ledger.trend_page import MOST_RUNS, page

NOW = datetime.now(UTC).replace(microsecond=0)
HOSTILE = '<img src=x onerror="alert(1)">&"\'\x1b[31m\u202e</style></svg><script>alert(2)</script>'


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def judge(project: Path, answer: str, of: str, days: float, **changes: Any) -> None:
    times = {"created": ago(days), "planned_at": ago(days + 0.01), "ended_at": ago(days)}
    assert nameraka("record", "verdict", put(project / "v.json", document(answer, of=of, **{**times, **changes}))) == 0


def deploy(of: str, days: float, *more: str) -> None:
    times = ("--end", ago(days), "--commit-time", ago(days + 1))
    assert nameraka("record", "deploy", "--environment", "production", "--build", build(of), *times, *more) == 0


@pytest.fixture
def month(project: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A month in production: one deployment that held, one that failed and was taken back, a block without cause."""
    judge(project, "go", "b", 30)
    deploy("b", 29)
    judge(project, "no-go", "d", 25, states={"CH-01": "failed", "CH-02": "waived"}, broken=["freshness"])
    mark = ("record", "false-block", "--verdict", "v.json", "--reason", "the stub was down")
    assert nameraka(*mark) == 0
    judge(project, "go", "c", 11)
    deploy("c", 10)
    broke = ("--cause-deploy", "latest", "--requirement", "CH-02")
    assert nameraka("record", "incident", "--id", "INC-1", "--opened", ago(9.9), *broke) == 0
    back = ("--environment", "production", "--incident", "INC-1")
    assert nameraka("record", "rollback", *back, "--end", ago(9.6)) == 0
    assert nameraka("record", "restore", "--incident", "INC-1", "--at", ago(9.5)) == 0
    capsys.readouterr()
    return project


def as_told(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    assert nameraka("trend", "--json", "-", *more) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_json_holds_every_figure_with_its_counts(month: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = as_told(capsys)
    dora = found["dora"]
    lead_time = {"median_seconds": 86400.0, "p90_seconds": None, "measured": 2}
    left_out = {"without_commit_time": 0, "commit_was_there_before": 1}
    assert dora["change_lead_time"] == {**lead_time, "left_out": left_out}
    assert dora["deployment_frequency"]["deployments"] == 3
    assert dora["deployment_frequency"]["per_week"] == pytest.approx(3 / (30 / 7), rel=0.01)
    assert dora["change_fail_rate"] == {"rate": pytest.approx(1 / 3), "part": 1, "whole": 3}
    assert dora["deployment_rework_rate"] == {"rate": pytest.approx(1 / 3), "part": 1, "whole": 3, "rollbacks": 1}
    assert dora["failed_deployment_recovery_time"]["median_seconds"] == pytest.approx(0.4 * 86400)
    assert found["escaped_defects"]["by_requirement"]["CH-02"] == {"rate": pytest.approx(1 / 3), "part": 1, "whole": 3}
    assert found["false_blocks"]["by_rule"] == {"freshness": {"rate": 1.0, "part": 1, "whole": 1}}
    assert [(one["build"], one["failed"], one["takes_back"]) for one in found["deployments"]] == [
        (build("b"), False, None),
        (build("c"), True, None),
        (build("b"), False, 6),
    ]
    assert [one["id"] for one in found["incidents"]] == ["INC-1"]
    assert [(one["verdict"], one["false_block"], one["seconds"]) for one in found["verdicts"]] == [
        ("go", False, 864.0),
        ("no-go", True, 864.0),
        ("go", False, 864.0),
    ]
    assert found["where"] == [
        {
            "environment": "production",
            "build": build("b"),
            "since": found["deployments"][2]["ended"],
            "deployment": 8,
            "doubt": None,
        }
    ]


def test_a_shorter_period_and_another_environment_tell_less(month: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(as_told(capsys, "--days", "14")["deployments"]) == 2
    staging = as_told(capsys, "--environment", "staging")
    assert (staging["deployments"], len(staging["verdicts"])) == ([], 3)
    assert staging["dora"]["change_fail_rate"] == {"rate": None, "part": 0, "whole": 0}
    for days in ("0", "-1", "99999"):
        assert nameraka("trend", f"--days={days}") == 3


def test_it_prints_the_figures_and_writes_the_page_beside_the_ledger(
    month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nameraka("trend", "--lang", "ja") == 0
    said = capsys.readouterr().out
    assert "変更失敗率: 33% (デプロイ3回中1回が失敗)" in said
    assert str(month / "reports/trend.html") in said
    assert nameraka("trend", "--environment", "nowhere", "--out", "elsewhere/trend.html", "--json", "t.json") == 0
    assert "Change fail rate: not enough data (0 of 0 deployments failed)" in capsys.readouterr().out
    assert (month / "elsewhere/trend.html").is_file()
    assert json.loads((month / "t.json").read_text())["environment"] == "nowhere"
    assert nameraka("trend", "--out", "/proc/nowhere/trend.html") == 3


class Reader(HTMLParser):
    """What is in a page: every tag with its attributes, and how they nest."""

    VOID = frozenset({"meta", "input", "br", "rect", "line", "circle", "path"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def hostile(count: int = 1) -> Story:
    """Whatever a name or a text can be, in every place where the ledger has one."""
    story = Story()
    for number in range(count):
        environment, changes = HOSTILE[:200], {"broken": (HOSTILE,), "requirements": {HOSTILE + str(number): "failed"}}
        failing = story.deploy("b", timedelta(days=2), environment, incident=HOSTILE, unplanned=True)
        story.verdict("no-go", "b", timedelta(days=1), environment, **changes)
        story.false_block(len(story.told))
        story.incident(HOSTILE + str(number), failing, timedelta(days=3), HOSTILE, environment=environment)
    return story


def test_no_text_of_the_ledger_becomes_a_part_of_the_page() -> None:
    told = trend(Head(0, NOTHING), hostile().history, HOSTILE[:200], START, START + timedelta(days=9))
    html = page(told, "ja")
    read = Reader(html)
    assert not read.open
    tags = {tag for tag, _ in read.tags}
    assert not tags & {"script", "img", "iframe", "link", "object", "a"}
    names = {name for _, attributes in read.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "href", "style"}
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "\\u202e" in html
    assert json.loads(json.dumps(as_json(told)))["incidents"][0]["id"] == HOSTILE + "0"


def test_the_page_forbids_itself_everything_but_its_own_style(month: Path) -> None:
    nameraka("trend")
    html = (month / "reports/trend.html").read_text("utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'" in html
    assert not re.search(r"https?://|@import|url\((?!#)", html)


def test_of_very_many_runs_the_newest_are_drawn_and_all_are_counted() -> None:
    story = Story()
    for number in range(MOST_RUNS + 40):
        at = timedelta(hours=number)
        times = {"planned_at": START + at - timedelta(minutes=5), "ended_at": START + at}
        story.verdict("go", "b", at, **times)
    html = page(trend(Head(0, NOTHING), story.history, "production", START, START + timedelta(days=9)), "en")
    assert f"newest {MOST_RUNS} of {MOST_RUNS + 40} verdicts" in html
    assert html.count("shown-sign") == MOST_RUNS + 2  # and the legend and the style
    assert f"<td>{MOST_RUNS + 40}</td>" in html


def test_weeks_are_the_mondays_of_all_weeks_that_are_touched() -> None:
    assert weeks(START, START) == (START,)
    week = timedelta(weeks=1)
    assert weeks(START + timedelta(days=6), START + week) == (START, START + week)
    assert weeks(START - timedelta(seconds=1), START) == (START - week, START)


@pytest.fixture(scope="module")
def browser_page() -> Any:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser().path))
        yield browser.new_page(viewport={"width": 1200, "height": 900})
        browser.close()


@pytest.fixture
def opened(browser_page: Page, month: Path) -> Page:
    """The page as it opens from disk; it may neither ask for anything nor complain."""
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.on("console", lambda message: asked.append(message.text))
    nameraka("trend", "--lang", "ja")
    browser_page.goto((month / "reports/trend.html").as_uri())
    assert asked == [(month / "reports/trend.html").as_uri()]
    return browser_page


def test_it_opens_from_disk_and_changes_its_language_without_a_script(opened: Page) -> None:
    assert opened.locator("h1").inner_text() == "production へのリリースの推移"
    assert "変更失敗率" in opened.locator(".figures").inner_text()
    assert "Change fail rate" not in opened.locator("body").inner_text()
    opened.get_by_text("English", exact=True).click()
    assert opened.locator("h1").inner_text() == "Releases to production"
    assert "変更失敗率" not in opened.locator("main").inner_text()
    assert opened.get_by_label("English").is_checked()


def test_every_plot_has_a_name_and_a_table_with_heads_beside_it(opened: Page) -> None:
    plots = opened.locator("section:has(.plot)")
    assert plots.count() == 5
    for number in range(5):
        section = plots.nth(number)
        assert section.locator(".plot svg").get_attribute("aria-label")
        table = section.locator("table").first
        assert table.locator("caption").count() == 1
        assert table.locator("thead th[scope=col]").count() > 1
        assert table.locator("tbody th[scope=row]").count() >= 1


def test_what_is_drawn_lies_within_the_plot_and_nothing_makes_the_page_wider_than_a_telephone(opened: Page) -> None:
    outside = opened.evaluate(
        """() => [...document.querySelectorAll('.plot svg')].flatMap(svg => {
            const box = svg.getBoundingClientRect()
            return [...svg.querySelectorAll('rect, circle, path, text')].map(one => one.getBoundingClientRect())
                .filter(one => one.left < box.left - 1 || one.right > box.right + 1 || one.bottom > box.bottom + 1)
                .map(one => JSON.stringify(one))
        })"""
    )
    assert outside == []
    opened.set_viewport_size({"width": 360, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 360
    opened.set_viewport_size({"width": 1200, "height": 900})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_texts_can_be_read_in_light_and_dark(opened: Page, scheme: Any) -> None:
    """4.5 to 1 at least, as WCAG 2 asks for texts of this size."""
    opened.emulate_media(color_scheme=scheme)
    worst = opened.evaluate(
        """() => {
            const light = text => {
                const parts = text.match(/[\\d.]+/g).slice(0, 3).map(one => one / 255)
                    .map(one => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
                return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
            }
            const ground = one => {
                for (; one; one = one.parentElement) {
                    const colour = getComputedStyle(one).backgroundColor
                    if (!colour.endsWith(', 0)')) return colour
                }
            }
            const shown = [...document.querySelectorAll('main *, header *')].filter(one => one.checkVisibility()
                && !one.closest('svg') && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
            return Math.min(...shown.map(one => {
                const pair = [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => b - a)
                return (pair[0] + 0.05) / (pair[1] + 0.05)
            }))
        }"""
    )
    assert worst >= 4.5
