"""The rules of guidance that are data: what is disclosed, who is a minor, which medicines need a technique."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import BaseModel, Field

from pharmacy.core.clock import JST
from pharmacy.core.data import DATA


class NoticeItem(BaseModel):
    """One thing that is disclosed, in both languages of the pages."""

    ja: str
    en: str


class Notice(BaseModel):
    """What has to be accepted before the call."""

    version: str = Field(examples=["2026.11.1"])
    leak_risk: NoticeItem
    responsibility: NoticeItem
    basis: NoticeItem


@dataclass(frozen=True)
class Rules:
    """`passcode_digits` and `minutes` are of the meeting; `majority` in years; `techniques`: word -> technique."""

    version: str
    majority: int
    minutes: int
    passcode_digits: int
    techniques: dict[str, str]


@cache
def load_rules() -> Rules:
    """Read the rules once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content: dict[str, Any] = tomllib.loads((DATA / "guidance.toml").read_text(encoding="utf-8"))
    return Rules(
        version=content["version"],
        majority=content["majority"]["years"],
        minutes=content["meeting"]["minutes"],
        passcode_digits=content["meeting"]["passcode_digits"],
        techniques={_plain(word): entry["technique"] for entry in content["techniques"] for word in entry["words"]},
    )


@cache
def load_notice() -> Notice:
    """Read the notice once. Raises pydantic.ValidationError or tomllib.TOMLDecodeError when the file is broken."""
    return Notice.model_validate(tomllib.loads((DATA / "guidance_notice.toml").read_text(encoding="utf-8")))


def technique_of(medicine: str) -> str | None:
    """The technique that a medicine needs, by its name; None for most."""
    name = _plain(medicine)
    return next((technique for word, technique in load_rules().techniques.items() if word in name), None)


def devices_among(medicines: Iterable[str]) -> list[str]:
    """Those medicines that need a technique."""
    return [medicine for medicine in medicines if technique_of(medicine)]


def is_minor(birthdate: str, now: datetime) -> bool:
    """Whether somebody born on this day (ISO) is not of age yet, in Japan. Who has no readable date is no minor."""
    try:
        born = date.fromisoformat(birthdate)
    except ValueError:
        return False
    today = now.astimezone(JST).date()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age < load_rules().majority


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
