"""Sends whatever can be sent, and holds every answer to the contract. A file of tests for each part of the operations."""

from __future__ import annotations

from collections.abc import Sequence

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


def operations_of(kind: str) -> list[str]:
    """What can be fuzzed as a `patient`, or as `staff` who may do all the rest; by name."""
    return sorted({name for name, roles in ALLOWED.items() if (kind == "patient") == ("patient" in roles)} - STREAMS)


def hold_to_contract(world: World, outside: HTTPServer, kind: str, names: Sequence[str]) -> None:
    """Fuzz these operations as a `patient` or as `staff`, in a consultation that has a draft."""
    outside.expect_request("/ai/v1/chat/completions").respond_with_json(
        {"choices": [{"message": {"content": "下書き"}, "finish_reason": "stop"}]}
    )
    patient = world.patient()
    staff = world.staff("全権", ("pharmacist", "supervisor", "auditor", "clerk"))
    patient.send("質問")
    staff.post(f"{patient.thread}/claim")
    draft_id = staff.post(f"{patient.thread}/drafts").json()["id"]
    thread_id = patient.thread.removeprefix("/api/threads/")
    called, found = fuzz(patient if kind == "patient" else staff, set(names), thread_id, draft_id)
    assert found == []
    assert len(called) == len(names)
    assert requests.get(f"{world.url}/health", timeout=5).status_code == 200
