"""No request may make the pharmacy hold more than a few messages' worth of bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pharmacy.core.problems import answer

LIMIT: Final = 128 * 1024
"""Bytes: 5,000 characters outside the basic plane, each escaped as twelve bytes, and room to spare."""


class BodyLimit:
    """Refuses what says it is too long at once, and what turns out to be too long when it is."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int]) -> None:
        """`larger`: a pattern of addresses, and how many bytes a body may have there."""
        self._app = app
        self._larger = [(re.compile(pattern), limit) for pattern, limit in larger.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((limit for pattern, limit in self._larger if pattern.fullmatch(scope["path"])), LIMIT)
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > limit:
            await answer("too_large")(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)
