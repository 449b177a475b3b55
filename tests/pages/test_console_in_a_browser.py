"""The pharmacist's console in a browser: queue, claim and answer, urgency, quick replies, corrections, handing over, the suggest key."""

from __future__ import annotations

from playwright.sync_api import expect
from pytest_httpserver import HTTPServer
from talking import ask, claim, open_thread, reply, send
from visitors import Open, completion


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


def test_the_queue_is_live(open_page: Open) -> None:
    console = open_page("/console", "first")
    expect(console.get_by_text("対応待ちの相談はありません。")).to_be_visible()
    ask(open_page, "眠くなりますか")
    row = console.get_by_role("row").filter(has=console.get_by_role("link", name="見本 花子"))
    expect(row).to_contain_text("返信待ち")
    claim(open_thread(open_page, "second"))
    expect(row).to_contain_text("試験 二葉")


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


def test_a_clerk_sees_the_queue_and_no_conversation(open_page: Open) -> None:
    ask(open_page, "眠くなりますか")
    clerk = open_page("/console", "clerk")
    clerk.get_by_role("link", name="見本 花子").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("この画面を使う権限がありません")
    expect(clerk.get_by_text("眠くなりますか")).to_have_count(0)


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
