"""By when a human has to have answered, and who is marked when nobody has."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from pharmacy_world import Caller, World

from pharmacy.triage.reply_times import load_reply_times


def later(world: World, minutes: int, seconds: int = 30) -> None:
    now = {"now": f"2026-06-01T{12 + minutes // 60}:{minutes % 60:02}:{seconds:02}+09:00"}
    requests.put(f"{world.url}/clock", json=now, timeout=5).raise_for_status()


def entry(staff: Caller) -> dict[str, Any]:
    found: dict[str, Any] = staff.get("/api/queue").json()[0]
    return found


def test_the_times_have_a_version_and_a_source_and_are_shorter_the_more_urgent() -> None:
    times = load_reply_times()
    assert times.version
    assert times.source
    assert times.within["red"] < times.within["yellow"] < times.within["green"]


@pytest.mark.parametrize(("text", "minutes"), [("胸が痛い", 5), ("白目が黄色い", 15), ("牛乳で飲めますか", 60)])
def test_a_reply_is_late_after_the_minutes_of_its_urgency(world: World, text: str, minutes: int) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send(text)
    for passed, late in ((minutes - 1, False), (minutes, True)):
        later(world, passed)
        assert entry(pharmacist)["overdue"] is late


def test_neither_another_message_nor_an_automatic_one_starts_the_time_anew(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("牛乳で飲めますか")
    due = entry(pharmacist)["reply_due_at"]
    later(world, 50)
    patient.send("胸痛はありません")
    assert patient.get(f"{patient.thread}/messages").json()[-1]["automatic"]
    assert entry(pharmacist)["reply_due_at"] < due  # more urgent now, from the same moment on
    assert entry(pharmacist)["overdue"] is True


def test_a_human_reply_ends_the_time_and_the_next_question_begins_its_own(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("牛乳で飲めますか")
    pharmacist.post(f"{patient.thread}/claim")
    later(world, 61)
    assert entry(pharmacist)["overdue"] is True
    pharmacist.reply(patient.thread, "水でどうぞ", 1)
    mine = pharmacist.get("/api/queue", params={"mine": "true"}).json()[0]
    assert (mine["reply_due_at"], mine["overdue"]) == (None, False)
    patient.send("お茶では？")
    assert entry(pharmacist)["overdue"] is False
