"""A page about a red flag: called, acknowledged, gone on to the next, over; and never over by silence."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import requests
from hamcrest import equal_to, greater_than_or_equal_to, has_length
from pharmacy_world import Caller, World
from pytest_httpserver import HTTPServer

from nameraka import eventually
from pharmacy.core.problems import ProblemError
from pharmacy.paging.states import TRANSITIONS, Recipient, advance, load_plan
from pharmacy.paging.tables import Page

Later = Callable[[int], None]


@pytest.fixture
def later(world: World) -> Later:
    """Minutes after noon, as the pharmacy's clock says."""

    def set_clock(minutes: int) -> None:
        now = {"now": f"2026-06-01T{12 + minutes // 60}:{minutes % 60:02}:01+09:00"}
        requests.put(f"{world.url}/clock", json=now, timeout=5).raise_for_status()

    return set_clock


def page_of(staff: Caller, patient: Caller) -> dict[str, Any]:
    page: dict[str, Any] = staff.get(patient.thread).json()["page"]
    return page


def recipients(staff: Caller, patient: Caller, count: int) -> list[Recipient]:
    """Whom the chain has called, once it has called so many."""
    calls = eventually(lambda: page_of(staff, patient)["calls"], has_length(greater_than_or_equal_to(count)))
    return [call["recipient"] for call in calls]


STATES, EVENTS = ("calling", "acknowledged", "closed"), ("acknowledge", "close", "no_answer")


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)))
def test_what_the_table_does_not_name_cannot_happen(state: str, event: str) -> None:
    page = Page(state=state)
    if (state, event) in TRANSITIONS:
        advance(page, event)
        assert page.state == TRANSITIONS[state, event]
    else:
        with pytest.raises(ProblemError):
            advance(page, event)


def test_the_plan_has_a_version_a_source_and_a_supervisor_at_its_end() -> None:
    plan = load_plan()
    assert plan.version
    assert plan.source
    assert [plan.recipient(number) for number in (1, 3, 4, 99)] == ["on_call", *["supervisor"] * 3]


def test_silence_calls_the_next_the_supervisor_and_the_supervisor_again(world: World, later: Later) -> None:
    patient, supervisor = world.patient(), world.staff(roles=("supervisor",))
    patient.send("胸が痛い")
    expected = ["on_call", "next_on_call", "supervisor", "supervisor"]
    for calls in (2, 3, 4):
        later(3 * (calls - 1) + 1)
        assert recipients(supervisor, patient, calls) == expected[:calls]
    assert supervisor.get("/api/queue").json()[0]["page_unanswered"] is True
    trail = supervisor.get("/api/audit", params={"thread_id": patient.thread.rsplit("/", 1)[1]}).json()
    called = [entry for entry in trail if entry["action"] == "page_called"]
    assert [entry["detail"]["recipient"] for entry in called] == expected
    assert {(entry["role"], entry["detail"]["plan_version"]) for entry in called} == {("system", load_plan().version)}


def test_a_page_is_acknowledged_once_and_by_those_who_can_act(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff("応える薬子")
    path = f"{patient.thread}/page/acknowledgement"
    assert pharmacist.post(path).json()["code"] == "no_page"
    patient.send("胸が痛い")
    assert [who.post(path).status_code for who in (patient, world.staff(roles=("clerk",)))] == [403, 403]
    assert world.other_branch().staff().post(path).json()["code"] == "not_found"
    assert pharmacist.post(path).json()["acknowledged_by"] == "応える薬子"
    assert world.staff().post(path).json()["code"] == "no_page"
    assert patient.get(patient.thread).json()["page"] is None


def test_a_red_flag_after_the_acknowledgement_calls_anew(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("胸が痛い")
    pharmacist.post(f"{patient.thread}/claim")
    assert page_of(pharmacist, patient)["state"] == "acknowledged"
    patient.send("息ができない")
    assert page_of(pharmacist, patient)["state"] == "calling"


def test_an_acknowledgement_without_an_act_lapses_but_not_while_somebody_is_in_charge(
    world: World, later: Later
) -> None:
    idle, busy, pharmacist = world.patient(), world.patient(), world.staff()
    for patient in (busy, idle):
        patient.send("胸が痛い")
        pharmacist.post(f"{patient.thread}/page/acknowledgement")
    pharmacist.post(f"{busy.thread}/claim")
    later(11)
    assert recipients(pharmacist, idle, 2) == ["on_call", "next_on_call"]
    assert recipients(pharmacist, busy, 1) == ["on_call"]


def test_judging_ends_a_page_and_confirming_red_only_acknowledges_it(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("胸が痛い")
    for urgency, state in (("red", "acknowledged"), ("yellow", "closed")):
        pharmacist.put(f"{patient.thread}/urgency", {"urgency": urgency, "reason": "電話で確認した"})
        assert page_of(pharmacist, patient)["state"] == state


def test_each_call_is_addressed_to_the_role_and_says_nothing_else(
    world: World, later: Later, outside: HTTPServer
) -> None:
    patient = world.patient("頁花子")
    patient.send("息ができません")
    later(4)
    recipients(world.staff(), patient, 2)
    thread_id = patient.thread.rsplit("/", 1)[1]

    def pages() -> list[str]:
        sent = [request.get_json()["text"] for request, _ in outside.log if request.path == "/pager"]
        return [text for text in sent if thread_id in text]

    told = [
        f"【{address}】緊急度 red 症例 {thread_id} を確認してください {world.url}/console/{thread_id}"
        for address in ("当番薬剤師", "次の当番薬剤師")
    ]
    eventually(pages, equal_to(told))
