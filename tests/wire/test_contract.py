"""The API door: operations by operationId, every answer held to the contract, nothing asked of strangers."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from nameraka.api_session import ApiSession
from nameraka.contract import Contract, ContractUnreadable, UnknownOperation
from nameraka.exchanges import (
    ContractViolation,
    Exchange,
    NoAnswer,
    NotTold,
    Origins,
    SystemUnreachable,
    UndeclaredOrigin,
    WireError,
)
from nameraka.process import SystemProcess, free_port
from nameraka.streams import NoEvent, StreamRefused


def test_an_operation_is_called_by_its_id_and_recorded(api: ApiSession, exchanges: list[Exchange]) -> None:
    answer = api.call("addNote", headers={"Idempotency-Key": "n1"}, body={"text": "頭が痛い"})
    assert answer.json() == {"id": "n1", "text": "頭が痛い"}
    (exchange,) = exchanges
    assert exchange.line == "POST /api/notes -> 201 addNote"
    assert (exchange.actor, exchange.door, exchange.problems) == ("佐藤花子", "api", ())
    assert exchange.request_body == {"text": "頭が痛い"}
    assert exchange.response_body == {"id": "n1", "text": "頭が痛い"}
    assert exchange.milliseconds > 0
    json.dumps(exchange.as_dict())


def test_parameters_go_where_the_contract_declares_them(api: ApiSession, exchanges: list[Exchange]) -> None:
    api.call("getNote", note_id="中 1")
    api.call("listNotes", after=3)
    api.call("addNote", body={"text": "x"}, **{"idempotency-key": "k9"})
    assert [e.path for e in exchanges] == ["/api/notes/%E4%B8%AD%201", "/api/notes?after=3", "/api/notes"]
    assert exchanges[2].request_headers["idempotency-key"] == "k9"


def test_a_documented_refusal_and_a_documented_503_keep_to_the_contract(api: ApiSession) -> None:
    assert api.call("addNote", body={"text": "twice"}).status_code == 409
    assert api.call("getNote", note_id="closed").status_code == 503
    assert api.call("dropNote", note_id="n").status_code == 204


def test_what_is_read_is_the_content_and_a_refusal_to_tell_it_says_who_asked_what_and_why_not(api: ApiSession) -> None:
    assert api.read("getNote", note_id="n1") == api.call("getNote", note_id="n1").json()
    with pytest.raises(NotTold, match=rf"^{api.actor} asked for getNote and was refused: 503 .*closed"):
        api.read("getNote", note_id="closed")


@pytest.mark.parametrize(
    ("operation", "finding"),
    [
        ("wrongSchema", 'not of type "string"'),
        ("wrongStatus", "Undocumented status code: Received: 418, documented: 200"),
        ("wrongType", "Undocumented Content-Type"),
        ("wrongHeader", "X-Page"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_a_violation(
    api: ApiSession, exchanges: list[Exchange], operation: str, finding: str
) -> None:
    with pytest.raises(ContractViolation, match=operation) as violation:
        api.call(operation)
    assert finding in "\n".join(violation.value.exchange.problems)
    assert exchanges == [violation.value.exchange]
    assert "correct-horse" not in f"{violation.value}{exchanges[0].as_dict()}"


def test_an_unknown_operation_lists_those_that_look_alike(api: ApiSession, exchanges: list[Exchange]) -> None:
    with pytest.raises(UnknownOperation, match=r"no operation 'addNotes'; near: addNote"):
        api.call("addNotes")
    with pytest.raises(UnknownOperation, match="there are: addNote, brokenOff"):
        api.call("zzz")
    assert exchanges == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, r"was given the path parameters \[\]; declared are path: note_id"),
        ({"note_id": "1", "colour": "red"}, "has no parameter 'colour'"),
        ({"note_id": "1", "body": {}}, "takes no body"),
        ({"path": {"note_id": "1", "other": "2"}}, "was given the path parameters"),
    ],
)
def test_a_call_that_does_not_fit_the_operation_says_what_is_declared(
    api: ApiSession, exchanges: list[Exchange], arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(TypeError, match=said):
        api.call("getNote", **arguments)
    assert exchanges == []


def test_requests_are_matched_to_operations_literal_paths_first(contract: Contract) -> None:
    found = contract.find("GET", "/api/notes/latest")
    assert found is not None
    assert (found[0].id, found[1]) == ("latestNote", {})
    found = contract.find("get", "/api/notes/%E4%B8%AD")
    assert found is not None
    assert (found[0].id, found[1]) == ("getNote", {"note_id": "中"})
    assert contract.find("GET", "/api/notes/1/2") is None
    assert contract.find("PATCH", "/api/notes") is None


def test_it_says_which_answers_of_each_operation_are_documented(contract: Contract) -> None:
    assert contract.documented["addNote"] == ("201", "401", "409", "422")
    assert contract.documented["wrongStatus"] == ("200",)


# --- cookies and documents


def test_a_sign_in_is_followed_redirect_by_redirect_and_its_cookie_is_sent_from_then_on(
    api: ApiSession, exchanges: list[Exchange]
) -> None:
    answer = api.document("GET", "/sign-in")
    assert "ようこそ" in answer.text
    assert dict(api.cookies) == {"__Host-session": "s3cr3t-session-value-42"}
    assert [e.status for e in exchanges] == [303, 303, 200]
    assert exchanges[1].path == "/callback?code=[masked]&state=[masked]&back=/home"
    assert api.call("addNote", body={"text": "who"}).json()["text"] == "__Host-session=s3cr3t-session-value-42"
    evidence = json.dumps([e.as_dict() for e in exchanges])
    for secret in ("s3cr3t-session-value-42", "one-time-code-4711", "xyz-state-0815", "half-way-0123456789"):
        assert secret not in evidence


def test_cookies_are_handed_to_a_browser_as_strict_as_they_were_set(api: ApiSession, url: str) -> None:
    api.document("GET", "/sign-in")
    (cookie,) = api.cookies.for_browser(url)
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")


def test_a_redirect_can_be_looked_at_instead_of_followed(api: ApiSession) -> None:
    assert api.document("GET", "/sign-in", follow=False).status_code == 303


def test_a_circle_of_redirects_ends(api: ApiSession) -> None:
    with pytest.raises(SystemUnreachable, match="more than 10 redirects"):
        api.document("GET", "/circle")


def test_nothing_is_asked_of_an_undeclared_origin(api: ApiSession, exchanges: list[Exchange], url: str) -> None:
    with pytest.raises(UndeclaredOrigin, match=r"example\.com:?.* belongs to no origin"):
        api.document("GET", "https://example.com/x")
    assert exchanges == []
    with pytest.raises(UndeclaredOrigin, match=r"127\.0\.0\.1:9/stolen"):
        api.document("GET", "/away")
    assert [e.status for e in exchanges] == [302]
    with pytest.raises(UndeclaredOrigin):
        api.document("GET", url.replace("http://", "http://user@").replace("127.0.0.1", "127.0.0.2"))


def test_an_origin_is_scheme_host_and_port() -> None:
    origins = Origins("http://127.0.0.1:8000", "https://id.example.test")
    assert "http://127.0.0.1:8000/x?y" in origins
    assert "https://ID.example.test:443/" in origins
    for stranger in (
        "https://127.0.0.1:8000/",
        "http://127.0.0.1:8001/",
        "http://127.0.0.1:8000@evil.test/",
        "http://127.0.0.1:8000.evil.test/",
        "file:///etc/passwd",
        "//id.example.test",
        "http://127.0.0.1:port/",
    ):
        assert stranger not in origins, stranger


# --- no answer


def test_a_system_that_is_down_is_said_to_be_down(contract: Contract, exchanges: list[Exchange]) -> None:
    nobody = ApiSession(contract, f"http://127.0.0.1:{free_port()}", "x", exchanges.append)
    with pytest.raises(SystemUnreachable, match="no answer, connection refused") as error:
        nobody.call("addNote", body={"text": "x", "password": "correct-horse"})
    assert "Remedy" in str(error.value)
    assert not getattr(error.value, "__notes__", [])
    assert exchanges[0].status is None
    assert exchanges[0].request_body == {"text": "x", "password": "[masked]"}
    with pytest.raises(SystemUnreachable):
        nobody.document("GET", "/home")
    with pytest.raises(SystemUnreachable):
        nobody.events("/api/stream")


def test_a_request_without_an_answer_ends_at_its_time_limit(contract: Contract, url: str) -> None:
    impatient = ApiSession(contract, url, "x", lambda _: None, timeout=0.2)
    started = time.monotonic()
    with pytest.raises(NoAnswer, match=r"GET .*/api/slow: no answer within 0\.2 s"):
        impatient.call("slow")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("operation", ["die", "brokenOff"])
def test_a_system_that_dies_while_answering_is_unreachable(
    mortal_notes: SystemProcess, contract: Contract, exchanges: list[Exchange], operation: str
) -> None:
    session = ApiSession(contract, f"http://127.0.0.1:{mortal_notes.port}", "x", exchanges.append)
    with pytest.raises(SystemUnreachable):
        session.call(operation)
    assert [(e.operation, e.status) for e in exchanges] == [(operation, None)]


def test_a_session_goes_on_after_the_system_was_killed_and_restarted(
    mortal_notes: SystemProcess, contract: Contract
) -> None:
    session = ApiSession(contract, f"http://127.0.0.1:{mortal_notes.port}", "x", lambda _: None)
    session.call("listNotes")
    mortal_notes.restart()
    assert session.call("listNotes").status_code == 200


def test_a_request_that_met_a_closing_connection_is_not_sent_again(contract: Contract) -> None:
    asked: list[str] = []

    def answer_once_for_each_connection(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection = server.accept()[0]
                with connection, connection.makefile("rb") as lines:
                    for number in range(2):
                        asked.append(lines.readline().decode())
                        while lines.readline().strip():
                            pass
                        if number == 0:
                            head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"
                            connection.sendall(f"{head}[]".encode())

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer_once_for_each_connection, args=[server], daemon=True).start()
        session = ApiSession(contract, f"http://127.0.0.1:{server.getsockname()[1]}", "x", lambda _: None)
        session.call("listNotes")
        with pytest.raises(SystemUnreachable):
            session.call("dropNote", note_id="n1")
        server.shutdown(socket.SHUT_RDWR)
    assert [line.split(" HTTP")[0] for line in asked] == ["GET /api/notes", "DELETE /api/notes/n1"]


# --- event streams


def test_events_are_heard_in_order_with_their_ids(api: ApiSession) -> None:
    with api.events("/api/stream?end=1") as stream:
        heard = list(stream)
    assert [(e.id, e.event, e.json()["text"]) for e in heard] == [("1", "note", "第1"), ("2", "note", "第2")]
    assert stream.retry == 500


def test_a_stream_is_taken_up_after_the_last_event(api: ApiSession) -> None:
    with api.events("/api/stream", last_event_id=41) as stream:
        assert stream.next().id == "42"


def test_waiting_for_an_event_ends_at_its_time_limit(api: ApiSession) -> None:
    started = time.monotonic()
    with api.events("/api/stream?silent=1", timeout=0.2) as stream, pytest.raises(NoEvent, match=r"within 0\.2 s"):
        stream.next()
    assert time.monotonic() - started < 2


def test_silence_does_not_end_a_stream(contract: Contract, url: str) -> None:
    session = ApiSession(contract, url, "x", lambda _: None, timeout=0.2)
    with session.events("/api/stream?silent=1", timeout=0.5) as stream, pytest.raises(NoEvent):
        stream.next()


def test_a_killed_system_ends_its_streams(mortal_notes: SystemProcess, contract: Contract) -> None:
    session = ApiSession(contract, f"http://127.0.0.1:{mortal_notes.port}", "x", lambda _: None)
    stream = session.events("/api/stream?silent=1")
    mortal_notes.kill()
    assert list(stream) == []


def test_what_is_no_event_stream_is_refused_as_one_and_the_other_way_round(api: ApiSession) -> None:
    with pytest.raises(StreamRefused, match="404") as refused:
        api.events("/api/notes/none")
    assert refused.value.response.json() == {"code": "not_found"}
    with pytest.raises(WireError, match="never ends"):
        api.call("stream")


# --- the document itself


def test_a_contract_that_cannot_be_had_or_read_is_said_plainly(url: str) -> None:
    with pytest.raises(ContractUnreadable, match="connection refused"):
        Contract.load(f"http://127.0.0.1:{free_port()}/openapi.json")
    with pytest.raises(ContractUnreadable, match="404"):
        Contract.load(f"{url}/nowhere.json")
    with pytest.raises(ContractUnreadable, match="no OpenAPI document"):
        Contract.load({"hello": "world"})
    with pytest.raises(UndeclaredOrigin):
        Contract.load(f"{url}/openapi.json", origins=Origins("http://127.0.0.1:1"))


def test_the_same_document_is_taken_apart_once(url: str, contract: Contract) -> None:
    assert Contract.load(f"{url}/openapi.json") is contract


def test_a_schemathesis_configuration_lying_about_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    (tmp_path / "schemathesis.toml").write_text('headers = { X = "${NOT_SET_ANYWHERE}" }')
    monkeypatch.chdir(tmp_path)
    assert Contract(requests.get(f"{url}/openapi.json", timeout=5).json()).title == "notes"
