"""The devices on which patients have proved who they are: each carries a secret of its own in a lasting cookie."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from fastapi import Cookie
from sqlalchemy.orm import Session

from pharmacy.identity.sessions import hashed
from pharmacy.identity.tables import KnownDevice

DEVICE_COOKIE: Final = "__Host-device"
DEVICE_SECONDS: Final = 365 * 86_400

DeviceCookie = Annotated[str | None, Cookie(alias=DEVICE_COOKIE, include_in_schema=False)]


def is_known(session: Session, patient_id: str, device: str) -> bool:
    """Whether this patient has proved on this device who they are."""
    return session.get(KnownDevice, (hashed(device), patient_id)) is not None


def know(session: Session, now: datetime, patient_id: str, device: str) -> None:
    """From now on the patient need not prove it here again."""
    session.merge(KnownDevice(device_hash=hashed(device), patient_id=patient_id, since=now))
