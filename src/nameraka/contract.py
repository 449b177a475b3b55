"""The API door: operations of the OpenAPI contract, called by their operationId and held to what is documented.

Schemathesis builds each request and checks each answer; requests carries it. Documents (sign-in) and event streams are
outside the contract and have methods of their own. Nothing leaves for an origin that was not declared.
"""

from __future__ import annotations

import difflib
import gc
import json as jsonlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

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

from nameraka.exchanges import (
    ContractViolation,
    Cookies,
    Exchange,
    NotTold,
    OnExchange,
    Origins,
    SystemUnreachable,
    UndeclaredOrigin,
    WireError,
    headers_as_evidence,
    origin_of,
    readable_body,
)
from nameraka.masking import mask_text, mask_url
from nameraka.narrow import NarrowSession, plain_reason, unreachable
from nameraka.streams import Event, EventStream, NoEvent, StreamRefused

__all__ = [
    "ApiSession",
    "Contract",
    "ContractUnreadable",
    "Event",
    "EventStream",
    "NoEvent",
    "Operation",
    "StreamRefused",
    "UnknownOperation",
]

# Named one by one: Schemathesis' default set also sends requests again, and calls a documented 503 a failure.
# The last one needs the body.
CHECKS = [status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]

_MOST_REDIRECTS = 10
_NOTHING: Any = object()


class ContractUnreadable(WireError):
    """The OpenAPI document could not be had or understood."""


class UnknownOperation(LookupError):
    """No operation of this operationId; the text lists those that look alike."""


# --- the contract ---------------------------------------------------------------------------------------------------


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
        body: Any = _NOTHING,
    ) -> schemathesis.Case[Any]:
        """A Schemathesis case with exactly these values."""
        content = {} if body is _NOTHING else {"body": body, "media_type": self.media_type}
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


# --- the session of one actor ---------------------------------------------------------------------------------------


