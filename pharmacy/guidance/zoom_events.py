"""What Zoom tells by webhook, believed only with its signature: who comes in, and that a meeting is over.

The signature is HMAC-SHA256 with the app's secret token over `v0:<timestamp>:<body>` (developers.zoom.us, webhooks).
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from time import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

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


class ZoomPerson(BaseModel):
    """Somebody in a meeting, as Zoom names them; `registrant_id` is empty for who is on no list."""

    id: str = ""
    registrant_id: str = ""


class ZoomMeetingTold(BaseModel):
    """The meeting that an event is about. Zoom tells more, which is not looked at."""

    id: str | int = Field(examples=["81234567890"])
    participant: ZoomPerson = ZoomPerson()


class ZoomPayload(BaseModel):
    """What comes with an event: a meeting, or a token to prove that the address is ours."""

    object: ZoomMeetingTold | None = None
    plainToken: str = Field(default="", max_length=200)


class ZoomEvent(BaseModel):
    """One event of Zoom's."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"event": "meeting.ended", "payload": {"object": {"id": "81234567890"}}}]}
    )

    event: str = Field(max_length=100)
    payload: ZoomPayload


class ZoomEventTaken(BaseModel):
    """The event was taken. Both texts are empty unless Zoom asked us to prove that the address is ours."""

    plainToken: str = ""
    encryptedToken: str = ""


def signed(secret: str, timestamp: str, body: bytes) -> str:
    """The signature that Zoom puts on an event."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


async def signed_by_zoom(
    request: Request,
    here: Here,
    x_zm_signature: Annotated[str, Header(max_length=100, description="v0=, then HMAC-SHA256 in hex")] = "",
    x_zm_request_timestamp: Annotated[str, Header(max_length=20, description="Seconds since 1970")] = "",
) -> None:
    """Raises ProblemError unless Zoom has signed this just now. By the system's time: a signature knows no other."""
    secret, stamp = here.settings.zoom_secret, x_zm_request_timestamp
    fresh = stamp.isascii() and stamp.isdecimal() and abs(time() - int(stamp)) < OLDEST_SECONDS
    expected = signed(secret, stamp, await request.body()).encode()
    if not (secret and fresh and hmac.compare_digest(x_zm_signature.encode("utf-8", "replace"), expected)):
        raise ProblemError("signature_invalid")


@router.post(
    "/webhooks/zoom",
    operation_id="receiveZoomEvent",
    dependencies=[Depends(signed_by_zoom)],
    openapi_extra={"security": [{"zoom": []}]},
    responses=documented("signature_invalid", "invalid", "too_large", "storage_unavailable"),
)
def receive_zoom_event(here: Here, told: ZoomEvent) -> ZoomEventTaken:
    """For Zoom alone. Somebody unlisted in a meeting ends the meeting and the visit."""
    if told.event == "endpoint.url_validation":
        token = told.payload.plainToken
        proof = hmac.new(here.settings.zoom_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        return ZoomEventTaken(plainToken=token, encryptedToken=proof)
    if told.payload.object is not None:
        _take(here, told.event, told.payload.object)
    return ZoomEventTaken()


def _take(here: Pharmacy, event: str, meeting: ZoomMeetingTold) -> None:
    with here.database.write() as session:
        wanted = select(Guidance).where(Guidance.meeting_id == str(meeting.id), Guidance.state == "in_call")
        guidance = session.scalar(wanted.with_for_update())
        why = _reason_to_end(guidance, event, meeting.participant) if guidance else ""
        if guidance is None or not why:
            return
        thread = _break_off(session, here, guidance, why)
    announce(here.hub, thread)
    if why == WHEN_INTRUDED:
        log.error("somebody unlisted was in the call of guidance %s; it was ended", guidance.id)
        Zoom(here.settings).end(str(guidance.meeting_id))


def _reason_to_end(guidance: Guidance, event: str, person: ZoomPerson) -> str:
    if event == "meeting.ended":
        return WHEN_HUNG_UP
    if event != "meeting.participant_joined":
        return ""
    host = person.id == guidance.meeting_host
    return WHEN_INTRUDED if is_stranger(guidance, host=host, registrant_id=person.registrant_id) else ""


def _break_off(session: Session, here: Pharmacy, guidance: Guidance, why: str) -> Thread:
    thread = session.get_one(Thread, guidance.thread_id)
    itself = automatic.pharmacy_itself(guidance.branch)
    break_off(session, here.clock, itself, automatic.ROLE, guidance, thread, "break_off", why)
    return thread
