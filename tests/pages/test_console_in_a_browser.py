"""The pharmacist's console beyond one answer: quick replies, corrections, handing over, the suggest key."""

from __future__ import annotations

from playwright.sync_api import expect
from pytest_httpserver import HTTPServer
from test_pages_in_a_browser import ask, claim, open_thread, reply
from visitors import Open, completion


def test_a_quick_reply_leads_to_its_first_open_place_and_is_sent_when_filled_in(open_page: Open) -> None:
    ask(open_page, "飲み方は")
    console = open_thread(open_page, "first")
    claim(console)
    box, send = console.get_by_role("textbox", name="返信"), console.get_by_role("button", name="返信する")
    console.get_by_role("combobox", name="定型文").select_option("調べてからお返事する")
    console.get_by_role("button", name="返信に入れる").click()
    expect(send).to_be_disabled()
    expect(console.get_by_role("status", name="未記入の項目")).to_contain_text("{{時刻}}")
    console.keyboard.type("18時")  # the open place is selected: typing fills it in
    expect(box).to_have_value("確認して、18時までにお返事します。急に悪くなったときは待たずに119に電話してください。")
    expect(send).to_be_enabled()
    expect(console.get_by_role("status", name="未記入の項目")).to_be_empty()


def test_a_correction_reaches_the_open_page_of_the_patient_live(open_page: Open) -> None:
    patient = ask(open_page, "何回ですか")
    console = open_thread(open_page, "first")
    claim(console)
    reply(console, "1日3回")
    expect(patient.get_by_role("article", name="試験 一郎の返信")).not_to_contain_text("訂正されました")
    console.get_by_role("button", name="訂正する").click()
    dialog = console.get_by_role("dialog", name="返信の訂正")
    expect(dialog.get_by_role("button", name="訂正を送る")).to_be_disabled()
    dialog.get_by_role("textbox", name="訂正後の文").fill("1日2回")
    dialog.get_by_role("button", name="訂正を送る").click()
    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_contain_text("訂正されました")
    expect(patient.get_by_role("article", name="試験 一郎の訂正")).to_contain_text("1日2回")


def test_a_handover_is_offered_and_accepted_item_by_item(open_page: Open) -> None:
    ask(open_page, "胸が痛いです")
    giver = open_thread(open_page, "first")
    claim(giver)
    giver.get_by_role("textbox", name="申し送りの言葉").fill("お願いします")
    giver.get_by_role("button", name="申し送る").click()
    receiver = open_thread(open_page, "second")
    accept = receiver.get_by_role("button", name="すべて確認して受け取る")
    expect(accept).to_be_disabled()
    expect(receiver.get_by_role("button", name="担当する")).to_be_hidden()
    receiver.get_by_role("checkbox", name="赤旗症状: 胸が痛いです").check()
    accept.click()
    expect(receiver.get_by_role("status", name="担当", exact=True)).to_have_text("あなたが担当中")
    expect(giver.get_by_role("status", name="担当", exact=True)).to_have_text("試験 二葉さんが担当中")


def test_the_suggest_key_ends_in_the_text_of_the_draft(open_page: Open, ai: HTTPServer) -> None:
    ai.expect_request("/v1/chat/completions").respond_with_json(completion("水でお飲みください"))
    patient = ask(open_page, "何で飲みますか")
    console = open_thread(open_page, "first")
    claim(console)
    console.keyboard.press("Alt+g")
    text = console.get_by_role("textbox", name="下書き本文")
    expect(text).to_be_focused()
    console.keyboard.press("Enter")
    expect(console.get_by_role("button", name="承認")).to_be_disabled()
    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_have_count(0)
