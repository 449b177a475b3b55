"""The failing side of checking and shipping: who may not, what does not match, what a carrier may not say."""

from __future__ import annotations

import json
import sqlite3
import uuid
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
import requests
from hamcrest import has_entry
from pharmacy_world import JSON, Caller, PharmacyProcess, World, paper_of

from nameraka import eventually
from pharmacy.delivery.carrier import booking, signature
from pharmacy.delivery.limits import load_limits
from pharmacy.delivery.matching import Scanned, mismatches
from pharmacy.delivery.products import load_products
from pharmacy.delivery.states import TRANSITIONS
from pharmacy.delivery.tables import Destination, Shipment
from pharmacy.prescriptions.items import Item

AMLODIPINE, AMLODIPINE_HALF, AMOXICILLIN, INSULIN, MORPHINE, SELEGILINE = (
    f"020000000000{digits}" for digits in ("39", "46", "15", "60", "77", "84")
)
DAILY: dict[str, Any] = {
    "drug": "アムロジピン",
    "strength_mg": 5,
    "quantity": 1,
    "unit": "tablet",
    "times": 1,
    "days": 28,
}


@pytest.mark.parametrize(
    ("label", "scans", "found"),
    [
        ("P-1", [(AMLODIPINE, 28)], []),
        ("P-2", [(AMLODIPINE, 28)], ["label"]),
        ("P-1", [(AMLODIPINE, 27)], ["quantity"]),
        ("P-1", [(AMLODIPINE_HALF, 28)], ["strength"]),
        ("P-1", [(AMOXICILLIN, 28)], ["item"]),
        ("P-1", [("09999999999999", 28)], ["item"]),
        ("P-1", [(AMLODIPINE, 28), (AMOXICILLIN, 15)], ["item"]),
        ("P-2", [(AMLODIPINE_HALF, 1)], ["label", "strength", "quantity"]),
    ],
)
def test_what_does_not_match_is_named(label: str, scans: list[tuple[str, float]], found: list[str]) -> None:
    item = Item.model_validate(DAILY)
    assert mismatches([item], "P-1", label, [Scanned(code, quantity) for code, quantity in scans]) == found


@pytest.mark.parametrize(
    ("codes", "services", "handovers"),
    [
        ([AMLODIPINE], ("standard", "special"), ("in_person", "locker", "unattended")),
        ([INSULIN], ("cold",), ("in_person", "locker", "unattended")),
        ([MORPHINE, AMLODIPINE], ("special",), ("in_person",)),
        ([MORPHINE, INSULIN], (), ("in_person",)),
        ([SELEGILINE], (), ()),
    ],
)
def test_a_parcel_travels_as_all_that_is_in_it_may(codes: list[str], services: Any, handovers: Any) -> None:
    ways = load_limits().ways([load_products()[code] for code in codes])
    assert (ways.services, ways.handovers) == (services, handovers)


def test_nothing_brings_back_what_is_lost_replaced_or_cancelled() -> None:
    assert {state for state, _ in TRANSITIONS} & {"lost", "replaced", "cancelled"} == set()
    assert {event for state, event in TRANSITIONS if state == "quarantined"} == {"lose", "replace"}


def test_the_carrier_is_told_these_words_and_no_others() -> None:
    parcel = Shipment(id="1", prescription_id="2", service="standard", handover="in_person")
    told = booking(parcel, Destination(name="試験花子", address="架空県1-2-3"))
    assert told == {
        "service": "standard",
        "handover": "in_person",
        "recipient": {"name": "試験花子", "address": "架空県1-2-3"},
        "label": {"sender": load_limits().sender, "contents": load_limits().contents},
        "notice": load_limits().notice,
    }


class Case(NamedTuple):
    """A prescription that was dispensed and guided, and who is around it."""

    id: str
    patient: Caller
    dispenser: Caller
    checker: Caller
    identifier: str

    @property
    def path(self) -> str:
        return f"/api/prescriptions/{self.id}"

    def check(self, who: Caller) -> requests.Response:
        scans = {"label": self.identifier, "items": [{"code": AMLODIPINE, "quantity": 28}]}
        return who.post(f"{self.path}/final-check", scans)

    def ship(self) -> requests.Response:
        return self.checker.post(f"{self.path}/shipments", {"service": "standard", "handover": "in_person"})


