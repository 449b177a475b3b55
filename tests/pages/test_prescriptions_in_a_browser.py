"""The pages of prescriptions: at each stage they offer what the state table allows, and refuse in words."""

from __future__ import annotations

from furniture import AMLODIPINE, AMOXICILLIN, LORATADINE, begin, call, offered
from playwright.sync_api import expect
from visitors import Open

from nameraka.process import SystemProcess
from pharmacy.prescriptions.states import possible

STEPS = {
    "review": "処方監査を始める",
    "dispense": "調剤する",
    "inquire": "疑義照会をする",
    "answer": "回答を記録する",
    "refuse": "調剤しないで終える",
    "recall": "調剤を取り消して監査に戻す",
}
STATES = {
    "received": "受付済み",
    "under_review": "処方監査中",
    "inquiry_open": "疑義照会中",
    "dispensed": "調剤済み",
    "checked": "鑑査済み",
    "refused": "調剤せず終了",
}
ELSEWHERE = {"記録する", "薬を追加"}  # what is known of the patient is written down at any stage


def test_a_prescription_offers_at_each_stage_what_the_table_allows(open_page: Open, pharmacy: SystemProcess) -> None:
    branch = begin(open_page, pharmacy)
    ids = {
        "received": branch.receive(AMLODIPINE),
        "refused": branch.receive(LORATADINE),
        "under_review": branch.receive(AMLODIPINE, to=("review",)),
        "dispensed": branch.receive(LORATADINE, to=("review", "dispensing")),
        "checked": branch.receive({**AMLODIPINE, "days": 28}, to=("review", "dispensing")),
        "inquiry_open": branch.receive({**LORATADINE, "days": 21}, to=("review",)),
    }
    branch.checked(ids["checked"])
    call(branch.first, "POST", f"/api/prescriptions/{ids['refused']}/refusal", {"reason": "受診済み"})
    call(branch.first, "POST", f"/api/prescriptions/{ids['inquiry_open']}/inquiry", {"question": "量は"})
    for state, words in STATES.items():
        page = branch.view(branch.first, ids[state])
        expect(page.get_by_role("status", name="処方箋の状態")).to_have_text(words)
        allowed = {STEPS[step] for step in possible(state) if step in STEPS}
        assert offered(page) - ELSEWHERE == allowed, state


def test_a_finding_holds_the_dispensing_back_and_a_refusal_is_said_in_both_languages(
    open_page: Open, pharmacy: SystemProcess
) -> None:
    branch = begin(open_page, pharmacy)
    page = branch.view(branch.first, branch.receive(AMOXICILLIN, to=("review",)))
    findings = page.get_by_role("list", name="処方監査")
    expect(findings).to_contain_text("アレルギー歴に当たります アモキシシリン 「ペニシリン」（カルテ）")
    assert STEPS["dispense"] not in offered(page)
    page.get_by_role("button", name=STEPS["inquire"]).click()
    expect(page.get_by_role("alert", name="エラー")).to_have_text("入力内容を確認してください")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prescription of 見本 花子")
    expect(page.get_by_role("list", name="Prescribed drugs")).to_have_text(
        "アモキシシリン 250 mg 3 capsule(s) a day in 3 dose(s) for 5 days"
    )
    page.get_by_role("button", name="Ask the prescriber").click()
    expect(page.get_by_role("alert", name="Error")).to_have_text("The input is not valid")


def test_a_patient_reads_on_a_phone_where_each_prescription_stands(open_page: Open, pharmacy: SystemProcess) -> None:
    branch = begin(open_page, pharmacy)
    branch.receive(LORATADINE, to=("review",))
    page = branch.patient
    page.get_by_role("link", name="あなたの処方箋").click()
    mine = page.get_by_role("list", name="あなたの処方箋").get_by_role("listitem").first
    expect(mine).to_contain_text("処方監査中 みなと内科 2026-06-01")
    expect(mine).to_contain_text("ロラタジン 10 mg 1 錠 分1 7日分")
    expect(mine).to_contain_text("2026-06-04まで使えます")
    assert offered(page) == {"記録する"}
