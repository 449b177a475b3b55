"""No request may make the pharmacy hold more than a few messages' worth of bytes."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pharmacy.core.problems import answer

LIMIT: Final = 128 * 1024
"""Bytes: 5,000 characters outside the basic plane, each escaped as twelve bytes, and room to spare."""


class BodyLimit:
    """Refuses what says it is too long at once, and what turns out to be too long when it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > LIMIT:
            await answer("too_large")(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LIMIT:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)
