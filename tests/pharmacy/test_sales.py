"""Selling OTC medicines and Kampo: the tables of the law, what one person bought, the steps of an order, its record."""

from __future__ import annotations

from datetime import date
from itertools import product as every
from typing import Any

import pytest
import requests
from pharmacy_world import Caller, World

from pharmacy.sales import claims, states
from pharmacy.sales.kampo import warnings
from pharmacy.sales.products import load_products
from pharmacy.sales.rules import Line, age_on, channels, is_designated, may_be_subscribed

PRODUCTS = load_products()
JSON = dict[str, Any]


def lines(*ids: str) -> list[Line]:
    return [(PRODUCTS[one], 1) for one in ids]


@pytest.mark.parametrize(
    ("basket", "earlier", "age", "allowed"),
    [
        (["cold-a-small"], [], 17, {"video", "face_to_face"}),
        (["cold-a-small"], [], 18, {"online", "video", "face_to_face"}),
        (["cold-a-large"], [], 17, set()),
        (["cold-a-large"], [], 18, {"video", "face_to_face"}),
        (["cold-a-small", "cough-b"], [], 17, set()),
        (["cold-a-small", "cough-b"], [], 40, {"video", "face_to_face"}),
        (["cold-a-small"], ["cough-b"], 17, set()),
        (["cold-a-small"], ["cough-b"], 40, {"video", "face_to_face"}),
        (["cold-a-small"], ["nose-c"], 40, {"online", "video", "face_to_face"}),
        (["guidance-e"], [], 40, {"video", "face_to_face"}),
        (["counter-f"], [], 40, {"face_to_face"}),
        (["kakkonto"], ["cold-a-large"], 17, {"online", "video", "face_to_face"}),
    ],
)
def test_by_which_channels_a_basket_may_be_sold(
    basket: list[str], earlier: list[str], age: int, allowed: set[str]
) -> None:
    assert channels(lines(*basket), lines(*earlier), age) == allowed


def test_two_packs_of_one_product_and_a_pack_of_another_shop_are_several() -> None:
    assert "online" not in channels([(PRODUCTS["cough-b"], 2)], [], 40)
    assert "online" not in channels(lines("cough-b"), [], 40, bought_elsewhere=True)


def test_an_age_changes_on_the_birthday_and_no_date_is_a_child() -> None:
    assert [age_on("2008-06-01", date(2026, *day)) for day in ((5, 31), (6, 1))] == [17, 18]
    assert age_on("unknown", date(2026, 6, 1)) == 0


def test_ephedra_formulas_are_not_designated_and_designated_drugs_are_not_subscribed_to() -> None:
    assert not is_designated(PRODUCTS["kakkonto"])
    assert [one for one in PRODUCTS if is_designated(PRODUCTS[one]) and may_be_subscribed(PRODUCTS[one])] == []


@pytest.mark.parametrize(
    ("ordered", "medicines", "age", "pregnancy", "found"),
    [
        (["kakkonto"], [], 40, "no", []),
        (["kakkonto"], ["芍薬甘草湯"], 40, "no", ["licorice"]),
        (["kakkonto", "shakuyaku-kanzoto"], [], 40, "no", ["licorice"]),
        (["kakkonto"], ["甘草を含む薬"], 40, "no", ["licorice"]),
        (["kakkonto", "nose-c"], [], 40, "no", ["ephedra"]),
        (["kakkonto"], ["プソイドエフェドリン配合錠"], 40, "no", ["ephedra"]),
        (["bofutsushosan"], [], 40, "yes", ["pregnancy"]),
        (["bofutsushosan"], [], 40, "unknown", ["pregnancy"]),
        (["bofutsushosan"], [], 40, "no", []),
        (["hachimi-jiogan"], [], 14, "no", ["child"]),
        (["hachimi-jiogan"], [], 15, "no", []),
        (["toki-shakuyakusan"], ["ワルファリン"], 40, "yes", []),
    ],
)
def test_what_a_pharmacist_is_warned_of(
    ordered: list[str], medicines: list[str], age: int, pregnancy: str, found: list[str]
) -> None:
    told = warnings([PRODUCTS[one] for one in ordered], [], medicines, age, pregnancy)
    assert [warning.code for warning in told] == found


def test_licorice_adds_up() -> None:
    (told,) = warnings([PRODUCTS["kakkonto"]], [PRODUCTS["shakuyaku-kanzoto"]], ["抑肝散"], 40, "no")
    assert told.grams_a_day == 8.5


