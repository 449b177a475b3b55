"""Whether a patient still waits for what replaces a spoiled parcel."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.delivery.tables import Shipment
from pharmacy.prescriptions.tables import Prescription


def is_waiting(session: Session, patient_id: str) -> bool:
    """Some parcel of theirs was spoiled, and neither is another on its way nor was the prescription ended."""
    wanted = (
        select(Shipment.prescription_id, Shipment.state)
        .join(Prescription, Prescription.id == Shipment.prescription_id)
        .where(Prescription.patient_id == patient_id, Prescription.state != "refused", Shipment.state != "cancelled")
    )
    parcels = defaultdict[str | None, set[str]](set)
    for prescription_id, state in session.execute(wanted).tuples():
        parcels[prescription_id].add(state)
    return any("quarantined" in states or states == {"replaced"} for states in parcels.values())
