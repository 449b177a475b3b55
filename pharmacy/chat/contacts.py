"""The way to a human being when this service cannot be relied upon: the pharmacy's telephone and 119."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pharmacy.core.context import Here
from pharmacy.core.data import DATA
from pharmacy.core.health import can_be_relied_on

router = APIRouter(tags=["operation"])

CONTACTS_FILE: Final = DATA / "contacts.toml"


@dataclass(frozen=True)
class Contacts:
    version: str
    emergency: str
    pharmacy: str


class Service(BaseModel):
    """Whether a patient can rely on the chat, and whom to phone when not."""

    working: bool = Field(description="False: messages may not be stored, or nobody may be called about them")
    pharmacy: str = Field(description="The pharmacy's telephone", examples=["00-0000-0000"])
    emergency: str = Field(description="For what cannot wait", examples=["119"])


@cache
def load_contacts(path: Path = CONTACTS_FILE) -> Contacts:
    """Read the numbers once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Contacts(content["version"], content["emergency"], content["pharmacy"])


@router.get("/service", operation_id="getService")
def get_service(here: Here) -> Service:
    """For everybody, signed in or not: found by trying, as the health check does."""
    contacts = load_contacts()
    return Service(working=can_be_relied_on(here), pharmacy=contacts.pharmacy, emergency=contacts.emergency)
