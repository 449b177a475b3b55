"""Running it: health, version, clock, logs, and plain words when something is wrong."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import requests
from pharmacy_world import ROOT, IdentityProvider, PharmacyProcess, StartPharmacy, World

from pharmacy.core.tables import AppendOnlyError
from pharmacy.tables import TABLES

COMPLETE = ["--issuer=http://127.0.0.1:1", "--patient-secret=a", "--staff-secret=b"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PHARMACY_")}
    command = [sys.executable, "-m", "pharmacy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, env=clean, check=False)


def test_the_digest_is_what_the_running_build_reports(start_pharmacy: StartPharmacy) -> None:
    pharmacy = start_pharmacy("--injectable-clock")
    version = requests.get(f"{pharmacy.url}/version", timeout=5).json()
    assert run("digest").stdout.strip() == version["build"]
    assert version["clock"] == "injectable"


def test_the_digest_changes_with_any_file_and_not_with_caches(tmp_path: Path) -> None:
    from pharmacy.version import build_digest

    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rules.toml").write_text("a = 1")
    before = build_digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("x")
    assert build_digest(tmp_path) == before
    (tmp_path / "data" / "rules.toml").write_text("a = 2")
    assert build_digest(tmp_path) != before


def test_without_the_flag_there_is_no_clock_to_set(start_pharmacy: StartPharmacy) -> None:
    pharmacy = start_pharmacy()
    assert requests.get(f"{pharmacy.url}/version", timeout=5).json()["clock"] == "system"
    assert requests.put(f"{pharmacy.url}/clock", json={"now": "2030-01-01T00:00:00Z"}, timeout=5).status_code == 404
    assert "/clock" not in requests.get(f"{pharmacy.url}/openapi.json", timeout=5).json()["paths"]


def test_a_set_clock_goes_on_ticking(pharmacy: PharmacyProcess) -> None:
    set_to = requests.put(f"{pharmacy.url}/clock", json={"now": "2030-01-01T00:00:00+09:00"}, timeout=5).json()["now"]
    assert set_to.startswith("2029-12-31T15:00:00")
    assert requests.get(f"{pharmacy.url}/clock", timeout=5).json()["now"] > set_to
    for wrong in ("yesterday", "2030-01-01T00:00:00", "1990-01-01T00:00:00Z", "9999-12-31T23:59:59Z", None):
        assert requests.put(f"{pharmacy.url}/clock", json={"now": wrong}, timeout=5).status_code == 422


def test_an_injectable_clock_starts_where_it_is_told_and_no_other_does(start_pharmacy: StartPharmacy) -> None:
    ahead = start_pharmacy("--injectable-clock", "--clock-ahead=86400")
    told = datetime.fromisoformat(requests.get(f"{ahead.url}/clock", timeout=5).json()["now"])
    assert timedelta(hours=23) < told - datetime.now(UTC) < timedelta(hours=25)
    shipped = start_pharmacy("--clock-ahead=86400")
    assert requests.get(f"{shipped.url}/version", timeout=5).json()["clock"] == "system"


def test_health_tells_the_truth_about_a_database_that_cannot_be_written(
    start_pharmacy: StartPharmacy, provider: IdentityProvider
) -> None:
    pharmacy = start_pharmacy()
    patient = World(pharmacy.url, provider).patient()
    path = patient.thread
    assert requests.get(f"{pharmacy.url}/health", timeout=5).json()["status"] == "ok"
    with sqlite3.connect(pharmacy.folder / "pharmacy.db") as database:
        database.execute("ALTER TABLE health_probe RENAME TO hidden_probe")
        database.execute("ALTER TABLE messages RENAME TO hidden_messages")
    unhealthy = requests.get(f"{pharmacy.url}/health", timeout=5)
    assert (unhealthy.status_code, unhealthy.json()["checks"]["database"]) == (503, "failed")
    refused = patient.post(f"{path}/messages", {"text": "失われない"}, headers={"Idempotency-Key": "k"})
    assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")


def test_logs_hold_no_words_no_names_no_queries_no_secrets(
    start_pharmacy: StartPharmacy, provider: IdentityProvider
) -> None:
    pharmacy = start_pharmacy()
    patient = World(pharmacy.url, provider).patient("記録花子")
    patient.send("記録されない言葉")
    patient.get(f"{patient.thread}/messages", params={"after": "0"})
    patient.get("/api/" + "%0aforged-line")
    pharmacy.stop()
    assert "POST /api/threads/" in pharmacy.log
    for secret in ("記録花子", "記録されない言葉", "?", "code=", patient.cookie, "\nforged-line", "patient-secret"):
        assert secret not in pharmacy.log


def test_it_listens_on_loopback_only(start_pharmacy: StartPharmacy) -> None:
    pharmacy = start_pharmacy()
    assert pharmacy.process is not None
    sockets = psutil.Process(pharmacy.process.pid).net_connections("inet")
    assert [socket.laddr for socket in sockets if socket.status == psutil.CONN_LISTEN] == [("127.0.0.1", pharmacy.port)]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ([], "--issuer"),
        (["--issuer=idp.example"], "--issuer must be an http or https URL"),
        (["--issuer=http://127.0.0.1:1"], "PHARMACY_PATIENT_SECRET"),
        ([*COMPLETE, "--port=many"], "--port"),
        (
            [*COMPLETE, "--port=0", "--database-url=sqlite:////no/such/folder/pharmacy.db"],
            "--database-url",
        ),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(flags: list[str], words: str) -> None:
    ended = run("serve", *flags)
    assert ended.returncode == 3
    assert words in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_port_in_use_is_named_in_one_sentence(pharmacy: PharmacyProcess) -> None:
    ended = run("serve", f"--port={pharmacy.port}", *COMPLETE)
    assert ended.returncode == 3
    assert re.search(rf"127\.0\.0\.1:{pharmacy.port}.*--port", ended.stderr)


def test_an_audit_entry_cannot_be_changed_or_deleted(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from pharmacy.core.database import Database
    from pharmacy.core.tables import AuditEvent

    database = Database(f"sqlite:///{tmp_path / 'pharmacy.db'}")
    database.prepare(TABLES)
    event = {
        "branch": "b",
        "subject": "s",
        "actor": "a",
        "role": "r",
        "action": "signed_in",
        "object": "o",
        "detail": {},
    }
    with database.write() as session:
        session.add(AuditEvent(at=datetime.now(UTC), **event))
    with pytest.raises(AppendOnlyError), database.write() as session:
        session.get_one(AuditEvent, 1).actor = "nobody"
    with pytest.raises(AppendOnlyError), database.write() as session:
        session.delete(session.get_one(AuditEvent, 1))
    database.close()
