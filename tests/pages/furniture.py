"""A branch in which much has happened: what its pages show when people have used them for a while."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect
from visitors import Open, address

from nameraka.process import SystemProcess

Made = dict[str, Any]

CALL = """async ([method, path, body]) => {
    const headers = { "Content-Type": "application/json", "X-Pharmacy-Request": "1", "Idempotency-Key": crypto.randomUUID() };
    const answer = await fetch(path, { method, headers, body: body === null ? undefined : JSON.stringify(body) });
    return { ok: answer.ok, text: await answer.text(), content: answer.headers.get("Content-Type") };
}"""

AMLODIPINE: Made = {"drug": "アムロジピン", "strength_mg": 5, "quantity": 1, "unit": "tablet", "times": 1, "days": 28}
LORATADINE: Made = {**AMLODIPINE, "drug": "ロラタジン", "strength_mg": 10, "days": 7}
AMOXICILLIN: Made = {
    "drug": "アモキシシリン",
    "strength_mg": 250,
    "quantity": 3,
    "unit": "capsule",
    "times": 3,
    "days": 5,
}
BY_HAND = {"service": "standard", "handover": "in_person"}
SOAP = {
    "subjective": "朝の薬を飲むと胃がむかつく",
    "objective": "ロキソプロフェンを空腹時に服用",
    "assessment": "空腹時の服用による胃部不快感",
    "plan": "食後の服用を説明。3日後に様子を確かめる",
}


def call(page: Page, method: str, path: str, body: Any = None) -> Any:
    """What the page's person asks of the API. Raises AssertionError with the refusal."""
    answer = page.evaluate(CALL, [method, path, body])
    assert answer["ok"], f"{method} {path}: {answer['text']}"
    return page.evaluate("JSON.parse", answer["text"]) if answer["text"] else None


@dataclass(frozen=True)
class Branch:
    """People who have signed in, and the patient's number and thread."""

    pharmacy: SystemProcess
    patient: Page
    first: Page
    second: Page
    identifier: str
    thread_id: str

    @property
    def thread(self) -> str:
        return f"/api/threads/{self.thread_id}"

    def receive(self, *items: Made, to: tuple[str, ...] = ()) -> str:
        """A prescription of these drugs, brought on by these steps of the first pharmacist; gives its id."""
        paper = {
            "patient": self.identifier,
            "medium": "image",
            "institution": "みなと内科",
            "prescriber": "森医師",
            "visit": "in_person",
            "change": "unchanged",
            "issued_on": "2026-06-01",
            "items": list(items),
        }
        prescription: str = call(self.first, "POST", "/api/prescriptions", paper)["id"]
        for step in to:
            call(self.first, "POST", f"/api/prescriptions/{prescription}/{step}")
        return prescription

    def guided(self, prescription: str) -> None:
        """The patient was guided, as after a call by video."""
        with sqlite3.connect(self.pharmacy.log_path.parent / "pharmacy.db", timeout=10) as database:
            now = "2026-06-01 03:00:00.000000"
            database.execute("UPDATE prescriptions SET guided_at = ? WHERE id = ?", (now, prescription))

    def checked(self, prescription: str) -> None:
        """The second pharmacist scanned what the first dispensed of amlodipine."""
        scans = {"label": self.identifier, "items": [{"code": "02000000000039", "quantity": 28}]}
        call(self.second, "POST", f"/api/prescriptions/{prescription}/final-check", scans)

    def addressed(self, prescription: str) -> None:
        """The patient gave an address, and the second pharmacist confirmed it for this prescription."""
        where = {"name": "見本 花子", "address": "架空県架空市見本町1-2-3 なめらかハイツ101号室"}
        call(self.patient, "PUT", "/api/me/address", where)
        number = call(self.patient, "GET", "/api/me/address")["current"]["number"]
        call(self.second, "POST", f"/api/prescriptions/{prescription}/destination", {"number": number})

    def view(self, page: Page, prescription: str, part: str = "") -> Page:
        """The staff page of it, or of its shipping, loaded anew; gives it when it shows how things stand."""
        page.goto(f"{address(self.pharmacy)}/console/prescriptions/{prescription}{part}")
        expect(page.get_by_role("status", name="処方箋の状態")).not_to_be_empty()
        return page


def offered(page: Page) -> set[str]:
    """The names of what can be pressed in the page's main part."""
    buttons = page.get_by_role("main").get_by_role("button").filter(visible=True)
    return set(buttons.all_inner_texts())


def begin(open_page: Open, pharmacy: SystemProcess) -> Branch:
    """A patient who has told what is in their chart, and two pharmacists."""
    patient = open_page("/chat", "patient", phone=True)
    chart = {"allergies": ["ペニシリン"], "medicines": ["ワルファリン 1mg", "ロキソプロフェン 60mg"], "pregnancy": "no"}
    call(patient, "PUT", "/api/me/chart", chart)
    thread_id = call(patient, "GET", "/api/me")["thread_id"]
    first, second = (open_page("/console", who) for who in ("first", "second"))
    identifier = call(first, "GET", f"/api/threads/{thread_id}")["patient"]["identifier"]
    return Branch(pharmacy, patient, first, second, identifier, thread_id)