@pytest.mark.parametrize(
    ("text", "too_far"),
    [
        ("かぜのひき始めに。", False),
        ("がんに効きます。", True),
        ("必ず治ります。", True),
        ("副作用はありません。", True),
        ("１００％効く", True),
        ("Guaranteed to work.", True),
        ("Good for a cold", False),
        ("Good for diabetes", True),
    ],
)
def test_what_a_product_s_page_may_claim(text: str, too_far: bool) -> None:
    assert bool(claims.of_product(text, PRODUCTS["kakkonto"])) is too_far


@pytest.mark.parametrize(
    ("text", "too_far"),
    [
        ("葛根湯はかぜのひき始めに効きます。", False),
        ("葛根湯は高血圧に効きます。", True),
        ("葛根湯があります。高血圧も改善します。", True),
        ("高血圧の方は受診してください。葛根湯は飲まないでください。", False),
        ("飲めばすぐに治ります。", True),
        ("副作用が出ることがあります。", False),
    ],
)
def test_what_a_message_may_claim(text: str, too_far: bool) -> None:
    assert bool(claims.of_message(text)) is too_far


def order(patient: Caller, *ids: str, for_age: int | None = None, quantity: int = 1) -> requests.Response:
    basket = [{"product": one, "quantity": quantity} for one in ids]
    return patient.post("/api/orders", {"lines": basket, "for_age": for_age})


def answered(patient: Caller, *ids: str, **more: Any) -> str:
    """The path of an order whose questionnaire is answered."""
    path = f"/api/orders/{order(patient, *ids, **more).json()['id']}"
    assert patient.post(f"{path}/questionnaire", {"bought_elsewhere": False, "reason": "症状"}).status_code == 200
    return path


def explained(patient: Caller, pharmacist: Caller, path: str) -> None:
    digest = pharmacist.post(f"{path}/information", {"text": "空腹時は避けてください"}).json()["information_digest"]
    assert patient.post(f"{path}/confirmation", {"digest": digest, "words": "食後に飲む"}).status_code == 200
    assert pharmacist.post(f"{path}/understanding", {}).status_code == 200


def release(pharmacist: Caller, path: str, *acknowledged: str) -> JSON:
    answer: JSON = pharmacist.post(f"{path}/release", {"acknowledged": list(acknowledged)}).json()
    return answer


def speak(pharmacist: Caller, path: str) -> None:
    assert pharmacist.post(f"{path}/conversation", {"channel": "video"}).status_code == 200


def test_a_minor_gets_one_small_pack_by_video_and_nothing_else(world: World) -> None:
    minor, pharmacist = world.patient(birthdate="2010-01-01"), world.staff()
    assert order(minor, "cold-a-large").json()["code"] == "not_to_minors"
    assert order(minor, "cough-b", quantity=2).json()["code"] == "not_to_minors"
    path = answered(minor, "cough-b")
    explained(minor, pharmacist, path)
    assert release(pharmacist, path)["code"] == "video_needed"
    speak(pharmacist, path)
    assert release(pharmacist, path)["state"] == "released"
    assert order(minor, "cold-a-small").json()["code"] == "not_to_minors"


def test_another_account_of_the_same_person_counts_and_another_person_s_does_not(world: World) -> None:
    pharmacist, later = world.staff(), world.staff()
    one, again, other = world.patient("同一 花子"), world.patient("同一花子"), world.patient("別人 花子")
    paths = [answered(who, "cough-b") for who in (one, again, other)]
    for who, path in zip((one, again, other), paths, strict=True):
        explained(who, pharmacist, path)
    assert release(pharmacist, paths[0])["code"] == "video_needed"
    assert release(pharmacist, paths[2])["state"] == "released"
    assert again.post(f"{paths[1]}/cancellation", {}).json()["state"] == "cancelled"
    assert release(pharmacist, paths[0])["state"] == "released"
    requests.put(f"{world.url}/clock", json={"now": "2026-07-02T12:00:00+09:00"}, timeout=5).raise_for_status()
    path = answered(again, "cold-a-small")
    explained(again, later, path)
    assert release(later, path)["state"] == "released"


def test_whoever_has_the_same_telephone_and_birthday_is_the_same_person(world: World) -> None:
    pharmacist = world.staff()
    phone = {"phone_number": f"090-{abs(hash(world.branch)) % 10**8:08d}"}
    for name in ("旧姓 花子", "新姓 花子"):
        patient = world.patient(name, birthdate="1971-02-03", **phone)
        path = answered(patient, "cough-b")
        explained(patient, pharmacist, path)
    assert release(pharmacist, path)["code"] == "video_needed"


