"""When the pharmacy cannot be relied upon, and when it is not the version that it was."""

from __future__ import annotations

import json
import resource
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from hamcrest import equal_to, has_length
from pharmacy_world import ROOT, IdentityProvider, PharmacyProcess, StartPharmacy, World

from nameraka import eventually
from pharmacy.chat.messages import Kind, Level, Notice
from pharmacy.core.known import known
from pharmacy.core.tables import OutboxItem
from pharmacy.paging.outbox import words_of

CONTACTS = tomllib.loads((ROOT / "pharmacy/data/contacts.toml").read_text(encoding="utf-8"))


def service(pharmacy: PharmacyProcess) -> dict[str, object]:
    found: dict[str, object] = requests.get(f"{pharmacy.url}/service", timeout=5).json()
    return found


def first_lines(answer: requests.Response, count: int) -> list[str]:
    lines = answer.iter_lines(decode_unicode=True)
    return [next(lines) for _ in range(count)]


def change(pharmacy: PharmacyProcess, statement: str) -> None:
    with closing(sqlite3.connect(pharmacy.folder / "pharmacy.db", timeout=15)) as database, database:
        database.execute(statement)


def test_while_all_is_well_nobody_is_told_to_phone(pharmacy: PharmacyProcess, world: World) -> None:
    assert service(pharmacy) == {
        "working": True,
        "pharmacy": CONTACTS["pharmacy"],
        "emergency": CONTACTS["emergency"],
    }
    patient = world.patient()
    with patient.get(f"{patient.thread}/events", stream=True) as stream:
        assert first_lines(stream, 4)[2] != "event: service"


def test_on_a_read_only_database_it_starts_says_so_and_acknowledges_nothing(
    start_pharmacy: StartPharmacy, provider: IdentityProvider
) -> None:
    pharmacy = start_pharmacy()
    patient = World(pharmacy.url, provider).patient()
    thread = patient.thread
    pharmacy.kill()
    read_only = start_pharmacy(f"--database-url=sqlite:///file:{pharmacy.folder / 'pharmacy.db'}?mode=ro&uri=true")
    patient.url = read_only.url
    assert service(read_only)["working"] is False
    assert requests.get(f"{read_only.url}/health", timeout=5).json()["checks"]["database"] == "failed"
    refused = patient.post(f"{thread}/messages", {"text": "届きますか"}, headers={"Idempotency-Key": "1"})
    assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
    assert "届きますか" not in patient.get(f"{thread}/messages").text


def told_of_service(lines: Iterator[str]) -> bool:
    """Whether the pharmacy works, as the stream says next."""
    while (line := next(lines)) != "event: service":
        assert line != ": still here", "nothing was told for a quarter of a minute"
    working: bool = json.loads(next(lines).removeprefix("data: "))["working"]
    return working


def test_a_page_that_came_while_nothing_could_be_stored_is_told_when_it_can_again(
    pharmacy: PharmacyProcess, world: World
) -> None:
    patient = world.patient()
    assert pharmacy.process is not None
    path, pid = f"{patient.thread}/events", pharmacy.process.pid
    unlimited = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))
    with patient.get(path, stream=True) as stream:
        lines = stream.iter_lines(decode_unicode=True, chunk_size=1)
        assert told_of_service(lines) is False
        resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
        assert told_of_service(lines) is True


