"""Corrections: visible, beside the original, and the only way to change what was said."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import requests
from pharmacy_world import Caller, World
from sqlalchemy import select

from pharmacy.core.clock import Clock
from pharmacy.core.database import Database
from pharmacy.core.tables import AppendOnlyError, Message, Patient, Thread
from pharmacy.tables import TABLES


def correct(caller: Caller, thread: str, message_id: str, text: str, key: str | None = None) -> requests.Response:
    path = f"{thread}/messages/{message_id}/correction"
    return caller.post(path, {"text": text}, headers={"Idempotency-Key": key or uuid.uuid4().hex})


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def answered(world: World) -> tuple[Caller, Caller, str]:
    """A patient, the pharmacist in charge, and the id of the reply."""
    patient, pharmacist = world.patient(), world.staff()
    patient.send("質問")
    pharmacist.post(f"{patient.thread}/claim")
    return patient, pharmacist, pharmacist.reply(patient.thread, "1日3回", 1).json()["id"]


def test_a_correction_stands_beside_the_original_and_each_names_the_other(world: World) -> None:
    patient, pharmacist, reply = answered(world)
    assert correct(pharmacist, patient.thread, reply, "1日2回").status_code == 201
    _, original, correction = patient.get(f"{patient.thread}/messages").json()
    assert (original["text"], original["corrected_by"]) == ("1日3回", correction["seq"])
    assert (correction["kind"], correction["text"], correction["corrects"]) == ("correction", "1日2回", original["seq"])
    assert correction["responsible"] == pharmacist.name


def test_a_repeated_correction_is_stored_once(world: World) -> None:
    patient, pharmacist, reply = answered(world)
    answers = [correct(pharmacist, patient.thread, reply, "1日2回", "key") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert len(patient.get(f"{patient.thread}/messages").json()) == 3


def test_what_must_not_be_corrected_is_refused(world: World) -> None:
    patient, pharmacist, reply = answered(world)
    other, _, others_reply = answered(world)
    question = patient.get(f"{patient.thread}/messages").json()[0]["id"]
    assert code(correct(pharmacist, patient.thread, question, "別の質問")) == (409, "not_correctable")
    assert code(correct(pharmacist, patient.thread, reply, "1日3回")) == (409, "unchanged")
    assert code(correct(pharmacist, patient.thread, reply, "1日{{回数}}回")) == (409, "unfilled")
    assert code(correct(pharmacist, patient.thread, others_reply, "1日2回")) == (404, "not_found")
    assert code(correct(world.staff("別薬子"), patient.thread, reply, "1日2回")) == (409, "claimed")
    assert code(correct(pharmacist, other.thread, others_reply, "1日2回")) == (409, "claimed")
    pharmacist.delete(f"{patient.thread}/claim")
    assert code(correct(pharmacist, patient.thread, reply, "1日2回")) == (409, "not_claimed")
    assert len(patient.get(f"{patient.thread}/messages").json()) == 2


def test_no_request_changes_or_deletes_a_message(world: World) -> None:
    patient, pharmacist, reply = answered(world)
    for method in ("PUT", "PATCH", "DELETE"):
        for caller in (pharmacist, patient):
            answer = caller.call(method, f"{patient.thread}/messages/{reply}", json={"text": "1日2回"})
            assert answer.status_code in {404, 405}
    assert [message["text"] for message in patient.get(f"{patient.thread}/messages").json()] == ["質問", "1日3回"]


def test_the_pharmacy_itself_cannot_change_or_delete_what_was_said(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'pharmacy.db'}")
    database.prepare(TABLES)
    now = Clock().now()
    with database.write() as session:
        session.add(
            Patient(id="p", issuer="i", subject="s", identifier="P-1", name="試験", birthdate="1980-01-01", branch="b")
        )
        session.flush()
        session.add(Thread(id="t", patient_id="p", branch="b"))
        session.flush()
        session.add(Message(id="m", thread_id="t", seq=1, kind="reply", text="1日3回", author="薬子", sent_at=now))
    with pytest.raises(AppendOnlyError), database.write() as session:
        session.get_one(Message, "m").text = "1日2回"
    with pytest.raises(AppendOnlyError), database.write() as session:
        session.delete(session.get_one(Message, "m"))
    with database.read() as session:
        assert session.scalar(select(Message.text)) == "1日3回"
    database.close()
