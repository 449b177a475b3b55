"""The audit trail: who viewed, suggested, edited, approved, sent, claimed or changed what, and when. Only added to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.clock import Clock
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import AuditEvent, Thread
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person

router = APIRouter(route_class=GuardedRoute, tags=["audit"])


class Action(StrEnum):
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SESSION_CONTINUED = "session_continued"
    IDENTITY_VERIFIED = "identity_verified"
    IDENTITY_NOT_VERIFIED = "identity_not_verified"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    SESSION_REVOKED = "session_revoked"
    DEVICE_CHANGED = "device_changed"
    CLAIMS_CHANGED = "claims_changed"
    ATTACHMENT_RECEIVED = "attachment_received"
    ATTACHMENT_VIEWED = "attachment_viewed"
    EXPORTED = "exported"
    EXPORT_WITHDRAWN = "export_withdrawn"
    EMERGENCY_OPENED = "emergency_opened"
    THREAD_VIEWED = "thread_viewed"
    MESSAGES_VIEWED = "messages_viewed"
    CHART_VIEWED = "chart_viewed"
    DRAFT_VIEWED = "draft_viewed"
    QUEUE_VIEWED = "queue_viewed"
    AUDIT_VIEWED = "audit_viewed"
    AUDIT_CHECKED = "audit_checked"
    CHART_CHANGED = "chart_changed"
    MESSAGE_RECEIVED = "message_received"
    RED_FLAG_RAISED = "red_flag_raised"
    YELLOW_FLAG_RAISED = "yellow_flag_raised"
    CHECK_REQUESTED = "check_requested"
    TASK_OPENED = "task_opened"
    TASK_DONE = "task_done"
    TASKS_VIEWED = "tasks_viewed"
    PAGE_CALLED = "page_called"
    PAGE_ACKNOWLEDGED = "page_acknowledged"
    THREAD_CLAIMED = "thread_claimed"
    THREAD_RELEASED = "thread_released"
    THREAD_RETURNED = "thread_returned"
    URGENCY_CHANGED = "urgency_changed"
    DRAFT_SUGGESTED = "draft_suggested"
    DRAFT_UNAVAILABLE = "draft_unavailable"
    DRAFT_OPENED = "draft_opened"
    DRAFT_EDITED = "draft_edited"
    DRAFT_APPROVED = "draft_approved"
    DRAFT_SENT = "draft_sent"
    DRAFT_REJECTED = "draft_rejected"
    DRAFT_EXPIRED = "draft_expired"
    REPLY_SENT = "reply_sent"
    REPLY_CORRECTED = "reply_corrected"
    AUTONOMY_CHANGED = "autonomy_changed"
    AUTO_REPLY_SENT = "auto_reply_sent"
    AUTO_REPLY_HELD = "auto_reply_held"
    AI_EVALUATED = "ai_evaluated"
    AI_LABELLED = "ai_labelled"
    AI_ACTIVATED = "ai_activated"
    AI_ROLLED_BACK = "ai_rolled_back"
    USE_VIEWED = "use_viewed"
    CANARY_CHANGED = "canary_changed"
    MATTERS_VIEWED = "matters_viewed"
    MATTER_OPENED = "matter_opened"
    MATTER_CLOSED = "matter_closed"
    GUIDANCES_VIEWED = "guidances_viewed"
    GUIDANCE_PLANNED = "guidance_planned"
    NOTICE_ACCEPTED = "notice_accepted"
    NOTICE_REFUSED = "notice_refused"
    PATIENT_IDENTIFIED = "patient_identified"
    GUIDANCE_JUDGED = "guidance_judged"
    CALL_STARTED = "call_started"
    CALL_JOINED = "call_joined"
    TECHNIQUE_CHECKED = "technique_checked"
    GUIDANCE_COMPLETED = "guidance_completed"
    GUIDANCE_REFERRED = "guidance_referred"
    GUIDED_IN_PERSON = "guided_in_person"
    GUIDANCE_BROKEN_OFF = "guidance_broken_off"
    GUARDIAN_VERIFIED = "guardian_verified"
    GUARDIAN_CONSENTED = "guardian_consented"
    GUARDIAN_ENDED = "guardian_ended"
    HANDOVER_OFFERED = "handover_offered"
    HANDOVER_ACCEPTED = "handover_accepted"
    HANDOVER_WITHDRAWN = "handover_withdrawn"
    RECORD_VIEWED = "record_viewed"
    RECORD_WRITTEN = "record_written"
    RECORD_AMENDED = "record_amended"
    RECORDS_MERGED = "records_merged"
    RECORDS_SEPARATED = "records_separated"
    RECORD_HELD = "record_held"
    RECORD_RELEASED = "record_released"
    RECORD_PURGED = "record_purged"
    FOLLOW_UP_OPENED = "follow_up_opened"
    FOLLOW_UP_DONE = "follow_up_done"
    BULK_NOTICE_SENT = "bulk_notice_sent"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    REQUEST_OPENED = "request_opened"
    REQUESTS_VIEWED = "requests_viewed"
    REQUEST_ANSWERED = "request_answered"
    EXPORT_FETCHED = "export_fetched"
    LEAKS_VIEWED = "leaks_viewed"
    LEAK_OPENED = "leak_opened"
    LEAK_REPORTED = "leak_reported"
    PRODUCT_DESCRIBED = "product_described"
    ORDER_PLACED = "order_placed"
    ORDER_VIEWED = "order_viewed"
    ORDERS_VIEWED = "orders_viewed"
    ORDER_ANSWERED = "order_answered"
    INFORMATION_GIVEN = "information_given"
    INFORMATION_CONFIRMED = "information_confirmed"
    UNDERSTANDING_RECORDED = "understanding_recorded"
    BUYER_SPOKEN_TO = "buyer_spoken_to"
    ORDER_RELEASED = "order_released"
    ORDER_REFUSED = "order_refused"
    ORDER_CANCELLED = "order_cancelled"
    SUBSCRIPTION_STARTED = "subscription_started"
    SUBSCRIPTIONS_VIEWED = "subscriptions_viewed"
    SUBSCRIPTION_PAUSED = "subscription_paused"
    SUBSCRIPTION_CLEARED = "subscription_cleared"
    SUBSCRIPTION_ENDED = "subscription_ended"
    SALES_VIEWED = "sales_viewed"
    SALE_REMOVED = "sale_removed"
    PRESCRIPTIONS_VIEWED = "prescriptions_viewed"
    PRESCRIPTION_VIEWED = "prescription_viewed"
    PRESCRIPTION_RECEIVED = "prescription_received"
    REVIEW_BEGUN = "review_begun"
    INQUIRY_OPENED = "inquiry_opened"
    INQUIRY_ANSWERED = "inquiry_answered"
    DISPENSED = "dispensed"
    DISPENSING_RECALLED = "dispensing_recalled"
    PRESCRIPTION_REFUSED = "prescription_refused"
    BACKGROUND_RECORDED = "background_recorded"
    FINAL_CHECK_PASSED = "final_check_passed"
    FINAL_CHECK_FAILED = "final_check_failed"
    ADDRESS_CHANGED = "address_changed"
    DESTINATION_CONFIRMED = "destination_confirmed"
    SHIPMENT_REQUESTED = "shipment_requested"
    SHIPMENT_CANCELLED = "shipment_cancelled"
    PARCEL_HANDED_OVER = "parcel_handed_over"
    PARCEL_DELIVERED = "parcel_delivered"
    PARCEL_QUARANTINED = "parcel_quarantined"
    PARCEL_LOST = "parcel_lost"
    REPLACEMENT_BEGUN = "replacement_begun"
    RECEIPT_CONFIRMED = "receipt_confirmed"
    DELIVERY_VIEWED = "delivery_viewed"
    DISPENSING_RECORD_VIEWED = "dispensing_record_viewed"
    OF_A_NEWER_VERSION = "of_a_newer_version"
    """Read after a rollback: noted by a version that knew more actions than this one."""


_KNOWN = frozenset(Action)


class AuditEntry(BaseModel):
    """One thing somebody did. Details carry ids, digests, versions and numbers, never a patient's words."""

    model_config = ConfigDict(extra="forbid")

    id: int = Field(examples=[42])
    at: datetime
    actor: str = Field(description="Name of who did it", examples=["鈴木薬子"])
    actor_id: str = Field(description="Their subject at the identity provider", examples=["staff-suzuki"])
    role: str = Field(description="The role by which it was allowed", examples=["pharmacist"])
    action: Action
    object: str = Field(description="What it was done to, as kind:id", examples=["draft:5f2c…"])
    thread_id: str | None
    detail: dict[str, Any] = Field(examples=[{"read_up_to": 3}])