@pytest.fixture
def case(world: World, pharmacy: PharmacyProcess) -> Case:
    patient, dispenser, checker = world.patient(), world.staff("調剤薬子"), world.staff("鑑査薬子")
    patient.put("/api/me/chart", {"allergies": [], "medicines": [], "pregnancy": "no"})
    identifier = dispenser.get(patient.thread).json()["patient"]["identifier"]
    paper = paper_of(identifier, DAILY)
    prescription_id = dispenser.post("/api/prescriptions", paper).json()["id"]
    for step in ("review", "dispensing"):
        answer = dispenser.post(f"/api/prescriptions/{prescription_id}/{step}")
        assert answer.status_code == 200, answer.text
    with sqlite3.connect(pharmacy.folder / "pharmacy.db", timeout=10) as database:
        now = datetime.now(UTC).isoformat(" ")[:26]
        database.execute("UPDATE prescriptions SET guided_at = ? WHERE id = ?", (now, prescription_id))
    return Case(prescription_id, patient, dispenser, checker, identifier)


def test_the_same_account_is_the_same_person_in_whatever_session(case: Case, world: World) -> None:
    again = Caller(world.url, case.dispenser.cookie, case.dispenser.name)
    assert [case.check(who).json()["code"] for who in (case.dispenser, again)] == ["same_person", "same_person"]
    assert case.check(world.staff(roles=("supervisor",))).json()["code"] == "role_denied"
    assert case.check(world.other_branch().staff()).json()["code"] == "not_found"
    assert case.check(case.checker).json()["state"] == "checked"
    assert case.check(case.checker).json()["code"] == "out_of_order"


def test_what_is_missing_is_said_one_after_the_other(case: Case) -> None:
    assert case.ship().json()["code"] == "out_of_order"
    case.check(case.checker)
    assert case.ship().json()["code"] == "destination_unconfirmed"
    destination = f"{case.path}/destination"
    assert case.checker.post(destination, {"number": 1}).json()["code"] == "address_changed"
    case.patient.put("/api/me/address", {"name": "試験花子", "address": "架空県1-2-3"})
    assert case.checker.post(destination, {"number": 1}).status_code == 200
    for code in ("hand-over", "receipt"):
        assert case.checker.post(f"{case.path}/{code}").json()["code"] == "no_parcel"
    assert case.ship().json()["state"] == "shipped"
    assert case.ship().json()["code"] == "parcel_elsewhere"


def report(world: World, content: dict[str, Any], secret: str = "carrier-secret") -> requests.Response:
    body = json.dumps(content).encode()
    headers = {"Content-Type": "application/json", "X-Carrier-Signature": signature(secret, body)}
    return requests.post(f"{world.url}/carrier/reports", data=body, headers=headers, timeout=5)


def booked(case: Case) -> str:
    """The tracking number, once the carrier has answered."""
    case.check(case.checker)
    case.patient.put("/api/me/address", {"name": "試験花子", "address": "架空県1-2-3"})
    case.checker.post(f"{case.path}/destination", {"number": 1})
    case.ship()
    parcel = eventually(
        lambda: case.checker.get(f"{case.path}/delivery").json()["parcels"][0], has_entry("state", "booked")
    )
    number: str = parcel["tracking_no"]
    return number


def test_only_the_carrier_is_believed_and_each_report_once(case: Case, world: World) -> None:
    number = booked(case)
    delivered = {"id": uuid.uuid4().hex, "tracking_no": number, "kind": "delivered"}
    assert report(world, delivered, "guessed").json()["code"] == "signature_invalid"
    unsigned = requests.post(f"{world.url}/carrier/reports", json=delivered, timeout=5)
    assert unsigned.status_code == 401
    assert report(world, {**delivered, "tracking_no": "unknown"}).json()["code"] == "not_found"
    assert [report(world, delivered).json() for _ in range(2)] == [{"applied": True}, {"applied": True}]
    view = case.checker.get(f"{case.path}/delivery").json()
    assert [told["kind"] for told in view["parcels"][0]["reports"]] == ["delivered"]
    delayed = report(world, {"id": uuid.uuid4().hex, "tracking_no": number, "kind": "delayed"})
    assert delayed.json() == {"applied": False}


