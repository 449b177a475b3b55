"""Medication records: versions, merging, keeping, follow-up. The failing side of every rule."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from typing import Any

import pytest
import requests
from pharmacy_world import Caller, PharmacyProcess, World, paper_of

from pharmacy.records.retention import load_retention

SOAP = {"subjective": "胃が痛い", "objective": "空腹時に服用", "assessment": "胃部不快感", "plan": "食後に"}


def write(pharmacist: Caller, patient: Caller, text: str = "胃が痛い") -> dict[str, Any]:
    answer = pharmacist.post(f"{patient.thread}/record", SOAP | {"subjective": text})
    assert answer.status_code == 201, answer.text
    entry: dict[str, Any] = answer.json()["entries"][-1]
    return entry


def texts(staff: Caller, patient: Caller) -> list[list[str]]:
    entries = staff.get(f"{patient.thread}/record").json()["entries"]
    return [[version["subjective"] for version in entry["versions"]] for entry in entries]


def identifier(staff: Caller, patient: Caller) -> str:
    found: str = staff.get(patient.thread).json()["patient"]["identifier"]
    return found


def test_an_entry_is_amended_only_from_its_newest_version_and_only_in_its_own_record(world: World) -> None:
    patient, other, pharmacist = world.patient(), world.patient("別人"), world.staff()
    entry = write(pharmacist, patient)
    path = f"{patient.thread}/record/{entry['id']}/versions"
    assert pharmacist.post(path, SOAP | {"based_on": 1, "subjective": "痛くない"}).status_code == 201
    assert pharmacist.post(path, SOAP | {"based_on": 1}).json()["code"] == "record_changed"
    assert pharmacist.post(path, SOAP | {"based_on": 2, "plan": " "}).status_code == 422
    foreign = path.replace(patient.thread, other.thread)
    assert pharmacist.post(foreign, SOAP | {"based_on": 2}).status_code == 404
    assert world.other_branch().staff().get(f"{patient.thread}/record").status_code == 404
    assert patient.get(f"{patient.thread}/record").status_code == 403
    assert texts(pharmacist, patient) == [["胃が痛い", "痛くない"]]


def test_the_database_itself_refuses_to_overwrite_a_version(world: World, pharmacy: PharmacyProcess) -> None:
    write(world.staff(), world.patient())
    file = pharmacy.folder / "pharmacy.db"
    with closing(sqlite3.connect(file, timeout=15)) as database, pytest.raises(sqlite3.IntegrityError):
        database.execute("UPDATE record_versions SET subjective = 'なし'")


def test_merging_moves_nothing_and_is_undone_exactly(world: World) -> None:
    one, other, pharmacist = world.patient("一人目"), world.patient("二人目"), world.staff()
    supervisor = world.staff("責任", ("supervisor",))
    write(pharmacist, one, "一")
    write(pharmacist, other, "二")
    merge = {"identifier": identifier(pharmacist, other), "reason": "同じ人"}
    assert supervisor.post(f"{one.thread}/record/separation", {"reason": "別人"}).json()["code"] == "records_separate"
    itself = merge | {"identifier": identifier(pharmacist, one)}
    assert supervisor.post(f"{one.thread}/record/merge", itself).json()["code"] == "same_patient"
    stranger = world.other_branch()
    foreign = merge | {"identifier": identifier(stranger.staff(), stranger.patient())}
    assert supervisor.post(f"{one.thread}/record/merge", foreign).status_code == 404
    assert supervisor.post(f"{one.thread}/record/merge", merge).status_code == 201
    assert texts(pharmacist, other) == [["一"], ["二"]]
    third = world.patient("三人目")
    assert supervisor.post(f"{third.thread}/record/merge", merge).json()["code"] == "records_merged"
    assert supervisor.post(f"{other.thread}/record/separation", {"reason": "別人"}).status_code == 200
    assert [texts(pharmacist, one), texts(pharmacist, other)] == [[["一"]], [["二"]]]


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (date(2027, 3, 31), date(2030, 3, 31)),
        (date(2027, 4, 1), date(2032, 4, 1)),
        (date(2024, 2, 29), date(2027, 3, 1)),
    ],
)
def test_the_period_is_by_the_rule_of_the_day_on_which_it_begins(begins: date, ends: date) -> None:
    assert load_retention().kept_until(begins) == ends


def test_before_all_rules_nothing_can_be_said() -> None:
    with pytest.raises(ValueError, match="no rule"):
        load_retention().kept_until(date(1950, 1, 1))


def test_an_entry_is_discarded_only_after_its_period_and_without_a_hold(world: World) -> None:
    patient, pharmacist, supervisor = world.patient(), world.staff(), world.staff("責任", ("supervisor",))
    entry = f"{patient.thread}/record/{write(pharmacist, patient)['id']}"
    hold = f"{patient.thread}/record/hold"
    assert supervisor.delete(entry).json()["code"] == "record_kept"
    assert supervisor.delete(hold).json()["code"] == "record_not_held"
    assert supervisor.put(hold, {"reason": "証拠保全"}).json()["held"] is True
    assert supervisor.put(hold, {"reason": "証拠保全"}).json()["code"] == "record_held"
    set_clock(world, "2029-06-01T23:59:00+09:00")
    assert supervisor.delete(entry).json()["code"] == "record_held"
    supervisor.delete(hold)
    assert supervisor.delete(entry).json()["code"] == "record_kept"
    set_clock(world, "2029-06-02T00:01:00+09:00")
    assert pharmacist.delete(entry).status_code == 403
    assert supervisor.delete(entry).json()["entries"] == []


def set_clock(world: World, now: str) -> None:
    requests.put(f"{world.url}/clock", json={"now": now}, timeout=5).raise_for_status()


def test_a_follow_up_ends_by_an_individual_contact_with_a_result(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("薬を始めた")
    pharmacist.post(f"{patient.thread}/claim")
    pharmacist.reply(patient.thread, "お大事に", 2)
    plan = {"subject": "ふらつき", "due_on": "2026-06-03"}
    follow_up = pharmacist.post(f"{patient.thread}/follow-ups", plan).json()
    path = f"{patient.thread}/follow-ups/{follow_up['id']}/contact"
    assert pharmacist.post("/api/follow-ups/notice", {"text": "いかがですか"}).json() == {"recipients": 1}
    by_chat = {"channel": "chat", "result": "よい"}
    assert pharmacist.post(path, by_chat).json()["code"] == "no_individual_contact"
    assert pharmacist.post(path, {"channel": "phone", "result": ""}).status_code == 422
    other = world.patient("別人")
    assert pharmacist.post(path.replace(patient.thread, other.thread), by_chat).status_code == 404
    done = pharmacist.post(path, {"channel": "phone", "result": "よい"}).json()
    assert (done["state"], done["result"]) == ("done", "よい")
    assert pharmacist.post(path, by_chat).json()["code"] == "follow_up_done"
    assert pharmacist.post("/api/follow-ups/notice", {"text": "いかがですか"}).json() == {"recipients": 0}


def test_what_is_dispensed_later_prolongs_the_period_until_it_is_taken_back(world: World) -> None:
    patient, other, pharmacist = world.patient(), world.patient("別人"), world.staff()
    patient.put("/api/me/chart", {"allergies": [], "medicines": [], "pregnancy": "no"})
    write(pharmacist, patient), write(pharmacist, other)
    paper = paper_of(identifier(pharmacist, patient))
    path = f"/api/prescriptions/{pharmacist.post('/api/prescriptions', paper).json()['id']}"
    pharmacist.post(f"{path}/review")
    set_clock(world, "2026-06-04T12:00:00+09:00")
    ends = []
    for step, body in (("dispensing", None), ("recall", {"reason": "取り違え"})):
        assert pharmacist.post(f"{path}/{step}", body).status_code == 200
        records = [pharmacist.get(f"{one.thread}/record").json() for one in (patient, other)]
        ends.append([record["entries"][0]["kept_until"] for record in records])
    assert ends == [["2029-06-04", "2029-06-01"], ["2029-06-01", "2029-06-01"]]
