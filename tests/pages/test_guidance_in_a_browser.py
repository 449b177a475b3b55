"""Guidance by video on the pages: nothing is offered before its turn, on a phone and by the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from talking import ask, open_thread
from visitors import Open

NO_WIDER = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def plan(console: Page) -> None:
    console.get_by_role("link", name="服薬指導", exact=True).click()
    console.get_by_role("textbox", name="ほかに説明する薬").fill("架空ディスカス")
    console.get_by_role("button", name="服薬指導を予定する").click()
    expect(console.get_by_role("status", name="操作の結果")).to_have_text("服薬指導を予定しました")


def test_a_patient_reads_the_notice_on_a_phone_and_accepts_it(open_page: Open) -> None:
    patient = ask(open_page, "使い方は")
    console = open_thread(open_page, "first")
    plan(console)
    patient.get_by_role("link", name="服薬指導", exact=True).click()
    notice = patient.get_by_role("region", name="通話の前にお読みください")
    expect(notice.get_by_role("heading")).to_have_text(["情報が漏れる危険", "責任の所在", "オンラインで行うかの判断"])
    expect(patient.get_by_text("薬剤師 試験 一郎（登録番号 第000001号）")).to_be_visible()
    expect(patient.get_by_role("button", name="この薬剤師の通話に入る")).to_have_count(0)
    assert patient.evaluate(NO_WIDER)
    patient.get_by_role("button", name="English").click()
    patient.get_by_role("button", name="Accept", exact=True).click()
    expect(patient.get_by_role("status").filter(has_text="Accepted")).to_be_visible()
    expect(patient.get_by_role("button", name="Accept", exact=True)).to_have_count(0)
    assert patient.evaluate(NO_WIDER)


def test_a_pharmacist_is_offered_each_step_in_its_turn_and_takes_it_by_the_keyboard(open_page: Open) -> None:
    patient = ask(open_page, "使い方は")
    console = open_thread(open_page, "first")
    plan(console)
    visit = console.get_by_role("article", name="見本 花子さんの服薬指導")
    expect(visit.get_by_role("form", name="患者の本人確認")).to_have_count(0)
    expect(visit.get_by_role("button", name="ホストとして通話を始める")).to_have_count(0)
    patient.goto(patient.url.replace("/chat", "/guidance"))
    patient.get_by_role("button", name="同意する", exact=True).click()
    expect(patient.get_by_role("status").filter(has_text="同意済み")).to_be_visible()
    console.reload()
    visit.get_by_role("textbox", name="示された氏名").focus()
    console.keyboard.type("見本 花子")
    console.keyboard.press("Tab")
    console.keyboard.type("1980-04-01")
    console.keyboard.press("Enter")
    expect(visit.get_by_role("status").first).to_contain_text("本人確認済み")
    visit.get_by_role("button", name="ホストとして通話を始める").press("Enter")
    expect(console.get_by_role("alert", name="エラー")).to_have_text("ビデオ通話を利用できません")
    expect(visit.get_by_role("form", name="服薬指導の完了")).to_have_count(0)
