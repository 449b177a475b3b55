"""Reading JSON that nobody vouches for: every surprise becomes one exception with a sentence in it.

Evidence is data from outside, even our own: it may be cut, edited, nested a thousand deep or not be JSON at all.
Whoever reads it catches ``Malformed`` and nothing else.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Generic, NoReturn, TypeVar

import msgspec

T = TypeVar("T")
Words = Annotated[str, msgspec.Meta(min_length=1)]
"""A text that is not empty."""
Count = Annotated[int, msgspec.Meta(ge=0)]
"""A whole number, zero or more."""


class Malformed(ValueError):
    """The document is not what it should be; the message says what and at which field."""


def parse_json(content: bytes) -> Any:
    """The value that ``content`` holds.

    Raises ``Malformed`` for what JSON parsers refuse and for what many let pass in silence: a name that stands twice in
    an object (the last would win), ``NaN``, a number beyond what a float holds, and nesting beyond the interpreter's
    depth. Half a surrogate pair is a character like others, as in file names.
    """
    try:
        value = _DECODER.decode(content)
        if _is_all_of(value, content):
            return value
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    return _parse_slowly(content)


_DECODER: Final = msgspec.json.Decoder()
_ENCODER: Final = msgspec.json.Encoder()
_QUOTE_BY_NUMBER: Final = re.compile(rb"\\u0022")


def _is_all_of(value: object, content: bytes) -> bool:
    """Whether nothing that ``content`` says is left out of ``value``; false also where that is not easily told.

    Of a name that stands twice the decoder keeps the last value and drops the other without a word. What is written
    again from ``value`` then has fewer quotation marks, two for the name at the least, and never has more: each text has
    its two, and those inside a text are written as ``\\"``. Only where ``content`` spells one of them by its number
    may the sum come out even by chance.
    """
    return content.count(b'"') == _ENCODER.encode(value).count(b'"') and not _QUOTE_BY_NUMBER.search(content)


def _parse_slowly(content: bytes) -> Any:
    """As ``parse_json``, at a fraction of its speed and with a place in what is raised."""
    if not content.strip():
        raise Malformed("it is empty")
    try:
        return json.loads(
            content.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_finite
        )
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise Malformed(f"line {line}, column {column} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"line {error.lineno}, column {error.colno} is not JSON: {error.msg}") from None
    except RecursionError:
        raise Malformed("it is nested too deeply") from None
    except Malformed:
        raise
    except ValueError as error:  # a number of more digits than Python converts
        raise Malformed(str(error)) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"the name {twice!r} stands twice in one object")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise Malformed(f"{text} is larger than any number that can be read")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON")


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond what a float holds
        return None
    return number if math.isfinite(number) else None


def shaped(value: object, shape: type[T]) -> T:
    """``value``, which was read by ``parse_json``, as a ``shape`` of msgspec; what ``shape`` does not name is left out.

    Raises ``Malformed`` with the path of the first field that is missing or of another type.
    """
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise Malformed(str(error)) from None
    except RecursionError:
        raise Malformed("it is nested too deeply") from None


class Shape(Generic[T]):
    """Reads JSON straight into ``T``, a type of msgspec, as strictly as ``parse_json`` and ``shaped`` do, and faster.

    Faster only where ``T`` names all that is written: let its structs have ``omit_defaults``, and a default for what may
    be absent. What it does not name, and a default that is written out, cost the time of a second look and nothing else.
    """

    def __init__(self, shape: Any) -> None:
        self._shape = shape
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(shape)

    def read(self, content: bytes) -> T:
        """Raises ``Malformed``."""
        try:
            value = self._decoder.decode(content)
            if _is_all_of(value, content):
                return value
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass
        found: T = shaped(parse_json(content), self._shape)
        return found


class Fields:
    """The named values of one JSON object, each asked for with its type; a wrong one raises ``Malformed``."""

    def __init__(self, value: object, where: str = "the document") -> None:
        if not isinstance(value, Mapping):
            raise Malformed(f"{where} is not an object")
        self._value: Mapping[str, Any] = value
        self._where = where

    @property
    def value(self) -> Mapping[str, Any]:
        """The object as it is."""
        return self._value

    def _refuse(self, name: str, expected: str) -> NoReturn:
        seen = "is missing" if name not in self._value else f"is not {expected}"
        raise Malformed(f"{name!r} of {self._where} {seen}")

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self._value.get(name)
        if not isinstance(value, str) or not value:
            self._refuse(name, "a text")
        return value

    def optional_text(self, name: str) -> str | None:
        """A text, or None where it is absent, null or empty."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, str):
            self._refuse(name, "a text or null")
        return value or None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; an absent list is empty."""
        value = self._value.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._refuse(name, "a list of texts")
        return tuple(value)

    def count(self, name: str) -> int:
        """A whole number, zero or more."""
        value = self._value.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._refuse(name, "a whole number of zero or more")
        return value

    def seconds(self, name: str) -> float:
        """A finite number, zero or more."""
        value = _number(self._value.get(name))
        if value is None or value < 0:
            self._refuse(name, "a number of zero or more")
        return value

    def flag(self, name: str) -> bool:
        """true or false; absent or null is false."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, bool):
            self._refuse(name, "true or false")
        return bool(value)

    def fields(self, name: str) -> Fields:
        """An object."""
        return Fields(self._value.get(name), f"{name!r} of {self._where}")

    def objects(self, name: str) -> Iterator[Fields]:
        """A list of objects; an absent or null list is empty."""
        value = self._value.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            self._refuse(name, "a list")
        for number, one in enumerate(value, 1):
            yield Fields(one, f"{name}[{number}] of {self._where}")
