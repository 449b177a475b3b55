"""Automatic answers: off by default, about two harmless topics only, by rules before and after the model."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pharmacy_world import Caller, World
from pytest_httpserver import HTTPServer

from pharmacy.ai.master import plain
from pharmacy.autonomy.gate import refused_topic, topic_of
from pharmacy.autonomy.states import TRANSITIONS, advance
from pharmacy.autonomy.tables import AutoReply

AI = "/ai/v1/chat/completions"


@pytest.mark.parametrize(
    ("texts", "topic"),
    [
        (["荷物はいつ届きますか"], "delivery"),
        (["こんにちは。", "営業時間を教えてください"], "hours"),
        (["What are your opening hours?"], "hours"),
        (["荷物はいつ届きますか。営業時間も教えてください"], None),
        (["頭が痛いです", "荷物はいつ届きますか"], None),
        (["ろれつが回らないのですが荷物はいつ届きますか", "荷物はいつ届きますか"], None),
        (["荷物はいつ届きますか" + "。ありがとうございます" * 20], None),
        (["天気はどうですか"], None),
        (["母の荷物はいつ届きますか。妊娠中です"], None),
    ],
)
def test_only_a_message_that_is_wholly_of_one_topic_passes(texts: list[str], topic: str | None) -> None:
    assert topic_of(texts) == topic


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("カロナールは届きます", "drug"),
        ("九時に開きます。それまで二錠", "drug"),
        ("1日3回です", "dose"),
        ("痛みがあれば", "symptom"),
        ("授乳中は", "pregnancy"),
        ("お子様、赤ちゃんには", "child"),
        ("あす届きます", None),
    ],
)
def test_what_is_never_said(text: str, refused: str | None) -> None:
    assert refused_topic(plain(text)) == refused


def test_an_answer_that_was_sent_or_held_does_not_move_again() -> None:
    for state in ("sent", "held"):
        for event in ("send", "hold"):
            assert (state, event) not in TRANSITIONS
            with pytest.raises(KeyError):
                advance(AutoReply(state=state), event)


def automatic(patient: Caller) -> list[Any]:
    messages = patient.get(f"{patient.thread}/messages").json()
    return [message for message in messages if message["notice"] == "auto_reply"]


def test_a_branch_only_suggests_until_its_supervisor_has_decided_otherwise(world: World, outside: HTTPServer) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "あす届きます"}, "finish_reason": "stop"}
    outside.expect_request(AI).respond_with_json({"model": "scripted-1", "choices": [choice]})
    pharmacist, supervisor = world.staff(), world.staff("管理薬子", ("supervisor",))
    assert pharmacist.get("/api/autonomy").json()["mode"] == "suggest_only"
    new = {"mode": "auto_send", "reason": "試し"}
    assert pharmacist.put("/api/autonomy", new).status_code == 403
    assert world.staff("事務", ("clerk",)).post("/api/autonomy/stop").status_code == 403
    assert supervisor.put("/api/autonomy", new).json()["changed_by"] == "管理薬子"
    patient = world.patient()
    patient.send("荷物はいつ届きますか")
    deadline = time.monotonic() + 10
    while not automatic(patient) and time.monotonic() < deadline:
        time.sleep(0.1)
    (answer,) = automatic(patient)
    assert (answer["text"], answer["automatic"], answer["responsible"]) == ("あす届きます", True, None)
    assert pharmacist.get(patient.thread).json()["waiting_since"] is not None, "a human still has to answer"
    assert pharmacist.post("/api/autonomy/stop").json()["mode"] == "suggest_only"
    assert world.other_branch().staff().get("/api/autonomy").json()["mode"] == "suggest_only"