def set_day(world: World, day: str) -> None:
    clock = {"now": f"{day}T12:00:00+09:00"}
    requests.put(f"{world.url}/clock", json=clock, timeout=5).raise_for_status()


def test_an_earlier_purchase_counts_from_its_sale(world: World) -> None:
    patient, pharmacist = world.patient("後日 花子"), world.staff()
    first = answered(patient, "cough-b")
    explained(patient, pharmacist, first)
    set_day(world, "2026-06-20")
    assert release(world.staff(), first)["state"] == "released"
    for day, outcome in (("2026-07-10", "video_needed"), ("2026-07-21", "released")):
        set_day(world, day)
        later = world.staff()
        path = answered(patient, "cold-a-small")
        explained(patient, later, path)
        answer = release(later, path)
        assert outcome in {answer.get("code"), answer.get("state")}
        patient.post(f"{path}/cancellation", {})


def test_what_is_for_the_user_only_and_what_is_not_sold_here(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    assert order(patient, "counter-f").json()["code"] == "face_to_face_only"
    assert order(patient, "guidance-e", for_age=40).json()["code"] == "only_for_user"
    assert order(patient, "nothing").status_code == 404
    path = answered(patient, "guidance-e")
    explained(patient, pharmacist, path)
    assert pharmacist.post(f"{path}/conversation", {"channel": "video"}).json()["code"] == "guidance_needed"
    assert release(pharmacist, path)["code"] == "guidance_needed"


def test_a_warning_has_to_be_acknowledged(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.put("/api/me/chart", {"allergies": [], "medicines": [], "pregnancy": "no"})
    path = answered(patient, "kakkonto", "shakuyaku-kanzoto")
    assert release(pharmacist, path)["code"] == "not_acknowledged"
    assert release(pharmacist, path, "licorice")["state"] == "released"


def test_a_question_is_answered_first(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    path = answered(patient, "stomach-g")
    patient.send("牛乳と飲めますか")
    assert release(pharmacist, path)["code"] == "question_open"
    pharmacist.post(f"{patient.thread}/claim")
    pharmacist.reply(patient.thread, "飲めます", 1)
    assert release(pharmacist, path)["state"] == "released"


def act(caller: Callers, path: str, event: str) -> requests.Response:
    digest = caller.pharmacist.get(path).json()["information_digest"] or "0" * 64
    return {
        "answer": lambda: caller.patient.post(f"{path}/questionnaire", {"bought_elsewhere": False, "reason": "症状"}),
        "inform": lambda: caller.pharmacist.post(f"{path}/information", {"text": "食後に"}),
        "confirm": lambda: caller.patient.post(f"{path}/confirmation", {"digest": digest, "words": "食後"}),
        "understand": lambda: caller.pharmacist.post(f"{path}/understanding", {}),
        "sell": lambda: caller.pharmacist.post(f"{path}/release", {"acknowledged": []}),
        "refuse": lambda: caller.pharmacist.post(f"{path}/refusal", {"reason": "受診勧奨"}),
        "cancel": lambda: caller.patient.post(f"{path}/cancellation", {}),
    }[event]()


class Callers:
    def __init__(self, world: World) -> None:
        self.patient, self.pharmacist = world.patient(), world.staff()


WAY = ["answer", "inform", "confirm", "understand", "sell"]
EVENTS = [*WAY, "refuse", "cancel"]


@pytest.mark.parametrize("steps", range(len(WAY) + 1))
def test_every_step_out_of_order_is_refused(world: World, steps: int) -> None:
    callers = Callers(world)
    path = f"/api/orders/{order(callers.patient, 'pain-d').json()['id']}"
    for event in WAY[:steps]:
        assert act(callers, path, event).status_code == 200
    state = callers.pharmacist.get(path).json()["state"]
    for event in EVENTS:
        if (state, event) not in states.ORDER:
            assert act(callers, path, event).json()["code"] in {"no_such_step", "not_understood"}
    assert callers.pharmacist.get(path).json()["state"] == state


def test_no_state_is_left_once_it_is_decided() -> None:
    assert [pair for pair in every(("refused", "cancelled", "followed_up"), EVENTS) if pair in states.ORDER] == []


def test_the_record_of_a_sale_is_kept_for_its_period(world: World) -> None:
    patient, pharmacist, supervisor = world.patient(), world.staff("記録薬子"), world.staff(roles=("supervisor",))
    path = answered(patient, "pain-d")
    explained(patient, pharmacist, path)
    release(pharmacist, path)
    (sale,) = supervisor.get("/api/sales").json()
    assert (sale["product"], sale["quantity"], sale["pharmacist"]) == ("pain-d", 1, "記録薬子")
    assert (sale["understanding"], sale["understanding_checked_by"]) == ("食後に飲む", "記録薬子")
    place = f"/api/sales/{sale['id']}"
    assert pharmacist.delete(place).status_code == 403
    assert supervisor.delete(place).json()["code"] == "retained"
    assert world.other_branch().staff(roles=("supervisor",)).delete(place).status_code == 404
    requests.put(f"{world.url}/clock", json={"now": "2028-06-01T12:00:00+09:00"}, timeout=5).raise_for_status()
    fresh = world.staff(roles=("supervisor",))
    assert fresh.delete(place).status_code == 204
    assert fresh.get("/api/sales").json() == []


def chart(patient: Caller, *medicines: str, pregnancy: str = "no", allergies: tuple[str, ...] = ()) -> None:
    entry = {"allergies": list(allergies), "medicines": list(medicines), "pregnancy": pregnancy}
    assert patient.put("/api/me/chart", entry).status_code == 200


def test_a_subscription_pauses_on_every_change_and_goes_on_when_cleared(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    chart(patient, "アムロジピン")
    begun = patient.post("/api/subscriptions", {"product": "toki-shakuyakusan", "quantity": 1, "every_days": 30})
    path = f"/api/subscriptions/{begun.json()['id']}"

    def reasons() -> list[str]:
        (found,) = patient.get("/api/subscriptions").json()
        assert found["state"] == ("paused" if found["reasons"] else "active")
        return list(found["reasons"])

    chart(patient)
    assert reasons() == []
    assert pharmacist.post(f"{path}/clearance", {"reason": "なし"}).json()["code"] == "no_such_step"
    chart(patient, "ワルファリン", allergies=("卵",))
    assert reasons() == ["new_medicine", "allergy"]
    (first,) = patient.get("/api/orders").json()
    assert release(pharmacist, f"/api/orders/{first['id']}")["code"] == "subscription_paused"
    chart(patient, "ワルファリン", pregnancy="unknown")
    patient.send("白目が黄色い")
    assert reasons() == ["new_medicine", "allergy", "pregnancy", "adverse"]
    assert patient.post(f"{path}/clearance", {"reason": "大丈夫"}).status_code == 403
    assert pharmacist.post(f"{path}/clearance", {"reason": "確認した"}).json()["state"] == "active"
    assert reasons() == []


def test_designated_drugs_cannot_be_subscribed_to(world: World) -> None:
    answer = world.patient().post("/api/subscriptions", {"product": "cough-b", "quantity": 1, "every_days": 30})
    assert answer.json()["code"] == "not_subscribable"


def test_a_stranger_finds_no_order(world: World) -> None:
    path = answered(world.patient(), "stomach-g")
    assert [who.get(path).status_code for who in (world.patient("他人"), world.other_branch().staff())] == [404, 404]
    assert world.staff(roles=("clerk",)).get(path).status_code == 403


def test_a_draft_that_promises_too_much_is_blocked() -> None:
    from pharmacy.ai.guards import check
    from pharmacy.core.tables import Patient

    patient = Patient(allergies=[], medicines=[], pregnancy="no")
    found = {warning.code for warning in check("葛根湯は高血圧に効きます。", patient) if warning.blocking}
    assert "claim" in found


def test_a_shipped_order_has_a_parcel_and_is_followed_up_by_its_own_contact_and_by_no_other(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    path = answered(patient, "stomach-g")
    release(pharmacist, path)
    patient.put("/api/me/address", {"name": "試験花子", "address": "架空県1-2-3"})
    assert pharmacist.get(f"{patient.thread}/record").json()["follow_ups"] == []
    assert patient.get(path).json()["parcel"] is None
    assert pharmacist.post(f"{path}/shipments").json()["parcel"] == "requested"
    pharmacist.post(f"{patient.thread}/follow-ups", {"subject": "血圧", "due_on": "2026-06-02"})
    other, own = pharmacist.get(f"{patient.thread}/record").json()["follow_ups"]
    assert (own["subject"], own["due_on"]) == (PRODUCTS["stomach-g"].name, "2026-06-08")
    result = {"channel": "phone", "result": "変わりなし"}
    for follow_up, state in ((other, "shipped"), (own, "followed_up")):
        assert pharmacist.post(f"{patient.thread}/follow-ups/{follow_up['id']}/contact", result).status_code == 200
        assert patient.get(path).json()["state"] == state
