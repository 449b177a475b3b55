"""A pharmacist works without a mouse: every step is reached by Tab in its order, and the focus is never lost on the way."""

from __future__ import annotations

from furniture import AMLODIPINE, Branch, begin, call
from playwright.sync_api import Locator, Page, expect
from visitors import Open, address

from nameraka.process import SystemProcess

FAR = 60
"""More presses of Tab than any page has stops."""
NOWHERE = "document.activeElement === null || document.activeElement === document.body"
SEEN = "one => getComputedStyle(one).outlineStyle !== 'none' && one.checkVisibility()"


def go_to(page: Page, target: Locator) -> None:
    """Tab to it; what has the focus there is seen to have it."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            assert target.evaluate(SEEN)
            return
    raise AssertionError(f"{FAR} times Tab, and not at {target}")


def press(page: Page, name: str) -> None:
    go_to(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def stays_near(page: Page) -> None:
    """Whoever pressed what is gone now is not thrown back to the beginning of the page."""
    page.wait_for_function(f"() => !({NOWHERE})")
    expect(page.get_by_role("main").locator(":focus")).to_have_count(1)


def begun(open_page: Open, pharmacy: SystemProcess) -> Branch:
    branch = begin(open_page, pharmacy)
    call(branch.patient, "POST", f"{branch.thread}/messages", {"text": "飲み忘れました"})
    return branch


def test_a_question_is_answered_by_keyboard_alone(open_page: Open, pharmacy: SystemProcess) -> None:
    page = begun(open_page, pharmacy).first
    go_to(page, page.get_by_role("link", name="見本 花子"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="アレルギー")).to_be_visible()
    press(page, "担当する")
    expect(page.get_by_role("status", name="担当", exact=True)).to_have_text("あなたが担当中")
    stays_near(page)
    go_to(page, page.get_by_role("textbox", name="返信"))
    page.keyboard.type("次の時間に1回分だけ飲んでください。")
    press(page, "返信する")
    expect(page.get_by_role("status", name="返信の状態")).to_have_text("返信を送りました")
    stays_near(page)

    opener = page.get_by_role("button", name="緊急度を変更")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="緊急度を変更")
    expect(dialog.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_prescription_is_reviewed_dispensed_checked_and_sent_by_keyboard_alone(
    open_page: Open, pharmacy: SystemProcess
) -> None:
    branch = begun(open_page, pharmacy)
    paper = branch.receive(AMLODIPINE)
    page, state = branch.first, branch.first.get_by_role("status", name="処方箋の状態")
    branch.view(page, paper)
    for step, words in (("処方監査を始める", "処方監査中"), ("調剤する", "調剤済み")):
        press(page, step)
        expect(state).to_have_text(words)
        stays_near(page)

    branch.guided(paper)
    where = {"name": "見本 花子", "address": "架空県架空市1-2-3"}
    call(branch.patient, "PUT", "/api/me/address", where)
    page, state = branch.second, branch.second.get_by_role("status", name="処方箋の状態")
    branch.view(page, paper, "/delivery")
    go_to(page, page.get_by_role("textbox", name="薬袋の患者番号"))
    for typed in (branch.identifier, "02000000000039", "28"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="鑑査する")).to_be_focused()
    page.keyboard.press("Enter")
    expect(state).to_have_text("鑑査済み")
    stays_near(page)
    press(page, "患者と届け先を確認した")
    expect(page.get_by_text("確認済み: 見本 花子")).to_be_visible()
    stays_near(page)
    press(page, "発送を依頼する")
    expect(state).to_have_text("発送済み")
    stays_near(page)


def test_every_page_begins_with_a_way_past_its_head_and_holds_nobody(open_page: Open, pharmacy: SystemProcess) -> None:
    branch = begun(open_page, pharmacy)
    paper, page = branch.receive(AMLODIPINE), branch.first
    console = f"/console/{branch.thread_id}"
    papers = ["/console/prescriptions", f"/console/prescriptions/{paper}", f"/console/prescriptions/{paper}/delivery"]
    for path in (
        "/console",
        console,
        f"{console}/record",
        f"{console}/guidance",
        f"{console}/exports",
        "/console/orders",
        *papers,
    ):
        page.goto(address(pharmacy) + path)
        page.wait_for_function(
            "() => ![...document.querySelectorAll('[aria-busy=true]')].some(one => one.checkVisibility())"
        )
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="本文へ進む")
        expect(skip).to_be_focused()
        page.keyboard.press("Shift+Tab")
        go_to(page, skip)  # round the whole page and back
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_role("main").locator(":focus")).to_have_count(1)
