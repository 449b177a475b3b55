"""Pictures: what is one, and who gets it."""

from __future__ import annotations

import pytest
from pharmacy_world import World

from pharmacy.attachments.inspection import kind_of, load_rules
from pharmacy.core.problems import ProblemError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PNG, "image/png"), (b"\xff\xd8\xff\xe0" + bytes(9), "image/jpeg"), (b"RIFF\1\2\3\4WEBPVP8 ", "image/webp")],
)
def test_a_picture_is_known_by_its_bytes(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_refused"),
        (b"<HTML>", "file_refused"),
        (EICAR, "file_refused"),
        (PNG + b"<ScRiPt>", "file_refused"),
        (PNG + EICAR, "file_refused"),
        (b"RIFF\1\2\3\4AVI ", "file_refused"),
        (b"%PDF-1.7", "file_refused"),
        (PNG + bytes(load_rules().largest), "too_large"),
    ],
)
def test_everything_else_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ProblemError) as refused:
        kind_of(content)
    assert refused.value.code == code


def test_a_picture_opens_for_the_patient_and_who_is_in_charge_and_for_nobody_else(world: World) -> None:
    patient, other, pharmacist, colleague = world.patient(), world.patient("他人"), world.staff(), world.staff("同僚")
    sent = patient.call("POST", f"{patient.thread}/attachments", data=PNG, headers={"Content-Type": "text/html"})
    picture = f"{patient.thread}/attachments/{sent.json()['id']}"
    pharmacist.post(f"{patient.thread}/claim")
    got = [who.get(picture) for who in (patient, pharmacist)]
    assert [(answer.status_code, answer.content) for answer in got] == [(200, PNG)] * 2
    assert got[0].headers["Content-Disposition"].startswith("attachment;")
    assert got[0].headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got[0].headers["Content-Security-Policy"]
    assert colleague.get(picture).json()["code"] == "not_in_charge"
    assert other.get(picture).json()["code"] == "not_found"
    stolen = picture.replace(patient.thread, other.thread)
    assert other.get(stolen).json()["code"] == "not_found"
    assert pharmacist.call("POST", f"{patient.thread}/attachments", data=PNG).json()["code"] == "role_denied"


def test_elsewhere_a_body_stays_small(world: World) -> None:
    patient = world.patient()
    answer = patient.call("POST", f"{patient.thread}/messages", data=bytes(200_000))
    assert answer.json()["code"] == "too_large"
