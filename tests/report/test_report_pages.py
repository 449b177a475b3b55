"""The report as its readers meet it: opened from disk, in Japanese, silent towards the network."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from samples import DAY, attached, exchange, result, step, write

from nameraka.chromium import find_browser
from nameraka.report import build

ROOT = Path(__file__).parents[2]
HOSTILE = '<img src="https://evil.invalid/x" onerror="alert(1)"> <script>fetch("https://evil.invalid")</script>'


def a_run(folder: Path, *, start: int, twice: str = "passed") -> Path:
    """Two scenarios through both doors and a hostile one, as a run leaves them."""
    results = []
    for door in ("web", "api"):
        results += [
            result(
                "features/chat/受付.feature::メッセージは受付済みになる",
                step("前提 患者の佐藤花子がサインインしている"),
                step(
                    "もし 佐藤花子が「頭がふらつきます」と送信する",
                    exchange(
                        "佐藤花子", "POST", "/api/threads/t-1/messages", 201, {"text": "頭がふらつきます"}, {"seq": 1}
                    ),
                ),
                step(
                    "ならば 「受付済み」と表示される", attachments=[attached(folder, "控え", "受付番号は 1 番です。")]
                ),
                name="メッセージは受付済みになる",
                door=door,
                story="一度だけ届く",
                start=start,
            ),
            result(
                "features/chat/受付.feature::二度送っても一件だけ残る",
                step("もし 佐藤花子が同じメッセージを二度送る"),
                step("ならば メッセージは1件だけ残る", status=twice),
                name="二度送っても一件だけ残る",
                door=door,
                status=twice,
                message=None if twice == "passed" else "期待: 1件\n実際: 2件",
                start=start + 2000,
            ),
        ]
    results.append(
        result(
            "features/chat/受付.feature::危険な名前",
            step(f"もし {HOSTILE} と送信する", parameters=[{"name": HOSTILE, "value": HOSTILE}]),
            name=f"危険な名前 {HOSTILE}",
            door="api",
            start=start + 4000,
        )
    )  # fmt: skip
    return write(folder, *results)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report after two runs; in the second, a scenario that had passed failed."""
    folder = tmp_path_factory.mktemp("reports")
    build(a_run(folder / "first", start=DAY), folder / "site", root=ROOT)
    return build(a_run(folder / "second", start=2 * DAY, twice="failed"), folder / "site", root=ROOT).index


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser().path)
        yield browser
        browser.close()


@pytest.fixture
def opened(index: Path, browser: Browser) -> Iterator[Page]:
    """The first page of the report, in a browser that has never seen it."""
    context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(index.as_uri())
    expect(page.get_by_text("受入テスト報告")).to_be_visible()
    yield page
    context.close()


@pytest.fixture
def report(index: Path, opened: Page) -> Iterator[Page]:
    """The same, watched: whatever a test does there, nothing outside is asked and nothing breaks."""
    seen: list[str] = []
    opened.on("request", lambda request: seen.append(request.url))
    opened.on("pageerror", lambda error: seen.append(f"error on the page: {error}"))
    opened.on("dialog", lambda dialog: seen.append(f"dialog: {dialog.message}"))
    opened.reload()
    yield opened
    outside = [
        url for url in seen if not url.startswith(("data:", "blob:")) and url.partition("#")[0] != index.as_uri()
    ]
    assert index.as_uri() in seen, "the watch saw nothing at all"
    assert outside == []


def open_scenario(report: Page, *path: str) -> None:
    """Open a scenario, the last of ``path``, after the groups above it that are folded: those where all is well."""
    for title in path:
        report.get_by_text(title).first.click()
    expect(report.get_by_text("テスト本体")).to_be_visible()


