"""Quick replies: what is left to fill in is found however it is written, and never sent."""

from __future__ import annotations

import pytest
from pharmacy_world import World

from pharmacy.console.quick_replies import load_quick_replies, open_places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("{{氏名}}さん、1日{{回数}}回", ["{{氏名}}", "{{回数}}"]),
        ("｛｛氏名｝｝さん", ["{{氏名}}"]),
        ("1回{{用量をお飲みください", ["{{用量をお飲みください"]),
        ("1回用量}}を", ["}}"]),
        ("1日{ 回数 }回", ["{ 回数 }"]),
        ("1回1錠（食後）[必ず] <水で>", []),
    ],
)
def test_an_open_place_is_found_however_it_is_written(text: str, places: list[str]) -> None:
    assert open_places(text) == places


def test_a_reply_with_an_open_place_is_refused_and_the_same_filled_in_goes_out(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("質問")
    pharmacist.post(f"{patient.thread}/claim")
    template = next(reply for reply in pharmacist.get("/api/quick-replies").json() if open_places(reply["text"]))
    refused = pharmacist.reply(patient.thread, template["text"], 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "unfilled")
    assert len(patient.get(f"{patient.thread}/messages").json()) == 1
    filled = template["text"].replace("{", "").replace("}", "")
    assert pharmacist.reply(patient.thread, filled, 1).status_code == 201


def test_the_quick_replies_are_of_both_languages_and_have_their_own_names() -> None:
    replies = load_quick_replies()
    assert {reply.language for reply in replies} == {"ja", "en"}
    assert len({reply.id for reply in replies}) == len({reply.title for reply in replies}) == len(replies)
