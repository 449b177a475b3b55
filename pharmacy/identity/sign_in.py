"""Signing in and out: documents and redirects, outside the API contract."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Cookie, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import announce
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import ProblemError, documented
from pharmacy.core.tables import Patient, SignInAttempt, Thread
from pharmacy.handover.returns import give_back, is_signed_in
from pharmacy.identity.access import REQUEST_HEADER
from pharmacy.identity.accounts import let_in
from pharmacy.identity.devices import DEVICE_COOKIE, DEVICE_SECONDS, DeviceCookie, know
from pharmacy.identity.holds import hold_of
from pharmacy.identity.openid import IdentityError, Provider
from pharmacy.identity.sessions import (
    COOKIE,
    Person,
    close_session,
    find_by_hash,
    find_session,
    hashed,
    open_session,
    others_of,
)

log = logging.getLogger("pharmacy.sign_in")

router = APIRouter(include_in_schema=False)
sign_out_router = APIRouter(tags=["session"])

Kind = Literal["patient", "staff"]

ATTEMPT_COOKIE: Final = "__Host-sign-in"
ATTEMPT_SECONDS: Final = 600
CALLBACK: Final = "/sign-in/callback"
HOME: Final[dict[str, str]] = {"patient": "/chat", "staff": "/console"}
STAFF_CLAIMS: Final = ("roles", "amr", "device_compliant", "licence")


@dataclass(frozen=True)
class Browser:
    """What the browser that comes back brings with it: the session that it had, and the secret of the device."""

    old_session: str | None
    device: str


@dataclass(frozen=True)
class Providers:
    """The identity provider of each kind of people."""

    patient: Provider
    staff: Provider

    def of(self, kind: str) -> Provider:
        return self.patient if kind == "patient" else self.staff


def providers_of(request: Request) -> Providers:
    providers: Providers = request.app.state.providers
    return providers


@router.get("/sign-in/patient")
def sign_in_patient(here: Here, request: Request) -> Response:
    """Send a patient to the identity provider."""
    return _leave(here, providers_of(request), "patient")


@router.get("/sign-in/staff")
def sign_in_staff(here: Here, request: Request) -> Response:
    """Send a member of staff to the identity provider."""
    return _leave(here, providers_of(request), "staff")


@router.get(CALLBACK)
def come_back(
    here: Here,
    request: Request,
    state: str = "",
    code: str = "",
    error: str = "",
    attempt_cookie: Annotated[str | None, Cookie(alias=ATTEMPT_COOKIE)] = None,
    session_cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None,
    device: DeviceCookie = None,
) -> Response:
    """Back from the identity provider: sign in whom it vouches for, or say that it came to nothing."""
    try:
        attempt = _take_attempt(here, attempt_cookie, state)
        if error or not code:
            raise IdentityError("the provider refused")
        provider = providers_of(request).of(attempt.kind)
        claims = provider.redeem(code=code, verifier=attempt.verifier, nonce=attempt.nonce)
        device = device or secrets.token_urlsafe(32)
        token = _admit(here, attempt.kind, provider.issuer, claims, Browser(session_cookie, device))
    except IdentityError as failure:
        log.warning("sign-in failed: %s", failure)
        answer = RedirectResponse("/denied?reason=sign_in_failed", 303)
        answer.delete_cookie(ATTEMPT_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        return answer
    answer = RedirectResponse(HOME[attempt.kind], 303)
    answer.delete_cookie(ATTEMPT_COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    answer.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="lax")
    if attempt.kind == "patient":
        answer.set_cookie(
            DEVICE_COOKIE, device, path="/", secure=True, httponly=True, samesite="lax", max_age=DEVICE_SECONDS
        )
    return answer


@sign_out_router.post(
    "/sign-out",
    operation_id="signOut",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented("request_forged", "storage_unavailable") | {303: {"description": "Signed out; to the start"}},
)
def sign_out(
    here: Here, request: Request, session_cookie: Annotated[str | None, Cookie(alias=COOKIE)] = None
) -> Response:
    """End the session here and now; what one was in charge of returns to the queue. Asked by our own page only."""
    from_script = request.headers.get(REQUEST_HEADER) == "1"
    if not from_script and request.headers.get("sec-fetch-site") != "same-origin":
        raise ProblemError("request_forged")
    if session_cookie:
        with here.database.write() as session:
            returned = _sign_out(here, session, session_cookie)
        for thread in returned:
            announce(here.hub, thread)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _leave(here: Pharmacy, providers: Providers, kind: Kind) -> Response:
    browser, state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
    try:
        address = providers.of(kind).authorization_url(state=state, nonce=nonce, verifier=verifier)
    except IdentityError as failure:
        log.warning("sign-in cannot start: %s", failure)
        return RedirectResponse("/denied?reason=sign_in_failed", 303)
    now = datetime.now(UTC)
    with here.database.write() as session:
        session.execute(delete(SignInAttempt).where(SignInAttempt.expires_at < now))
        session.add(
            SignInAttempt(
                browser_hash=hashed(browser),
                kind=kind,
                state=state,
                nonce=nonce,
                verifier=verifier,
                expires_at=now + timedelta(seconds=ATTEMPT_SECONDS),
            )
        )
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        ATTEMPT_COOKIE, browser, path="/", secure=True, httponly=True, samesite="lax", max_age=ATTEMPT_SECONDS
    )
    return answer


def _take_attempt(here: Pharmacy, cookie: str | None, state: str) -> SignInAttempt:
    """The attempt that this browser began, once. Raises IdentityError for any other."""
    if not cookie:
        raise IdentityError("this browser has not begun to sign in")
    with here.database.write() as session:
        attempt = session.get(SignInAttempt, hashed(cookie))
        if attempt is None or attempt.expires_at <= datetime.now(UTC):
            raise IdentityError("this browser has not begun to sign in, or too long ago")
        session.delete(attempt)
    if not compare_digest(attempt.state.encode(), state.encode("utf-8", "surrogatepass")):
        raise IdentityError("the state is not the one that was sent")
    return attempt


def _admit(here: Pharmacy, kind: str, issuer: str, claims: dict[str, Any], browser: Browser) -> str:
    """Open a session for these claims, and a patient's thread at the first sign-in. Returns the cookie's value."""
    try:
        return _open(here, kind, issuer, claims, browser)
    except IntegrityError:
        # The same new patient signed in twice at the same moment; now the other sign-in has made the rows.
        return _open(here, kind, issuer, claims, browser)


def _open(here: Pharmacy, kind: str, issuer: str, claims: dict[str, Any], browser: Browser) -> str:
    subject, name, branch = (_text(claims, claim) for claim in ("sub", "name", "branch"))
    now = here.clock.sessions_now()
    with here.database.write() as session:
        if not let_in(session, kind, issuer, subject, branch):
            raise IdentityError("the account has been disabled")
        if browser.old_session:  # whose threads return, if nobody is signed in as them any more, the worker finds
            close_session(session, hashed(browser.old_session))
        patient, first = None, False
        if kind == "patient":
            patient, first = _patient(session, issuer, subject, name, branch, claims)
        if patient and first:
            know(session, here.clock.now(), patient.id, browser.device)
        others = [] if first else _others(session, kind, subject, now)
        token, person = open_session(
            session,
            now,
            kind=kind,
            subject=subject,
            name=name,
            branch=branch,
            claims={} if patient else {claim: claims.get(claim) for claim in STAFF_CLAIMS},
            patient_id=patient.id if patient else None,
            lifetime=here.settings.session_lifetime,
            hold=hold_of(session, kind, patient.id if patient else None, first, browser.device, others),
        )
        record(session, here.clock, person, _roles_of(person), Action.SIGNED_IN, f"session:{person.session_hash[:12]}")
    return token


def _others(session: Session, kind: str, subject: str, now: datetime) -> list[str]:
    """The person's other sign-ins between which they have to choose; those that are locked end here and now."""
    others = []
    for token_hash in others_of(session, kind, subject, "", now):
        person = find_by_hash(session, token_hash, now)
        if person is None or person.hold == "locked":
            close_session(session, token_hash)
        else:
            others.append(token_hash)
    return others


