"""JSON is read as strictly as it can be, by two ways that must never differ: the quick one and the one that says why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from allure_commons import model2
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct, inspect

from nameraka import plan
from nameraka.gate import allure, recorded
from nameraka.shapes import Malformed, parse_json

SHAPES = {
    "plan": plan._FILE,
    "result": allure._RESULT,
    "container": allure._CONTAINER,
    "globals": allure._GLOBALS,
    "record line": recorded._LINE,
}


class Twice(Exception):
    """A name stands twice in one object."""


def reference(text: str) -> Any:
    """What Python's own parser reads. Raises ``Twice``."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise Twice
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


# JSON as text, each character of a text spelled in one of the ways that there are, and names that often meet again.

SPACE = st.sampled_from(["", "", "", " ", "\n", "\t "])
LETTERS = st.sampled_from(['"', "\\", "u", "0", "2", "a", "{", ":", ",", "薬", "é", "\n", "\x7f", "😀"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    spelled = "".join(spell(letter, draw(st.integers(0, 3))) for letter in draw(st.lists(LETTERS, max_size=4)))
    return f'"{spelled}"'


def spell(letter: str, by_number: int) -> str:
    if by_number == 0 and letter <= "\uffff":
        return f"\\u{ord(letter):04x}"
    return json.dumps(letter, ensure_ascii=False)[1:-1]


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    pairs = draw(st.lists(st.tuples(SPACE, texts(), SPACE, SPACE, inner, SPACE), max_size=4))
    return "{" + ",".join(f"{a}{name}{b}:{c}{value}{d}" for a, name, b, c, value, d in pairs) + "}"


NUMBERS = st.integers().map(str) | st.floats(allow_nan=False, allow_infinity=False).map(repr)
DOCUMENTS = st.recursive(
    st.sampled_from(["null", "true", "false", "[]", "{}"]) | NUMBERS | texts(),
    lambda inner: objects(inner) | st.lists(inner, max_size=3).map(lambda values: f"[{','.join(values)}]"),
    max_leaves=12,
)


@settings(max_examples=600, deadline=None)
@given(text=DOCUMENTS)
@example(text='{"a":1,"a":2}')
@example(text='{"a":1,"\\u0061":2}')
@example(text='{"a":"\\u0022","a":"\\u0022\\u0022"}')  # as many quotation marks as when it is written again
@example(text='[{"":0,"":"\\u0022\\u0022"}]')
@example(text='{"a":{"b":1,"b":2},"c":"\\u0022\\u0022"}')
def test_a_name_that_stands_twice_is_refused_and_nothing_else(text: str) -> None:
    try:
        expected = reference(text)
    except Twice:
        with pytest.raises(Malformed, match="stands twice in one object"):
            parse_json(text.encode())
    else:
        found = parse_json(text.encode())
        assert found == expected
        assert repr(found) == repr(expected)  # 1 is not 1.0


@settings(max_examples=400, deadline=None)
@given(text=DOCUMENTS, place=st.integers(0, 10_000), byte=st.binary(max_size=2), cut=st.integers(0, 2))
def test_bytes_that_are_not_json_are_refused_like_python_refuses_them(
    text: str, place: int, byte: bytes, cut: int
) -> None:
    content = text.encode()
    place %= len(content) + 1
    content = content[:place] + byte + content[place + cut :]
    try:
        expected = reference(content.decode())
    except (ValueError, Twice):
        with pytest.raises(Malformed):
            parse_json(content)
    else:
        if "Infinity" not in (shown := json.dumps(expected)) and "NaN" not in shown:
            assert parse_json(content) == expected


# What the gate reads, with names that its shapes know and names that they do not, some of them twice.

BASES = {
    "result": '"uuid":"x"',
    "container": '"children":[]',
    "globals": '"errors":[]',
    "record line": '"event":"start","id":"x","attempt":1',
}
NAMES = (
    "uuid",
    "name",
    "value",
    "status",
    "steps",
    "labels",
    "attachments",
    "source",
    "parameters",
    "message",
    "start",
)
FIELDS = st.sampled_from([*NAMES, "statusDetails", "children", "befores", "event", "id", "attempt", "why", "at", "new"])


def fields(inner: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.tuples(FIELDS, inner).map(lambda pair: f'"{pair[0]}":{pair[1]}'), max_size=4)


INNER = st.recursive(
    st.sampled_from(["null", "1", '"x"', '"\\u0022"', "[]"]),
    lambda inner: fields(inner).map(lambda pairs: f"{{{','.join(pairs)}}}") | inner.map(lambda value: f"[{value}]"),
    max_leaves=8,
)


@settings(max_examples=600, deadline=None)
@given(kind=st.sampled_from(sorted(BASES)), more=fields(INNER))
@example(kind="result", more=['"name":1', '"name":2'])
@example(kind="result", more=['"labels":[{"name":"a","name":"run"}]'])
@example(kind="result", more=['"parameters":[{"name":1,"name":2}]'])
@example(kind="result", more=['"new":{"deep":1,"deep":2}'])
@example(kind="result", more=['"uuid":"y"', '"name":"\\u0022\\u0022"'])
@example(kind="record line", more=['"event":"start"'])
@example(kind="record line", more=['"id":"\\u0022\\u0022"'])
def test_what_is_read_straight_into_its_type_is_read_as_strictly(kind: str, more: list[str]) -> None:
    content = f"{{{','.join([BASES[kind], *more])}}}"
    try:
        expected = msgspec.convert(reference(content), SHAPES[kind]._shape)
    except Twice:
        with pytest.raises(Malformed, match="stands twice in one object"):
            SHAPES[kind].read(content.encode())
    except msgspec.ValidationError as error:
        with pytest.raises(Malformed, match=re.escape(str(error))):
            SHAPES[kind].read(content.encode())
    else:
        assert SHAPES[kind].read(content.encode()) == expected


@pytest.mark.parametrize("kind", SHAPES)
def test_no_shape_writes_more_than_it_read(kind: str) -> None:
    """A default that is written for a name that was absent would hide a name that was dropped."""
    for struct in structs(inspect.type_info(SHAPES[kind]._shape), set()):
        required = all(field.required for field in struct.fields)
        assert required or struct.cls.__struct_config__.omit_defaults, struct.cls


def structs(kind: Any, seen: set[type]) -> Iterator[Any]:
    """Every struct and data class that a type is made of."""
    if isinstance(kind, inspect.StructType | inspect.DataclassType):
        if kind.cls in seen:
            return
        seen.add(kind.cls)
        yield kind
        for field in kind.fields:
            yield from structs(field.type, seen)
    for name in ("types", "item_types"):
        for inner in getattr(kind, name, ()):
            yield from structs(inner, seen)
    for name in ("item_type", "key_type", "value_type"):
        if hasattr(kind, name):
            yield from structs(getattr(kind, name), seen)


@pytest.mark.parametrize(
    ("struct", "written"),
    [
        (allure._Result, model2.TestResult),
        (allure._Step, model2.TestStepResult),
        (allure._Details, model2.StatusDetails),
        (allure._Label, model2.Label),
        (allure._Attachment, model2.Attachment),
        (allure._Container, model2.TestResultContainer),
        (allure._Step, model2.TestBeforeResult),
        (allure._Step, model2.TestAfterResult),
    ],
)
def test_all_that_allure_writes_is_named_so_that_it_is_read_once(struct: type[Struct], written: Any) -> None:
    assert {field.name for field in written.__attrs_attrs__} <= set(struct.__struct_fields__)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b'{\n  "a": 1,\n  oops\n}', "line 3, column 3 is not JSON: Expecting property name"),
        (b'{"a": 1} {}', "line 1, column 10 is not JSON: Extra data"),
        ('{\n"薬": "\\x"}'.encode(), "line 2, column 7 is not JSON: Invalid \\escape"),
        (b'["a\nb"]', "line 1, column 4 is not JSON: Invalid control character"),
        ('[\n  "薬'.encode() + b"\xff", "line 2, column 5 is not UTF-8"),
        (b'"\xed\xa0\x80"', "line 1, column 2 is not UTF-8"),
        (b"NaN", "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"[1e400]", "1e400 is larger than any number"),
        (b"9" * 5_000, "digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"\xef\xbb\xbf{}", "line 1, column 1 is not JSON"),
    ],
    ids=repr,
)
def test_what_is_not_json_is_told_with_its_place(content: bytes, said: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_json(content)
    assert said in str(refused.value)


def test_half_a_surrogate_pair_is_read_as_it_is() -> None:
    assert parse_json(rb'["\ud800", "\ud83d\ude00"]') == ["\ud800", "😀"]
    assert allure._RESULT.read(rb'{"uuid": "\udcff"}').uuid == "\udcff"
