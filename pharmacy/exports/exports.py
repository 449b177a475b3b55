"""Writing one consultation to Drive: for colleagues who are named, and for nobody else."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.messages import messages_after
from pharmacy.chat.threads import ThreadId, find_thread
from pharmacy.core.context import Here, Pharmacy
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Message, new_id
from pharmacy.exports.drive import Drive, DriveError
from pharmacy.exports.states import ExportState, load_limits
from pharmacy.exports.tables import Export, Share
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.tables import Account

log = logging.getLogger("pharmacy.exports")

router = APIRouter(route_class=GuardedRoute, tags=["exports"])

Address = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^\s\x00@]+@[^\s\x00@]+$")]


class NewExport(BaseModel):
    """Who may open it, by address, and for how many hours. Nobody can be meant but the people who are named."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"people": ["staff-suzuki@pharmacy.example"], "hours": 24}]}
    )

    people: Annotated[list[Address], Field(min_length=1, max_length=50)]
    hours: Annotated[int, Field(ge=1, le=24 * 365)]


class ExportView(BaseModel):
    """An export as it stands: who can open it, until when."""

    id: str
    state: ExportState
    made_by: str = Field(examples=["小林薬長"])
    people: list[str] = Field(examples=[["staff-suzuki@pharmacy.example"]])
    until: datetime


@router.post(
    "/api/threads/{thread_id}/exports",
    status_code=201,
    **guarded("exportThread", "not_found", "not_named", "too_long_shared", "drive_unavailable", "invalid", "too_large"),
)
def export_thread(
    here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId, new: NewExport
) -> ExportView:
    """Put the conversation on Drive for these colleagues. Every share names one person and ends by itself."""
    limits, now = load_limits(), here.clock.now()
    with here.database.read() as session:
        thread = find_thread(session, person, thread_id)
        people = [_colleague(session, address) for address in dict.fromkeys(new.people)]
        text = "\n".join(_line(message) for message in messages_after(session, thread.id, 0))
    if len(people) > limits.most_people:
        raise ProblemError("not_named")
    if new.hours > limits.longest_hours:
        raise ProblemError("too_long_shared")
    export = Export(id=new_id(), thread_id=thread.id, state="shared", made_by=person.name, made_at=now)
    export.until = now + timedelta(hours=new.hours)
    shares = _share(here, export, people, text)
    with here.database.write() as session:
        session.add(export)
        session.flush()
        session.add_all(shares)
        told = {"export": export.id, "people": people, "until": export.until.isoformat()}
        record(session, here.clock, person, role, Action.EXPORTED, f"export:{export.id}", thread=thread, **told)
    return _view(export, shares)


@router.get("/api/threads/{thread_id}/exports", **guarded("listExports", "not_found", "invalid"))
def list_exports(here: Here, person: CurrentPerson, thread_id: ThreadId) -> list[ExportView]:
    """Every export of this consultation, the newest first, with whoever can still open it."""
    with here.database.read() as session:
        thread = find_thread(session, person, thread_id)
        wanted = select(Export).where(Export.thread_id == thread.id).order_by(Export.made_at.desc())
        return [
            _view(row, session.scalars(select(Share).where(Share.export_id == row.id)).all())
            for row in session.scalars(wanted)
        ]


def address_of(subject: str) -> str:
    """How Drive knows this member of staff."""
    return f"{subject}@{load_limits().domain}"


def drive_of(here: Pharmacy) -> Drive:
    """The pharmacy's account at Drive. Raises ProblemError when it has none."""
    if not here.settings.drive_url:
        raise ProblemError("drive_unavailable")
    return Drive(here.settings.drive_url, here.settings.drive_token)


def _colleague(session: Session, address: str) -> str:
    """Whose address this is. Raises ProblemError `not_named` unless it is one of somebody who works here."""
    subject, _, domain = address.rpartition("@")
    wanted = select(Account).where(
        Account.kind == "staff", Account.subject == subject, Account.branch != "", Account.disabled_at.is_(None)
    )
    if domain != load_limits().domain or session.scalar(wanted) is None:
        raise ProblemError("not_named")
    return subject


def _share(here: Pharmacy, export: Export, people: list[str], text: str) -> list[Share]:
    """On Drive first: what is not shared as it should be is taken away again, and was never an export."""
    drive = drive_of(here)
    try:
        export.file_id = drive.upload(f"case-{export.thread_id}.txt", text)
        try:
            return [
                Share(
                    export_id=export.id,
                    subject=subject,
                    permission_id=drive.let_read(export.file_id, address_of(subject), export.until),
                )
                for subject in people
            ]
        except DriveError:
            drive.delete(export.file_id)
            raise
    except DriveError as error:
        log.warning("an export came to nothing (%s)", error)
        raise ProblemError("drive_unavailable") from error


def _line(message: Message) -> str:
    return f"{message.sent_at.isoformat()}\t{message.kind}\t{message.text}"


def _view(export: Export, shares: Iterable[Share]) -> ExportView:
    open_shares = [share for share in shares if share.withdrawn_at is None]
    return ExportView.model_validate(
        {
            "id": export.id,
            "state": export.state,
            "made_by": export.made_by,
            "people": [address_of(share.subject) for share in open_shares],
            "until": export.until,
        }
    )
