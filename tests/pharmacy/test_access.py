"""Who may do what: the whole matrix, another patient's thread, claims that are missing."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from pharmacy_world import Caller, World

from pharmacy.identity.access import ALLOWED, STAFF_ROLES

NOBODY = "0" * 32
ROLES = ("patient", *STAFF_ROLES, "intern")


def operations(url: str) -> list[tuple[str, str, str]]:
    document = requests.get(f"{url}/openapi.json", timeout=5).json()
    return [
        (operation["operationId"], method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/")
    ]


def attempt(caller: Caller, method: str, path: str) -> requests.Response:
    """The answer without waiting for the end of an event stream."""
    answer = caller.call(method, path, stream=True)
    if not answer.headers.get("Content-Type", "").startswith("text/event-stream"):
        assert answer.content is not None
    answer.close()
    return answer


def test_every_cell_of_the_role_matrix_allows_or_denies(world: World) -> None:
    people = {role: world.staff(role, (role,)) for role in ROLES if role != "patient"} | {"patient": world.patient()}
    seen = operations(world.url)
    assert {operation for operation, _, _ in seen} == set(ALLOWED)
    for operation, method, path in seen:
        address = path.replace("{thread_id}", NOBODY).replace("{draft_id}", NOBODY)
        for role, person in people.items():
            answer = attempt(person, method, address)
            denied = answer.status_code == 403
            assert denied == (role not in ALLOWED[operation]), (operation, role, answer.status_code)
            if denied:
                assert answer.json()["code"] == "role_denied"


def test_nobody_gets_anything_without_signing_in(world: World) -> None:
    for operation, method, path in operations(world.url):
        headers = {"X-Pharmacy-Request": "1", "Cookie": "__Host-session=made-up"}
        for sent in (headers, {"X-Pharmacy-Request": "1"}):
            answer = requests.request(method, world.url + path, headers=sent, timeout=5)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), operation


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"amr": ["pwd"]}, "mfa_required"),
        ({"amr": ...}, "mfa_required"),
        ({"amr": "mfa"}, "mfa_required"),
        ({"device_compliant": False}, "device_not_compliant"),
        ({"device_compliant": ...}, "device_not_compliant"),
        ({"device_compliant": "true"}, "device_not_compliant"),
        ({"roles": []}, "role_denied"),
        ({"roles": ...}, "role_denied"),
        ({"roles": "pharmacist"}, "role_denied"),
        ({"roles": ["patient"]}, "role_denied"),
    ],
)
def test_staff_whose_claims_are_missing_or_wrong_get_nothing(world: World, claims: dict[str, Any], code: str) -> None:
    staff = world.staff("不足", **claims)
    for method, path in (("GET", "/api/me"), ("GET", "/api/queue"), ("POST", f"/api/threads/{NOBODY}/claim")):
        refused = staff.call(method, path)
        assert (refused.status_code, refused.json()["code"]) == (403, code)


def example_bodies(url: str) -> dict[str, Any]:
    """operationId -> a body as the contract's own example writes it, so that no refusal is about the body."""
    document = requests.get(f"{url}/openapi.json", timeout=5).json()
    found = {}
    for operations_of_path in document["paths"].values():
        for operation in operations_of_path.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            examples = document["components"]["schemas"].get(name, {}).get("examples", [None])
            found[operation["operationId"]] = examples[0]
    return found


def test_another_patients_thread_cannot_be_told_from_none_at_all(world: World) -> None:
    patient, other = world.patient("本人"), world.patient("他人")
    patient.send("秘密の相談")
    stranger = world.other_branch().staff("他店薬子", ("pharmacist", "supervisor", "auditor"))
    bodies = example_bodies(world.url) | {"approveDraft": {"digest": "0" * 64}}
    bodies["verifyGuardian"] |= {"identifier": "P-0123ABCD", "relation": "parent"}
    for who in (other, stranger):
        for operation, method, path in operations(world.url):
            # Opening in an emergency is there for threads of others; it needs a reason and tells the supervisor.
            if "{thread_id}" not in path or operation == "openEmergencyAccess":
                continue
            answers = [
                who.call(
                    method,
                    path.replace("{thread_id}", thread).replace("{draft_id}", NOBODY),
                    json=bodies.get(operation),
                    headers={"Idempotency-Key": "k"},
                )
                for thread in (patient.thread[13:], NOBODY, "x", "%00")
            ]
            first, *rest = [(answer.status_code, answer.content) for answer in answers]
            assert all(answer == first for answer in rest), (operation, who.name)
            assert first[0] in {403, 404}, (operation, first)
    assert stranger.get("/api/queue").json() == []
    assert stranger.get("/api/audit", params={"thread_id": patient.thread[13:]}).status_code == 404
    assert len(patient.get(f"{patient.thread}/messages").json()) == 1


def test_a_change_that_our_own_page_did_not_ask_for_is_refused(world: World) -> None:
    patient = world.patient()
    path = f"{patient.thread}/messages"
    for headers in ({"X-Pharmacy-Request": ""}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        refused = patient.post(path, {"text": "偽"}, headers=headers | {"Idempotency-Key": "k"})
        assert (refused.status_code, refused.json()["code"]) == (403, "request_forged")
    assert (
        patient.post(path, {"text": "本物"}, headers={"Origin": world.url, "Idempotency-Key": "k"}).status_code == 201
    )


def test_what_a_client_says_about_itself_is_refused(world: World) -> None:
    patient = world.patient()
    for extra in ("role", "patient_id", "author", "kind", "automatic", "urgency"):
        body = {"text": "a", extra: "pharmacist"}
        refused = patient.post(f"{patient.thread}/messages", body, headers={"Idempotency-Key": "k"})
        assert (refused.status_code, refused.json()["code"]) == (422, "not_yours_to_say")
    assert patient.get(f"{patient.thread}/messages").json() == []


def test_every_look_by_staff_is_in_the_trail_and_nobody_can_write_there(world: World) -> None:
    patient, pharmacist, auditor = world.patient(), world.staff("見る薬子"), world.staff("監査", ("auditor",))
    patient.send("秘密の相談")
    pharmacist.get("/api/queue")
    pharmacist.get(patient.thread)
    pharmacist.get(f"{patient.thread}/messages")
    pharmacist.get(f"{patient.thread}/chart")
    trail = auditor.get("/api/audit").json()
    mine = [entry["action"] for entry in trail if entry["actor"] == "見る薬子"]
    assert mine == ["signed_in", "queue_viewed", "thread_viewed", "messages_viewed", "chart_viewed"]
    assert "秘密の相談" not in json.dumps(trail, ensure_ascii=False)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        refused = auditor.call(method, "/api/audit", json=[])
        assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")


def test_every_answer_carries_the_security_headers(world: World) -> None:
    for path in ("/api/me", "/health", "/nothing-here", "/openapi.json"):
        headers = requests.get(world.url + path, timeout=5).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "Server" not in headers
