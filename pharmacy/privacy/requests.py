"""Requests for disclosure or correction (開示・訂正の請求): answered by name, with the data of that person and nobody else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import is_id
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient, Thread
from pharmacy.core.texts import WrittenText
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.privacy.export import PersonalData, export_of
from pharmacy.privacy.states import REQUESTS, RequestState, advance
from pharmacy.privacy.tables import DataRequest

router = APIRouter(route_class=GuardedRoute, tags=["privacy"])

RequestKind = Literal["disclosure", "correction"]

RequestId = Annotated[str, Path(description="Id of a request", examples=["b81f" * 8])]


class NewRequest(BaseModel):
    """What the patient asks for, in their words."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"kind": "disclosure", "words": "私の記録をすべて見せてください"}]},
    )

    kind: RequestKind
    words: WrittenText


class RequestAnswer(BaseModel):
    """Whether it is granted, and what the patient is told."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"granted": True, "words": "記録の写しをお渡しします"}]}
    )

    granted: bool
    words: WrittenText


class RequestView(BaseModel):
    """A request and its answer. What was handed over is the patient's alone to fetch."""

    id: str
    kind: RequestKind
    state: RequestState
    patient_name: str = Field(examples=["佐藤花子"])
    words: str
    asked_at: datetime
    answer: str | None
    answered_by: str | None = Field(examples=["小林責任"])
    answered_at: datetime | None


def _view(session: Session, row: DataRequest) -> RequestView:
    names = set(RequestView.model_fields) - {"patient_name"}
    name = session.get_one(Patient, row.patient_id).name
    return RequestView.model_validate({one: getattr(row, one) for one in names} | {"patient_name": name})


def _thread(session: Session, patient_id: str) -> Thread:
    return session.scalars(select(Thread).where(Thread.patient_id == patient_id).with_for_update()).one()


@router.post("/api/me/requests", status_code=201, **guarded("openRequest", "invalid", "too_large"))
def open_request(here: Here, person: CurrentPerson, role: ActingRole, new: NewRequest) -> RequestView:
    """Ask for one's data, or to have them put right."""
    assert person.patient_id is not None  # only patients are let in here
    with here.database.write() as session:
        row = DataRequest(
            patient_id=person.patient_id,
            branch=person.branch,
            kind=new.kind,
            state="received",
            words=new.words,
            asked_at=here.clock.now(),
        )
        session.add(row)
        session.flush()
        thread = _thread(session, person.patient_id)
        target = f"request:{row.id}"
        record(session, here.clock, person, role, Action.REQUEST_OPENED, target, thread=thread, kind=row.kind)
        return _view(session, row)


@router.get("/api/me/requests", **guarded("listMyRequests"))
def list_my_requests(here: Here, person: CurrentPerson) -> list[RequestView]:
    """The patient's own requests, the newest first."""
    wanted = select(DataRequest).where(DataRequest.patient_id == person.patient_id)
    with here.database.read() as session:
        return [_view(session, row) for row in session.scalars(wanted.order_by(DataRequest.asked_at.desc()))]


@router.get("/api/me/requests/{request_id}/export", **guarded("getExport", "not_found", "invalid"))
def get_export(here: Here, person: CurrentPerson, role: ActingRole, request_id: RequestId) -> PersonalData:
    """What was handed over for the patient's own request. Fetching it is recorded."""
    with here.database.write() as session:
        row = session.get(DataRequest, request_id) if is_id(request_id) else None
        if row is None or row.patient_id != person.patient_id or row.export is None:
            raise ProblemError("not_found")
        thread = _thread(session, row.patient_id)
        record(session, here.clock, person, role, Action.EXPORT_FETCHED, f"request:{row.id}", thread=thread)
        export: dict[str, Any] = row.export
    return PersonalData.model_validate(export)


@router.get("/api/requests", **guarded("listRequests"))
def list_requests(here: Here, person: CurrentPerson, role: ActingRole) -> list[RequestView]:
    """The requests of the branch that wait for an answer, the oldest first."""
    wanted = select(DataRequest).where(DataRequest.branch == person.branch, DataRequest.state == "received")
    with here.database.write() as session:
        found = [_view(session, row) for row in session.scalars(wanted.order_by(DataRequest.asked_at))]
        record(session, here.clock, person, role, Action.REQUESTS_VIEWED, "requests", entries=len(found))
    return found


@router.post(
    "/api/requests/{request_id}/answer",
    **guarded("answerRequest", "not_found", "request_closed", "invalid", "too_large"),
)
def answer_request(
    here: Here, person: CurrentPerson, role: ActingRole, request_id: RequestId, answer: RequestAnswer
) -> RequestView:
    """Grant it, which hands over that person's data as they are now, or decline it with the reason."""
    with here.database.write() as session:
        row = session.get(DataRequest, request_id) if is_id(request_id) else None
        if row is None or row.branch != person.branch:
            raise ProblemError("not_found")
        thread = _thread(session, row.patient_id)
        row.state = advance(REQUESTS, row.state, "fulfil" if answer.granted else "decline")
        row.answer, row.answered_by, row.answered_at = answer.words, person.name, here.clock.now()
        if answer.granted:
            row.export = export_of(session, thread).model_dump(mode="json")
        target = f"request:{row.id}"
        record(session, here.clock, person, role, Action.REQUEST_ANSWERED, target, thread=thread, state=row.state)
        return _view(session, row)
