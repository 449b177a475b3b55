"""What a patient has agreed to, as of now: read by whoever is about to use their data."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.core.data import DATA
from pharmacy.privacy.tables import ConsentDecision

CONSENTS_FILE: Final = DATA / "consents.toml"
AI_DRAFTS: Final = "ai_drafts"


class Words(BaseModel):
    """The same in Japanese and English."""

    ja: str
    en: str


class Purpose(BaseModel):
    """What data are used for, who gets them, and in which wording patients are asked."""

    id: str = Field(examples=[AI_DRAFTS])
    version: str = Field(examples=["2026.11.1"])
    title: Words
    recipient: Words
    text: Words


@cache
def load_purposes(path: Path = CONSENTS_FILE) -> dict[str, Purpose]:
    """Read them once. Raises pydantic.ValidationError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    purposes = (Purpose.model_validate(purpose) for purpose in content["purposes"])
    return {purpose.id: purpose for purpose in purposes}


def last_decision(session: Session, patient_id: str, purpose: str) -> ConsentDecision | None:
    """What the patient said last about this purpose, whatever its wording then."""
    wanted = select(ConsentDecision).where(ConsentDecision.patient_id == patient_id, ConsentDecision.purpose == purpose)
    return session.scalar(wanted.order_by(ConsentDecision.id.desc()).limit(1))


def consents(session: Session, patient_id: str, purpose: str) -> bool:
    """Whether the patient agrees now, and to the wording that holds now: an older wording was another question."""
    last = last_decision(session, patient_id, purpose)
    return last is not None and last.state == "given" and last.version == load_purposes()[purpose].version
