"""The contract says everything that a caller must know."""

from __future__ import annotations

import requests
from contract_fuzz import STREAMS
from pharmacy_world import World


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
