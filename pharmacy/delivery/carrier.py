"""What the carrier is told. Neither drug nor illness, neither clinic nor prescription: it is not asked for here."""

from __future__ import annotations

import hashlib
import hmac
import logging
from typing import Any, Final

from pharmacy.core.outgoing import client
from pharmacy.delivery.limits import load_limits
from pharmacy.delivery.tables import Destination, Shipment

REQUEST_SECONDS: Final = 5.0

log = logging.getLogger("pharmacy.carrier")


def booking(shipment: Shipment, destination: Destination) -> dict[str, Any]:
    """All that the carrier learns of a parcel: where, how, and words that tell nothing."""
    limits = load_limits()
    return {
        "service": shipment.service,
        "handover": shipment.handover,
        "recipient": {"name": destination.name, "address": destination.address},
        "label": {"sender": limits.sender, "contents": limits.contents},
        "notice": limits.notice,
    }


def book(carrier_url: str, shipment: Shipment, destination: Destination) -> str | None:
    """Book the parcel, or find out that it was booked before. Its tracking number, or None when it must be tried again."""
    answer = _post(f"{carrier_url}/shipments", shipment, booking(shipment, destination))
    number = answer.get("tracking_no") if answer is not None else None
    return number if isinstance(number, str) and 0 < len(number) <= 64 else None


def cancel(carrier_url: str, shipment: Shipment) -> bool:
    """Tell the carrier that the parcel will not come. False when it must be told again."""
    return _post(f"{carrier_url}/shipments/{shipment.tracking_no}/cancellation", shipment, {}) is not None


def signature(secret: str, body: bytes) -> str:
    """What proves that a report comes from the carrier: HMAC-SHA256 of the body, in hexadecimal digits."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _post(url: str, shipment: Shipment, body: dict[str, Any]) -> dict[str, Any] | None:
    import httpx  # only now: most starts have nothing to send

    try:
        answer = client().post(url, json=body, headers={"Idempotency-Key": shipment.id}, timeout=REQUEST_SECONDS)
        if answer.is_success:
            content = answer.json()
            return content if isinstance(content, dict) else None
        log.warning("parcel %s: attempt %d was answered %d", shipment.id, shipment.attempts, answer.status_code)
    except (httpx.HTTPError, ValueError) as error:
        log.warning("parcel %s: attempt %d failed (%s)", shipment.id, shipment.attempts, type(error).__name__)
    return None
