"""Replacing what was quarantined: dispensed anew, checked and sent as if for the first time, while the spoiled parcel stays where it is."""

from __future__ import annotations

from fastapi import APIRouter

from pharmacy.audit.trail import Action
from pharmacy.core.context import Here
from pharmacy.delivery.shipping import parcel_of
from pharmacy.delivery.states import advance
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.prescriptions.gates import proceed
from pharmacy.prescriptions.prescriptions import PrescriptionId, PrescriptionView, find_prescription, note, view_of
from pharmacy.prescriptions.review import Reason, take_back

router = APIRouter(route_class=GuardedRoute, tags=["delivery"])


@router.post(
    "/api/prescriptions/{prescription_id}/replacement",
    **guarded(
        "replaceParcel",
        "not_found",
        "no_parcel",
        "parcel_elsewhere",
        "parcel_lost",
        "parcel_quarantined",
        "out_of_order",
        "inquiry_open",
        "invalid",
        "too_large",
    ),
)
def replace_parcel(
    here: Here, person: CurrentPerson, role: ActingRole, prescription_id: PrescriptionId, why: Reason
) -> PrescriptionView:
    """Have the medicine of a quarantined parcel dispensed once more. What was dispensed for it stays on record, marked."""
    with here.database.write() as session:
        prescription = find_prescription(session, person, prescription_id, lock=True)
        parcel = advance(parcel_of(session, prescription), "replace")
        proceed(session, here.clock, prescription, "replace")
        take_back(session, here.clock, person, prescription, why)
        note(session, here, person, role, Action.REPLACEMENT_BEGUN, prescription, parcel=parcel.id)
        return view_of(session, prescription)
