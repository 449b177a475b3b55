"""What patients and pharmacists do on their pages, for tests of anything beyond it."""

from __future__ import annotations

import re

from playwright.sync_api import APIResponse, Locator, Page, Route, expect
from visitors import Open


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
