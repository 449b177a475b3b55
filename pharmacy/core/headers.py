"""What every answer carries, and the access log: plain ASGI, so that event streams flow through untouched."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("pharmacy.access")

SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Headers:
    """Adds security headers that the answer does not set itself; over https also HSTS. Logs method, path, status.

    An event stream is logged when it begins and when it has ended, by whichever side.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = SECURITY | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, streams = perf_counter(), False
        # The path as it was sent, still escaped and without its query: ids, never what somebody wrote.
        path = scope["raw_path"].decode("ascii", "backslashreplace")[:200]

        async def send_on(message: Message) -> None:
            nonlocal streams
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                streams = headers.get("content-type", "").startswith("text/event-stream")
                milliseconds = (perf_counter() - began) * 1000
                log.info("%s %s %d %.1fms", scope["method"], path, message["status"], milliseconds)
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            if streams:
                log.info("%s %s ended after %.1fs", scope["method"], path, perf_counter() - began)
