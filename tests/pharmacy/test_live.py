"""Live updates: no gap, whatever happens to the connection."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import requests
from hamcrest import contains_string
from pharmacy_world import Caller, IdentityProvider, PharmacyProcess, StartPharmacy, World

from nameraka import eventually


@dataclass
class Event:
    id: str
    name: str
    data: str


def events(stream: requests.Response) -> Iterator[Event]:
    """The events of a stream as a browser reads them."""
    event = Event("", "message", "")
    for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
        if not line:
            if event.data:
                yield event
            event = Event("", "message", "")
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            if name in {"id", "data"}:
                setattr(event, name, value)
            elif name == "event":
                event.name = value


def follow(caller: Caller, path: str, last: str | None = None) -> requests.Response:
    return caller.get(path, stream=True, headers={"Last-Event-ID": last} if last is not None else {})


def messages(stream: requests.Response, count: int) -> list[tuple[str, str]]:
    found = (event for event in events(stream) if event.name == "message")
    return [(event.id, json.loads(event.data)["text"]) for event in islice(found, count)]


def test_both_sides_get_a_message_as_it_comes(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    path = f"{patient.thread}/events"
    with follow(patient, path) as one, follow(pharmacist, path) as two:
        patient.send("届きますか")
        assert messages(one, 1) == messages(two, 1) == [("1", "届きますか")]


def test_whoever_comes_back_gets_exactly_what_was_missed(world: World) -> None:
    patient = world.patient()
    for number in range(1, 6):
        patient.send(f"{number}番")
    path = f"{patient.thread}/events"
    with follow(patient, path, last="2") as stream:
        assert messages(stream, 3) == [("3", "3番"), ("4", "4番"), ("5", "5番")]
    with follow(patient, f"{path}?after=4") as stream:
        assert messages(stream, 1) == [("5", "5番")]


def test_a_stream_has_no_gap_while_many_write_at_once(world: World) -> None:
    patient = world.patient()
    path, send = patient.thread, patient.send
    senders = [threading.Thread(target=lambda n=n: [send(f"{n}-{k}") for k in range(5)]) for n in range(4)]
    with follow(patient, f"{path}/events") as stream:
        for sender in senders:
            sender.start()
        got = messages(stream, 20)
    for sender in senders:
        sender.join()
    assert [number for number, _ in got] == [str(seq) for seq in range(1, 21)]
    assert [text for _, text in got] == [m["text"] for m in patient.get(f"{path}/messages").json()]


def test_a_stream_goes_on_after_a_restart(start_pharmacy: StartPharmacy, provider: IdentityProvider) -> None:
    pharmacy = start_pharmacy()
    patient = World(pharmacy.url, provider).patient()
    path = patient.thread
    patient.send("一番")
    with follow(patient, f"{path}/events") as stream:
        [(last, _)] = messages(stream, 1)
    pharmacy.kill()
    pharmacy.start()
    patient.send("二番")
    with follow(patient, f"{path}/events", last=last) as stream:
        stored = [m for m in patient.get(f"{path}/messages").json() if m["seq"] > int(last)]
        assert "二番" in [message["text"] for message in stored]
        assert messages(stream, len(stored)) == [(str(message["seq"]), message["text"]) for message in stored]


def test_the_queue_tells_of_a_new_patient_and_not_of_what_is_known(world: World) -> None:
    patient, pharmacist = world.patient("並ぶ患者"), world.staff()
    with follow(pharmacist, "/api/queue/events") as stream:
        live = events(stream)
        assert json.loads(next(live).data) == []
        patient.send("質問")
        news = next(live)
        assert [entry["patient_name"] for entry in json.loads(news.data)] == ["並ぶ患者"]
    with follow(pharmacist, "/api/queue/events", last=news.id) as stream:
        pharmacist.post(f"{patient.thread}/claim")
        assert json.loads(next(events(stream)).data)[0]["claimed_by"] == pharmacist.name


def test_a_claim_is_news_for_who_watches_the_thread(world: World) -> None:
    patient, pharmacist = world.patient(), world.staff()
    patient.send("質問")
    with follow(pharmacist, f"{patient.thread}/events", last="1") as stream:
        live = events(stream)
        first = json.loads(next(live).data)["version"]
        pharmacist.post(f"{patient.thread}/claim")
        assert json.loads(next(live).data)["version"] > first


def test_a_stream_ends_when_its_person_signs_out(world: World) -> None:
    patient = world.patient()
    with follow(patient, f"{patient.thread}/events") as stream:
        lines = stream.iter_lines(chunk_size=1)
        assert next(lines) == b"retry: 500"
        patient.call("POST", "/sign-out", allow_redirects=False)
        assert all(b"message" not in line for line in lines)


def test_the_end_of_a_stream_is_logged_when_whoever_followed_it_has_hung_up(
    world: World, pharmacy: PharmacyProcess
) -> None:
    patient = world.patient()
    ended = f"GET {patient.thread}/events ended after "
    with follow(patient, f"{patient.thread}/events") as stream:
        assert next(stream.iter_lines(chunk_size=1)) == b"retry: 500"
        assert ended not in pharmacy.log
    eventually(lambda: pharmacy.log, contains_string(ended))


def test_nonsense_in_last_event_id_starts_from_the_beginning(world: World) -> None:
    patient = world.patient()
    patient.send("一番")
    for nonsense in ("abc", "-1", "1e3", "9" * 90):
        with follow(patient, f"{patient.thread}/events", last=nonsense) as stream:
            assert stream.status_code == 200
