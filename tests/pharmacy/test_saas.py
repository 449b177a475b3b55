"""Emergencies, exports, the second channel and reports: the failing side of each rule."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from pharmacy_world import World

from pharmacy.exports import states as exports
from pharmacy.exports.tables import Export
from pharmacy.telemetry.tracker import Tracker


def test_an_emergency_lets_one_read_and_nothing_else(world: World) -> None:
    patient, stranger = world.patient(), world.other_branch().staff(roles=("pharmacist", "supervisor"))
    patient.send("質問")
    assert stranger.post(f"{patient.thread}/emergency-access", {"reason": " "}).status_code == 422
    assert stranger.get(patient.thread).status_code == 404
    assert stranger.post(f"{patient.thread}/emergency-access", {"reason": "意識がない"}).status_code == 201
    assert stranger.get(patient.thread).json()["emergency"] is True
    assert stranger.get(f"{patient.thread}/messages").status_code == 200
    for forbidden in ("claim", "drafts", "exports", "handover"):
        body = {"people": ["a@pharmacy.example"], "hours": 1} if forbidden == "exports" else {"note": "a"}
        assert stranger.post(f"{patient.thread}/{forbidden}", body).status_code in {404, 422}
    assert stranger.reply(patient.thread, "返信", 1).json()["code"] == "not_found"
    assert world.staff().post(f"{patient.thread}/emergency-access", {"reason": "a"}).json()["code"] == "not_needed"


def test_an_export_cannot_mean_anyone_and_needs_drive(world: World) -> None:
    patient, supervisor = world.patient(), world.staff(roles=("supervisor",))
    path = f"{patient.thread}/exports"
    for people in (["*@pharmacy.example"], ["anyone@pharmacy.example"], ["a@mail.example"]):
        assert supervisor.post(path, {"people": people, "hours": 1}).json()["code"] == "not_named"
    anyone = {"people": ["a@pharmacy.example"], "hours": 1, "type": "anyone"}
    assert supervisor.post(path, anyone).json()["code"] == "not_yours_to_say"
    assert supervisor.post(path, {"people": [], "hours": 1}).json()["code"] == "invalid"


def test_an_export_is_withdrawn_once() -> None:
    export = Export(state="shared", until=datetime.now(UTC))
    exports.advance(export, "withdraw")
    for event in ("withdraw", "share", "anything"):
        with pytest.raises(Exception, match="no_such_step"):
            exports.advance(export, event)


def test_a_report_holds_no_message_and_no_argument() -> None:
    tracker = Tracker("http://127.0.0.1:9/", "build")
    try:
        log = logging.getLogger("pharmacy.test")
        log.setLevel(logging.INFO)
        try:
            raise ValueError("花子の秘密")
        except ValueError:
            log.exception("failed for %s", "花子")
        log.info("asked", extra={"ai_call": {"outcome": "花子", "prompt": "花子の秘密", "milliseconds": 3}})
        log.warning("花子")
        error, call = tracker._waiting
        assert "花子" not in str((error, call))
        assert (error["exception"], call["outcome"], call["milliseconds"]) == ("ValueError", "other", 3)
    finally:
        logging.getLogger().removeHandler(tracker._handler)


def test_the_mail_server_is_an_smtp_address() -> None:
    from pharmacy.settings import SettingsError, read_settings

    values = {"issuer": "https://idp.example", "patient_secret": "a", "staff_secret": "b"}
    with pytest.raises(SettingsError, match="smtp or smtps"):
        read_settings(values | {"smtp_url": "https://mail.example"})
    assert read_settings(values | {"smtp_url": "smtp://127.0.0.1:25"}).smtp_url == "smtp://127.0.0.1:25"
