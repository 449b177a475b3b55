"""Who may do what: one table, read at every request before anything else, and denying what it does not name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from pharmacy.core.context import Pharmacy, pharmacy_of
from pharmacy.core.problems import ProblemError, documented
from pharmacy.emergency.grants import READS, open_to
from pharmacy.identity.sessions import COOKIE, Person, find_session, is_due, note_use
from pharmacy.identity.states import check_not_held

Roles = frozenset[str]

PATIENT: Final = "patient"
STAFF_ROLES: Final = ("pharmacist", "clerk", "auditor", "supervisor", "it_admin", "developer")

_PATIENT: Final = frozenset({PATIENT})
_EVERYBODY: Final = frozenset({PATIENT, *STAFF_ROLES})
_PHARMACIST: Final = frozenset({"pharmacist"})
_CLINICAL: Final = frozenset({"pharmacist", "supervisor"})
_QUEUE: Final = frozenset({"pharmacist", "supervisor", "clerk"})
_CONTROL: Final = frozenset({"auditor", "supervisor"})
_SUPERVISOR: Final = frozenset({"supervisor"})

ALLOWED: Final[dict[str, Roles]] = {
    "getMe": _EVERYBODY,
    "sendAttachment": _PATIENT,
    "listAttachments": _PATIENT | _CLINICAL,
    "getAttachment": _PATIENT | _PHARMACIST,
    "exportThread": _CLINICAL,
    "listExports": _CLINICAL,
    "openEmergencyAccess": _CLINICAL,
    "listEmergencyAccess": frozenset({"supervisor"}),
    "sayActive": _EVERYBODY,
    "continueSession": _EVERYBODY,
    "verifyMyself": _PATIENT,
    "putMyChart": _PATIENT,
    "getChart": _PATIENT | _CLINICAL,
    "getThread": _PATIENT | _CLINICAL,
    "listMessages": _PATIENT | _CLINICAL,
    "sendMessage": _PATIENT,
    "streamThread": _PATIENT | _CLINICAL,
    "listQueue": _QUEUE,
    "streamQueue": _QUEUE,
    "acknowledgePage": _CLINICAL,
    "listTasks": _CLINICAL,
    "completeTask": _PHARMACIST,
    "claimThread": _PHARMACIST,
    "releaseThread": _CLINICAL,
    "sendReply": _PHARMACIST,
    "checkReply": _PHARMACIST,
    "listQuickReplies": _PHARMACIST,
    "correctReply": _PHARMACIST,
    "sayPresent": _PHARMACIST,
    "endShift": _PHARMACIST,
    "openMatter": _PHARMACIST,
    "closeMatter": _PHARMACIST,
    "getHandover": _CLINICAL,
    "offerHandover": _PHARMACIST,
    "acceptHandover": _PHARMACIST,
    "withdrawHandover": _PHARMACIST,
    "planGuidance": _PHARMACIST,
    "listGuidances": _CLINICAL,
    "listMyGuidances": _PATIENT,
    "answerNotice": _PATIENT,
    "identifyPatient": _PHARMACIST,
    "judgeGuidance": _PHARMACIST,
    "startGuidanceCall": _PHARMACIST,
    "joinGuidanceCall": _PATIENT,
    "checkTechnique": _PHARMACIST,
    "completeGuidance": _PHARMACIST,
    "breakOffGuidance": _PHARMACIST,
    "recordGuidanceInPerson": _PHARMACIST,
    "verifyGuardian": _PHARMACIST,
    "listGuardians": _PATIENT | _CLINICAL,
    "answerGuardian": _PATIENT,
    "createDraft": _PHARMACIST,
    "getDraft": _CLINICAL,
    "openDraft": _PHARMACIST,
    "editDraft": _PHARMACIST,
    "approveDraft": _PHARMACIST,
    "sendDraft": _PHARMACIST,
    "rejectDraft": _PHARMACIST,
    "setUrgency": _PHARMACIST,
    "getAutonomy": _CLINICAL,
    "setAutonomy": frozenset({"supervisor"}),
    "stopAutonomy": _CLINICAL,
    "listAiVersions": _CLINICAL,
    "evaluateAiVersion": frozenset({"supervisor"}),
    "labelAiAnswer": _PHARMACIST,
    "activateAiVersion": frozenset({"supervisor"}),
    "rollBackAiVersion": frozenset({"supervisor"}),
    "listUse": frozenset({"supervisor"}),
    "listAlerts": _CLINICAL,
    "getCanary": _CLINICAL,
    "setCanary": frozenset({"supervisor"}),
    "receivePrescription": _PHARMACIST | frozenset({"clerk"}),
    "listPrescriptions": _PATIENT | _QUEUE,
    "getPrescription": _PATIENT | _QUEUE,
    "beginReview": _PHARMACIST,
    "dispense": _PHARMACIST,
    "getReview": _CLINICAL,
    "openInquiry": _PHARMACIST,
    "answerInquiry": _PHARMACIST,
    "recallDispensing": _PHARMACIST,
    "refusePrescription": _PHARMACIST,
    "getBackground": _PATIENT | _CLINICAL,
    "recordBackground": _PATIENT | _PHARMACIST,
    "checkDispensed": _PHARMACIST,
    "getMyAddress": _PATIENT,
    "putMyAddress": _PATIENT,
    "confirmDestination": _PHARMACIST,
    "requestShipment": _PHARMACIST,
    "shipOrder": _PHARMACIST,
    "handOverParcel": _PHARMACIST,
    "replaceParcel": _PHARMACIST,
    "listMyParcels": _PATIENT,
    "confirmReceipt": _PATIENT,
    "recordReceipt": _PHARMACIST,
    "recordOrderReceipt": _PHARMACIST,
    "getDelivery": _CLINICAL,
    "getDispensingRecord": _CLINICAL,
    "listProducts": _PATIENT | _CLINICAL,
    "describeProduct": _CLINICAL,
    "placeOrder": _PATIENT,
    "listOrders": _PATIENT | _CLINICAL,
    "getOrder": _PATIENT | _CLINICAL,
    "answerQuestionnaire": _PATIENT,
    "giveInformation": _PHARMACIST,
    "confirmInformation": _PATIENT,
    "recordUnderstanding": _PHARMACIST,
    "recordConversation": _PHARMACIST,
    "releaseOrder": _PHARMACIST,
    "refuseOrder": _PHARMACIST,
    "cancelOrder": _PATIENT,
    "subscribe": _PATIENT,
    "listSubscriptions": _PATIENT | _CLINICAL,
    "clearSubscription": _PHARMACIST,
    "endSubscription": _PATIENT,
    "listSales": _CLINICAL | _CONTROL,
    "removeSale": frozenset({"supervisor"}),
    "getRecord": _CLINICAL,
    "addRecordEntry": _PHARMACIST,
    "amendRecordEntry": _PHARMACIST,
    "mergeRecords": _SUPERVISOR,
    "separateRecords": _SUPERVISOR,
    "holdRecord": _SUPERVISOR,
    "releaseRecord": _SUPERVISOR,
    "purgeRecordEntry": _SUPERVISOR,
    "openFollowUp": _PHARMACIST,
    "completeFollowUp": _PHARMACIST,
    "sendBulkNotice": _PHARMACIST,
    "listMyConsents": _PATIENT,
    "giveConsent": _PATIENT,
    "withdrawConsent": _PATIENT,
    "openRequest": _PATIENT,
    "listMyRequests": _PATIENT,
    "getExport": _PATIENT,
    "listRequests": _SUPERVISOR,
    "answerRequest": _SUPERVISOR,
    "listLeaks": _SUPERVISOR,
    "openLeak": _SUPERVISOR,
    "reportPreliminary": _SUPERVISOR,
    "reportFinal": _SUPERVISOR,
    "listAudit": _CONTROL,
    "checkAudit": _CONTROL,
}

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
REQUEST_HEADER: Final = "x-pharmacy-request"
PASSIVE: Final = frozenset({"sayPresent"})
"""What a page does on its own: it changes something, and does not show that a person is there."""
COMMON_PROBLEMS: Final = (
    "not_signed_in",
    "session_locked",
    "other_session",
    "new_device",
    "mfa_required",
    "device_not_compliant",
    "role_denied",
    "request_forged",
    "storage_unavailable",
)


def permit(person: Person, operation: str) -> str:
    """The role that lets this person do this. Raises ProblemError when session, MFA, device or role do not."""
    check_not_held(person.hold, operation)
    if not person.is_patient:
        if not person.mfa:
            raise ProblemError("mfa_required")
        if not person.compliant_device:
            raise ProblemError("device_not_compliant")
    allowed = ALLOWED.get(operation, frozenset())
    for role in person.roles:
        if role in allowed:
            return role
    raise ProblemError("role_denied")


def require_own_page(request: Request) -> None:
    """A changing request must come from our own page: another site can send neither the header nor our Origin."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("origin")
    if request.headers.get(REQUEST_HEADER) != "1" or origin not in {None, pharmacy_of(request).settings.origin}:
        raise ProblemError("request_forged")


