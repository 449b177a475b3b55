"""The patient's chat in a browser, against the real pharmacy: what was sent is never lost, doubled or only seemingly received."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import APIResponse, Route, expect
from talking import ask, claim, hold_first_answer, open_thread, own, release, reply, send
from visitors import Open, set_clock

from nameraka.process import SystemProcess

SLOW = 15_000  # milliseconds: a restart and the reconnection after it


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


def test_at_night_the_patient_is_told_when_somebody_will_answer(open_page: Open, pharmacy: SystemProcess) -> None:
    set_clock(pharmacy, "2026-06-01T22:00:00+09:00")
    patient = ask(open_page, "眠れません")
    notice = patient.get_by_role("note", name="受付時間外のお知らせ")
    expect(notice).to_contain_text("6月2日 09:00")
    expect(notice.get_by_role("link", name="#7119").first).to_be_visible()
    expect(patient.get_by_role("article", name="自動メッセージ")).to_contain_text("自動")
