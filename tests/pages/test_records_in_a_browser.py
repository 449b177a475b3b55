"""The pages of records and personal data: on a phone, in both languages, without what one may not do."""

from __future__ import annotations

from visitors import Open


def test_the_patient_s_page_fits_a_phone_and_speaks_english(open_page: Open) -> None:
    page = open_page("/privacy", "patient", phone=True)
    page.get_by_role("button", name="同意を撤回する").click()
    page.get_by_role("button", name="同意する", exact=True).wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Agree", exact=True).wait_for()
    assert page.get_by_role("combobox", name="Kind of request").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_pharmacist_writes_by_keyboard_and_is_not_offered_what_is_the_supervisor_s(open_page: Open) -> None:
    chat = open_page("/chat", "patient", phone=True)
    thread_id = chat.evaluate("fetch('/api/me').then(answer => answer.json()).then(me => me.thread_id)")
    page = open_page(f"/console/{thread_id}/record", "first")
    page.get_by_role("textbox", name="S 主観的情報").focus()
    for text in ("胃が痛い", "空腹時に服用", "経過をみる", "食後に"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("article", name="現在の版").get_by_text("胃が痛い").wait_for()
    for name in ("廃棄する", "統合する", "保全を指示する"):
        assert not page.get_by_role("button", name=name, exact=True).is_visible()


def test_personal_data_is_no_page_for_a_pharmacist(open_page: Open) -> None:
    page = open_page("/protection", "first")
    page.get_by_role("region", name="ご利用いただけません").get_by_role("heading").wait_for()
    assert not page.get_by_role("button", name="漏えいの対応を始める").is_visible()
