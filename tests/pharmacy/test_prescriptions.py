"""Prescriptions: the order of steps, inquiries, validity and single use, what a review needs to know."""

from __future__ import annotations

from typing import Any

import requests
from pharmacy_world import Caller, World

from pharmacy.prescriptions.states import TRANSITIONS, possible

AMLODIPINE = {"drug": "アムロジピン", "strength_mg": 5, "quantity": 1, "unit": "tablet", "times": 1, "days": 28}
AMOXICILLIN = {"drug": "サワシリン", "strength_mg": 250, "quantity": 3, "unit": "capsule", "times": 3, "days": 5}
NOBODYS = "0" * 32
ANSWER = {"doctor": "森医師", "answer": "そのままで", "outcome": "unchanged"}


def paper(patient: Caller, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    identifier = patient.get(patient.thread).json()["patient"]["identifier"]
    usual = {
        "patient": identifier,
        "medium": "e_prescription",
        "redemption_number": "1234567890123456",
        "institution": "みなと内科",
        "prescriber": "森医師",
        "visit": "in_person",
        "change": "unchanged",
        "issued_on": "2026-06-01",
        "items": list(items) or [AMLODIPINE],
    }
    return usual | more


def image(patient: Caller, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return paper(patient, *items, medium="image", redemption_number=None, **more)


def received(staff: Caller, body: dict[str, Any]) -> str:
    answer = staff.post("/api/prescriptions", body)
    assert answer.status_code == 201, answer.text
    return f"/api/prescriptions/{answer.json()['id']}"


def under_review(staff: Caller, body: dict[str, Any]) -> str:
    path = received(staff, body)
    assert staff.post(f"{path}/review").json()["state"] == "under_review"
    return path


def code(answer: requests.Response) -> str:
    return "ok" if answer.ok else answer.json()["code"]


def codes(staff: Caller, path: str) -> list[str]:
    return [one["code"] for one in staff.get(f"{path}/review").json()["findings"] if one["needs"] != "look"]


def clock(world: World, now: str) -> None:
    requests.put(f"{world.url}/clock", json={"now": now}, timeout=5).raise_for_status()


def known(patient: Caller, **chart: Any) -> None:
    body = {"allergies": [], "medicines": [], "pregnancy": "no"} | chart
    assert patient.put("/api/me/chart", body).ok


def test_only_who_may_sees_it_and_it_is_their_own(world: World) -> None:
    patient, other, clerk = world.patient(), world.patient(), world.staff(roles=("clerk",))
    path = received(clerk, paper(patient))
    assert [caller.get(path).status_code for caller in (patient, other, clerk)] == [200, 404, 200]
    assert [len(caller.get("/api/prescriptions").json()) for caller in (patient, other, clerk)] == [1, 0, 1]
    stranger = world.other_branch().staff()
    assert stranger.get(path).status_code == 404
    assert stranger.post("/api/prescriptions", paper(patient)).status_code == 404
    for step in ("review", "dispensing", "refusal"):
        assert code(clerk.post(f"{path}/{step}", {"reason": "x"})) == "role_denied"
    for wrong in ({"redemption_number": None}, {"issued_on": "9999-12-31"}, {"items": []}, {"uses": 4}):
        assert code(clerk.post("/api/prescriptions", paper(patient) | wrong)) == "invalid"


def test_nothing_is_dispensed_while_the_prescriber_is_asked(world: World) -> None:
    patient, staff = world.patient(), world.staff("照会薬子")
    known(patient)
    path = under_review(staff, paper(patient))
    twin = under_review(staff, image(patient))
    assert staff.post(f"{path}/inquiry", {"question": "用量は"}).json()["state"] == "inquiry_open"
    tries = [staff.post(f"{path}/{step}") for step in ("dispensing", "review")]
    tries += [staff.post(f"{path}/inquiry", {"question": "もう一度"}), staff.post(f"{twin}/dispensing")]
    assert [code(answer) for answer in tries] == ["inquiry_open"] * 4
    assert code(staff.post(f"{path}/inquiry/answer", ANSWER | {"doctor": " "})) == "invalid"
    answered = staff.post(f"{path}/inquiry/answer", ANSWER).json()
    assert (answered["state"], answered["inquiries"][0]["doctor"]) == ("under_review", "森医師")
    assert staff.post(f"{path}/dispensing").json()["state"] == "dispensed"
    line = staff.get(f"{path}/review").json()["dispensings"][0]
    told = line["inquiries"][0]
    assert [told[name] for name in ("answer", "doctor", "recorded_by")] == ["そのままで", "森医師", "照会薬子"]
    assert told["answered_at"] == answered["inquiries"][0]["answered_at"]
    assert code(staff.post(f"{path}/inquiry/answer", ANSWER)) == "out_of_order"


def test_an_allergy_is_found_by_class_again_after_every_change_and_settled_by_the_prescriber(world: World) -> None:
    patient, staff = world.patient(), world.staff()
    known(patient, allergies=["ペニシリン系"])
    path = under_review(staff, paper(patient, AMOXICILLIN, {**AMLODIPINE}))
    assert codes(staff, path) == ["allergy"]
    assert code(staff.post(f"{path}/dispensing")) == "findings_open"
    staff.post(f"{path}/inquiry", {"question": "アレルギー歴あり"})
    changed = {"doctor": "森医師", "answer": "変更", "outcome": "changed", "items": [AMLODIPINE]}
    assert staff.post(f"{path}/inquiry/answer", changed).json()["items"][0]["drug"] == "アムロジピン"
    assert codes(staff, path) == []
    known(patient, allergies=["アムロジピン"])
    assert code(staff.post(f"{path}/dispensing")) == "findings_open"
    staff.post(f"{path}/inquiry", {"question": "こちらも"})
    staff.post(f"{path}/inquiry/answer", ANSWER)
    assert code(staff.post(f"{path}/dispensing")) == "ok"


def test_four_days_in_japan_and_once_on_whatever_medium(world: World) -> None:
    patient, staff = world.patient(), world.staff()
    known(patient)
    one, other = (
        under_review(staff, paper(patient)),
        under_review(staff, image(patient, {**AMLODIPINE, "drug": "ノルバスク"})),
    )
    late = under_review(staff, image(patient, AMOXICILLIN))
    named = under_review(staff, image(patient, {**AMOXICILLIN, "drug": "アンピシリン"}, valid_until="2026-06-05"))
    clock(world, "2026-06-04T23:59:00+09:00")
    assert [code(staff.post(f"{path}/dispensing")) for path in (one, other)] == ["ok", "already_dispensed"]
    clock(world, "2026-06-05T00:01:00+09:00")
    assert code(staff.post(f"{late}/dispensing")) == "prescription_expired"
    assert staff.get(late).json()["last_day"] == "2026-06-04"
    assert staff.post(f"{late}/refusal", {"reason": "期限切れ"}).json()["state"] == "refused"
    assert code(staff.post(f"{named}/dispensing")) == "ok"


def test_a_refillable_one_is_dispensed_as_often_as_it_allows_and_in_its_window(world: World) -> None:
    patient, staff = world.patient(), world.staff()
    known(patient)
    seen = []
    for day in ("2026-06-01", "2026-06-15", "2026-06-29", "2026-07-27"):
        clock(world, f"{day}T12:00:00+09:00")
        path = under_review(staff, paper(patient, uses=2, change="unchanged"))
        seen.append(code(staff.post(f"{path}/dispensing")))
    assert seen == ["ok", "prescription_early", "ok", "already_dispensed"]


def test_what_was_taken_back_is_reviewed_again_and_stays_in_the_record(world: World) -> None:
    patient, staff = world.patient(), world.staff()
    known(patient)
    path = under_review(staff, paper(patient))
    staff.post(f"{path}/dispensing")
    assert staff.post(f"{path}/recall", {"reason": "取り違え"}).json()["state"] == "under_review"
    assert code(staff.post(f"{path}/dispensing")) == "ok"
    lines = staff.get(f"{path}/review").json()["dispensings"]
    assert [line["voided_because"] for line in lines] == ["取り違え", None]


def test_the_table_leads_from_receiving_to_follow_up_and_back_from_the_road_only_for_what_was_spoiled(
    world: World,
) -> None:
    state = "received"
    for event in ("review", "dispense", "check", "ship", "deliver", "confirm_receipt", "follow_up"):
        state = TRANSITIONS[state, event]
    assert (state, possible(state)) == ("followed_up", ["follow_up", "replace"])
    assert possible("shipped") == ["deliver", "replace"]
    assert possible("inquiry_open") == ["answer", "expire", "refer", "refuse"]
