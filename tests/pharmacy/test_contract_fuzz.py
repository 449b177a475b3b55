"""Whatever is sent, the pharmacy answers as its contract says."""

from __future__ import annotations

import pytest
import requests
import schemathesis
from pharmacy_world import Caller, World
from pytest_httpserver import HTTPServer
from schemathesis.engine import Status, events, from_schema

from pharmacy.identity.access import ALLOWED

STREAMS = {"streamThread", "streamQueue"}
"""They never end, which a fuzzer cannot know."""

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
EXAMPLES = 2
SEED = 20261101


def fuzz(caller: Caller, names: set[str], thread_id: str, draft_id: str) -> tuple[set[str], list[str]]:
    """Which operations were called with the seed, and every breach of the contract."""
    config = schemathesis.Config.from_dict(
        {
            "seed": SEED,
            "headers": {"Cookie": f"__Host-session={caller.cookie}", "X-Pharmacy-Request": "1"},
            "parameters": {"thread_id": thread_id, "draft_id": draft_id},
            "continue-on-failure": True,
            "generation": {"max-examples": EXAMPLES, "mode": "all", "database": "none"},
            "phases": {
                "examples": {"enabled": True},
                "coverage": {"enabled": True},
                "fuzzing": {"enabled": True},
                "stateful": {"enabled": False},
            },
            "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
        }
    )
    schema = schemathesis.openapi.from_url(f"{caller.url}/openapi.json", config=config)
    called: set[str] = set()
    found: list[str] = []
    for event in from_schema(schema.include(operation_id=sorted(names))).execute():
        if isinstance(event, events.ScenarioFinished):
            if event.recorder.interactions and event.recorder.label:
                called.add(event.recorder.label)
            for nodes in event.recorder.checks.values():
                for node in nodes:
                    if node.status == Status.FAILURE and node.failure_info is not None:
                        failure = node.failure_info.failure
                        found.append(f"{event.recorder.label} {node.name}: {failure.title}\n{failure.message}")
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(repr(event))
    return called, sorted(set(found))


@pytest.mark.parametrize("kind", ["patient", "staff"])
def test_every_answer_to_every_input_is_in_the_contract(world: World, outside: HTTPServer, kind: str) -> None:
    outside.expect_request("/ai/v1/chat/completions").respond_with_json(
        {"choices": [{"message": {"content": "下書き"}, "finish_reason": "stop"}]}
    )
    patient = world.patient()
    staff = world.staff("全権", ("pharmacist", "supervisor", "auditor", "clerk"))
    patient.send("質問")
    staff.post(f"{patient.thread}/claim")
    draft_id = staff.post(f"{patient.thread}/drafts").json()["id"]
    names = {name for name, roles in ALLOWED.items() if (kind == "patient") == ("patient" in roles)} - STREAMS
    thread_id = patient.thread.removeprefix("/api/threads/")
    called, found = fuzz(patient if kind == "patient" else staff, names, thread_id, draft_id)
    assert found == []
    assert len(called) == len(names)
    assert requests.get(f"{world.url}/health", timeout=5).status_code == 200


def test_every_operation_documents_its_refusals_and_repetitions(world: World) -> None:
    document = requests.get(f"{world.url}/openapi.json", timeout=5).json()
    assert document["openapi"].startswith("3.1")
    operations = {
        operation["operationId"]: operation
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if path.startswith("/api/")
    }
    for name, operation in operations.items():
        assert {"401", "403", "503"} <= set(operation["responses"]), name
        assert operation["security"] == [{"session": []}], name
        assert operation["description"], name
    for name in ("sendMessage", "sendReply", "sendDraft"):
        assert {"200", "201", "409"} <= set(operations[name]["responses"]), name
    for name in STREAMS:
        assert list(operations[name]["responses"]["200"]["content"]) == ["text/event-stream"], name
