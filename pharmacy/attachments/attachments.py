"""Sending a picture, listing and opening it: for the patient, and for whoever is in charge of the consultation."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool

from pharmacy.attachments.inspection import kind_of, load_rules
from pharmacy.attachments.tables import Attachment
from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, announce, find_thread, is_id
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Thread
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person

router = APIRouter(route_class=GuardedRoute, tags=["attachments"])

UPLOADS: Final = r"/api/threads/[^/]+/attachments"
"""The addresses whose bodies may be as large as a picture."""

AttachmentId = Annotated[str, Path(description="Id of an attachment", examples=["5b1d4c2680aa51e2f7c4d9b30f3c9a5e"])]


class AttachmentView(BaseModel):
    """A picture that was received. Who is not in charge sees that it is there, and cannot open it."""

    id: str
    kind: str = Field(examples=["image/jpeg"])
    size: int = Field(description="Bytes", examples=[183204])
    received_at: datetime
    may_open: bool


def _upload_documentation() -> dict[str, Any]:
    documentation = guarded("sendAttachment", "not_found", "file_refused", "too_many_files", "too_large", "invalid")
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    documentation["openapi_extra"]["requestBody"] = {"required": True, "content": content}
    return documentation


def _download_documentation() -> dict[str, Any]:
    documentation = guarded("getAttachment", "not_found", "not_in_charge", "invalid")
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(load_rules().kinds)}
    documentation["responses"][200] = {"description": "The picture as it was sent", "content": content}
    return documentation


@router.post("/api/threads/{thread_id}/attachments", status_code=201, **_upload_documentation())
async def send_attachment(
    here: Here, request: Request, person: CurrentPerson, role: ActingRole, thread_id: ThreadId
) -> AttachmentView:
    """Send a picture to one's own consultation. What it is, is told by its bytes; everything else is refused."""
    content = await request.body()
    return await run_in_threadpool(_keep, here, person, role, thread_id, content)


def _keep(here: Pharmacy, person: Person, role: str, thread_id: str, content: bytes) -> AttachmentView:
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id, lock=True)
        kind = kind_of(content)
        there = select(func.count()).select_from(Attachment).where(Attachment.thread_id == thread.id)
        if (session.scalar(there) or 0) >= load_rules().most:
            raise ProblemError("too_many_files")
        row = Attachment(thread_id=thread.id, kind=kind, size=len(content), content=content)
        row.digest, row.received_at = hashlib.sha256(content).hexdigest(), here.clock.now()
        session.add(row)
        session.flush()
        thread.version += 1
        told = {"kind": kind, "size": row.size, "digest": row.digest}
        record(session, here.clock, person, role, Action.ATTACHMENT_RECEIVED, f"attachment:{row.id}", thread=thread,
               **told)  # fmt: skip
    announce(here.hub, thread)
    return _view(row, person, thread)


@router.get("/api/threads/{thread_id}/attachments", **guarded("listAttachments", "not_found", "invalid"))
def list_attachments(here: Here, person: CurrentPerson, thread_id: ThreadId) -> list[AttachmentView]:
    """What was sent, the newest first."""
    with here.database.read() as session:
        thread = find_thread(session, person, thread_id)
        wanted = select(Attachment).where(Attachment.thread_id == thread.id).order_by(Attachment.received_at.desc())
        return [_view(row, person, thread) for row in session.scalars(wanted)]


@router.get(
    "/api/threads/{thread_id}/attachments/{attachment_id}", response_class=Response, **_download_documentation()
)
def get_attachment(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, attachment_id: AttachmentId
) -> Response:
    """The picture, to be kept and not to be run: a browser neither guesses what it is nor shows it as a page."""
    with here.database.write() as session:
        thread = find_thread(session, person, thread_id)
        row = session.get(Attachment, attachment_id) if is_id(attachment_id) else None
        if row is None or row.thread_id != thread.id:
            raise ProblemError("not_found")
        if not _may_open(person, thread):
            raise ProblemError("not_in_charge")
        if not person.is_patient:
            target = f"attachment:{row.id}"
            record(session, here.clock, person, role, Action.ATTACHMENT_VIEWED, target, thread=thread)
        content, kind = row.content, row.kind
    name = f"attachment-{attachment_id}.{kind.removeprefix('image/')}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=kind, headers=headers)


def _may_open(person: Person, thread: Thread) -> bool:
    return person.is_patient or thread.claimed_subject == person.subject


def _view(row: Attachment, person: Person, thread: Thread) -> AttachmentView:
    return AttachmentView(
        id=row.id,
        kind=row.kind,
        size=row.size,
        received_at=row.received_at,
        may_open=_may_open(person, thread),
    )
