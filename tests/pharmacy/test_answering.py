"""Queue, claims and replies: one pharmacist answers a turn, and only what they have read."""

from __future__ import annotations

import threading

import requests
from pharmacy_world import Caller, World


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_the_queue_is_ordered_by_urgency_then_by_waiting_time(world: World) -> None:
    texts = {"緑一": "質問", "緑二": "質問", "赤": "胸が痛い", "黄": "胸痛はありません"}
    for name, text in texts.items():
        world.patient(name).send(text)
    queue = world.staff().get("/api/queue").json()
    assert [entry["patient_name"] for entry in queue] == ["赤", "黄", "緑一", "緑二"]


def test_only_one_pharmacist_can_claim_a_thread(world: World) -> None:
    patient, first, second = world.patient(), world.staff("一番薬子"), world.staff("二番薬子")
    patient.send("質問")
    assert first.post(f"{patient.thread}/claim").json()["claimed_by"] == "一番薬子"
    assert first.post(f"{patient.thread}/claim").status_code == 200
    assert code(second.post(f"{patient.thread}/claim")) == (409, "claimed")
    assert code(second.reply(patient.thread, "横取り", 1)) == (409, "claimed")
    assert code(second.delete(f"{patient.thread}/claim")) == (409, "claimed")


def test_of_two_claims_at_the_same_moment_one_wins(world: World) -> None:
    patient, staff = world.patient(), [world.staff(f"薬剤師{n}") for n in range(4)]
    patient.send("質問")
    path = f"{patient.thread}/claim"
    answers: list[int] = []
    callers = [threading.Thread(target=lambda p=p: answers.append(p.post(path).status_code)) for p in staff]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(answers) == [200, 409, 409, 409]


def test_a_released_thread_goes_back_with_its_waiting_time(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("質問")
    before = pharmacist.get("/api/queue").json()[0]["waiting_since"]
    pharmacist.post(f"{patient.thread}/claim")
    assert pharmacist.delete(f"{patient.thread}/claim").status_code == 204
    entry = pharmacist.get("/api/queue").json()[0]
    assert (entry["waiting_since"], entry["state"], entry["claimed_by"]) == (before, "waiting", None)


def test_a_reply_needs_a_claim(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("質問")
    assert code(pharmacist.reply(patient.thread, "返信", 1)) == (409, "not_claimed")


def test_a_reply_past_an_unread_message_is_refused(world: World) -> None:
    patient, pharmacist = claimed(world)
    patient.send("追加の質問")
    assert code(pharmacist.reply(patient.thread, "返信", 1)) == (409, "stale")
    assert pharmacist.reply(patient.thread, "返信", 2).status_code == 201


def test_a_turn_is_answered_once(world: World) -> None:
    patient, first = claimed(world)
    second = world.staff("二番薬子")
    assert first.reply(patient.thread, "返信", 1).status_code == 201
    first.delete(f"{patient.thread}/claim")
    second.post(f"{patient.thread}/claim")
    assert code(second.reply(patient.thread, "二重の返信", 1)) == (409, "answered")
    assert [message["text"] for message in patient.get(f"{patient.thread}/messages").json()] == ["質問", "返信"]


def test_two_tabs_that_answer_at_once_give_one_reply(world: World) -> None:
    patient, pharmacist = claimed(world)
    path = patient.thread
    answers: list[int] = []
    tabs = [
        threading.Thread(target=lambda n=n: answers.append(pharmacist.reply(path, f"返信{n}", 1).status_code))
        for n in range(3)
    ]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(answers) == [201, 409, 409]


def test_a_repeated_reply_is_stored_once(world: World) -> None:
    patient, pharmacist = claimed(world)
    first = pharmacist.reply(patient.thread, "返信", 1, "key")
    second = pharmacist.reply(patient.thread, "返信", 1, "key")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert code(pharmacist.reply(patient.thread, "別の返信", 1, "key")) == (409, "idempotency_conflict")


def test_nobody_has_read_what_does_not_exist(world: World) -> None:
    patient, pharmacist = claimed(world)
    assert code(pharmacist.reply(patient.thread, "返信", 99)) == (422, "invalid")


def test_a_reply_written_for_another_patient_is_refused(world: World) -> None:
    patient, pharmacist = claimed(world)
    other = world.patient("別の患者")
    written_for = other.get(other.thread).json()["patient"]["identifier"]
    body = {"patient": written_for, "text": "返信", "read_up_to": 1}
    answer = pharmacist.post(f"{patient.thread}/replies", body, headers={"Idempotency-Key": "key"})
    assert code(answer) == (409, "wrong_patient")
    assert len(patient.get(f"{patient.thread}/messages").json()) == 1
    assert pharmacist.reply(patient.thread, "返信", 1, "key").status_code == 201


def test_an_answered_thread_leaves_the_queue_and_stays_mine(world: World) -> None:
    patient, pharmacist = claimed(world)
    pharmacist.reply(patient.thread, "返信", 1)
    assert pharmacist.get("/api/queue").json() == []
    assert [entry["thread_id"] for entry in pharmacist.get("/api/queue?mine=true").json()] == [patient.thread[13:]]


def test_the_chart_is_the_patients_to_write_and_the_pharmacists_to_read(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    chart = {"allergies": ["ペニシリン"], "medicines": ["ワルファリン"], "pregnancy": "unknown"}
    assert pharmacist.get(f"{patient.thread}/chart").json()["updated_at"] is None
    assert patient.put("/api/me/chart", chart).status_code == 200
    seen = pharmacist.get(patient.thread).json()
    assert chart.items() <= seen["chart"].items()
    assert seen["patient"]["name"] == "試験花子"
    assert seen["patient"]["birthdate"] == "1980-04-01"
    assert pharmacist.put("/api/me/chart", chart).status_code == 403
    assert patient.put("/api/me/chart", chart | {"patient_id": "x"}).status_code == 422


def claimed(world: World) -> tuple[Caller, Caller]:
    """A patient with one question, and the pharmacist who has claimed it."""
    patient, pharmacist = world.patient(), world.staff("一番薬子")
    patient.send("質問")
    pharmacist.post(f"{patient.thread}/claim")
    return patient, pharmacist