def test_backups_that_fail_are_told_by_health_and_not_to_patients(
    start_pharmacy: StartPharmacy, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    pharmacy = start_pharmacy("--injectable-clock", f"--backup-folder={folder}")

    def backups() -> str:
        found: str = requests.get(f"{pharmacy.url}/health", timeout=5).json()["checks"]["workers"]["backups"]
        return found

    eventually(lambda: list(folder.glob("pharmacy-*.db")), has_length(1))
    folder.rename(tmp_path / "unmounted")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    requests.put(f"{pharmacy.url}/clock", json={"now": tomorrow.isoformat()}, timeout=5).raise_for_status()
    eventually(backups, equal_to("failed"))
    assert service(pharmacy)["working"] is True
    (tmp_path / "unmounted").rename(folder)
    eventually(backups, equal_to("ok"))
    assert len(list(folder.glob("pharmacy-*.db"))) == 2


@pytest.mark.parametrize(("build", "told"), [("", False), ("?build=sha256:other", True)])
def test_a_page_of_another_build_is_told(world: World, build: str, told: bool) -> None:
    patient = world.patient()
    with patient.get(f"{patient.thread}/events{build}", stream=True) as stream:
        assert ("event: renewed" in first_lines(stream, 4)) is told


def test_a_page_of_this_build_is_told_nothing(pharmacy: PharmacyProcess, world: World) -> None:
    build = requests.get(f"{pharmacy.url}/version", timeout=5).json()["build"]
    patient = world.patient()
    assert f'data-build="{build}"' in patient.get("/chat").text
    with patient.get(f"{patient.thread}/events?build={build}", stream=True) as stream:
        assert "event: renewed" not in first_lines(stream, 4)


def test_what_a_newer_version_has_written_is_readable(
    start_pharmacy: StartPharmacy, provider: IdentityProvider
) -> None:
    pharmacy = start_pharmacy()
    world = World(pharmacy.url, provider)
    patient, pharmacist, auditor = world.patient(), world.staff(), world.staff(roles=("auditor",))
    patient.send("胸が痛いです")
    change(pharmacy, "UPDATE messages SET kind = 'hologram', notice = 'hologram' WHERE kind = 'automatic'")
    change(pharmacy, """UPDATE messages SET triage = replace(triage, '"red"', '"infrared"') WHERE triage IS NOT NULL""")
    change(pharmacy, "DROP TRIGGER audit_no_update")
    change(pharmacy, "UPDATE audit_events SET action = 'beamed' WHERE action = 'message_received'")
    seen = pharmacist.get(f"{patient.thread}/messages").json()
    assert [message["triage"]["level"] for message in seen if message["kind"] == "patient"] == ["check"]
    assert {(message["kind"], message["notice"]) for message in seen[1:]} == {("other", None)}
    actions = [entry["action"] for entry in auditor.get("/api/audit").json()]
    assert "of_a_newer_version" in actions


def test_what_is_known_stays_what_it_is() -> None:
    assert [known(kind, Kind, "other") for kind in ("patient", "reply", "hologram")] == ["patient", "reply", "other"]
    assert [known(notice, Notice, None) for notice in ("crisis", None)] == ["crisis", None]
    assert [known(level, Level, "check") for level in ("none", "infrared")] == ["none", "check"]


def test_a_call_to_a_role_that_nobody_knows_is_still_made() -> None:
    page = OutboxItem(key="1", thread_id="0f", urgency="red", recipient="robot")
    assert words_of(page, "https://pharmacy.example").startswith("【当番薬剤師】緊急度 red 症例 0f")


def test_a_worker_that_died_is_told_by_health_and_to_patients(
    start_pharmacy: StartPharmacy, provider: IdentityProvider
) -> None:
    pharmacy = start_pharmacy("--pager-url=http://127.0.0.1:9/")
    patient = World(pharmacy.url, provider).patient()
    with patient.get(f"{patient.thread}/events", stream=True) as stream:
        lines = stream.iter_lines(decode_unicode=True)
        change(
            pharmacy,
            "INSERT INTO outbox (key, thread_id, urgency, recipient, attempts, leased_until) "
            "VALUES ('broken', '-', 'red', 'on_call', 0, '0 is no time')",
        )
        told = next(line for line in lines if line.startswith("data: ") and "working" in line)
    assert told == 'data: {"working": false}'
    assert requests.get(f"{pharmacy.url}/health", timeout=5).json()["checks"]["workers"]["outbox"] == "failed"
