"""The experiment on which every promise about messages rests: acknowledged means kept, whatever happens next."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from pharmacy_world import Caller, IdentityProvider, PharmacyProcess, StartPharmacy, World

WORKERS = 2
KILLS = 20


class Writer(threading.Thread):
    """A patient whose phone repeats every message until the server has acknowledged it."""

    def __init__(self, patient: Caller, up: threading.Event) -> None:
        super().__init__(daemon=True)
        self.patient = patient
        self.up = up
        self.thread_path = patient.thread
        self.acknowledged: list[str] = []
        self.repeated = 0
        self.progress = threading.Condition()
        self.stopping = False

    def run(self) -> None:
        number = 0
        while not self.stopping:
            text = f"message {number}"
            self._until_acknowledged(text, uuid.uuid4().hex)
            with self.progress:
                self.acknowledged.append(text)
                self.progress.notify_all()
            number += 1

    def _until_acknowledged(self, text: str, key: str) -> None:
        while True:
            try:
                sent = self.patient.post(
                    f"{self.thread_path}/messages", {"text": text}, headers={"Idempotency-Key": key}
                )
            except requests.RequestException:
                self.repeated += 1
                assert self.up.wait(20), "the pharmacy did not come back"
                continue
            assert sent.status_code in {200, 201}, sent.text
            return

    def wait_for_more(self, count: int) -> None:
        """Until `count` further messages were acknowledged."""
        with self.progress:
            goal = len(self.acknowledged) + count
            assert self.progress.wait_for(lambda: len(self.acknowledged) >= goal, timeout=20), "no progress"


def test_no_acknowledged_message_is_lost_or_doubled_by_twenty_kills_of_each_of_two_pharmacies(
    start_pharmacy: StartPharmacy, provider: IdentityProvider
) -> None:
    """As two workers of a run have it: a pharmacy each, killed and back on its own port and file, at the same time."""
    pharmacies = [start_pharmacy() for _ in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as workers:
        for done in [workers.submit(kill_while_people_write, pharmacy, provider) for pharmacy in pharmacies]:
            done.result()


def kill_while_people_write(pharmacy: PharmacyProcess, provider: IdentityProvider) -> None:
    world = World(pharmacy.url, provider)
    up = threading.Event()
    up.set()
    writers = [Writer(world.patient(), up) for _ in range(2)]
    for writer in writers:
        writer.start()
    for kill in range(KILLS):
        writers[kill % 2].wait_for_more(1 + kill % 5)
        up.clear()
        pharmacy.kill()
        pharmacy.start()
        up.set()
    for writer in writers:
        writer.wait_for_more(1)
        writer.stopping = True
    for writer in writers:
        writer.join(20)
        assert not writer.is_alive()
    for writer in writers:
        stored = writer.patient.get(f"{writer.thread_path}/messages").json()
        assert [message["text"] for message in stored if message["kind"] == "patient"] == writer.acknowledged
        assert [message["seq"] for message in stored] == list(range(1, len(stored) + 1))
    assert sum(writer.repeated for writer in writers) > 0, "no kill hit a request: the experiment proved nothing"


def test_a_message_survives_a_kill_right_after_its_acknowledgement(
    start_pharmacy: StartPharmacy, provider: IdentityProvider
) -> None:
    pharmacy = start_pharmacy()
    patient = World(pharmacy.url, provider).patient()
    path = patient.thread
    sent = patient.send("受付済みになりました")
    pharmacy.kill()
    assert sent.status_code == 201
    pharmacy.start()
    assert patient.get(f"{path}/messages").json()[0]["text"] == "受付済みになりました"


def test_sqlite_syncs_its_log_at_every_commit(tmp_path: Path) -> None:
    from pharmacy.core.database import Database

    database = Database(f"sqlite:///{tmp_path / 'pharmacy.db'}")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    database.close()


def test_sigterm_ends_the_process_quickly_even_with_an_open_stream(
    start_pharmacy: StartPharmacy, provider: IdentityProvider
) -> None:
    pharmacy: PharmacyProcess = start_pharmacy()
    patient = World(pharmacy.url, provider).patient()
    with patient.get(f"{patient.thread}/events", stream=True) as stream:
        lines = stream.iter_lines()
        assert next(lines) == b"retry: 500"
        assert pharmacy.stop() == 0
    assert "Traceback" not in pharmacy.log