def person_of(session: Session, request: Request) -> Person:
    """Who the session cookie says is asking. Raises ProblemError when nobody is signed in."""
    token = request.cookies.get(COOKIE)
    person = find_session(session, token, pharmacy_of(request).clock.sessions_now()) if token else None
    if person is None:
        raise ProblemError("not_signed_in")
    return person


def in_emergency(session: Session, here: Pharmacy, person: Person, operation: str) -> Person:
    """The person with what an emergency lets them read, if the operation is one that reads."""
    if person.is_patient or operation not in READS:
        return person
    return replace(person, emergency_threads=open_to(session, person.subject, here.clock.now()))


def _note_use(here: Pharmacy, person: Person) -> None:
    now = here.clock.sessions_now()
    if is_due(person, now):
        with here.database.write() as session:
            note_use(session, person.session_hash, now)


class GuardedRoute(APIRoute):
    """A route that admits nobody before `permit` did, not even to the reading of the body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        operation = self.operation_id or ""

        def admit(request: Request) -> None:
            here = pharmacy_of(request)
            with here.database.read() as session:
                request.state.person = in_emergency(session, here, person_of(session, request), operation)
            request.state.role = permit(request.state.person, operation)
            require_own_page(request)
            if request.method not in SAFE_METHODS and operation not in PASSIVE:
                _note_use(here, request.state.person)

        async def guarded(request: Request) -> Response:
            await run_in_threadpool(admit, request)
            return await answer(request)

        return guarded


async def current_person(request: Request) -> Person:
    """The person whom the guard admitted."""
    person: Person = request.state.person
    return person


async def acting_role(request: Request) -> str:
    """The role by which the guard admitted them."""
    role: str = request.state.role
    return role


CurrentPerson = Annotated[Person, Depends(current_person)]
ActingRole = Annotated[str, Depends(acting_role)]


def guarded(operation: str, *problems: str, repeated: type[BaseModel] | None = None) -> dict[str, Any]:
    """The keyword arguments of a guarded route: operationId, documented refusals and who may call it.

    `repeated`: what a repetition of a request that was carried out before is answered with, as 200.
    """
    # What can be too large has a body, and whoever writes one may write into it what is not theirs to say.
    of_body = ("not_yours_to_say",) if "too_large" in problems else ()
    common = [code for code in (*COMMON_PROBLEMS, *of_body) if code not in problems]
    responses = documented(*common, *problems)
    if repeated is not None:
        responses[200] = {"model": repeated, "description": "A repetition: the result of the first request"}
    return {
        "operation_id": operation,
        "responses": responses,
        "openapi_extra": {
            "security": [{"session": []}],
            "x-allowed-roles": sorted(ALLOWED.get(operation, frozenset())),
        },
    }
