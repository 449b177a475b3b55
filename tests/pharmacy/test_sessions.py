"""Sign-ins that are locked, taken over, waiting for proof or ended from outside: the failing side of each rule."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
import requests
from pharmacy_world import Caller, PharmacyProcess, World, cookie_of

from pharmacy.core.problems import ProblemError
from pharmacy.identity.states import HELD, TRANSITIONS, advance, check_not_held

RISC_DISABLED = "https://schemas.openid.net/secevent/risc/event-type/account-disabled"


def away(pharmacy: PharmacyProcess, seconds: float) -> None:
    """Nobody acts for so long; the time of sign-ins never goes back, hence more at each call."""
    ahead = requests.get(f"{pharmacy.url}/clock", timeout=5).json()["sessions_ahead"] + seconds
    body = {"now": "2026-06-01T12:00:00+09:00", "sessions_ahead": ahead}
    requests.put(f"{pharmacy.url}/clock", json=body, timeout=5).raise_for_status()


def again(world: World, person: Caller, subject: str, kind: str = "staff") -> Caller:
    """The same person at another device."""
    return Caller(world.url, cookie_of(world.sign_in(kind, subject), "__Host-session"), person.name)


def subject_of(world: World, name: str) -> str:
    trail = world.staff("監査薬子", ("auditor",)).get("/api/audit").json()
    return str(next(line["actor_id"] for line in trail if line["actor"] == name))


def test_every_step_out_of_order_is_refused() -> None:
    states, events = {None, *HELD}, {event for _, event in TRANSITIONS}
    for state in states:
        for event in events:
            if (state, event) not in TRANSITIONS:
                with pytest.raises(ProblemError):
                    advance(state, event)


def test_a_session_that_waits_may_do_nothing_else() -> None:
    for hold, (refusal, allowed) in HELD.items():
        with pytest.raises(ProblemError) as refused:
            check_not_held(hold, "getMe")
        assert refused.value.code == refusal
        for operation in allowed:
            check_not_held(hold, operation)


def test_what_a_page_does_on_its_own_keeps_nobody_signed_in(world: World, pharmacy: PharmacyProcess) -> None:
    pharmacist, patient = world.staff(), world.patient()
    for _ in range(2):
        away(pharmacy, 8 * 60)
        pharmacist.get("/api/me")
        pharmacist.post("/api/me/presence")
    assert pharmacist.get("/api/me").json()["code"] == "session_locked"
    assert patient.get("/api/me").status_code == 200, "patients are not locked out"


def test_who_does_something_stays(world: World, pharmacy: PharmacyProcess) -> None:
    pharmacist = world.staff()
    for _ in range(2):
        away(pharmacy, 8 * 60)
        assert pharmacist.post("/api/me/activity").status_code == 204
    assert pharmacist.get("/api/me").status_code == 200


def test_a_second_sign_in_waits_and_then_ends_the_first(world: World) -> None:
    first = world.staff("一人薬子")
    second = again(world, first, subject_of(world, "一人薬子"))
    assert second.get("/api/queue").json()["code"] == "other_session"
    assert first.post("/api/me/session").json()["code"] == "no_such_step"
    assert second.post("/api/me/session").json() == {"ended": 1}
    assert (first.get("/api/me").status_code, second.get("/api/me").status_code) == (401, 200)


def test_guessing_who_a_patient_is_ends_after_five_tries(world: World) -> None:
    patient = world.patient("本人花子")
    patient.send("質問")
    identifier = patient.get(patient.thread).json()["patient"]["identifier"]
    stranger = again(world, patient, subject_of(world, "本人花子"), "patient")
    right = {"birthdate": "1980-04-01", "identifier": identifier}
    wrong = [stranger.post("/api/me/verification", {**right, "identifier": f"P-{n:08X}"}) for n in range(5)]
    blocked = stranger.post("/api/me/verification", right)
    assert {(answer.status_code, answer.text) for answer in [*wrong, blocked]} == {(403, blocked.text)}
    assert patient.post("/api/me/verification", right).json()["code"] == "no_such_step"


def signal(world: World, key: dict[str, Any], subject: str, **changed: Any) -> requests.Response:
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    header = {"alg": "RS256", "typ": changed.pop("typ", "secevent+jwt"), "kid": key["kid"]}
    claims = {
        "iss": world.provider.issuer,
        "aud": "pharmacy-staff",
        "iat": int(time.time()),
        "jti": uuid.uuid4().hex,
        "sub_id": {"format": "iss_sub", "iss": world.provider.issuer, "sub": subject},
        "events": {RISC_DISABLED: {}},
    } | changed
    token = jwt.encode(header, claims, RSAKey.import_key(key))
    sent = {"Content-Type": "application/secevent+jwt"}
    return requests.post(f"{world.url}/security-events", data=token, headers=sent, timeout=5)


def test_a_signal_that_is_not_quite_right_ends_nothing(world: World) -> None:
    from joserfc.jwk import RSAKey

    pharmacist = world.staff("無事薬子")
    subject = subject_of(world, "無事薬子")
    stranger = {**RSAKey.generate_key(2048).as_dict(private=True), "kid": "k"}
    assert signal(world, stranger, subject).json()["code"] == "event_refused"
    for token in ("", "a.b.c", "ノート"):
        answer = requests.post(f"{world.url}/security-events", data=token.encode(), timeout=5)
        assert answer.json()["code"] == "event_refused"
    assert pharmacist.get("/api/me").status_code == 200
