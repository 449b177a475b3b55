"""The shop on a phone and the console's orders by keyboard, as people use them, against the real pharmacy."""

from __future__ import annotations

from playwright.sync_api import expect
from visitors import Open

PRODUCT = "みほん整腸薬G"


def test_a_patient_orders_on_a_phone_and_a_pharmacist_sells_by_keyboard(open_page: Open) -> None:
    patient = open_page("/shop", "patient", phone=True)
    counter = patient.get_by_role("article", name="みほん特定要指導薬F")
    expect(counter).to_contain_text("店頭でのみ販売")
    expect(counter.get_by_role("spinbutton")).to_have_count(0)
    assert patient.evaluate("document.documentElement.scrollWidth <= innerWidth")

    patient.get_by_label(f"{PRODUCT}の数量").fill("1")
    patient.get_by_role("button", name="注文する").click()
    order = patient.get_by_role("region", name="あなたの注文").get_by_role("article", name=PRODUCT)
    order.get_by_role("radio", name="いいえ").check()
    order.get_by_label("症状と、買う理由").fill("おなかの調子")
    order.get_by_role("button", name="回答を送る").click()
    expect(order).to_contain_text("薬剤師の確認待ち")

    console = open_page("/console/orders", "first")
    row = console.get_by_role("region", name="注文", exact=True).get_by_role("article", name=PRODUCT)
    row.get_by_role("button", name="販売する", exact=True).focus()
    console.keyboard.press("Enter")
    expect(row).to_contain_text("出荷できます")
    expect(row.get_by_role("button", name="販売する", exact=True)).to_have_count(0)
    expect(console.get_by_role("table", name="販売記録")).to_contain_text(PRODUCT)


def test_a_basket_without_a_product_is_not_sent_and_the_shop_is_english_too(open_page: Open) -> None:
    patient = open_page("/shop", "patient", phone=True)
    patient.get_by_role("button", name="注文する").click()
    expect(patient.get_by_role("alert", name="エラー")).to_have_text("数量を入れてください")
    patient.get_by_role("button", name="English").click()
    expect(patient.get_by_role("heading", name="Shop", exact=True)).to_be_visible()
    expect(patient.get_by_label("Quantity of Mihon Kakkonto")).to_be_visible()
