"""Whatever is put into a bundle, and whatever byte of bundle or archive is another one: never go, never a crash."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hand_made import BUILD, Run
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from signed_release import APPROVED, Release, digest, sign

from nameraka.attest.envelope import PAYLOAD_TYPE, encode, parse_line, seal
from nameraka.attest.keys import load_private, load_publics
from nameraka.attest.refused import Refused
from nameraka.attest.verification import Pins, verify

NOW = datetime(2026, 1, 2, 3, 6, 5, tzinfo=UTC)
LATER = datetime.now(UTC) - NOW + timedelta(days=1)
"""Approvals are made by the real clock, so what is verified here is verified tomorrow."""

thorough = settings(max_examples=300, deadline=None)


@pytest.fixture(scope="module")
def release() -> Iterator[Release]:
    """A verdict that needs and has an approval."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = Run(folder / "run" / "results", inputs={"gate.toml": APPROVED}).write()
        made = sign(run, folder / "out", NOW)
        assert made.approve() == 0
        yield made


def pins(release: Release) -> Pins:
    return Pins(
        artifact=BUILD,
        environment="embedded",
        policy=digest(release.policy()),
        gates=load_publics([release.public("gate")]),
        approvers=load_publics([release.public("approver")]),
        max_age=timedelta(days=365_000),
    )


def why(release: Release, bundle: bytes | None = None, archive: bytes | None = None) -> str | None:
    """Why these bytes are refused; None where they are go."""
    with tempfile.TemporaryDirectory() as name:
        paths = Path(name) / "bundle", Path(name) / "archive"
        paths[0].write_bytes(release.bundle.read_bytes() if bundle is None else bundle)
        paths[1].write_bytes(release.archive.read_bytes() if archive is None else archive)
        try:
            verify(*paths, pins(release), NOW + LATER)
        except Refused as refused:
            return refused.why.en
    return None


def spoilt(release: Release, bundle: bytes | None = None, archive: bytes | None = None) -> str:
    """As ``why``, of what must be refused."""
    found = why(release, bundle, archive)
    assert found is not None
    return found


def test_the_release_that_is_spoilt_here_was_go(release: Release) -> None:
    confirmed = verify(release.bundle, release.archive, pins(release), NOW + LATER)
    assert [one.person for one in confirmed.approvals] == ["山田 花子"]


def change(content: bytes, data: st.DataObject) -> bytes:
    """``content`` with one byte changed, removed or added, or cut."""
    place = data.draw(st.integers(0, len(content) - 1), label="place")
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]), label="byte")
    way = data.draw(st.sampled_from(["change", "flip", "remove", "add", "append", "cut"]), label="way")
    if way == "flip":
        byte = content[place] ^ (1 << data.draw(st.integers(0, 7), label="bit"))
    return {
        "change": content[:place] + bytes([byte]) + content[place + 1 :],
        "flip": content[:place] + bytes([byte]) + content[place + 1 :],
        "remove": content[:place] + content[place + 1 :],
        "add": content[:place] + bytes([byte]) + content[place:],
        "append": content + bytes([byte]),
        "cut": content[:place],
    }[way]


@thorough
@given(data=st.data())
def test_any_byte_of_the_bundle(release: Release, data: st.DataObject) -> None:
    spoilt(release, bundle=change(release.bundle.read_bytes(), data))


@thorough
@given(data=st.data())
def test_any_byte_of_the_archive(release: Release, data: st.DataObject) -> None:
    assert "not the one that was signed" in spoilt(release, archive=change(release.archive.read_bytes(), data))


@pytest.mark.parametrize("number", range(3))
def test_every_byte_around_the_payload_of_each_envelope(release: Release, number: int) -> None:
    lines = release.lines
    line = lines[number]
    signatures = line.index(b'"payloadType"')
    for place in [*range(20), *range(signatures - 20, len(line))]:
        touched = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        spoilt(release, bundle=b"".join(one + b"\n" for one in [*lines[:number], touched, *lines[number + 1 :]]))


