"""What a pharmacist was in charge of returns to the queue when they have gone, with its waiting time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import requests
from pharmacy_world import Caller, World

from pharmacy.handover.returns import longest_absence

NOON = datetime.fromisoformat("2026-06-01T12:00:00+09:00")
PATIENCE = 10  # seconds


def charged(world: World) -> tuple[Caller, Caller, Caller]:
    """A patient, the pharmacist in charge, and a colleague who looks on."""
    patient, pharmacist, colleague = world.patient(), world.staff("担当薬子"), world.staff("同僚薬子")
    patient.send("質問")
    pharmacist.post(f"{patient.thread}/claim")
    return patient, pharmacist, colleague


def wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def set_clock(world: World, after: timedelta) -> None:
    now = {"now": (NOON + after).isoformat()}
    requests.put(f"{world.url}/clock", json=now, timeout=5).raise_for_status()


def in_charge(caller: Caller, patient: Caller) -> str | None:
    name: str | None = caller.get(patient.thread).json()["claimed_by"]
    return name


def test_signing_out_gives_back_everything_and_the_waiting_time_stays(world: World) -> None:
    _, pharmacist, colleague = charged(world)
    before = colleague.get("/api/queue").json()[0]["waiting_since"]
    pharmacist.post("/sign-out", allow_redirects=False)
    entry = colleague.get("/api/queue").json()[0]
    assert (entry["claimed_by"], entry["state"], entry["waiting_since"]) == (None, "waiting", before)


def test_who_is_signed_in_elsewhere_keeps_it(world: World) -> None:
    patient, pharmacist, colleague = charged(world)
    trail = world.staff("監査薬子", ("auditor",)).get("/api/audit").json()
    world.sign_in("staff", next(line["actor_id"] for line in trail if line["actor"] == "担当薬子"))
    pharmacist.post("/sign-out", allow_redirects=False)
    assert in_charge(colleague, patient) == "担当薬子"


def test_the_end_of_the_shift_gives_back_ones_own_and_no_one_elses(world: World) -> None:
    patient, pharmacist, colleague = charged(world)
    other = world.patient("別の患者")
    other.send("質問")
    colleague.post(f"{other.thread}/claim")
    assert pharmacist.post("/api/me/shift/end").json() == {"returned": [patient.thread.removeprefix("/api/threads/")]}
    assert in_charge(colleague, patient) is None
    assert in_charge(colleague, other) == "同僚薬子"


def test_a_console_that_fell_silent_loses_what_it_held_and_one_that_speaks_does_not(world: World) -> None:
    patient, pharmacist, colleague = charged(world)
    other = world.patient("別の患者")
    other.send("質問")
    colleague.post(f"{other.thread}/claim")
    for person in (pharmacist, colleague):
        assert person.post("/api/me/presence").status_code == 204
    set_clock(world, longest_absence() - timedelta(seconds=30))
    colleague.post("/api/me/presence")
    set_clock(world, longest_absence() + timedelta(seconds=30))
    wait_for(lambda: in_charge(colleague, patient) is None)
    assert in_charge(colleague, other) == "同僚薬子"


def test_a_page_that_follows_something_live_is_there_without_a_word(world: World) -> None:
    patient, pharmacist, colleague = charged(world)
    witness = world.patient("別の患者")
    witness.send("質問")
    colleague.post(f"{witness.thread}/claim")
    colleague.post("/api/me/presence")
    with pharmacist.get("/api/queue/events", stream=True) as stream:
        lines = stream.iter_lines()
        next(lines)
        set_clock(world, longest_absence() * 2)
        wait_for(lambda: in_charge(colleague, witness) is None)
        assert in_charge(colleague, patient) == "担当薬子"
    set_clock(world, longest_absence() * 4)
    wait_for(lambda: in_charge(colleague, patient) is None)
