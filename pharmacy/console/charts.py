"""The patient's chart: allergies, current medicines, pregnancy. The patient fills it in, the pharmacist reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import ThreadId, announce, find_thread
from pharmacy.core.context import Here
from pharmacy.core.tables import Patient, Thread
from pharmacy.core.texts import WRITTEN
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.sales import subscriptions

router = APIRouter(route_class=GuardedRoute, tags=["chart"])

Entry = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=WRITTEN)]


class ChartEntry(BaseModel):
    """What a patient says about themselves. `unknown` is not `no`."""

    model_config = ConfigDict(extra="forbid")

    allergies: list[Entry] = Field(max_length=50, examples=[["ペニシリン"]])
    medicines: list[Entry] = Field(max_length=50, examples=[["ワルファリン"]])
    pregnancy: Literal["yes", "no", "unknown"] = Field(examples=["unknown"])


class Chart(BaseModel):
    """The chart as it stands; `updated_at` is null while the patient has never filled it in."""

    allergies: list[str]
    medicines: list[str]
    pregnancy: Literal["yes", "no", "unknown"]
    updated_at: datetime | None


def chart_of(patient: Patient) -> Chart:
    return Chart.model_validate(
        {
            "allergies": patient.allergies,
            "medicines": patient.medicines,
            "pregnancy": patient.pregnancy,
            "updated_at": patient.chart_updated_at,
        }
    )


@router.put("/api/me/chart", **guarded("putMyChart", "invalid", "too_large"))
def put_my_chart(here: Here, person: CurrentPerson, role: ActingRole, entry: ChartEntry) -> Chart:
    """The patient replaces the whole chart."""
    with here.database.write() as session:
        patient = session.get_one(Patient, person.patient_id)
        patient.allergies, patient.medicines, patient.pregnancy = entry.allergies, entry.medicines, entry.pregnancy
        patient.chart_updated_at = here.clock.now()
        thread = session.query(Thread).filter_by(patient_id=patient.id).one()
        thread.version += 1
        record(session, here.clock, person, role, Action.CHART_CHANGED, f"chart:{patient.id}", thread=thread)
        subscriptions.pause_if_chart_changed(session, here.clock, patient)
    announce(here.hub, thread)
    return chart_of(patient)


@router.get("/api/threads/{thread_id}/chart", **guarded("getChart", "not_found", "invalid"))
def get_chart(here: Here, person: CurrentPerson, role: ActingRole, thread_id: ThreadId) -> Chart:
    """The chart of the thread's patient. A look by staff is recorded."""
    with here.database.read() as session:
        thread = find_thread(session, person, thread_id)
        patient = session.get_one(Patient, thread.patient_id)
    if not person.is_patient:
        with here.database.write() as session:
            record(session, here.clock, person, role, Action.CHART_VIEWED, f"chart:{patient.id}", thread=thread)
    return chart_of(patient)
