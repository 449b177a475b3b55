"""Handing over: nothing open is lost, and nobody is in charge who has not accepted all of it."""

from __future__ import annotations

from itertools import product

import pytest
import requests
from pharmacy_world import Caller, World, paper_of

from pharmacy.core.problems import ProblemError
from pharmacy.handover.states import TRANSITIONS, advance
from pharmacy.handover.tables import Handover


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def on_call(world: World, text: str = "胸が痛いです") -> tuple[str, Caller, Caller]:
    """The thread of a patient, who is in charge of it, and a colleague."""
    patient, giver, colleague = world.patient(), world.staff("渡す薬子"), world.staff("継ぐ薬子")
    patient.send(text)
    giver.post(f"{patient.thread}/claim")
    return patient.thread, giver, colleague


def matters(caller: Caller, thread: str) -> list[tuple[str, str]]:
    return [(matter["kind"], matter["text"]) for matter in caller.get(f"{thread}/handover").json()["matters"]]


@pytest.mark.parametrize(
    ("state", "event"), sorted(set(product(("offered", "accepted", "withdrawn"), ("offer", "accept", "withdraw"))))
)
def test_only_what_the_table_names_can_happen(state: str, event: str) -> None:
    if (state, event) in TRANSITIONS:
        assert advance(Handover(state=state), event) == TRANSITIONS[state, event]
    else:
        with pytest.raises(ProblemError):
            advance(Handover(state=state), event)


def test_a_handover_carries_flags_promises_and_inquiries_until_they_are_closed(world: World) -> None:
    thread, giver, colleague = on_call(world)
    promise = giver.post(f"{thread}/matters", {"kind": "promise", "text": "電話する"}).json()["id"]
    giver.post(f"{thread}/matters", {"kind": "inquiry", "text": "用量の照会"})
    assert giver.post(f"{thread}/handover", {"note": "お願いします"}).status_code == 201
    assert matters(colleague, thread) == [
        ("red_flag", "胸が痛いです"),
        ("promise", "電話する"),
        ("inquiry", "用量の照会"),
    ]
    giver.post(f"{thread}/matters/{promise}/close")
    giver.put(f"{thread}/urgency", {"urgency": "green", "reason": "本人に確認した"})
    assert matters(colleague, thread) == [("inquiry", "用量の照会")]


def test_the_colleague_accepts_all_that_is_open_or_nothing(world: World) -> None:
    thread, giver, colleague = on_call(world)
    giver.post(f"{thread}/handover", {"note": "お願いします"})
    late = giver.post(f"{thread}/matters", {"kind": "promise", "text": "後から約束"}).json()["id"]
    accept = f"{thread}/handover/accept"
    assert code(colleague.post(accept, {"acknowledged": ["red_flag"]})) == (409, "not_acknowledged")
    assert colleague.get(thread).json()["claimed_by"] == "渡す薬子"
    assert colleague.post(accept, {"acknowledged": ["red_flag", late]}).status_code == 200
    assert colleague.get(thread).json()["claimed_by_me"] is True


def test_what_does_not_come_next_is_refused(world: World) -> None:
    thread, giver, colleague = on_call(world)
    path, everything = f"{thread}/handover", {"acknowledged": ["red_flag"]}
    assert code(colleague.post(path, {"note": "渡す"})) == (409, "claimed")
    assert code(colleague.post(f"{path}/accept", everything)) == (409, "no_handover")
    giver.post(path, {"note": "お願いします"})
    assert code(giver.post(path, {"note": "もう一度"})) == (409, "handover_open")
    assert code(giver.post(f"{path}/accept", everything)) == (409, "own_handover")
    assert code(colleague.post(f"{path}/withdraw")) == (409, "claimed")
    giver.delete(f"{thread}/claim")
    assert code(colleague.post(f"{thread}/claim")) == (409, "handover_open")
    assert code(world.other_branch().staff().post(f"{path}/accept", everything)) == (404, "not_found")
    assert giver.post(f"{path}/withdraw").status_code == 200
    assert code(colleague.post(f"{path}/accept", everything)) == (409, "no_handover")
    assert colleague.post(f"{thread}/claim").status_code == 200


def test_a_matter_of_another_thread_is_not_found(world: World) -> None:
    thread, giver, _ = on_call(world)
    other, keeper, _ = on_call(world, "質問")
    matter = keeper.post(f"{other}/matters", {"kind": "promise", "text": "電話する"}).json()["id"]
    assert code(giver.post(f"{thread}/matters/{matter}/close")) == (404, "not_found")
    assert matters(keeper, other) == [("promise", "電話する")]


def asked_about(world: World, staff: Caller, thread: str, question: str) -> str:
    """The path of a new prescription of this patient, about which the prescriber has been asked."""
    paper = paper_of(staff.get(thread).json()["patient"]["identifier"])
    path = f"/api/prescriptions/{staff.post('/api/prescriptions', paper).json()['id']}"
    staff.post(f"{path}/review")
    assert staff.post(f"{path}/inquiry", {"question": question}).status_code == 201
    return path


def test_an_open_inquiry_is_a_matter_until_it_is_answered_or_the_prescription_ends(world: World) -> None:
    thread, giver, colleague = on_call(world, "質問")
    other, keeper, _ = on_call(world, "質問")
    path, ended = asked_about(world, giver, thread, "用量は"), asked_about(world, keeper, other, "別の人の照会")
    assert [matters(colleague, one) for one in (thread, other)] == [
        [("inquiry", "用量は")],
        [("inquiry", "別の人の照会")],
    ]
    giver.post(f"{thread}/handover", {"note": "お願いします"})
    (matter,) = giver.get(f"{thread}/handover").json()["matters"]
    assert path.endswith(matter["prescription_id"])
    assert code(giver.post(f"{thread}/matters/{matter['id']}/close")) == (404, "not_found")
    accept = f"{thread}/handover/accept"
    assert code(colleague.post(accept, {"acknowledged": []})) == (409, "not_acknowledged")
    assert colleague.post(accept, {"acknowledged": [matter["id"]]}).status_code == 200
    colleague.post(f"{path}/inquiry/answer", {"doctor": "森医師", "answer": "そのまま", "outcome": "unchanged"})
    keeper.post(f"{ended}/refusal", {"reason": "患者の希望"})
    assert [matters(colleague, one) for one in (thread, other)] == [[], []]