def consult(branch: Branch) -> None:
    """A question, a reply, thanks, a correction, a promise, a record, a visit by video, a letter of a paper."""
    patient, first, thread = branch.patient, branch.first, branch.thread
    call(patient, "POST", f"{thread}/messages", {"text": "朝の血圧の薬を飲み忘れました。今から飲んでもよいですか。"})
    call(first, "POST", f"{thread}/claim")
    said = {"patient": branch.identifier, "read_up_to": call(first, "GET", f"{thread}/messages")[-1]["seq"]}
    reply = call(first, "POST", f"{thread}/replies", {**said, "text": "1日3回お飲みください。"})
    call(first, "POST", f"{thread}/messages/{reply['id']}/correction", {"text": "1日2回お飲みください。"})
    call(patient, "POST", f"{thread}/messages", {"text": "わかりました。ありがとうございます。"})
    call(first, "POST", f"{thread}/matters", {"kind": "promise", "text": "18時までに電話する"})
    entry = call(first, "POST", f"{thread}/record", SOAP)["entries"][0]["id"]
    call(first, "POST", f"{thread}/record/{entry}/versions", {**SOAP, "plan": "処方医に相談する", "based_on": 1})
    call(first, "POST", f"{thread}/follow-ups", {"due_on": "2026-06-08", "subject": "血圧の薬を替えた後のふらつき"})
    visit = {"subject_kind": "consultation", "subject_id": branch.thread_id, "medicines": ["架空吸入薬"]}
    call(first, "POST", f"{thread}/guidances", visit)


def prescribe(branch: Branch) -> dict[str, str]:
    """Prescriptions at the stages that differ most on the pages; stage -> id."""
    ids = {"received": branch.receive(AMOXICILLIN), "found": branch.receive(AMOXICILLIN, to=("review",))}
    ids["dispensed"] = branch.receive(LORATADINE, to=("review", "dispensing"))
    ids["shipped"] = branch.receive(AMLODIPINE, to=("review", "dispensing"))
    branch.guided(ids["shipped"])
    branch.checked(ids["shipped"])
    branch.addressed(ids["shipped"])
    call(branch.second, "POST", f"/api/prescriptions/{ids['shipped']}/shipments", BY_HAND)
    ids["asked"] = branch.receive({**LORATADINE, "days": 14}, to=("review",))
    question = {"question": "2錠ではありませんか"}
    call(branch.first, "POST", f"/api/prescriptions/{ids['asked']}/inquiry", question)
    return ids


def buy(branch: Branch) -> None:
    """Orders at three stages, a sale and a subscription."""
    patient, first = branch.patient, branch.first
    answers = {"bought_elsewhere": True, "reason": "のどが痛く、せきが出るため"}
    for product in ("pain-d", "kakkonto", "cold-a-small"):
        order = call(patient, "POST", "/api/orders", {"lines": [{"product": product, "quantity": 1}], "for_age": None})
        if product != "pain-d":
            call(patient, "POST", f"/api/orders/{order['id']}/questionnaire", answers)
    call(patient, "POST", "/api/subscriptions", {"product": "kakkonto", "quantity": 1, "every_days": 30})
    sold = call(patient, "POST", "/api/orders", {"lines": [{"product": "stomach-g", "quantity": 1}], "for_age": None})
    call(patient, "POST", f"/api/orders/{sold['id']}/questionnaire", {**answers, "bought_elsewhere": False})
    call(first, "POST", f"/api/orders/{sold['id']}/release", {"acknowledged": []})


def oversee(branch: Branch, supervisor: Page, elsewhere: Page) -> None:
    """The patient asks for their data; the supervisor has a leak in hand, and the synthetic red flag runs."""
    request = {"kind": "disclosure", "words": "私の記録をすべて見せてください"}
    call(branch.patient, "POST", "/api/me/requests", request)
    leak = {
        "account": next(
            one["account"] for one in call(supervisor, "GET", "/api/leaks")["accounts"] if one["name"] == "試験 一郎"
        ),
        "began_at": "2026-06-01T09:00:00+09:00",
        "ended_at": "2026-06-01T13:00:00+09:00",
        "what": "薬剤師の端末が盗まれ、画面が開いたままだった",
    }
    call(supervisor, "POST", "/api/leaks", leak)
    reason = {"reason": "店頭で意識を失い、服用中の薬が分からない"}
    call(elsewhere, "POST", f"{branch.thread}/emergency-access", reason)
    call(supervisor, "PUT", "/api/oversight/canary", {"running": True, "reason": "運用開始"})
