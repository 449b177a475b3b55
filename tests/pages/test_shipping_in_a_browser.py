"""The pages of shipping and receipt: what is offered is what the tables allow; what does not match is said in words."""

from __future__ import annotations

import json
import uuid

import requests
from furniture import AMLODIPINE, begin, call, offered
from hamcrest import has_entry
from playwright.sync_api import Page, expect
from pytest_httpserver import HTTPServer
from visitors import Open, address
from werkzeug import Request, Response

from nameraka import eventually
from nameraka.process import SystemProcess
from pharmacy.delivery.carrier import signature

CHECK, CONFIRM, SHIP = "鑑査する", "患者と届け先を確認した", "発送を依頼する"
HAND_OVER, RECEIVED, FOLLOW = "配送業者に引き渡した", "電話で受領を確認した", "フォローを予定する"


def hint(page: Page) -> str:
    note = page.get_by_role("note", name="次へ進めない理由")
    return note.inner_text() if note.is_visible() else ""


def scan(page: Page, label: str, code: str, quantity: str) -> None:
    page.get_by_role("textbox", name="薬袋の患者番号").fill(label)
    page.get_by_role("textbox", name="包装のコード").fill(code)
    page.get_by_role("textbox", name="数えた数量").fill(quantity)
    page.get_by_role("button", name=CHECK).click()


def test_each_step_of_shipping_is_offered_in_its_turn(open_page: Open, pharmacy: SystemProcess, ai: HTTPServer) -> None:
    def take(_: Request) -> Response:  # each parcel gets a number of its own, those of other tests too
        return Response(
            json.dumps({"tracking_no": f"NMR-{uuid.uuid4().hex[:8]}"}), 201, content_type="application/json"
        )

    ai.expect_request("/carrier/shipments", method="POST").respond_with_handler(take)
    branch = begin(open_page, pharmacy)
    paper = branch.receive(AMLODIPINE, to=("review",))
    page = branch.view(branch.second, paper, "/delivery")
    assert (offered(page), hint(page)) == (set(), "鑑査が済んでいません")

    branch.first.goto(f"{address(pharmacy)}/console/prescriptions/{paper}")
    branch.first.get_by_role("button", name="調剤する").click()
    expect(branch.first.get_by_role("status", name="処方箋の状態")).to_have_text("調剤済み")
    branch.view(branch.first, paper, "/delivery")
    assert (offered(branch.first), hint(branch.first)) == (set(), "調剤した人は鑑査できません")
    branch.view(page, paper, "/delivery")
    assert offered(page) == {CHECK}
    scan(page, "P-00000000", "02000000000039", "27")
    expect(page.get_by_role("alert", name="エラー")).to_have_text("読み取った内容が処方と一致しません")
    expect(page.get_by_role("list", name="鑑査")).to_contain_text("ラベルの不一致、数量の不一致")
    scan(page, branch.identifier, "02000000000039", "28")
    expect(page.get_by_role("status", name="処方箋の状態")).to_have_text("鑑査済み")
    assert (offered(page), hint(page)) == (set(), "服薬指導が済んでいません")

    branch.guided(paper)
    branch.view(page, paper, "/delivery")
    assert (offered(page), hint(page)) == (set(), "届け先が確認されていません")
    branch.addressed(paper)
    branch.view(page, paper, "/delivery")
    assert (offered(page), hint(page)) == ({SHIP}, "")
    page.get_by_role("button", name=SHIP).click()
    parcel = page.get_by_role("list", name="荷物").get_by_role("listitem").first
    expect(parcel).to_contain_text("通常便、対面で受け渡し")
    delivery = f"/api/prescriptions/{paper}/delivery"
    sent = eventually(lambda: call(branch.second, "GET", delivery)["parcels"][0], has_entry("state", "booked"))
    branch.view(page, paper, "/delivery")
    expect(parcel).to_contain_text(f"追跡番号: {sent['tracking_no']}")
    assert offered(page) == {HAND_OVER, FOLLOW}
    page.get_by_role("button", name=HAND_OVER).click()
    expect(parcel).to_contain_text("輸送中")
    assert offered(page) == {FOLLOW}

    report = json.dumps({"id": uuid.uuid4().hex, "kind": "delivered", "tracking_no": sent["tracking_no"]}).encode()
    headers = {"Content-Type": "application/json", "X-Carrier-Signature": signature("carrier-secret", report)}
    requests.post(f"{address(pharmacy)}/carrier/reports", report, headers=headers, timeout=5).raise_for_status()
    branch.view(page, paper, "/delivery")
    assert offered(page) == {RECEIVED, FOLLOW}

    patient = branch.patient
    patient.get_by_role("link", name="お届け").click()
    expect(patient.get_by_role("list", name="お届け")).to_contain_text(
        "配達済みです。お手元に届いたら受領を確認してください"
    )
    expect(patient.get_by_text("アムロジピン")).to_have_count(0)  # somebody may look over a shoulder
    patient.get_by_role("button", name="受け取りました").click()
    expect(patient.get_by_role("list", name="お届け")).to_contain_text("受領を確認しました")
    assert offered(patient) == {"届け先を保存する"}
    branch.view(page, paper, "/delivery")
    page.get_by_role("textbox", name="確かめること").fill("ふらつき")
    page.get_by_label("期日").fill("2030-01-15")
    page.get_by_role("button", name=FOLLOW).click()
    expect(page.get_by_text("「ふらつき」を2030-01-15までに確かめます。")).to_be_visible()
    expect(page.get_by_role("textbox", name="確かめること")).to_have_value("")
    assert offered(page) == {FOLLOW}
    expect(page.get_by_role("status", name="処方箋の状態")).to_have_text("受領確認済み")
