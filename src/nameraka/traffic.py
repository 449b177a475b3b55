"""What a page says to the system: its fetches, watched from outside the page and held to the contract.

Watched through the browser's debugging protocol, whose durable messages keep an answer's body for us when the page has
moved on or never read it. Left out: documents, static files, and event streams, whose body would never end.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nameraka.exchanges import Exchange, Origins, headers_as_evidence, origin_of, readable_body
from nameraka.masking import mask_url

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

    from nameraka.contract import Contract

_KEPT_BODIES = 32 * 1024 * 1024  # bytes the browser keeps for us; more than a sentence could ever move
_EMPTY = frozenset({204, 205, 304})


@dataclass(slots=True)
class Fetch:
    """One request of a page, as far as it has come."""

    id: str
    method: str
    url: str
    kind: str
    headers: dict[str, str]
    body: str | None
    started: float
    response: dict[str, Any] | None = None
    finished: float | None = None
    failure: str | None = None
    redirected: bool = False
    waited_for: bool = False
    """It has had its time at the end of a sentence: a page that never reads an answer is not waited for again."""

    @property
    def streams(self) -> bool:
        return self.response is not None and self.response.get("mimeType") == "text/event-stream"

    @property
    def open(self) -> bool:
        return self.finished is None and not self.streams


class Traffic:
    """The requests of one page, in the order in which they were made."""

    def __init__(self, cdp: CDPSession, origins: Origins, home: str) -> None:
        self.cdp = cdp
        self.origins = origins
        self.home = home
        self.fetches: list[Fetch] = []
        self._by_id: dict[str, Fetch] = {}

    def watch(self) -> None:
        """Start watching; call it before the page goes anywhere."""
        self.cdp.on("Network.requestWillBeSent", self._asked)
        self.cdp.on("Network.responseReceived", self._answered)
        self.cdp.on("Network.loadingFinished", self._finished)
        self.cdp.on("Network.loadingFailed", self._failed)
        self.cdp.on("Network.webSocketCreated", self._socket)
        self.cdp.send(
            "Network.enable",
            {"enableDurableMessages": True, "maxTotalBufferSize": _KEPT_BODIES, "maxResourceBufferSize": _KEPT_BODIES},
        )

    # --- events, in the words of the protocol

    def _asked(self, event: dict[str, Any]) -> None:
        request, now = event["request"], event["timestamp"]
        if (before := self._by_id.get(event["requestId"])) is not None and "redirectResponse" in event:
            before.response, before.finished, before.redirected = event["redirectResponse"], now, True
        self._note(
            Fetch(
                event["requestId"],
                request["method"],
                request["url"],
                event.get("type", "Other"),
                request["headers"],
                request.get("postData"),
                now,
            )
        )

    def _socket(self, event: dict[str, Any]) -> None:
        self._note(Fetch(event["requestId"], "GET", event["url"], "WebSocket", {}, None, 0.0, finished=0.0))

    def _note(self, fetch: Fetch) -> None:
        of_the_network = fetch.url.startswith(("http:", "https:", "ws:", "wss:"))
        stranger = of_the_network and fetch.url not in self.origins and _as_http(fetch.url) not in self.origins
        if stranger:
            fetch.kind = "stranger"
        elif fetch.kind not in ("Fetch", "XHR") or not of_the_network or origin_of(fetch.url) != self.home:
            return
        self.fetches.append(fetch)
        self._by_id[fetch.id] = fetch

    def _answered(self, event: dict[str, Any]) -> None:
        if fetch := self._by_id.get(event["requestId"]):
            fetch.response = event["response"]

    def _finished(self, event: dict[str, Any]) -> None:
        if fetch := self._by_id.get(event["requestId"]):
            fetch.finished = event["timestamp"]

    def _failed(self, event: dict[str, Any]) -> None:
        if fetch := self._by_id.get(event["requestId"]):
            fetch.finished = event["timestamp"]
            fetch.failure = "given up by the page" if event.get("canceled") else event.get("errorText", "failed")

    # --- reading

    @property
    def unanswered(self) -> bool:
        """True while a request of the page still waits for its answer."""
        return any(fetch.open and not fetch.waited_for and fetch.kind != "stranger" for fetch in self.fetches)

    def wait_no_more(self) -> None:
        """Whatever is under way now has been waited for."""
        for fetch in self.fetches:
            fetch.waited_for = True

    def take(self, *, all_of_them: bool) -> list[Fetch]:
        """The requests that are over, oldest first; with `all_of_them` those still under way too. Each is given once.

        An event stream is given to nobody.
        """
        taken = [f for f in self.fetches if not f.streams and (all_of_them or not f.open or f.kind == "stranger")]
        self.fetches = [] if all_of_them else [f for f in self.fetches if not f.streams and f not in taken]
        self._by_id = {fetch.id: fetch for fetch in self.fetches}
        return taken

    def body(self, fetch: Fetch) -> bytes | None:
        """The body of an answer, or None when the browser has it no more. Raises Playwright's Error."""
        if fetch.redirected or fetch.response is None:
            return None
        if fetch.response["status"] in _EMPTY:
            return b""
        answer = self.cdp.send("Network.getResponseBody", {"requestId": fetch.id})
        return base64.b64decode(answer["body"]) if answer["base64Encoded"] else str(answer["body"]).encode()


def _as_http(url: str) -> str:
    """The address of a web socket as that of its origin."""
    return url.replace("ws", "http", 1) if url.startswith("ws") else url


def exchange_of(
    fetch: Fetch, body: bytes | None, *, actor: str, home: str, contract: Contract | None, note: str | None
) -> Exchange:
    """A page's request and its answer as an exchange, judged by the contract."""
    response = fetch.response if fetch.failure is None else None
    operation: str | None = None
    problems: tuple[str, ...] = ()
    if fetch.kind == "stranger":
        problems = (
            f"the page asked {mask_url(origin_of(fetch.url))}, which this environment does not declare: blocked",
        )
        response = None
    elif response is None:
        note = note or fetch.failure or "no answer yet when the page was left"
        found = contract.find(fetch.method, urlsplit(fetch.url).path) if contract else None
        operation = found[0].id if found else None
    elif contract is None:
        note = note or "not checked: there is no contract"
    else:
        operation, problems = contract.judge(fetch.method, fetch.url, response["status"], response["headers"], body)
    headers = response["headers"] if response else {}
    parts = urlsplit(fetch.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return Exchange(
        actor=actor,
        door="web",
        operation=operation,
        method=fetch.method,
        path=mask_url(path if origin_of(_as_http(fetch.url)) == home else fetch.url),
        status=response["status"] if response else None,
        request_headers=headers_as_evidence(fetch.headers),
        request_body=readable_body(fetch.body, _content_type(fetch.headers)),
        response_headers=headers_as_evidence(headers),
        response_body=readable_body(body, _content_type(headers)),
        problems=problems,
        note=note,
        milliseconds=round(1000 * ((fetch.finished or fetch.started) - fetch.started), 1),
    )


def _content_type(headers: dict[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "")
