"""What every page does, in a browser: saying no, the language, the keyboard, leaving nothing behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from talking import ask, open_thread, own, send
from visitors import Open, address

from nameraka.process import SystemProcess


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
