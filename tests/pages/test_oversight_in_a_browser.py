"""The page about the AI: a supervisor decides there, a pharmacist may look and stop, and what is refused is said."""

from __future__ import annotations

from furniture import offered
from playwright.sync_api import expect
from visitors import Open

START, STOP, CANARY = "自動返信を始める", "すぐに止める", "流し始める"
VERSIONS = {"検証する", "一つ前の版に戻す"}


def test_who_may_decide_is_offered_it_and_nobody_else(open_page: Open) -> None:
    supervisor, pharmacist = (open_page("/oversight", who) for who in ("supervisor", "first"))
    for page in (supervisor, pharmacist):
        page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    assert offered(supervisor) == {START, CANARY, *VERSIONS}
    assert offered(pharmacist) == set()
    expect(pharmacist.get_by_role("region", name="自動返信")).to_contain_text("管理薬剤師")

    start = supervisor.get_by_role("region", name="自動返信")
    start.get_by_role("textbox", name="始める理由").fill("年末の配送の問い合わせに備える")
    start.get_by_role("textbox", name="始める理由").press("Tab")
    supervisor.keyboard.press("Enter")
    expect(start.get_by_role("status")).to_contain_text("試験 七子")
    assert offered(supervisor) == {STOP, CANARY, *VERSIONS}
    expect(start.get_by_role("heading")).to_be_focused()  # what was pressed is gone
    pharmacist.reload()
    pharmacist.get_by_role("button", name=STOP).press("Enter")
    expect(pharmacist.get_by_role("region", name="自動返信").get_by_role("status")).to_contain_text("止まっています")

    supervisor.get_by_role("button", name="一つ前の版に戻す").click()
    expect(supervisor.get_by_role("alert", name="エラー")).to_contain_text("ません")
