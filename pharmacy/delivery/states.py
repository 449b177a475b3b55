"""The life of a parcel, as a table. What the table does not name cannot happen."""

from __future__ import annotations

from typing import Final, Literal

from pharmacy.core.problems import ProblemError
from pharmacy.delivery.tables import Shipment

ShipmentState = Literal[
    "requested", "booked", "handed_over", "delivered", "received", "quarantined", "replaced", "lost", "cancelled"
]

TRANSITIONS: Final[dict[tuple[str, str], ShipmentState]] = {
    ("requested", "book"): "booked",
    ("requested", "cancel"): "cancelled",
    ("booked", "cancel"): "cancelled",
    ("booked", "hand_over"): "handed_over",
    ("booked", "deliver"): "delivered",  # the carrier took it and nobody here said so
    ("handed_over", "deliver"): "delivered",
    ("delivered", "confirm"): "received",
    ("booked", "quarantine"): "quarantined",
    ("handed_over", "quarantine"): "quarantined",
    ("delivered", "quarantine"): "quarantined",
    ("received", "quarantine"): "quarantined",
    ("quarantined", "replace"): "replaced",
    ("booked", "lose"): "lost",
    ("handed_over", "lose"): "lost",
    ("delivered", "lose"): "lost",
    ("quarantined", "lose"): "lost",
}

STILL_HERE: Final = ("requested", "booked")
"""The parcel has not left the pharmacy."""

GIVEN_UP: Final = ("replaced", "cancelled")
"""Another parcel takes its place."""


def possible(shipment: Shipment | None, event: str) -> bool:
    return shipment is not None and (shipment.state, event) in TRANSITIONS


def advance(shipment: Shipment | None, event: str) -> Shipment:
    """Move the parcel on and give it back. Raises ProblemError saying why it cannot."""
    if shipment is None:
        raise ProblemError("no_parcel")
    state = TRANSITIONS.get((shipment.state, event))
    if state is None:
        raise ProblemError(_REFUSALS.get(shipment.state, "parcel_elsewhere"))
    shipment.state = state
    return shipment


_REFUSALS: Final = {"lost": "parcel_lost", "quarantined": "parcel_quarantined", "replaced": "parcel_quarantined"}