class ApiSession:
    """One actor's way to the API: cookies of her own, each exchange recorded, each answer held to the contract.

    base_url: where the system is; headers: sent with every request; origins: others that may be asked (the identity
    provider); timeout: seconds without a byte before a request counts as unanswered.
    """

    def __init__(
        self,
        contract: Contract,
        base_url: str,
        actor: str,
        on_exchange: OnExchange,
        *,
        origins: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
    ) -> None:
        self.contract = contract
        self.base_url = base_url.rstrip("/")
        self.actor = actor
        self.cookies = Cookies()
        self.headers = dict(headers or {})
        self._on_exchange = on_exchange
        self._home = origin_of(base_url)
        self._jars: dict[str, Cookies] = {self._home: self.cookies}
        self._wire = NarrowSession(Origins(base_url, *origins), timeout)
        self._streams: list[EventStream] = []

    def call(
        self,
        operation_id: str,
        *,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = _NOTHING,
        **parameters: Any,
    ) -> requests.Response:
        """Call an operation and return its answer, whatever its status, when it keeps to the contract.

        `parameters` are any that the contract declares, put where it declares them: `thread_id="t1"`, `after=3`.

        Raises ContractViolation for an answer that breaks the contract, SystemUnreachable or NoAnswer without one,
        UnknownOperation, and TypeError when a path parameter is missing or a name is not declared.
        """
        operation = self.contract.operation(operation_id)
        sent_path, sent_query, sent_headers = dict(path or {}), dict(query or {}), {**self.headers, **(headers or {})}
        places: dict[str, dict[str, Any]] = {"path": sent_path, "query": sent_query, "header": sent_headers}
        for name, value in parameters.items():
            place = places.get(operation.parameters.get(name, ""))
            if place is None:
                raise TypeError(f"{operation!r} has no parameter {name!r}; {_declared(operation)}")
            place[name] = value
        if sent_path.keys() != operation.required:
            raise TypeError(f"{operation!r} was given the path parameters {sorted(sent_path)}; {_declared(operation)}")
        if body is not _NOTHING and operation.media_type is None:
            raise TypeError(f"{operation!r} takes no body; {_declared(operation)}")
        if cookie := self.cookies.header():
            sent_headers["Cookie"] = cookie

        case = operation.case(path=sent_path, query=sent_query, headers=sent_headers, body=body)
        try:
            checked = case.call(base_url=self.base_url, session=self._wire)
        except (WireError, requests.RequestException) as error:
            raise self._failed(operation, case, error) from None
        response = self._wire.answer
        self._keep_cookies(response)
        exchange = self._record(response, operation.id, self.contract.problems(case, checked))
        if exchange.problems:
            raise ContractViolation(exchange)
        return response

    def read(self, operation_id: str, **asked: Any) -> Any:
        """Call an operation whose answer is wanted, and return the content of it. `asked` as for `call`.

        Raises NotTold when the system refuses; else as `call`.
        """
        response = self.call(operation_id, **asked)
        if not response.ok:
            raise NotTold(self.actor, operation_id, response.status_code, response.text)
        return response.json()

    def document(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | str | None = None,
        json: Any = None,
        follow: bool = True,
    ) -> requests.Response:
        """Ask for something outside the contract (a page, a sign-in) and follow its redirects one by one.

        `url` may be a path of the system. Each hop is recorded, cookies are kept by origin, and a redirect to an
        undeclared origin raises UndeclaredOrigin and is not followed. The answer is not checked.
        """
        url, sent_data, sent_json = urljoin(f"{self.base_url}/", url), data, json
        for _ in range(_MOST_REDIRECTS + 1):
            self._wire.origins.check(url)
            sent = {**(self.headers if origin_of(url) == self._home else {}), **(headers or {})}
            if cookie := self._jar(url).header():
                sent["Cookie"] = cookie
            try:
                response = self._wire.request(method, url, headers=sent, data=sent_data, json=sent_json)
            except WireError as error:
                self._record_nothing(None, method, url, sent, sent_json or sent_data, error)
                raise
            self._keep_cookies(response)
            self._record(response, None, ())
            if not (follow and response.is_redirect):
                return response
            url = urljoin(url, response.headers["Location"])
            if response.status_code == 303 or (response.status_code in (301, 302) and method.upper() == "POST"):
                method, sent_data, sent_json = "GET", None, None
        raise SystemUnreachable(
            f"{method} {mask_url(url)}: more than {_MOST_REDIRECTS} redirects; the last exchanges show the circle"
        )

    def events(self, path: str, *, last_event_id: str | int | None = None, timeout: float = 10.0) -> EventStream:
        """An event stream of the system, connected when this returns: what happens from now on will be heard.

        timeout: seconds that each wait for an event may take, keep-alive comments not counted.
        Raises StreamRefused for any answer but 200 with an event stream.
        """
        url = urljoin(f"{self.base_url}/", path)
        sent = {**self.headers, "Accept": "text/event-stream", "Cache-Control": "no-cache"}
        if last_event_id is not None:
            sent["Last-Event-ID"] = str(last_event_id)
        if cookie := self.cookies.header():
            sent["Cookie"] = cookie
        self._wire.expects_stream = True
        try:
            response = self._wire.get(url, headers=sent)
        except SystemUnreachable as error:
            self._record_nothing(None, "GET", url, sent, None, error)
            raise
        finally:
            self._wire.expects_stream = False
        self._keep_cookies(response)
        if response.status_code != 200 or not response.headers.get("Content-Type", "").startswith("text/event-stream"):
            exchange = self._record(response, None, ())
            raise StreamRefused(f"{exchange.line}: this is no event stream", response)
        self._record(response, None, (), note="an event stream: outside the contract, its events are not in here")
        stream = EventStream(response, f"GET {mask_url(path)}", timeout)
        self._streams.append(stream)
        return stream

    def close(self) -> None:
        """Close the event streams that are still open."""
        for stream in self._streams:
            stream.close()
        self._streams.clear()

    # --- records

    def _jar(self, url: str) -> Cookies:
        return self._jars.setdefault(origin_of(url), Cookies())

    def _keep_cookies(self, response: requests.Response) -> None:
        if "Set-Cookie" in response.headers:
            self._jar(response.url).take(response.raw.headers.getlist("Set-Cookie"))

    def _shown(self, url: str) -> str:
        parts = urlsplit(url)
        shown = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return mask_url(shown if origin_of(parts) == self._home else url)

    def _record(
        self, response: requests.Response, operation: str | None, problems: tuple[str, ...], note: str | None = None
    ) -> Exchange:
        request = response.request
        exchange = Exchange(
            actor=self.actor,
            door="api",
            operation=operation,
            method=request.method or "",
            path=self._shown(request.url or ""),
            status=response.status_code,
            request_headers=headers_as_evidence(request.headers),
            request_body=readable_body(request.body, request.headers.get("Content-Type", "")),
            response_headers=headers_as_evidence(response.headers),
            response_body=None if note else readable_body(response.content, response.headers.get("Content-Type", "")),
            problems=problems,
            note=note,
            milliseconds=round(response.elapsed.total_seconds() * 1000, 1),
        )
        self._on_exchange(exchange)
        return exchange

    def _record_nothing(
        self, operation: str | None, method: str, url: str, headers: Mapping[str, str], body: Any, error: WireError
    ) -> None:
        """An exchange that had no answer."""
        text = body if isinstance(body, str | bytes) or body is None else jsonlib.dumps(body, ensure_ascii=False)
        self._on_exchange(
            Exchange(
                actor=self.actor,
                door="api",
                operation=operation,
                method=method,
                path=self._shown(url),
                status=None,
                request_headers=headers_as_evidence(headers),
                request_body=readable_body(text, "application/json"),
                response_headers={},
                response_body=None,
                note=str(error),
            )
        )

    def _failed(self, operation: Operation, case: schemathesis.Case[Any], error: Exception) -> WireError:
        """The plain error for a call without an answer, recorded unless nothing was sent."""
        url = self.base_url + case.formatted_path
        if isinstance(error, UndeclaredOrigin):
            return UndeclaredOrigin(*error.args)
        if isinstance(error, requests.RequestException):
            error = unreachable(operation.method, url, self._wire.timeout[1], error)
        assert isinstance(error, WireError)
        plain = type(error)(*error.args)  # without the notes that Schemathesis adds: its curl line shows the body
        body = case.body if isinstance(case.body, dict | list | str | int) else None
        self._record_nothing(operation.id, operation.method, url, case.headers, body, plain)
        return plain


def _declared(operation: Operation) -> str:
    places: dict[str, list[str]] = {}
    for name, place in operation.parameters.items():
        places.setdefault(place, []).append(name)
    listed = "; ".join(f"{place}: {', '.join(names)}" for place, names in places.items()) or "none"
    return f"declared are {listed}"
