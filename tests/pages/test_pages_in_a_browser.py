"""The pages as people use them, in a browser, against the real pharmacy."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect
from pytest_httpserver import HTTPServer
from visitors import Open, address, completion, set_clock

from nameraka.process import SystemProcess

SLOW = 15_000  # milliseconds: a restart and the reconnection after it


def send(patient: Page, text: str) -> None:
    patient.get_by_role("textbox", name="メッセージ").fill(text)
    patient.get_by_role("button", name="送信", exact=True).click()


def own(patient: Page, text: str) -> Locator:
    return patient.get_by_role("article", name="あなたのメッセージ").filter(has_text=text)


def ask(open_page: Open, text: str) -> Page:
    """A patient who has asked something that the pharmacy has received."""
    patient = open_page("/chat", "patient", phone=True)
    send(patient, text)
    expect(own(patient, text)).to_contain_text("受付済")
    return patient


def open_thread(open_page: Open, sub: str) -> Page:
    console = open_page("/console", sub)
    console.get_by_role("link", name="見本 花子").click()
    expect(console.get_by_role("group", name="アレルギー")).to_be_visible()
    return console


def claim(console: Page) -> None:
    console.get_by_role("button", name="担当する").click()
    expect(console.get_by_role("status", name="担当")).to_have_text("あなたが担当中")


def reply(console: Page, text: str) -> None:
    console.get_by_role("textbox", name="返信").fill(text)
    console.get_by_role("button", name="返信する").click()


Held = list[tuple[Route, APIResponse]]


def hold_first_answer(page: Page, url: str | re.Pattern[str], method: str = "GET") -> Held:
    """The first answer is fetched and kept back until it is released; later ones go through."""
    held: Held = []

    def hold(route: Route) -> None:
        if route.request.method == method and not held:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route(url, hold)
    return held


def release(held: Held) -> None:
    route, answer = held[0]
    route.fulfill(response=answer)


def change_urgency(console: Page) -> None:
    console.get_by_role("button", name="緊急度を変更").click()
    form = console.get_by_role("dialog", name="緊急度を変更")
    form.get_by_role("combobox", name="新しい緊急度").select_option("黄・急ぎ")
    form.get_by_role("textbox", name="変更の理由").fill("電話で確認した")
    form.get_by_role("button", name="変更する").click()
    expect(form).to_be_hidden()


def test_a_message_is_received_and_the_reply_comes_live_with_its_pharmacist(open_page: Open) -> None:
    patient = ask(open_page, "葛根湯と一緒に飲めますか")
    pharmacist = open_thread(open_page, "first")
    box = pharmacist.get_by_role("textbox", name="返信")
    expect(box).to_be_disabled()
    claim(pharmacist)
    expect(box).to_be_enabled()
    reply(pharmacist, "はい、食後にどうぞ")

    expect(pharmacist.get_by_role("status", name="返信の状態")).to_have_text("返信を送りました")
    answer = patient.get_by_role("article", name="試験 一郎の返信")
    expect(answer).to_contain_text("責任薬剤師 試験 一郎")
    expect(answer.get_by_role("paragraph")).to_have_text("はい、食後にどうぞ")


def test_what_did_not_arrive_says_so_survives_a_reload_and_is_sent_once(
    open_page: Open, pharmacy: SystemProcess
) -> None:
    patient = ask(open_page, "一通目")
    pharmacy.kill()
    send(patient, "二通目")
    expect(own(patient, "二通目")).to_contain_text("未送信")
    expect(patient.get_by_role("status", name="接続状態")).to_contain_text("接続が切れました")

    pharmacy.start()
    patient.reload()
    expect(own(patient, "二通目")).to_contain_text("未送信")
    patient.get_by_role("button", name="再送").click()
    expect(own(patient, "二通目")).to_contain_text("受付済")
    patient.reload()
    expect(own(patient, "一通目")).to_have_count(1)
    expect(own(patient, "二通目")).to_have_count(1)


def test_an_open_page_comes_back_after_a_restart_without_gap_or_double(
    open_page: Open, pharmacy: SystemProcess
) -> None:
    set_clock(pharmacy, datetime.now(UTC).isoformat())  # it goes on from there: a leap would send the pharmacist home
    patient = ask(open_page, "一通目")
    pharmacist = open_thread(open_page, "first")
    claim(pharmacist)
    pharmacy.kill()
    expect(patient.get_by_role("status", name="接続状態")).to_contain_text("接続が切れました")
    pharmacy.start()
    expect(pharmacist.get_by_role("status", name="接続状態")).to_have_text("", timeout=SLOW)
    reply(pharmacist, "おそくなりました")

    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_have_count(1, timeout=SLOW)
    expect(own(patient, "一通目")).to_have_count(1)
    send(patient, "ありがとうございます")
    expect(pharmacist.get_by_role("article", name="見本 花子さんのメッセージ")).to_have_count(2, timeout=SLOW)


def test_a_page_that_nobody_saw_for_a_while_catches_up(open_page: Open) -> None:
    patient = ask(open_page, "一通目")
    pharmacist = open_thread(open_page, "first")
    become = "state => { Object.defineProperty(document, 'visibilityState', {value: state, configurable: true}); document.dispatchEvent(new Event('visibilitychange')) }"
    pharmacist.evaluate(become, "hidden")
    send(patient, "二通目")
    expect(own(patient, "二通目")).to_contain_text("受付済")
    expect(pharmacist.get_by_role("article", name="見本 花子さんのメッセージ")).to_have_count(1)
    pharmacist.evaluate(become, "visible")
    expect(pharmacist.get_by_role("article", name="見本 花子さんのメッセージ")).to_have_count(2)


def test_a_message_that_is_too_long_is_not_sent_and_says_why(open_page: Open) -> None:
    patient = open_page("/chat", "patient", phone=True)
    send(patient, "長" * 5001)
    message = patient.get_by_role("article", name="あなたのメッセージ")
    expect(message).to_contain_text("5,000文字まで")
    message.get_by_role("button", name="取り消す").click()
    expect(message).to_have_count(0)
    longest = "𠮷🙂" * 2500
    send(patient, longest)
    expect(message).to_contain_text("受付済")
    assert message.get_by_role("paragraph").text_content() == longest


def test_a_message_that_was_never_acknowledged_is_not_shown_as_received(open_page: Open) -> None:
    patient = open_page("/chat", "patient", phone=True)
    patient.route("**/messages", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    send(patient, "届きません")
    expect(own(patient, "届きません")).to_contain_text("未送信")
    expect(patient.get_by_text("受付済")).to_have_count(0)


def test_an_acknowledgement_that_was_lost_leads_to_one_message(open_page: Open) -> None:
    patient = open_page("/chat", "patient", phone=True)
    lost: list[APIResponse] = []

    def lose_first_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    patient.route("**/messages", lose_first_answer)
    send(patient, "一度だけ")
    patient.get_by_role("button", name="再送").click()
    expect(patient.get_by_role("button", name="再送")).to_have_count(0)
    expect(own(patient, "一度だけ")).to_have_count(1)
    expect(own(patient, "一度だけ")).to_contain_text("受付済")


def test_a_message_that_comes_back_live_before_its_acknowledgement_is_shown_once(open_page: Open) -> None:
    patient = ask(open_page, "一通目")
    pharmacist = open_thread(open_page, "first")
    held = hold_first_answer(patient, "**/messages", "POST")
    send(patient, "二通目")
    claim(pharmacist)
    expect(pharmacist.get_by_role("article", name="見本 花子さんのメッセージ")).to_have_count(2)
    pharmacist.get_by_role("button", name="新しいメッセージを確認した").click()
    reply(pharmacist, "読みました")
    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_be_visible()
    expect(own(patient, "二通目")).to_have_count(1)
    expect(own(patient, "二通目")).to_contain_text("送信中")
    release(held)
    expect(own(patient, "二通目")).to_contain_text("受付済")
    expect(own(patient, "二通目")).to_have_count(1)
    expect(patient.get_by_role("article")).to_have_text(
        [re.compile("一通目"), re.compile("二通目"), re.compile("読みました")]
    )


def test_a_red_flag_stands_out_with_a_telephone_link_and_heads_the_queue(open_page: Open) -> None:
    patient = ask(open_page, "急に胸が締めつけられるように痛くて息が苦しい")
    guidance = patient.get_by_role("alert", name="緊急のご案内")
    expect(guidance.get_by_role("link", name="119に電話する")).to_have_attribute("href", "tel:119")
    console = open_page("/console", "first")
    row = console.get_by_role("table", name="相談一覧").get_by_role("row").nth(1)
    expect(row).to_contain_text("赤・緊急")
    row.get_by_role("link", name="見本 花子").click()
    expect(console.get_by_role("note", name="AI下書きは使えません")).to_contain_text("赤旗症状")
    expect(console.get_by_role("button", name="AI下書きを依頼")).to_be_disabled()


def test_at_night_the_patient_is_told_when_somebody_will_answer(open_page: Open, pharmacy: SystemProcess) -> None:
    set_clock(pharmacy, "2026-06-01T22:00:00+09:00")
    patient = ask(open_page, "眠れません")
    notice = patient.get_by_role("note", name="受付時間外のお知らせ")
    expect(notice).to_contain_text("6月2日 09:00")
    expect(notice.get_by_role("link", name="#7119").first).to_be_visible()
    expect(patient.get_by_role("article", name="自動メッセージ")).to_contain_text("自動")


def test_the_queue_is_live(open_page: Open) -> None:
    console = open_page("/console", "first")
    expect(console.get_by_text("対応待ちの相談はありません。")).to_be_visible()
    ask(open_page, "眠くなりますか")
    row = console.get_by_role("row").filter(has=console.get_by_role("link", name="見本 花子"))
    expect(row).to_contain_text("返信待ち")
    claim(open_thread(open_page, "second"))
    expect(row).to_contain_text("試験 二葉")


def test_the_chart_is_saved_and_stands_beside_the_conversation(open_page: Open) -> None:
    patient = ask(open_page, "痛み止めについて")
    pharmacist = open_thread(open_page, "first")
    expect(pharmacist.get_by_role("group", name="アレルギー")).to_contain_text("まだ記入していません")
    patient.get_by_role("button", name="わたしのカルテ").click()
    chart = patient.get_by_role("dialog", name="わたしのカルテ")
    chart.get_by_role("textbox", name="アレルギー").fill("ペニシリン\nそば\n")
    chart.get_by_role("textbox", name="服用中のお薬").fill("ワルファリン")
    chart.get_by_role("radiogroup", name="妊娠・授乳").get_by_role("radio", name="いいえ").check()
    chart.get_by_role("button", name="カルテを保存").click()
    expect(chart.get_by_role("status", name="カルテの保存")).to_have_text("保存しました")

    expect(pharmacist.get_by_role("group", name="アレルギー").get_by_role("listitem")).to_have_text(
        ["ペニシリン", "そば"]
    )
    expect(pharmacist.get_by_role("group", name="服用中のお薬")).to_contain_text("ワルファリン")
    expect(pharmacist.get_by_role("group", name="妊娠・授乳")).to_contain_text("いいえ")


def test_a_reply_waits_until_the_new_message_is_read(open_page: Open) -> None:
    patient = ask(open_page, "頭が痛いです")
    pharmacist = open_thread(open_page, "first")
    claim(pharmacist)
    send(patient, "妊娠しています")
    expect(pharmacist.get_by_role("alert", name="新しいメッセージ")).to_be_visible()
    reply(pharmacist, "市販の痛み止めをどうぞ")
    expect(pharmacist.get_by_role("alert", name="エラー")).to_contain_text("新しいメッセージ")
    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_have_count(0)

    pharmacist.get_by_role("button", name="新しいメッセージを確認した").click()
    expect(pharmacist.get_by_role("alert")).to_have_count(0)
    expect(pharmacist.get_by_role("textbox", name="返信")).to_have_value("市販の痛み止めをどうぞ")
    reply(pharmacist, "妊娠中は医師に相談してください")
    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_contain_text("医師に相談")


def test_a_pharmacist_may_answer_twice_but_not_over_a_colleague(open_page: Open) -> None:
    patient = ask(open_page, "眠くなりますか")
    first, second = open_thread(open_page, "first"), open_thread(open_page, "second")
    claim(first)
    expect(second.get_by_role("status", name="担当")).to_have_text("試験 一郎さんが担当中")
    expect(second.get_by_role("button", name="担当する")).to_be_hidden()
    expect(second.get_by_role("textbox", name="返信")).to_be_disabled()
    reply(first, "少し眠くなります")
    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_have_count(1)
    reply(first, "運転はお控えください")
    expect(patient.get_by_role("article", name="試験 一郎の返信")).to_have_count(2)

    first.get_by_role("button", name="担当を外す").click()
    claim(second)
    reply(second, "眠くなりません")
    expect(second.get_by_role("alert", name="エラー")).to_contain_text("返信済み")
    expect(patient.get_by_role("article", name="試験 二葉の返信")).to_have_count(0)


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


def test_urgency_is_changed_with_a_reason_only(open_page: Open) -> None:
    ask(open_page, "急に胸が締めつけられるように痛い")
    pharmacist = open_thread(open_page, "first")
    pharmacist.get_by_role("button", name="緊急度を変更").click()
    form = pharmacist.get_by_role("dialog", name="緊急度を変更")
    form.get_by_role("combobox", name="新しい緊急度").select_option("黄・急ぎ")
    form.get_by_role("button", name="変更する").click()
    expect(form.get_by_role("alert", name="エラー")).to_have_text("変更の理由を書いてください。")
    expect(form.get_by_role("textbox", name="変更の理由")).to_be_focused()
    form.get_by_role("textbox", name="変更の理由").fill("電話で確認した。すでに受診している")
    form.get_by_role("button", name="変更する").click()
    expect(form).to_be_hidden()
    expect(pharmacist.get_by_role("group", name="緊急度")).to_contain_text("黄・急ぎ")


@pytest.mark.parametrize(
    ("sub", "path", "title"),
    [
        (None, "/chat", "サインインが必要です"),
        (None, "/console", "サインインが必要です"),
        ("patient", "/console", "職員用の画面です"),
        ("first", "/chat", "患者さん用の画面です"),
        ("password", "/console", "二要素認証が必要です"),
        ("device", "/console", "この端末では利用できません"),
        ("first", "/console/0f3c9a5e7b1d4c2680aa51e2f7c4d9b3", "相談が見つかりません"),
    ],
)
def test_a_page_that_is_not_for_somebody_says_why(open_page: Open, sub: str | None, path: str, title: str) -> None:
    page = open_page(path, sub)
    refused = page.get_by_role("region", name="ご利用いただけません")
    expect(refused.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("log")).to_have_count(0)
    expect(page.get_by_role("table")).to_have_count(0)


def test_a_clerk_sees_the_queue_and_no_conversation(open_page: Open) -> None:
    ask(open_page, "眠くなりますか")
    clerk = open_page("/console", "clerk")
    clerk.get_by_role("link", name="見本 花子").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("この画面を使う権限がありません")
    expect(clerk.get_by_text("眠くなりますか")).to_have_count(0)


def test_the_language_button_keeps_what_is_being_typed(open_page: Open) -> None:
    patient = open_page("/chat", "patient", phone=True)
    patient.get_by_role("textbox", name="メッセージ").fill("書きかけ")
    patient.get_by_role("button", name="English").click()
    expect(patient.get_by_role("heading", level=1)).to_have_text("Ask a pharmacist")
    expect(patient.locator("html")).to_have_attribute("lang", "en")
    expect(patient.get_by_role("textbox", name="Message")).to_have_value("書きかけ")
    patient.get_by_role("button", name="Send").click()
    expect(patient.get_by_role("article", name="Your message")).to_contain_text("Received")
    patient.get_by_role("button", name="日本語").click()
    expect(patient.get_by_role("heading", level=1)).to_have_text("薬剤師への相談")


def test_the_keyboard_alone_is_enough_to_send(open_page: Open) -> None:
    patient = open_page("/chat", "patient", phone=True)
    box = patient.get_by_role("textbox", name="メッセージ")
    expect(box).to_be_enabled()
    box.focus()
    patient.keyboard.type("一行目")
    patient.keyboard.press("Enter")
    patient.keyboard.type("二行目")
    patient.keyboard.press("Tab")
    expect(patient.get_by_role("button", name="送信", exact=True)).to_be_focused()
    patient.keyboard.press("Enter")
    expect(own(patient, "一行目\n二行目")).to_contain_text("受付済")


def test_signing_out_with_unsent_words_asks_first(open_page: Open) -> None:
    patient = open_page("/chat", "patient", phone=True)
    patient.route("**/messages", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    send(patient, "届きません")
    expect(own(patient, "届きません")).to_contain_text("未送信")
    patient.get_by_role("button", name="サインアウト", exact=True).click()
    warning = patient.get_by_role("dialog", name="未送信のメッセージがあります")
    warning.get_by_role("button", name="やめる").click()
    expect(own(patient, "届きません")).to_contain_text("未送信")
    patient.get_by_role("button", name="サインアウト", exact=True).click()
    warning.get_by_role("button", name="消してサインアウト").click()
    expect(patient.get_by_role("link", name="患者としてサインイン")).to_be_visible()


def test_nothing_on_a_page_moves_while_it_loads(open_page: Open) -> None:
    ask(open_page, "眠くなりますか")
    pharmacist = open_thread(open_page, "first")
    pharmacist.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => { for (const shift of list.getEntries()) window.moved += shift.value })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    pharmacist.reload()
    expect(pharmacist.get_by_role("article")).to_have_count(1)
    assert pharmacist.evaluate("window.moved") == 0


def test_whoever_has_signed_in_is_led_on_from_the_start_page(open_page: Open) -> None:
    expect(open_page("/", "patient").get_by_role("heading", level=1)).to_have_text("薬剤師への相談")
    expect(open_page("/", "first").get_by_role("heading", level=1)).to_have_text("相談一覧")


def test_signing_out_leaves_nothing_on_the_device(open_page: Open, pharmacy: SystemProcess) -> None:
    patient = open_page("/chat", "patient", phone=True)
    patient.get_by_role("textbox", name="メッセージ").fill("書きかけ")
    patient.get_by_role("button", name="サインアウト").click()
    expect(patient.get_by_role("link", name="患者としてサインイン")).to_be_visible()
    assert patient.evaluate("localStorage.length + sessionStorage.length") == 0
    patient.goto(f"{address(pharmacy)}/chat")
    expect(patient.get_by_role("heading", level=1)).to_have_text("サインインが必要です")