def _patient(
    session: Session, issuer: str, subject: str, name: str, branch: str, claims: dict[str, Any]
) -> tuple[Patient, bool]:
    """The patient as the provider knows them now, and whether this is the first time, when they get a thread."""
    patient = session.scalar(select(Patient).where(Patient.issuer == issuer, Patient.subject == subject))
    birthdate, phone = _text(claims, "birthdate")[:10], claims.get("phone_number")
    first = patient is None
    if patient is None:
        patient = Patient(issuer=issuer, subject=subject, identifier=f"P-{secrets.token_hex(4).upper()}", phone=None)
        patient.name, patient.birthdate, patient.branch = name, birthdate, branch
        session.add(patient)
        session.flush()
        session.add(Thread(patient_id=patient.id, branch=branch))
    elif patient.branch != branch:
        session.query(Thread).filter_by(patient_id=patient.id).update({"branch": branch})
    patient.name, patient.birthdate, patient.branch = name, birthdate, branch
    patient.phone = phone if isinstance(phone, str) and len(phone) <= 40 else None
    return patient, first


def _text(claims: dict[str, Any], claim: str) -> str:
    value = claims.get(claim)
    if not isinstance(value, str) or not value.strip() or len(value) > 100 or "\0" in value:
        raise IdentityError(f"the claim {claim!r} is missing or not usable")
    return value


def _sign_out(here: Pharmacy, session: Session, cookie: str) -> list[Thread]:
    """Ends the session; the threads that a pharmacist who is signed in nowhere any more was in charge of."""
    now = here.clock.sessions_now()
    person = find_session(session, cookie, now)
    if person is None:
        return []
    close_session(session, person.session_hash)
    record(session, here.clock, person, _roles_of(person), Action.SIGNED_OUT, f"session:{person.session_hash[:12]}")
    if person.is_patient or is_signed_in(session, person.subject, now):
        return []
    return give_back(session, here.clock, person, _roles_of(person), person.subject, "signed_out")


def _roles_of(person: Person) -> str:
    return " ".join(person.roles)[:100]
