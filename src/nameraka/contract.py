"""The OpenAPI contract: its operations by id and by request, and what it says against an answer.

Schemathesis reads the document, builds each request and checks each answer.
"""

from __future__ import annotations

import difflib
import gc
import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Err
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from nameraka.exchanges import Origins, SystemUnreachable, WireError
from nameraka.masking import mask_text, mask_url
from nameraka.narrow import NarrowSession, plain_reason

# Named one by one: Schemathesis' default set also sends requests again, and calls a documented 503 a failure.
# The last one needs the body.
CHECKS = [status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]

NO_BODY: Any = object()


class ContractUnreadable(WireError):
    """The OpenAPI document could not be had or understood."""


class UnknownOperation(LookupError):
    """No operation of this operationId; the text lists those that look alike."""


class Operation:
    """One documented operation."""

    __slots__ = ("_pattern", "_source", "id", "media_type", "method", "parameters", "path", "required", "statuses")

    def __init__(self, source: Any) -> None:
        self._source = source
        self.method: str = source.method.upper()
        self.path: str = source.full_path
        self.id: str = source.definition.raw.get("operationId") or f"{self.method} {self.path}"
        self.statuses: tuple[str, ...] = tuple(str(status) for status in source.responses.status_codes)
        self.parameters: dict[str, str] = {p.name: p.location.value for p in source.iter_parameters()}
        self.required: frozenset[str] = frozenset(n for n, where in self.parameters.items() if where == "path")
        self.media_type: str | None = next((body.media_type for body in source.body), None)
        self._pattern = re.compile(
            "".join(
                f"(?P<p{index}>[^/]+)" if part.startswith("{") else re.escape(part)
                for index, part in enumerate(re.split(r"(\{[^}]+\})", self.path))
            )
        )

    def __repr__(self) -> str:
        return f"<Operation {self.id}: {self.method} {self.path}>"

    @property
    def declared(self) -> str:
        """Its parameters, for somebody who named another one."""
        places: dict[str, list[str]] = {}
        for name, place in self.parameters.items():
            places.setdefault(place, []).append(name)
        listed = "; ".join(f"{place}: {', '.join(names)}" for place, names in places.items()) or "none"
        return f"declared are {listed}"

    def match(self, path: str) -> dict[str, str] | None:
        """The path parameters when `path` is one of this operation's, else None."""
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        names = re.findall(r"\{([^}]+)\}", self.path)
        return {name: unquote(value) for name, value in zip(names, found.groups(), strict=True)}

    def case(
        self,
        *,
        path: Mapping[str, Any],
        query: Mapping[str, Any],
        headers: Mapping[str, str],
        body: Any = NO_BODY,
    ) -> schemathesis.Case[Any]:
        """A Schemathesis case with exactly these values."""
        content = {} if body is NO_BODY else {"body": body, "media_type": self.media_type}
        made: schemathesis.Case[Any] = self._source.Case(
            path_parameters=dict(path), query=dict(query), headers=dict(headers), **content
        )
        return made


