"""The final dispensing check (鑑査): by somebody else than who dispensed, by scanning, and nothing goes on without it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pharmacy.audit.trail import Action
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient
from pharmacy.core.texts import WRITTEN
from pharmacy.delivery.matching import Scanned, mismatches
from pharmacy.delivery.tables import FinalCheck
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.prescriptions.gates import proceed
from pharmacy.prescriptions.items import Item
from pharmacy.prescriptions.prescriptions import PrescriptionId, PrescriptionView, find_prescription, note, view_of

router = APIRouter(route_class=GuardedRoute, tags=["delivery"])


class Scan(BaseModel):
    """One package that was scanned, and how many units of it were counted."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")] = Field(
        description="GTIN-14 on the package", examples=["02000000000015"]
    )
    quantity: float = Field(gt=0, le=1_000_000, examples=[15])


class Scans(BaseModel):
    """Everything that was scanned for one prescription."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"label": "P-000001", "items": [{"code": "02000000000015", "quantity": 15}]}]},
    )

    label: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=WRITTEN)] = Field(
        description="The patient's number on the label of the bag"
    )
    items: list[Scan] = Field(min_length=1, max_length=50)


@router.post(
    "/api/prescriptions/{prescription_id}/final-check",
    **guarded(
        "checkDispensed",
        "not_found",
        "out_of_order",
        "inquiry_open",
        "findings_open",
        "same_person",
        "scan_mismatch",
        "invalid",
        "too_large",
    ),
)
def check_dispensed(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId, scans: Scans
) -> PrescriptionView:
    """Check what was dispensed. What does not match is kept, too, and the prescription stays where it is."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        before = prescription.state
        proceed(session, here.clock, prescription, "check")
        if prescription.dispensed_subject == person.subject:
            raise ProblemError("same_person")
        found = mismatches(
            [Item.model_validate(item) for item in prescription.items],
            session.get_one(Patient, prescription.patient_id).identifier,
            scans.label,
            [Scanned(scan.code, scan.quantity) for scan in scans.items],
        )
        if found:
            prescription.state = before
        session.add(
            FinalCheck(
                prescription_id=prescription.id,
                mismatches=list(found),
                checked_at=here.clock.now(),
                checker_subject=person.subject,
                checker_name=person.name,
            )
        )
        action = Action.FINAL_CHECK_FAILED if found else Action.FINAL_CHECK_PASSED
        note(session, here, person, role, action, prescription, mismatches=list(found))
        view = view_of(session, prescription)
    if found:
        raise ProblemError("scan_mismatch", detail=", ".join(found))
    return view
