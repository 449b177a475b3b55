"""The review of a prescription (処方監査) and its dispensing (調剤)."""

from __future__ import annotations

from fastapi import APIRouter

from pharmacy.audit.trail import Action
from pharmacy.core.context import Here
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.prescriptions.gates import proceed
from pharmacy.prescriptions.prescriptions import PrescriptionId, PrescriptionView, find_prescription, note, view_of

router = APIRouter(route_class=GuardedRoute, tags=["prescriptions"])


@router.post(
    "/api/prescriptions/{prescription_id}/review",
    **guarded("beginReview", "not_found", "out_of_order", "inquiry_open", "invalid"),
)
def begin_review(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId
) -> PrescriptionView:
    """Begin to review what was received."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        proceed(session, here.clock, prescription, "review")
        note(session, here, person, role, Action.REVIEW_BEGUN, prescription)
        return view_of(session, prescription)


@router.post(
    "/api/prescriptions/{prescription_id}/dispensing",
    **guarded("dispense", "not_found", "out_of_order", "inquiry_open", "invalid"),
)
def dispense(here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId) -> PrescriptionView:
    """Dispense what was reviewed. Whoever does so cannot be who checks it in the end."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        proceed(session, here.clock, prescription, "dispense")
        prescription.dispensed_at = here.clock.now()
        prescription.dispensed_by, prescription.dispensed_subject = person.name, person.subject
        note(session, here, person, role, Action.DISPENSED, prescription)
        return view_of(session, prescription)
