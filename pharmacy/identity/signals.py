"""What an identity provider tells of its own accord: that an account was closed, a session revoked, a device fell out.

The OpenID Shared Signals Framework: a Security Event Token (RFC 8417), signed by the provider like an ID token and
pushed to us (RFC 8935). Open streams look at their session at least every two seconds and so end by themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from pharmacy.audit import automatic
from pharmacy.audit.trail import Action, record
from pharmacy.core.context import Pharmacy, pharmacy_of
from pharmacy.core.problems import ProblemError, documented
from pharmacy.core.tables import SignInSession
from pharmacy.identity.accounts import branch_of, set_disabled
from pharmacy.identity.openid import IdentityError, Provider
from pharmacy.identity.sessions import close_all, hashed
from pharmacy.identity.sign_in import STAFF_CLAIMS, providers_of
from pharmacy.identity.tables import SecurityEvent

log = logging.getLogger("pharmacy.signals")

router = APIRouter(tags=["session"])

MEDIA_TYPE: Final = "application/secevent+jwt"
_CAEP: Final = "https://schemas.openid.net/secevent/caep/event-type/"
_RISC: Final = "https://schemas.openid.net/secevent/risc/event-type/"


@dataclass(frozen=True)
class Signal:
    """One event about one person."""

    kind: str
    issuer: str
    subject: str
    content: dict[str, Any]


def _disabled(here: Pharmacy, session: Session, signal: Signal) -> None:
    set_disabled(session, signal.kind, signal.issuer, signal.subject, here.clock.now())
    close_all(session, signal.kind, signal.subject)


def _enabled(here: Pharmacy, session: Session, signal: Signal) -> None:
    set_disabled(session, signal.kind, signal.issuer, signal.subject, None)


def _revoked(here: Pharmacy, session: Session, signal: Signal) -> None:
    close_all(session, signal.kind, signal.subject)


def _device_changed(here: Pharmacy, session: Session, signal: Signal) -> None:
    """That a device is in order again is for the next sign-in to prove; anything but that counts as fallen out."""
    if signal.content.get("current_status") != "compliant":
        _change_claims(session, signal, {"device_compliant": False})


def _claims_changed(here: Pharmacy, session: Session, signal: Signal) -> None:
    """Somebody moves: their roles and branch follow at once, in the sessions that they have."""
    claims = signal.content.get("claims")
    _change_claims(session, signal, claims if isinstance(claims, dict) else {})


ACTED_ON: Final[dict[str, tuple[Action, Callable[[Pharmacy, Session, Signal], None]]]] = {
    f"{_RISC}account-disabled": (Action.ACCOUNT_DISABLED, _disabled),
    f"{_RISC}account-enabled": (Action.ACCOUNT_ENABLED, _enabled),
    f"{_CAEP}session-revoked": (Action.SESSION_REVOKED, _revoked),
    f"{_CAEP}device-compliance-change": (Action.DEVICE_CHANGED, _device_changed),
    f"{_CAEP}token-claims-change": (Action.CLAIMS_CHANGED, _claims_changed),
}


@router.post(
    "/security-events",
    operation_id="receiveSecurityEvent",
    status_code=202,
    responses=documented("event_refused", "too_large", "storage_unavailable")
    | {202: {"description": "Taken note of; a repetition changes nothing"}},
    openapi_extra={
        "security": [],
        "requestBody": {
            "required": True,
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "description": "A signed Security Event Token"}}},
        },
    },
)
async def receive_security_event(request: Request) -> Response:
    """Act on a signal of the identity provider, within seconds. Its signature is what lets it in."""
    token = (await request.body()).decode("ascii", "replace")
    await run_in_threadpool(_receive, request, token)
    return Response(status_code=202)


def _receive(request: Request, token: str) -> None:
    here, providers = pharmacy_of(request), providers_of(request)
    kind, provider, claims = _read(token, {"staff": providers.staff, "patient": providers.patient})
    subject = claims.get("sub_id", {}).get("sub") if isinstance(claims.get("sub_id"), dict) else None
    events = claims.get("events")
    if not isinstance(subject, str) or not isinstance(events, dict) or not isinstance(claims.get("jti"), str):
        raise ProblemError("event_refused")
    try:
        with here.database.write() as session:
            digest = hashed(f"{provider.issuer} {claims['jti']}")
            session.add(SecurityEvent(digest=digest, received_at=here.clock.now()))
            session.flush()
            for event, content in events.items():
                found = content if isinstance(content, dict) else {}
                _act(here, session, event, Signal(kind, provider.issuer, subject, found))
    except IntegrityError:
        log.info("a signal was delivered again")


def _read(token: str, providers: dict[str, Provider]) -> tuple[str, Provider, dict[str, Any]]:
    """Who it is about is told by the client to whom it is addressed."""
    for kind, provider in providers.items():
        try:
            return kind, provider, provider.read_event(token)
        except IdentityError as refusal:
            log.info("a signal is not acceptable for %s (%s)", kind, refusal)
    raise ProblemError("event_refused")


def _act(here: Pharmacy, session: Session, event: str, signal: Signal) -> None:
    if event not in ACTED_ON:
        return  # of the many kinds of events those that concern access are ours
    action, change = ACTED_ON[event]
    branch = branch_of(session, signal.kind, signal.subject)
    change(here, session, signal)
    itself = automatic.pharmacy_itself(branch)
    record(session, here.clock, itself, automatic.ROLE, action, f"account:{hashed(signal.subject)[:12]}",
           subject=signal.subject)  # fmt: skip


def _change_claims(session: Session, signal: Signal, changed: dict[str, Any]) -> None:
    wanted = select(SignInSession).where(SignInSession.kind == signal.kind, SignInSession.subject == signal.subject)
    for row in session.scalars(wanted):
        row.claims = row.claims | {name: value for name, value in changed.items() if name in STAFF_CLAIMS}
        if isinstance(changed.get("branch"), str):
            row.branch = changed["branch"]