def test_only_the_patient_confirms_and_only_once(case: Case, world: World) -> None:
    number = booked(case)
    parcel = case.patient.get("/api/me/parcels").json()[0]["id"]
    confirm = f"/api/me/parcels/{parcel}/receipt"
    assert case.patient.post(confirm).json()["code"] == "parcel_elsewhere"
    report(world, {"id": uuid.uuid4().hex, "tracking_no": number, "kind": "delivered"})
    assert [who.post(confirm).status_code for who in (world.patient(), case.checker)] == [404, 403]
    assert case.patient.post(confirm).json()["state"] == "received"
    assert case.patient.post(confirm).json()["code"] == "parcel_elsewhere"
    assert case.patient.get("/api/prescriptions").json()[0]["state"] == "receipt_confirmed"


def test_a_replacement_is_dispensed_once_more_whatever_the_day_and_the_spoiled_parcel_stays(
    case: Case, world: World, pharmacy: PharmacyProcess
) -> None:
    number = booked(case)
    replacement = f"{case.path}/replacement"
    assert case.checker.post(replacement, {"reason": "遅延"}).json()["code"] == "parcel_elsewhere"
    with sqlite3.connect(pharmacy.folder / "pharmacy.db", timeout=10) as database:
        database.execute("UPDATE shipments SET cold = 1 WHERE tracking_no = ?", (number,))
    report(world, {"id": uuid.uuid4().hex, "tracking_no": number, "kind": "delayed"})
    task = f"{case.patient.thread}/tasks/{case.dispenser.get(case.patient.thread).json()['tasks'][0]['id']}/completion"
    assert case.dispenser.post(task, {"outcome": "済み"}).json()["code"] == "replacement_missing"
    assert case.patient.post(replacement, {"reason": "遅延"}).json()["code"] == "role_denied"
    assert case.dispenser.post(replacement, {"reason": "遅延"}).json()["state"] == "replacing"
    assert case.dispenser.post(replacement, {"reason": "遅延"}).json()["code"] == "no_parcel"
    assert case.dispenser.post(task, {"outcome": "済み"}).json()["code"] == "replacement_missing"
    late = {"now": "2026-06-20T12:00:00+09:00"}
    requests.put(f"{world.url}/clock", json=late, timeout=5).raise_for_status()
    for step in ("hand-over", "receipt"):
        assert case.checker.post(f"{case.path}/{step}").json()["code"] == "no_parcel"
    assert case.ship().json()["code"] == "out_of_order"
    assert case.dispenser.post(f"{case.path}/dispensing").json()["state"] == "dispensed"
    assert case.ship().json()["code"] == "out_of_order"
    assert [case.check(who).status_code for who in (case.dispenser, case.checker)] == [409, 200]
    assert case.ship().json()["state"] == "shipped"
    assert case.dispenser.post(task, {"outcome": "送り直した"}).json()["state"] == "done"
    lines = case.dispenser.get(f"{case.path}/review").json()["dispensings"]
    assert [line["voided_because"] for line in lines] == ["遅延", None]
    assert {one["state"] for one in case.patient.get("/api/me/parcels").json()} & {"replaced"}


