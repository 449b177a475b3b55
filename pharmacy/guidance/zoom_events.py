"""What Zoom tells by webhook, believed only with its signature: who comes in, and that a meeting is over.

The signature is HMAC-SHA256 with the app's secret token over `v0:<timestamp>:<body>` (developers.zoom.us, webhooks).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from time import time
from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from pharmacy.audit import automatic
from pharmacy.chat.threads import announce
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import ProblemError, documented
from pharmacy.core.tables import Thread
from pharmacy.guidance.endings import WHEN_HUNG_UP, WHEN_INTRUDED, break_off
from pharmacy.guidance.presence import is_stranger
from pharmacy.guidance.tables import Guidance
from pharmacy.guidance.zoom import Zoom

log = logging.getLogger("pharmacy.zoom")

router = APIRouter(tags=["guidance"])

OLDEST_SECONDS: Final = 300
"""An older event may be a recording of one that was sent before."""


class Heard(BaseModel):
    """The event was taken. Both texts are empty unless Zoom asked us to prove that the address is ours."""

    plainToken: str = ""
    encryptedToken: str = ""


def signed(secret: str, timestamp: str, body: bytes) -> str:
    """The signature that Zoom puts on an event."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


@router.post(
    "/webhooks/zoom",
    operation_id="receiveZoomEvent",
    responses=documented("not_signed", "invalid", "too_large", "storage_unavailable"),
)
async def receive_zoom_event(here: Here, request: Request) -> Heard:
    """For Zoom alone. Somebody unlisted in a meeting ends the meeting and the visit."""
    body = await request.body()
    _check_signature(here, request, body)
    try:
        event: dict[str, Any] = json.loads(body)
        name, payload = str(event["event"]), dict(event["payload"])
    except (ValueError, KeyError, TypeError) as error:
        raise ProblemError("invalid") from error
    if name == "endpoint.url_validation":
        token = str(payload.get("plainToken", ""))
        proof = hmac.new(here.settings.zoom_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        return Heard(plainToken=token, encryptedToken=proof)
    await run_in_threadpool(_take, here, name, payload.get("object") or {})
    return Heard()


def _check_signature(here: Pharmacy, request: Request, body: bytes) -> None:
    """Raises ProblemError unless Zoom has signed this just now. By the system's time: a signature knows no other."""
    timestamp, given = (request.headers.get(name, "") for name in ("x-zm-request-timestamp", "x-zm-signature"))
    secret = here.settings.zoom_secret
    fresh = timestamp.isdecimal() and abs(time() - int(timestamp)) < OLDEST_SECONDS
    expected = signed(secret, timestamp, body).encode()
    if not (secret and fresh and hmac.compare_digest(given.encode("utf-8", "replace"), expected)):
        raise ProblemError("not_signed")


def _take(here: Pharmacy, name: str, meeting: dict[str, Any]) -> None:
    with here.database.write() as session:
        wanted = select(Guidance).where(Guidance.meeting_id == str(meeting.get("id")), Guidance.state == "in_call")
        guidance = session.scalar(wanted.with_for_update())
        why = _reason_to_end(guidance, name, meeting) if guidance else ""
        if guidance is None or not why:
            return
        thread = _break_off(session, here, guidance, why)
    announce(here.hub, thread)
    if why == WHEN_INTRUDED:
        log.error("somebody unlisted was in meeting %s; it was ended", guidance.meeting_id)
        Zoom(here.settings).end(str(guidance.meeting_id))


def _reason_to_end(guidance: Guidance, name: str, meeting: dict[str, Any]) -> str:
    if name == "meeting.ended":
        return WHEN_HUNG_UP
    if name != "meeting.participant_joined":
        return ""
    person = meeting.get("participant") or {}
    host = person.get("id") == guidance.meeting_host
    return WHEN_INTRUDED if is_stranger(guidance, host=host, registrant_id=str(person.get("registrant_id", ""))) else ""


def _break_off(session: Session, here: Pharmacy, guidance: Guidance, why: str) -> Thread:
    thread = session.get_one(Thread, guidance.thread_id)
    itself = automatic.pharmacy_itself(guidance.branch)
    break_off(session, here.clock, itself, automatic.ROLE, guidance, thread, "break_off", why)
    return thread
