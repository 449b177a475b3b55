"""The API door: one actor's session, who calls operations by their operationId and is held to what is documented.

requests carries what goes out. Documents (sign-in) and event streams are outside the contract and have methods of their
own. Nothing leaves for an origin that was not declared.
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import schemathesis

from nameraka.contract import NO_BODY, Contract, Operation
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
from nameraka.masking import mask_url
from nameraka.narrow import NarrowSession, unreachable
from nameraka.streams import EventStream, StreamRefused

_MOST_REDIRECTS = 10


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
        body: Any = NO_BODY,
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
                raise TypeError(f"{operation!r} has no parameter {name!r}; {operation.declared}")
            place[name] = value
        if sent_path.keys() != operation.required:
            raise TypeError(f"{operation!r} was given the path parameters {sorted(sent_path)}; {operation.declared}")
        if body is not NO_BODY and operation.media_type is None:
            raise TypeError(f"{operation!r} takes no body; {operation.declared}")
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
