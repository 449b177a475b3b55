"""An AI draft on the console: asked for, opened, corrected, approved and sent by a pharmacist, or not at all."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from pytest_httpserver import HTTPServer
from talking import ask, change_urgency, claim, hold_first_answer, open_thread, release, reply, send
from visitors import Open, completion


def test_a_draft_is_opened_corrected_approved_and_sent_in_separate_steps(open_page: Open, ai: HTTPServer) -> None:
    ai.expect_request("/v1/chat/completions").respond_with_json(
        completion("アモキシシリン250mgを1日3回飲んでください。")
    )
    patient = open_page("/chat", "patient", phone=True)
    patient.get_by_role("button", name="わたしのカルテ").click()
    patient.get_by_role("textbox", name="アレルギー").fill("ペニシリン")
    patient.get_by_role("button", name="カルテを保存").click()
    expect(patient.get_by_role("status", name="カルテの保存")).to_have_text("保存しました")
    patient.get_by_role("button", name="閉じる").click()
    send(patient, "のどが痛いです")
    pharmacist = open_thread(open_page, "first")
    claim(pharmacist)
    panel = pharmacist.get_by_role("region", name="AI下書き")
    status, text = panel.get_by_role("status", name="下書きの状態"), panel.get_by_role("textbox", name="下書き本文")
    approve, finish = panel.get_by_role("button", name="承認"), panel.get_by_role("button", name="送信")

    panel.get_by_role("button", name="AI下書きを依頼").click()
    expect(status).to_contain_text("未開封")
    expect(text).to_have_count(0)
    panel.get_by_role("button", name="開く").click()
    expect(panel.get_by_role("alert", name="下書きの警告")).to_contain_text("ペニシリン")
    expect(approve).to_be_disabled()
    expect(text).to_be_focused()
    text.fill("うがいをして、熱が出たら受診してください。")
    expect(approve).to_be_disabled()
    panel.get_by_role("button", name="編集を保存").click()
    expect(panel.get_by_role("alert", name="下書きの警告")).to_have_count(0)
    expect(finish).to_be_disabled()
    expect(approve).to_be_focused()
    approve.click()
    expect(status).to_contain_text("承認済み")
    expect(finish).to_be_focused()
    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_have_count(0)
    finish.click()

    expect(status).to_have_text("送信済み")
    expect(panel.get_by_role("button", name="AI下書きを依頼")).to_be_enabled()
    answer = patient.get_by_role("article", name="試験 一郎の返信")
    expect(answer.get_by_role("paragraph")).to_have_text("うがいをして、熱が出たら受診してください。")


def test_a_draft_dies_when_the_patient_writes_again(open_page: Open, ai: HTTPServer) -> None:
    ai.expect_request("/v1/chat/completions").respond_with_json(completion("水分をとってお休みください。"))
    patient = ask(open_page, "だるいです")
    pharmacist = open_thread(open_page, "first")
    claim(pharmacist)
    panel = pharmacist.get_by_role("region", name="AI下書き")
    panel.get_by_role("button", name="AI下書きを依頼").click()
    panel.get_by_role("button", name="開く").click()
    panel.get_by_role("button", name="承認").click()
    expect(panel.get_by_role("status", name="下書きの状態")).to_contain_text("承認済み")
    send(patient, "熱も出てきました")
    expect(panel.get_by_role("status", name="下書きの状態")).to_contain_text("失効")
    expect(panel.get_by_role("button", name="送信")).to_have_count(0)


def test_what_was_read_of_a_draft_before_it_was_opened_does_not_close_it_again(open_page: Open, ai: HTTPServer) -> None:
    ai.expect_request("/v1/chat/completions").respond_with_json(completion("水分をとってお休みください。"))
    ask(open_page, "だるいです")
    pharmacist = open_thread(open_page, "first")
    claim(pharmacist)
    of_thread, of_draft = re.compile(r"/api/threads/[^/]+$"), re.compile(r"/api/threads/[^/]+/drafts/[^/]+$")
    late = hold_first_answer(pharmacist, of_thread)
    with pharmacist.expect_request(of_thread):  # it is read while there is no draft
        change_urgency(open_thread(open_page, "second"))
    panel = pharmacist.get_by_role("region", name="AI下書き")
    panel.get_by_role("button", name="AI下書きを依頼").click()
    expect(panel.get_by_role("button", name="開く")).to_be_visible()
    later = hold_first_answer(pharmacist, of_draft)
    with pharmacist.expect_request(of_draft):  # and so what has become of the draft is asked for
        release(late)
    panel.get_by_role("button", name="開く").click()
    expect(panel.get_by_role("textbox", name="下書き本文")).to_be_visible()
    with pharmacist.expect_response(of_draft):
        release(later)
    panel.get_by_role("button", name="承認").click()
    expect(panel.get_by_role("status", name="下書きの状態")).to_contain_text("承認済み")


def test_a_draft_in_work_is_there_again_after_a_reload(open_page: Open, ai: HTTPServer) -> None:
    ai.expect_request("/v1/chat/completions").respond_with_json(completion("水分をとってお休みください。"))
    ask(open_page, "だるいです")
    pharmacist = open_thread(open_page, "first")
    claim(pharmacist)
    pharmacist.get_by_role("button", name="AI下書きを依頼").click()
    pharmacist.get_by_role("button", name="開く").click()
    pharmacist.get_by_role("textbox", name="返信").fill("書きかけ")
    pharmacist.reload()
    expect(pharmacist.get_by_role("textbox", name="下書き本文")).to_have_value("水分をとってお休みください。")
    expect(pharmacist.get_by_role("textbox", name="返信")).to_have_value("書きかけ")


def test_without_the_ai_chat_and_manual_reply_go_on(open_page: Open, ai: HTTPServer) -> None:
    ai.expect_request("/v1/chat/completions").respond_with_data("", status=500)
    patient = ask(open_page, "眠くなりますか")
    pharmacist = open_thread(open_page, "first")
    claim(pharmacist)
    pharmacist.get_by_role("button", name="AI下書きを依頼").click()
    expect(pharmacist.get_by_role("alert", name="AI利用不可")).to_contain_text("手動の返信はこれまでどおり")
    expect(pharmacist.get_by_role("textbox", name="下書き本文")).to_have_count(0)
    reply(pharmacist, "少し眠くなります")
    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_be_visible()
