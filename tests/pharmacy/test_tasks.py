"""Tasks after a message: opened by rule, ended by a pharmacist with an outcome, overdue by the pharmacy's clock."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from pharmacy_world import Caller, World

from pharmacy.triage.rules import assess
from pharmacy.triage.tasks import load_limits

ADVERSE = [
    "白目が黄色い",
    "おしっこがコーラ色です",
    "手足に力が入りません",
    "アナフィラキシーかも",
    "jaundice",
    "dark urine",
]
NOT_ADVERSE = ["黄疸はない", "黄色い錠剤", "横断歩道", "胸が痛い", "No jaundice"]


@pytest.mark.parametrize("text", ADVERSE)
def test_a_suspected_severe_reaction_is_found(text: str) -> None:
    assert assess(text).adverse


@pytest.mark.parametrize("text", NOT_ADVERSE)
def test_what_is_denied_or_something_else_is_none(text: str) -> None:
    assert not assess(text).adverse


def task_of(staff: Caller, patient: Caller, kind: str = "physician") -> dict[str, Any]:
    found: dict[str, Any] = next(task for task in staff.get(patient.thread).json()["tasks"] if task["kind"] == kind)
    return found


def test_a_task_is_opened_once_and_ended_once_with_an_outcome(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff("連携薬子")
    for text in ("白目が黄色い", "おしっこが茶色い"):
        patient.send(text)
    kinds = [task["kind"] for task in pharmacist.get("/api/tasks").json()]
    assert kinds.count("physician") == 1
    path = f"{patient.thread}/tasks/{task_of(pharmacist, patient)['id']}/completion"
    assert [pharmacist.post(path, {"outcome": text}).status_code for text in ("", "  ")] == [422, 422]
    assert pharmacist.post(path, {"outcome": "医師に電話した"}).json()["done_by"] == "連携薬子"
    assert pharmacist.post(path, {"outcome": "もう一度"}).json()["code"] == "task_done"
    assert task_of(pharmacist, patient)["outcome"] == "医師に電話した"


def test_who_may_see_and_end_tasks(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("白目が黄色い")
    path = f"{patient.thread}/tasks/{task_of(pharmacist, patient)['id']}/completion"
    for who in (patient, *(world.staff(roles=(role,)) for role in ("supervisor", "clerk", "auditor", "it_admin"))):
        assert who.post(path, {"outcome": "済み"}).status_code == 403
    assert [world.staff(roles=(role,)).get("/api/tasks").status_code for role in ("supervisor", "clerk")] == [200, 403]
    assert patient.get(patient.thread).json()["tasks"] == []
    stranger = world.other_branch().staff()
    assert stranger.get("/api/tasks").json() == []
    assert stranger.post(path, {"outcome": "済み"}).status_code == 404
    other = world.patient()
    other.send("こんにちは")
    assert pharmacist.post(path.replace(patient.thread, other.thread), {"outcome": "済み"}).status_code == 404


def test_a_task_is_overdue_after_its_minutes(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("白目が黄色い")
    assert task_of(pharmacist, patient)["overdue"] is False
    late = {"now": "2026-06-01T13:00:30+09:00"}
    requests.put(f"{world.url}/clock", json=late, timeout=5).raise_for_status()
    assert load_limits().within["physician"].total_seconds() == 3600
    assert task_of(pharmacist, patient)["overdue"] is True


def notices_of(patient: Caller) -> list[str]:
    return [message["notice"] for message in patient.get(f"{patient.thread}/messages").json() if message["notice"]]


@pytest.mark.parametrize(
    "text", ["39度の熱が下がりません", "水も飲めません", "胸痛はありません", "I have a high fever"]
)
def test_yellow_advises_a_visit_once_and_has_somebody_check_back(world: World, text: str) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send(text)
    patient.send(text)
    assert notices_of(patient).count("visit") == 1
    assert [task["kind"] for task in pharmacist.get("/api/tasks").json()] == ["check_back"]


def test_a_pharmacist_s_yellow_does_the_same_and_green_does_not(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("少しふらふらします")
    for urgency, told in (("green", 0), ("yellow", 1), ("yellow", 1)):
        pharmacist.put(f"{patient.thread}/urgency", {"urgency": urgency, "reason": "電話で話した"})
        assert notices_of(patient).count("visit") == told
    assert task_of(pharmacist, patient, "check_back")["state"] == "open"