def test_the_first_page_shows_promises_by_epic_feature_and_rule(report: Page) -> None:
    expect(report.get_by_text("受入テスト報告")).to_be_visible()
    for title in ("チャット", "メッセージの受付", "二度送っても一件だけ残る · 画面"):
        expect(report.get_by_text(title, exact=True).first).to_be_visible()
    report.get_by_text("一度だけ届く", exact=True).click()
    expect(report.get_by_text("メッセージは受付済みになる · 画面")).to_be_visible()


def test_a_scenario_shows_its_sentences_its_exchanges_and_its_attachments(report: Page) -> None:
    open_scenario(report, "一度だけ届く", "メッセージは受付済みになる · 画面")
    report.get_by_text("もし 佐藤花子が「頭がふらつきます」と送信する").click()
    expect(report.get_by_text("佐藤花子 · POST /api/threads/t-1/messages → 201")).to_be_visible()
    report.get_by_text("ならば 「受付済み」と表示される").click()
    report.get_by_text("控え").first.click()
    expect(report.get_by_text("受付番号は 1 番です。")).to_be_visible()


def test_a_failure_shows_what_was_expected_and_what_was_seen(report: Page) -> None:
    open_scenario(report, "二度送っても一件だけ残る · API")
    expect(report.get_by_text("実際: 2件").first).to_be_visible()


def test_a_scenario_shows_what_it_did_in_the_run_before(report: Page) -> None:
    open_scenario(report, "二度送っても一件だけ残る · API")
    report.get_by_text("履歴").click()
    expect(report.get_by_text("1970/1/2", exact=False)).to_be_visible()


def test_plumbing_is_not_in_sight(report: Page) -> None:
    open_scenario(report, "一度だけ届く", "メッセージは受付済みになる · 画面")
    text = report.inner_text("body")
    for word in ("sha256:0c3f", "sha256:91aa", "run-1", "framework", "フィクスチャ", "前処理", "後処理"):
        assert word not in text


def test_hostile_words_stay_words(report: Page) -> None:
    open_scenario(report, "危険な名前")
    expect(report.get_by_text('fetch("https://evil.invalid")').first).to_be_visible()
    assert report.locator("img[src*=evil]").count() == 0


def test_graphs_and_categories_open(report: Page) -> None:
    report.get_by_text("カテゴリ", exact=True).first.click()
    expect(report.get_by_text("約束と違う（失敗）")).to_be_visible()
    report.get_by_text("Report", exact=True).first.click()
    report.get_by_text("グラフ", exact=True).click()
    expect(report.get_by_text("これまでの結果")).to_be_visible()


def test_the_page_forbids_every_request_even_one_that_a_script_would_make(opened: Page) -> None:
    asked = """() => new Promise(done => {
        const picture = new Image()
        picture.onload = () => done("loaded")
        picture.onerror = () => done("refused")
        picture.src = "http://127.0.0.1:9/beacon.png"
        document.addEventListener("securitypolicyviolation", event => done(event.effectiveDirective))
    })"""
    assert opened.evaluate(asked) == "img-src"


def test_a_criterion_leads_to_its_promise_and_from_there_to_what_spoke_for_it(opened: Page) -> None:
    open_scenario(opened, "一度だけ届く", "メッセージは受付済みになる · 画面")
    opened.get_by_text("CH-01").last.click()
    expect(opened).to_have_url(re.compile(r"/criteria\.html#CH-01$"))
    promise = opened.locator("#CH-01")
    expect(promise.get_by_role("listitem").filter(has_text="二度送っても一件だけ残る · API")).to_contain_text("失敗")
    promise.get_by_role("link", name="メッセージは受付済みになる · API").click()
    expect(opened.get_by_text("features/chat/受付.feature::メッセージは受付済みになる[api]")).to_be_visible()


def test_a_promise_that_nobody_tested_stands_there_as_untested(opened: Page) -> None:
    opened.get_by_role("link", name="受け入れ基準ごとに見る").click()
    expect(opened.locator("#CH-03")).to_contain_text("この実行では確かめていません。")
    assert opened.locator("script, img").count() == 0
