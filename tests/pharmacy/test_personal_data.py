"""Consent, requests, leaks, made-up people. The failing side of every rule."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pharmacy_world import Caller, World
from pytest_httpserver import HTTPServer

from pharmacy.privacy import standing
from pharmacy.privacy.consents import _state
from pharmacy.privacy.seed import read_recipe, seed
from pharmacy.privacy.tables import ConsentDecision
from pharmacy.settings import SettingsError

CONSENT = "/api/me/consents/ai_drafts"
VERSION = standing.load_purposes()["ai_drafts"].version


def test_consent_goes_by_turns_and_only_to_the_wording_that_holds(world: World) -> None:
    patient = world.patient()
    assert patient.put(CONSENT, {"version": VERSION}).json()["code"] == "consent_given"
    assert patient.delete(CONSENT).json()["state"] == "withdrawn"
    assert patient.delete(CONSENT).json()["code"] == "consent_missing"
    assert patient.put(CONSENT, {"version": "2020.1.1"}).json()["code"] == "changed"
    assert patient.put("/api/me/consents/adverts", {"version": VERSION}).status_code == 404
    assert patient.put(CONSENT, {"version": VERSION}).json()["decided_version"] == VERSION


def test_an_older_wording_was_another_question() -> None:
    purpose = standing.load_purposes()["ai_drafts"]
    older = ConsentDecision(patient_id="p", purpose=purpose.id, version="2020.1.1", state="given")
    assert _state(purpose, older) == "none"


def test_without_consent_the_model_is_not_asked_and_a_draft_is_not_sent(world: World, outside: HTTPServer) -> None:
    answer = {"choices": [{"message": {"content": "下書き"}, "finish_reason": "stop"}]}
    outside.expect_request("/ai/v1/chat/completions").respond_with_json(answer)
    patient, pharmacist = world.patient(), world.staff()
    patient.send("質問")
    draft = pharmacist.post(f"{patient.thread}/drafts").json()
    path = f"{patient.thread}/drafts/{draft['id']}"
    pharmacist.post(f"{patient.thread}/claim")
    pharmacist.post(f"{path}/open")
    pharmacist.post(f"{path}/approve", {"digest": draft["digest"]})
    patient.delete(CONSENT)
    assert pharmacist.post(f"{path}/send").json()["code"] == "suggestions_off"
    asked = len(outside.log)
    refused = pharmacist.post(f"{patient.thread}/drafts").json()
    assert (refused["code"], refused["detail"]) == ("suggestions_off", "no_consent")
    assert len(outside.log) == asked


def test_without_consent_nothing_is_answered_automatically_either(world: World, outside: HTTPServer) -> None:
    patient, supervisor = world.patient(), world.staff("責任", ("supervisor",))
    supervisor.put("/api/autonomy", {"mode": "auto_send", "reason": "試し"})
    patient.delete(CONSENT)
    patient.send("荷物はいつ届きますか")
    thread_id = patient.thread.rsplit("/", 1)[1]
    held: list[dict[str, Any]] = []
    deadline = time.monotonic() + 10
    while not held and time.monotonic() < deadline:
        trail = supervisor.get("/api/audit", params={"thread_id": thread_id}).json()
        held = [line["detail"] for line in trail if line["action"] == "auto_reply_held"]
        time.sleep(0.1)
    assert [detail["reason"] for detail in held] == ["no_consent"]
    assert [request.path for request, _ in outside.log if request.path.startswith("/ai")] == []


def ask(patient: Caller) -> str:
    found: str = patient.post("/api/me/requests", {"kind": "disclosure", "words": "全部"}).json()["id"]
    return found


def test_a_request_is_answered_once_by_a_supervisor_of_the_branch_and_fetched_by_who_asked(world: World) -> None:
    patient, other, supervisor = world.patient(), world.patient("別人"), world.staff("責任", ("supervisor",))
    request_id = ask(patient)
    answer, export = f"/api/requests/{request_id}/answer", f"/api/me/requests/{request_id}/export"
    granted = {"granted": True, "words": "どうぞ"}
    assert world.staff().post(answer, granted).status_code == 403
    assert world.other_branch().staff("遠い", ("supervisor",)).post(answer, granted).status_code == 404
    assert patient.get(export).status_code == 404
    assert supervisor.post(answer, granted).json()["state"] == "fulfilled"
    assert supervisor.post(answer, granted | {"granted": False}).json()["code"] == "request_closed"
    assert other.get(export).status_code == 404
    assert other.get("/api/me/requests").json() == []
    assert patient.get(export).json()["name"] == "試験花子"


def test_a_declined_request_hands_nothing_over(world: World) -> None:
    patient, supervisor = world.patient(), world.staff("責任", ("supervisor",))
    request_id = ask(patient)
    supervisor.post(f"/api/requests/{request_id}/answer", {"granted": False, "words": "本人と確かめられません"})
    assert patient.get("/api/me/requests").json()[0]["state"] == "declined"
    assert patient.get(f"/api/me/requests/{request_id}/export").status_code == 404


def leak_through(world: World, account: str, hours: int = 0) -> dict[str, Any]:
    noon = datetime(2026, 6, 1, 3, tzinfo=UTC) + timedelta(hours=hours)
    began, ended = (noon + timedelta(minutes=minutes) for minutes in (-30, 30))
    times = {"began_at": began.isoformat(), "ended_at": ended.isoformat()}
    return {"what": "端末の盗難", "account": account} | times


def test_a_leak_affects_whom_the_account_touched_in_that_time_and_nobody_else(world: World) -> None:
    patient, other, pharmacist = world.patient("本人"), world.patient("無関係"), world.staff("盗難")
    other.send("別の相談")
    pharmacist.get(patient.thread)
    supervisor = world.staff("責任", ("supervisor",))
    account = next(one["account"] for one in supervisor.get("/api/leaks").json()["accounts"] if one["name"] == "盗難")
    assert pharmacist.post("/api/leaks", leak_through(world, account)).status_code == 403
    for nobody in (leak_through(world, "somebody"), leak_through(world, account, hours=-5)):
        assert supervisor.post("/api/leaks", nobody).json()["code"] == "nobody_affected"
    leak = supervisor.post("/api/leaks", leak_through(world, account)).json()
    assert [one["name"] for one in leak["affected"]] == ["本人"]
    assert world.other_branch().staff("遠い", ("supervisor",)).get("/api/leaks").json()["leaks"] == []


def test_the_reports_have_their_order_and_their_clocks(world: World) -> None:
    patient, pharmacist, supervisor = world.patient(), world.staff("盗難"), world.staff("責任", ("supervisor",))
    pharmacist.get(patient.thread)
    account = supervisor.get("/api/leaks").json()["accounts"][0]["account"]
    path = f"/api/leaks/{supervisor.post('/api/leaks', leak_through(world, account)).json()['id']}"
    assert supervisor.post(f"{path}/final").json()["code"] == "leak_out_of_order"
    for day, standing_then in ((2, "in_time"), (4, "due"), (7, "late")):
        now = {"now": (datetime(2026, 6, 1, 4, tzinfo=UTC) + timedelta(days=day)).isoformat()}
        requests.put(f"{world.url}/clock", json=now, timeout=5).raise_for_status()
        assert supervisor.get("/api/leaks").json()["leaks"][0]["preliminary"]["standing"] == standing_then
    assert supervisor.post(f"{path}/preliminary").json()["preliminary"]["standing"] == "reported"
    assert supervisor.post(f"{path}/preliminary").json()["code"] == "leak_out_of_order"
    assert supervisor.post(f"{path}/final").json()["state"] == "final"
    assert supervisor.post(f"{path}/final").json()["code"] == "leak_out_of_order"


RECIPE = 'synthetic = true\nseed = 1\npatients = 2\nbranch = "staging"\n'


@pytest.mark.parametrize(
    "content",
    [
        RECIPE.replace("true", "false"),
        RECIPE + 'name = "本物"\n',
        RECIPE + "[[people]]\n",
        RECIPE.replace("staging", "本店"),
        RECIPE + "#" * 1000,
        "SQLite format 3\0",
        "",
    ],
)
def test_what_is_no_recipe_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "people").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError):
        read_recipe(tmp_path / "people")


def test_a_recipe_makes_its_people_and_a_database_with_others_is_left_alone(tmp_path: Path, world: World) -> None:
    (tmp_path / "recipe").write_text(RECIPE, encoding="utf-8")
    recipe = read_recipe(tmp_path / "recipe")
    assert [seed(recipe, f"sqlite:///{tmp_path / 'staging.db'}") for _ in range(2)] == [2, 2]
    from sqlalchemy import update

    from pharmacy.core.database import Database
    from pharmacy.core.tables import Patient

    database = Database(f"sqlite:///{tmp_path / 'staging.db'}")
    with database.write() as session:
        session.execute(update(Patient).where(Patient.subject == "synthetic-1-1").values(issuer="https://real.example"))
    database.close()
    with pytest.raises(SettingsError, match="not made up"):
        seed(recipe, f"sqlite:///{tmp_path / 'staging.db'}")
