"""What must be known of a patient before a prescription is filled: the medication notebook (お薬手帳), what else they take,
earlier reactions, weight and kidneys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pharmacy.audit.trail import Action
from pharmacy.core.context import Here
from pharmacy.core.texts import WRITTEN
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.prescriptions.prescriptions import PrescriptionId, find_prescription, note
from pharmacy.prescriptions.tables import Background

router = APIRouter(route_class=GuardedRoute, tags=["prescriptions"])

Entry = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=WRITTEN)]
Entries = Annotated[list[Entry], Field(max_length=50)]


class BackgroundEntry(BaseModel):
    """What the patient tells. Null is "not told", an empty list is "none": the two are not the same."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"notebook": ["ワルファリン 1mg"], "concomitant": [], "reactions": [], "weight_kg": 52.5}]
        },
    )

    notebook: Entries | None = Field(default=None, description="Medicines of other pharmacies in the notebook")
    concomitant: Entries | None = Field(default=None, description="What else they take: OTC, Kampo, supplements")
    reactions: Entries | None = Field(default=None, description="Medicines that did them harm before")
    weight_kg: float | None = Field(default=None, gt=0, le=500)
    egfr: float | None = Field(default=None, gt=0, le=300, description="mL/min/1.73 m²")
    kidney_disease: Literal["yes", "no", "unknown"] = "unknown"


class BackgroundView(BackgroundEntry):
    """As it stands; who entered it, and when."""

    model_config = ConfigDict(extra="forbid")

    recorded_at: datetime | None = None
    recorded_by: str | None = None


def view_of_background(background: Background | None) -> BackgroundView:
    if background is None:
        return BackgroundView()
    return BackgroundView.model_validate({name: getattr(background, name) for name in BackgroundView.model_fields})


@router.get("/api/prescriptions/{prescription_id}/background", **guarded("getBackground", "not_found", "invalid"))
def get_background(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId
) -> BackgroundView:
    """What is known of the patient whose prescription it is. A look by staff is recorded."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id)
        if not person.is_patient:
            note(session, here, person, role, Action.CHART_VIEWED, prescription)
        return view_of_background(session.get(Background, prescription.patient_id))


@router.put(
    "/api/prescriptions/{prescription_id}/background",
    **guarded("recordBackground", "not_found", "invalid", "too_large"),
)
def record_background(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId, entry: BackgroundEntry
) -> BackgroundView:
    """Replace it all, by the patient or by the pharmacist who asked. Every prescription of theirs is judged by it."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        told = entry.model_dump() | {"recorded_at": here.clock.now(), "recorded_by": person.name}
        background = session.merge(Background(patient_id=prescription.patient_id, **told))
        note(session, here, person, role, Action.BACKGROUND_RECORDED, prescription)
        return view_of_background(background)
