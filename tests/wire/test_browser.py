"""The web door: whose pages, which browser, and every fetch of a page held to the contract."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

import psutil
import pytest
from playwright.sync_api import Error, expect

from nameraka import masking
from nameraka.api_session import ApiSession
from nameraka.browser import Browser, BrowserCrashed, BrowserPerson, MissingBrowser, find_browser
from nameraka.contract import Contract
from nameraka.exchanges import ContractViolation, Exchange
from nameraka.process import SystemProcess

Visit = Callable[..., BrowserPerson]


# --- the clock


def test_it_is_as_late_in_a_page_as_at_the_system_and_moves_with_it(visit: Visit) -> None:
    a_day, now = timedelta(days=1), "new Date().toISOString()"
    person = visit("/page", ahead=a_day)

    def ahead() -> timedelta:
        return datetime.fromisoformat(person.page.evaluate(now)) - datetime.now(UTC)

    assert abs(ahead() - a_day) < timedelta(minutes=1)
    person.set_clock(-a_day)
    assert abs(ahead() + a_day) < timedelta(minutes=1)
    person.page.goto("/home")
    assert abs(ahead() + a_day) < timedelta(minutes=1), "and so it is on the next page"


def test_a_page_goes_by_the_clock_of_the_machine_when_the_system_does(visit: Visit) -> None:
    told = datetime.fromisoformat(visit("/page").page.evaluate("new Date().toISOString()"))
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)


# --- traffic


def test_what_a_page_fetches_is_recorded_and_checked(visit: Visit, exchanges: list[Exchange]) -> None:
    person = visit("/page")
    person.page.get_by_label("本文").fill("頭が痛い")
    person.page.get_by_role("button", name="送信").click()
    expect(person.page.get_by_text("201 頭が痛い")).to_be_visible()
    assert person.settle() == exchanges
    (exchange,) = exchanges
    assert exchange.line == "POST /api/notes -> 201 addNote"
    assert (exchange.actor, exchange.door, exchange.problems, exchange.note) == ("佐藤花子", "web", (), None)
    assert exchange.request_body == {"text": "頭が痛い"}
    assert exchange.response_body["text"] == "頭が痛い"
    assert exchange.milliseconds > 0
    json.dumps(exchange.as_dict())
    assert person.settle() == []


def test_path_parameters_queries_and_documented_refusals_are_understood(visit: Visit) -> None:
    person = visit("/page/fetches?path=/api/notes/%E4%B8%AD")
    expect(person.page.get_by_text("404")).to_be_visible()
    (exchange,) = person.settle()
    assert (exchange.operation, exchange.status, exchange.problems) == ("getNote", 404, ())


@pytest.mark.parametrize(
    ("path", "finding"),
    [
        ("/api/wrong/schema", 'not of type "string"'),
        ("/api/wrong/status", "Undocumented status code"),
        ("/api/wrong/type", "Undocumented Content-Type"),
        ("/api/wrong/header", "X-Page"),
        ("/api/hidden", "the contract documents no GET /api/hidden"),
    ],
)
def test_a_fetch_that_breaks_the_contract_is_a_violation(
    visit: Visit, exchanges: list[Exchange], path: str, finding: str
) -> None:
    person = visit(f"/page/fetches?path={path}")
    expect(person.page.locator("output")).not_to_be_empty()
    with pytest.raises(ContractViolation) as violation:
        person.settle()
    assert finding in str(violation.value)
    assert exchanges == [violation.value.exchange]
    assert "correct-horse" not in str(exchanges)


def test_an_answer_that_the_page_has_left_behind_is_still_checked(visit: Visit) -> None:
    person = visit("/page/fetches?path=/api/wrong/schema&then=/home")
    expect(person.page.get_by_role("heading")).to_be_visible()
    with pytest.raises(ContractViolation, match="wrongSchema"):
        person.settle()


def test_an_answer_that_the_page_never_reads_is_still_checked(visit: Visit) -> None:
    person = visit("/page/fetches?path=/api/wrong/schema&read=false")
    expect(person.page.get_by_text("200")).to_be_visible()
    with pytest.raises(ContractViolation, match="wrongSchema"):
        person.settle()


def test_documents_and_event_streams_are_left_out(visit: Visit) -> None:
    person = visit("/page/stream")
    expect(person.page.get_by_text("第2")).to_be_visible()
    started = time.monotonic()
    assert person.settle(patience=30) == []
    assert time.monotonic() - started < 15, "it was waited for"


def test_a_fetch_of_an_event_stream_is_left_out_as_well(visit: Visit) -> None:
    person = visit("/page/fetches?path=/api/stream&read=false")
    expect(person.page.get_by_text("200")).to_be_visible()
    assert person.settle() == []


def visit_with_slow_fetch(visit: Visit) -> BrowserPerson:
    """At a page whose fetch is known to be under way: a page may be there before its fetch is."""
    person = visit("/home")
    with person.page.expect_request("**/api/slow"):
        person.page.goto("/page/fetches?path=/api/slow")
    person.page.evaluate("0")  # what the browser said before this answer has been heard
    return person


def test_a_fetch_that_stays_under_way_is_waited_for_once(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    person = visit_with_slow_fetch(visit)
    waits: list[float] = []
    monkeypatch.setattr(person.page, "wait_for_timeout", waits.append)
    person.settle()
    first = len(waits)
    person.settle()
    assert (first > 0, len(waits)) == (True, first)


def test_a_fetch_without_an_answer_is_recorded_when_the_person_leaves(visit: Visit, exchanges: list[Exchange]) -> None:
    person = visit_with_slow_fetch(visit)
    assert person.settle(patience=0.05) == []
    person.close()
    assert [(e.operation, e.status, e.problems) for e in exchanges] == [("slow", None, ())]
    assert exchanges[0].note == "no answer yet when the page was left"


def test_a_page_that_was_closed_loses_the_body_and_says_so(visit: Visit) -> None:
    person = visit("/page/fetches?path=/api/notes/latest")
    expect(person.page.get_by_text("200")).to_be_visible()
    person.page.close()
    (exchange,) = person.settle()
    assert (exchange.operation, exchange.status, exchange.response_body) == ("latestNote", 200, None)
    assert exchange.note is not None
    assert "all but the body was checked" in exchange.note


def test_a_fetch_of_a_window_that_a_page_opened_is_watched(visit: Visit) -> None:
    person = visit("/page/popup")
    with person.context.expect_page() as opened:
        person.page.get_by_role("button").click()
    expect(opened.value.get_by_text("200")).to_be_visible()
    opened.value.reload()
    expect(opened.value.get_by_text("200")).to_be_visible()
    with pytest.raises(ContractViolation, match="/api/hidden"):
        person.settle()


def test_a_killed_system_is_an_exchange_without_an_answer(
    browser: Browser, mortal_notes: SystemProcess, contract: Contract
) -> None:
    person = browser.person("x", base_url=f"http://127.0.0.1:{mortal_notes.port}", contract=contract)
    person.page.goto("/page")
    mortal_notes.kill()
    person.page.get_by_role("button", name="送信").click()
    person.page.wait_for_function("performance.getEntriesByType('resource').some(e => e.name.includes('/api/notes'))")
    (exchange,) = person.settle()
    assert (exchange.operation, exchange.status, exchange.note) == ("addNote", None, "net::ERR_CONNECTION_REFUSED")
    person.close()


# --- where pages may go


@pytest.mark.parametrize(
    "stranger",
    ["https://example.com/x", "http://10.1.2.3/x", "http://localhost:{port}/x", "http://127.0.0.1:{other}/x"],
)
def test_a_page_reaches_no_undeclared_origin(
    visit: Visit, notes: SystemProcess, mortal_notes: SystemProcess, stranger: str
) -> None:
    target = stranger.format(port=notes.port, other=mortal_notes.port)
    person = visit(f"/page/fetches?path={target}")
    expect(person.page.get_by_text("failed")).to_be_visible()
    with pytest.raises(ContractViolation, match="which this environment does not declare: blocked"):
        person.settle()
    with pytest.raises(Error, match="ERR_PROXY_CONNECTION_FAILED"):
        person.page.goto(target)


def test_a_web_socket_to_an_undeclared_origin_is_blocked_and_told(visit: Visit) -> None:
    person = visit("/home")
    closed = "u => new Promise(r => { new WebSocket(u).onclose = () => r('closed') })"
    assert person.page.evaluate(closed, "wss://example.com/x") == "closed"
    with pytest.raises(ContractViolation, match="blocked"):
        person.settle()


def test_a_declared_origin_is_reached(visit: Visit, mortal_notes: SystemProcess) -> None:
    other = f"http://127.0.0.1:{mortal_notes.port}"
    person = visit("/home", origins=[other])
    person.page.goto(f"{other}/home")
    assert person.settle() == []


# --- people


def test_each_person_has_cookies_language_and_screen_of_her_own(visit: Visit, api: ApiSession) -> None:
    api.document("GET", "/sign-in")
    known, stranger = visit("/home", cookies=api.cookies, mobile=True), visit("/home")
    expect(known.page.get_by_role("heading", name="ようこそ")).to_be_visible()
    expect(stranger.page.get_by_role("heading", name="はじめまして")).to_be_visible()
    facts = "[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, innerWidth, devicePixelRatio]"
    assert known.page.evaluate(facts) == ["ja-JP", "Asia/Tokyo", 390, 1]
    assert stranger.page.evaluate(facts) == ["ja-JP", "Asia/Tokyo", 1280, 1]


def test_a_session_that_was_made_in_the_page_becomes_a_known_secret(visit: Visit) -> None:
    person = visit("/sign-in")
    person.close()
    assert "s3cr3t-session-value-42" in masking.secrets_seen()


def test_a_picture_is_a_small_jpeg(visit: Visit) -> None:
    picture = visit("/home").screenshot()
    assert picture is not None
    assert picture.startswith(b"\xff\xd8")
    assert len(picture) < 50_000


def test_a_trace_is_kept_on_request_for_its_owner_alone(visit: Visit, tmp_path: Path) -> None:
    kept, dropped = tmp_path / "private" / "佐藤花子.zip", tmp_path / "private" / "none.zip"
    visit("/home", trace=True).close(trace_to=kept)
    visit("/home").close(trace_to=dropped)
    assert kept.read_bytes().startswith(b"PK")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert not dropped.exists()


# --- death

FOR_EVER = "new Promise(() => {})"


def test_a_crashed_page_is_said_to_have_crashed_and_what_it_had_said_is_kept(
    browser: Browser, visit: Visit, exchanges: list[Exchange]
) -> None:
    person = visit("/page/fetches?path=/api/wrong/schema")
    expect(person.page.get_by_text("200")).to_be_visible()
    with pytest.raises(Error):
        person.page.goto("chrome://crash")
    with pytest.raises(Error) as error:
        person.page.evaluate(FOR_EVER)
    plain = browser.plain(error.value)
    assert isinstance(plain, BrowserCrashed)
    assert browser.plain(AssertionError("Target crashed")) is None, "the failure of a step is never hidden"
    assert "the page crashed" in str(plain)
    assert person.screenshot() is None
    assert person.picture_problem == "the page is gone"
    person.close()
    assert [(e.operation, e.status, e.note is None) for e in exchanges] == [("wrongSchema", 200, False)]
    assert browser.alive


def test_a_killed_browser_is_replaced_for_the_next_person(browser: Browser, visit: Visit) -> None:
    person = visit("/page")
    for process in browser._processes():
        process.kill()
    with pytest.raises(Error) as error:
        person.page.evaluate(FOR_EVER)
    assert "the browser died" in str(browser.plain(error.value))
    assert person.settle() == []
    person.close()
    assert visit("/home").page.get_by_role("heading").inner_text() == "はじめまして"


class Limit(Exception):
    pass


def test_a_hung_page_is_left_at_a_wall_clock_limit_and_the_next_person_has_a_browser(
    browser: Browser, visit: Visit
) -> None:
    def ring(number: int, frame: FrameType | None) -> None:
        raise Limit

    person = visit("/page/hung")
    hung = browser._processes()
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(Limit):
            person.page.evaluate("while (true) {}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    browser.kill("its time was over")
    started = time.monotonic()
    assert person.settle(patience=30) == []
    assert person.screenshot() is None
    person.close()
    assert time.monotonic() - started < 15, "it was waited for"
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in hung)
    assert visit("/home").page.get_by_role("heading").inner_text() == "はじめまして"


def test_evidence_of_a_hung_page_ends_in_time(browser: Browser, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nameraka.browser._EVIDENCE_WITHIN", 1.0)
    monkeypatch.setattr("nameraka.browser._PICTURE_WITHIN", 0.5)
    person = visit("/page/hung", timeout=0.3)
    button = person.page.get_by_role("button")

    def press_and_read() -> str:
        button.click()
        return button.inner_text()

    with pytest.raises(Error):
        press_and_read()
    started = time.monotonic()
    person.screenshot()
    assert person.picture_problem
    person.close()
    assert time.monotonic() - started < 4
    back = visit("/home")
    assert back.screenshot(), back.picture_problem


def test_a_call_that_would_never_return_ends_with_the_browser(browser: Browser, visit: Visit) -> None:
    person = visit("/home")
    with pytest.raises(Error) as error, browser.within(0.3, "it did not answer"):
        person.page.evaluate("while (true) {}")
    assert str(browser.plain(error.value)) == "the browser was killed: it did not answer within 0.3 s"
    back = visit("/home")
    assert back.screenshot(), back.picture_problem


def test_playwrights_driver_is_replaced_when_it_was_killed(browser: Browser, visit: Visit) -> None:
    person = visit("/page/fetches?path=/api/notes/latest")
    processes = browser._processes()
    driver = next(child for child in psutil.Process().children() if processes[0] in child.children())
    driver.kill()
    with pytest.raises(Error) as error:
        person.page.evaluate(FOR_EVER)
    assert "the browser died" in str(browser.plain(error.value))
    person.close()
    assert person.screenshot() is None
    back = visit("/home")
    assert back.screenshot(), back.picture_problem
    assert psutil.wait_procs(processes, timeout=5)[1] == []


def test_no_browser_process_outlives_the_harness_even_when_it_is_killed(url: str) -> None:
    script = (
        "import sys\nfrom nameraka.browser import Browser\nb = Browser()\n"
        f"p = b.person('x', base_url={url!r})\np.page.goto('/home')\n"
        "print([x.pid for x in b._processes()], flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as harness:
        assert harness.stdout is not None
        processes = [psutil.Process(pid) for pid in json.loads(harness.stdout.readline())]
        assert processes
        harness.kill()
        _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []


# --- which browser


def test_the_browser_that_is_used_is_named_with_its_version() -> None:
    choice = find_browser()
    assert "headless shell" in choice.kind
    assert "Chrom" in str(choice)


def test_a_browser_that_is_asked_for_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own"
    own.write_text("#!/bin/sh\necho Own 1.2\n")
    own.chmod(0o755)
    monkeypatch.setenv("NAMERAKA_BROWSER", str(own))
    assert str(find_browser()) == f"Own 1.2, as asked for ({own})"


def test_playwrights_own_headless_shell_goes_before_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nameraka.chromium import _playwright_downloads, find_spec

    spec = find_spec("playwright")
    assert spec is not None
    assert spec.origin is not None
    wanted = json.loads((Path(spec.origin).parent / "driver/package/browsers.json").read_text())["browsers"]
    revision = next(b["revision"] for b in wanted if b["name"] == "chromium-headless-shell")
    folder = tmp_path / f"chromium_headless_shell-{revision}"
    shell = folder / "chrome-headless-shell-linux64" / "chrome-headless-shell"
    shell.parent.mkdir(parents=True)
    shell.write_text("#!/bin/sh\necho Shell 1\n")
    shell.chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert _playwright_downloads() == {}, "a download that was broken off is not used"
    (folder / "INSTALLATION_COMPLETE").touch()
    assert find_browser().path == shell


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "is no program that can be run"),
        ("#!/bin/sh\necho 'libnss3.so: cannot open shared object file' >&2\nexit 127\n", "does not start: libnss3.so"),
    ],
)
def test_a_browser_that_is_missing_or_broken_is_told_with_the_remedy(
    tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "browser"
    if text:
        path.write_text(text)
        path.chmod(0o755)
    with pytest.raises(MissingBrowser, match=said) as error:
        find_browser(str(path))
    assert "playwright install --only-shell chromium" in str(error.value)


def test_a_machine_without_any_browser_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nameraka.chromium._candidates", lambda: iter([(Path("/nowhere/chromium"), "none")]))
    with pytest.raises(MissingBrowser, match="no Chromium that pages could be opened in"):
        find_browser()