class Contract:
    """The OpenAPI document of the system, read once: operations by id and by request, and the check of an answer."""

    _loaded: ClassVar[dict[bytes, Contract]] = {}

    def __init__(self, document: dict[str, Any]) -> None:
        """Raises ContractUnreadable when `document` is no OpenAPI 3 document or an operation cannot be read."""
        try:
            # An explicit configuration: without one, a schemathesis.toml anywhere above would change what is checked.
            schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict({}))
            results = list(schema.get_all_operations())
        except schemathesis.errors.SchemathesisError as error:
            raise ContractUnreadable(f"this is no OpenAPI document that Schemathesis can read: {error}") from None
        operations = []
        for result in results:
            if isinstance(result, Err):
                raise ContractUnreadable(f"an operation of the contract cannot be read: {result.err()}")
            operations.append(Operation(result.ok()))
        self.title: str = document.get("info", {}).get("title", "")
        self.operations: tuple[Operation, ...] = tuple(operations)
        self.documented: dict[str, tuple[str, ...]] = {operation.id: operation.statuses for operation in operations}
        self._by_id = {operation.id: operation for operation in operations}
        # A literal path goes before one with a parameter in its place: /threads/mine before /threads/{id}.
        self._by_method: dict[str, list[Operation]] = {}
        for operation in sorted(operations, key=lambda o: (o.path.count("{"), o.path)):
            self._by_method.setdefault(operation.method, []).append(operation)

    @classmethod
    def load(cls, source: str | dict[str, Any], *, origins: Origins | None = None, timeout: float = 10.0) -> Contract:
        """The contract from its URL or document. `origins`: where the URL may point; its own origin unless given.

        A document that was read before in this process is not taken apart again: a system that comes back costs nothing.
        """
        if isinstance(source, dict):
            return cls(source)
        (origins or Origins(source)).check(source)
        try:
            response = NarrowSession(origins or Origins(source), timeout).get(source)
            response.raise_for_status()
            if response.content not in cls._loaded:
                document = response.json()
                if not isinstance(document, dict):
                    raise ContractUnreadable(f"the contract at {mask_url(source)} is no JSON object")
                cls._loaded[response.content] = cls(document)
                gc.freeze()  # Schemathesis and what it made of the contract stay: no search for cycles goes through them
        except (requests.RequestException, SystemUnreachable) as error:
            raise ContractUnreadable(
                f"the contract at {mask_url(source)} cannot be had: {plain_reason(error)}\n"
                "  Remedy: is the system up, and does it serve its OpenAPI document there?"
            ) from None
        return cls._loaded[response.content]

    def operation(self, operation_id: str) -> Operation:
        """The operation of this operationId; raises UnknownOperation that lists near misses."""
        found = self._by_id.get(operation_id)
        if found is None:
            near = difflib.get_close_matches(operation_id, self._by_id, n=5, cutoff=0.5)
            listed = f"near: {', '.join(near)}" if near else f"there are: {', '.join(sorted(self._by_id)) or 'none'}"
            raise UnknownOperation(f"the contract has no operation {operation_id!r}; {listed}")
        return found

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that a request is for, with its path parameters; None when nothing documents it."""
        for operation in self._by_method.get(method.upper(), ()):
            parameters = operation.match(path)
            if parameters is not None:
                return operation, parameters
        return None

    def problems(
        self, case: schemathesis.Case[Any], answer: schemathesis.Response, *, with_body: bool = True
    ) -> tuple[str, ...]:
        """What the contract says against `answer`, a line for each finding; `with_body`: its body is at hand."""
        try:
            case.validate_response(answer, checks=CHECKS if with_body else CHECKS[:-1])
        except FailureGroup as group:
            return tuple(_finding(failure) for failure in group.exceptions)
        return ()

    def judge(
        self, method: str, url: str, status: int, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[str | None, tuple[str, ...]]:
        """The operation of an exchange that somebody else had (a page), and what the contract says against it.

        `body` is None when it could not be had: all else is judged then.
        """
        parts = urlsplit(url)
        found = self.find(method, parts.path)
        if found is None:
            return None, (f"the contract documents no {method} {parts.path}",)
        operation, path = found
        case = operation.case(path=path, query=dict(parse_qsl(parts.query)), headers={})
        request = requests.Request(method, url).prepare()
        listed = {name: value.split("\n") for name, value in headers.items()}
        answer = schemathesis.Response(status, listed, body or b"", request, elapsed=0.0, verify=True)
        return operation.id, self.problems(case, answer, with_body=body is not None)


def _finding(failure: Any) -> str:
    """The finding on one line. The schema and the value that follow are in the contract and in the exchange."""
    message = re.split(r"\n\s*(?:Schema|Value):\n", str(failure.message))[0]
    message = re.sub(r"\s*\n\s*", ", ", message.strip()).replace("Documented", "documented")
    return mask_text(f"{failure.title}: {message}" if message else failure.title)