def test_a_prescription_is_followed_up_when_it_was_received_and_may_still_turn_out_spoiled(
    case: Case, world: World, pharmacy: PharmacyProcess
) -> None:
    follow_ups = f"{case.patient.thread}/follow-ups"
    plan = {"subject": "ふらつき", "due_on": "2026-06-03", "prescription_id": case.id}
    assert case.dispenser.post(follow_ups, plan).json()["code"] == "out_of_order"
    number = booked(case)
    strangers = f"{world.patient('別人').thread}/follow-ups"
    assert case.dispenser.post(strangers, plan).json()["code"] == "not_found"
    assert case.dispenser.post(follow_ups, plan | {"prescription_id": "0" * 32}).json()["code"] == "not_found"
    first, second = (case.dispenser.post(follow_ups, plan).json() for _ in range(2))
    assert first["prescription_id"] == case.id
    result = {"channel": "phone", "result": "よい"}
    assert case.dispenser.post(f"{follow_ups}/{first['id']}/contact", result).json()["code"] == "not_received"
    report(world, {"id": uuid.uuid4().hex, "tracking_no": number, "kind": "delivered"})
    assert case.dispenser.post(f"{follow_ups}/{first['id']}/contact", result).json()["code"] == "not_received"
    assert case.dispenser.post(f"{case.path}/receipt").json()["state"] == "receipt_confirmed"
    for follow_up in (first, second):
        assert case.dispenser.post(f"{follow_ups}/{follow_up['id']}/contact", result).json()["state"] == "done"
        assert case.dispenser.get(case.path).json()["state"] == "followed_up"
    with sqlite3.connect(pharmacy.folder / "pharmacy.db", timeout=10) as database:
        database.execute("UPDATE shipments SET cold = 1 WHERE tracking_no = ?", (number,))
    report(world, {"id": uuid.uuid4().hex, "tracking_no": number, "kind": "temperature_excursion"})
    assert case.dispenser.post(f"{case.path}/replacement", {"reason": "逸脱"}).json()["state"] == "replacing"


def test_a_parcel_of_the_shop_that_was_lost_is_sent_again_when_the_buyer_was_spoken_to(
    world: World, pharmacy: PharmacyProcess
) -> None:
    buyer, pharmacist = world.patient(), world.staff()
    new = {"lines": [{"product": "stomach-g", "quantity": 1}], "for_age": None}
    path = f"/api/orders/{buyer.post('/api/orders', new).json()['id']}"
    buyer.post(f"{path}/questionnaire", {"bought_elsewhere": False, "reason": "胃もたれ"})
    buyer.put("/api/me/address", {"name": "試験花子", "address": "架空県1-2-3"})
    pharmacist.post(f"{path}/release", {"acknowledged": []})

    def ship() -> JSON:
        told: JSON = pharmacist.post(f"{path}/shipments").json()
        return told

    def parcel() -> JSON:
        newest: JSON = buyer.get("/api/me/parcels").json()[0]
        return newest

    def told(kind: str) -> None:
        with sqlite3.connect(pharmacy.folder / "pharmacy.db", timeout=10) as database:
            row = database.execute("SELECT tracking_no FROM shipments WHERE id = ?", (parcel()["id"],)).fetchone()
        assert report(world, {"id": uuid.uuid4().hex, "tracking_no": row[0], "kind": kind}).json() == {"applied": True}

    assert pharmacist.post(f"{path}/receipt").json()["code"] == "no_parcel"
    ship()
    eventually(parcel, has_entry("state", "booked"))
    assert pharmacist.post(f"{path}/receipt").json()["code"] == "parcel_elsewhere"
    assert ship()["code"] == "no_such_step"
    told("lost")
    order = pharmacist.get(path).json()
    assert (order["state"], order["parcel"], order["steps"]) == ("lost", "lost", ["ship"])
    tasks = pharmacist.get(buyer.thread).json()["tasks"]
    assert [task["kind"] for task in tasks] == ["contact_patient"]  # nobody prescribed it
    assert ship()["code"] == "buyer_not_contacted"
    pharmacist.post(f"{buyer.thread}/tasks/{tasks[0]['id']}/completion", {"outcome": "送り直しを希望"})
    assert ship()["state"] == "shipped"
    eventually(parcel, has_entry("state", "booked"))
    assert len(pharmacist.get(f"{buyer.thread}/record").json()["follow_ups"]) == 1
    told("delivered")
    assert pharmacist.get(path).json()["steps"] == ["record_receipt"]
    assert buyer.post(f"{path}/receipt").json()["code"] == "role_denied"
    assert pharmacist.post(f"{path}/receipt").json()["parcel"] == "received"
    assert [one["state"] for one in buyer.get("/api/me/parcels").json()] == ["received", "lost"]