@thorough
@given(order=st.lists(st.integers(0, 2), max_size=6))
def test_any_order_of_the_envelopes(release: Release, order: list[int]) -> None:
    if order != [0, 1, 2]:
        spoilt(release, bundle=b"".join(release.lines[number] + b"\n" for number in order))


@thorough
@given(content=st.binary(max_size=400) | st.lists(st.binary(max_size=40), max_size=9).map(b"\n".join))
def test_any_bytes_at_all(release: Release, content: bytes) -> None:
    spoilt(release, bundle=content)
    spoilt(release, bundle=content + b"\n")
    spoilt(release, archive=content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside ``value``."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield from places(one, (*path, name))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    value[path[0]] = put(value[path[0]], path[1:], new)
    return value


@settings(max_examples=500, deadline=None)
@given(data=st.data(), number=st.integers(0, 2))
def test_any_value_of_any_statement_even_signed(release: Release, data: st.DataObject, number: int) -> None:
    """Who has a key can sign anything; all that it gains is a refusal."""
    statement = parse_line(release.lines[number]).statement()
    path = data.draw(st.sampled_from(list(places(statement))), label="path")
    new = data.draw(JSON, label="new")
    changed = put(copy.deepcopy(statement), path, new)
    if json.dumps(changed, sort_keys=True) == json.dumps(statement, sort_keys=True):
        return
    lines = release.lines
    key = load_private(release.keys / f"{'approver' if number == 2 else 'gate'}.pem")
    lines[number] = seal(changed, key).line
    said = why(release, bundle=b"".join(line + b"\n" for line in lines))
    its_own_words = number == 2 and path in [("predicate", word) for word in ("name", "time")]
    assert said or its_own_words, path


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 1_000_000,
        b'{"_type":' * 200_000,
        b"1" * 100_000,
        b'{"_type":"https://in-toto.io/Statement/v1"}',
        b'{"_type":"https://in-toto.io/Statement/v1","_type":"https://in-toto.io/Statement/v1"}',
        b'{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"x"}',
        b'{"_type":"https://in-toto.io/Statement/v1","predicateType":1e999}',
    ],
)
def test_a_payload_that_is_no_statement_is_refused_even_signed(release: Release, payload: bytes) -> None:

    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(load_private(release.keys / "gate.pem"))
    spoilt(release, bundle=encode(envelope.to_dict()) + b"\n" + release.lines[1] + b"\n")


@pytest.mark.parametrize("path", [("inputs", "policy", "name"), ("inputs", "policy"), ("gate",), ("files", 0, "name")])
@pytest.mark.parametrize("new", [None, 1, [], {}, "", "\ud800", 1.5, True])
def test_what_is_not_compared_with_another_judgement_cannot_break_it_either(
    release: Release, path: tuple[Any, ...], new: Any
) -> None:
    statement = put(release.statement(0), ("predicate", "nameraka:verdict/v1", *path), new)
    line = seal(statement, load_private(release.keys / "gate.pem")).line
    spoilt(release, bundle=line + b"\n" + release.lines[1] + b"\n")


def test_a_number_without_end_is_refused(release: Release) -> None:
    payload = encode(release.statement(0)).replace(b'"gate":', b'"further":1e999,"gate":')
    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(load_private(release.keys / "gate.pem"))
    spoilt(release, bundle=encode(envelope.to_dict()) + b"\n" + release.lines[1] + b"\n")


def test_thousands_of_envelopes_are_refused(release: Release) -> None:
    key = load_private(release.keys / "approver.pem")
    statement = release.statement(2)
    many = [seal({**statement, "number": number}, key).line for number in range(2_000)]
    assert "more than 64 lines" in spoilt(release, bundle=b"\n".join([*release.lines[:2], *many, b""]))


def test_an_endless_line_is_refused_without_being_read(release: Release) -> None:
    with tempfile.TemporaryDirectory() as name:
        bundle = Path(name) / "bundle"
        with bundle.open("wb") as file:
            file.truncate(2**40)
        with pytest.raises(Refused, match="more than 268,435,456 bytes"):
            verify(bundle, release.archive, pins(release), NOW + LATER)
