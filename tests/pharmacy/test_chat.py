"""A patient writes, a pharmacist answers, and both see the same."""

from __future__ import annotations

import pytest
import requests
from pharmacy_world import World


def test_a_message_is_acknowledged_and_both_sides_see_the_same(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    sent = patient.send("薬を飲み忘れました")
    assert sent.status_code == 201
    assert sent.json()["state"] == "received"
    for side in (patient, pharmacist):
        listed = side.get(f"{patient.thread}/messages").json()
        assert [(message["seq"], message["text"]) for message in listed] == [(1, "薬を飲み忘れました")]


def test_a_repeated_request_stores_one_message(world: World) -> None:
    patient = world.patient()
    first, second = patient.send("一度だけ", "key-1"), patient.send("一度だけ", "key-1")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(patient.get(f"{patient.thread}/messages").json()) == 1


def test_a_key_used_for_another_text_is_refused(world: World) -> None:
    patient = world.patient()
    patient.send("最初の内容", "key-1")
    refused = patient.send("別の内容", "key-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_conflict")
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "text", ["全角ＡＢＣ　１２３", "絵文字👨‍👩‍👧‍👦と𠮷", "行\r\n行\tと\u200b見えない字", "ア" * 5000, "😀" * 5000]
)
def test_a_text_comes_back_exactly_as_it_was_sent(world: World, text: str) -> None:
    patient = world.patient()
    assert patient.send(text).status_code == 201
    assert patient.get(f"{patient.thread}/messages").json()[0]["text"] == text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "invalid"),
        ({"text": " 　\n"}, "invalid"),
        ({"text": "あ" * 5001}, "invalid"),
        ({"text": "\0"}, "invalid"),
        ({"text": "a", "thread_id": "x"}, "not_yours_to_say"),
        ({}, "invalid"),
        ([], "invalid"),
        (1, "invalid"),
    ],
)
def test_what_is_not_a_message_is_refused_and_not_stored(world: World, body: object, code: str) -> None:
    patient = world.patient()
    refused = patient.post(f"{patient.thread}/messages", body, headers={"Idempotency-Key": "k"})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert patient.get(f"{patient.thread}/messages").json() == []


@pytest.mark.parametrize("raw", [b"{", b'{"text": "\\ud800"}', b"\xff\xfe", b'{"text": NaN}', b"[" * 20000, b""])
def test_broken_json_is_refused_as_documented(world: World, raw: bytes) -> None:
    patient = world.patient()
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    refused = patient.call("POST", f"{patient.thread}/messages", data=raw, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("as_chunks", [False, True])
def test_a_huge_body_is_refused_whether_it_says_its_length_or_not(world: World, as_chunks: bool) -> None:
    patient = world.patient()
    body = b'{"text": "' + b"a" * 200_000 + b'"}'
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    data = iter([body]) if as_chunks else body
    refused = patient.call("POST", f"{patient.thread}/messages", data=data, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


def test_a_reply_carries_the_name_of_who_is_responsible(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff("責任薬子")
    patient.send("質問です")
    pharmacist.post(f"{patient.thread}/claim")
    assert pharmacist.reply(patient.thread, "お答えします", 1).status_code == 201
    reply = patient.get(f"{patient.thread}/messages").json()[-1]
    assert (reply["kind"], reply["responsible"], reply["automatic"]) == ("reply", "責任薬子", False)


def test_outside_hours_the_patient_is_told_once_when_a_human_answers(world: World) -> None:
    patient = world.patient()
    requests.put(f"{world.url}/clock", json={"now": "2026-06-01T22:00:00+09:00"}, timeout=5)
    patient.send("質問です")
    patient.send("もう一つ質問です")
    automatic = [m for m in patient.get(f"{patient.thread}/messages").json() if m["automatic"]]
    assert len(automatic) == 1
    for part in ("6月2日 09:00", "119", "#7119"):
        assert part in automatic[0]["text"]


def test_during_hours_nothing_is_said_by_itself(world: World) -> None:
    patient = world.patient()
    patient.send("質問です")
    assert [m["kind"] for m in patient.get(f"{patient.thread}/messages").json()] == ["patient"]