def record(
    session: Session,
    clock: Clock,
    person: Person,
    role: str,
    action: Action,
    target: str,
    *,
    thread: Thread | None = None,
    **detail: Any,
) -> None:
    """Add one line to the trail, in the transaction of what it tells about."""
    session.add(
        AuditEvent(
            at=clock.now(),
            branch=thread.branch if thread else person.branch,
            subject=person.subject,
            actor=person.name,
            role=role,
            action=action.value,
            object=target,
            thread_id=thread.id if thread else None,
            detail=detail,
        )
    )


@router.get("/api/audit", **guarded("listAudit", "not_found", "invalid"))
def list_audit(
    here: Here,
    person: CurrentPerson,
    role: ActingRole,
    thread_id: Annotated[str | None, Query(max_length=64, description="Only what concerns this thread")] = None,
    after: Annotated[int, Query(ge=0, le=2**53, description="Only entries with a greater id")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many entries")] = 500,
) -> list[AuditEntry]:
    """The trail of the branch, oldest first. Reading it is itself recorded."""
    with here.database.write() as session:
        thread = None
        wanted = select(AuditEvent).where(AuditEvent.branch == person.branch, AuditEvent.id > after)
        if thread_id is not None:
            thread = session.get(Thread, thread_id.replace("\0", ""))
            if thread is None or thread.branch != person.branch:
                raise ProblemError("not_found")
            wanted = wanted.where(AuditEvent.thread_id == thread.id)
        rows = session.scalars(wanted.order_by(AuditEvent.id).limit(limit)).all()
        record(session, here.clock, person, role, Action.AUDIT_VIEWED, "audit", thread=thread, entries=len(rows))
    return [
        AuditEntry(
            id=row.id,
            at=row.at,
            actor=row.actor,
            actor_id=row.subject,
            role=row.role,
            action=Action(row.action) if row.action in _KNOWN else Action.OF_A_NEWER_VERSION,
            object=row.object,
            thread_id=row.thread_id,
            detail=row.detail,
        )
        for row in rows
    ]
