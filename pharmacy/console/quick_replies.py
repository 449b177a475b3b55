"""Quick replies: texts with open places that a pharmacist fills in, and the rule that none is sent with one left."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pharmacy.core.data import DATA
from pharmacy.identity.access import GuardedRoute, guarded

router = APIRouter(route_class=GuardedRoute, tags=["replies"])

QUICK_REPLIES_FILE: Final = DATA / "quick_replies.toml"

_OPEN: Final = re.compile(r"\{+[^{}]*\}*|\}+")
"""A brace marks an open place, also when the other one was deleted; an advice to a patient has no other use for it."""


class QuickReply(BaseModel):
    """A text that is written often. What stands in `{{ }}` has to be filled in before it can be sent."""

    id: str = Field(examples=["ja-take"])
    language: Literal["ja", "en"]
    title: str = Field(examples=["飲み方のご案内"])
    text: str = Field(examples=["{{氏名}}さん、お薬は1回{{用量}}を、1日{{回数}}回お飲みください。"])


@cache
def load_quick_replies(path: Path = QUICK_REPLIES_FILE) -> tuple[QuickReply, ...]:
    """Read them once. Raises KeyError, pydantic.ValidationError or tomllib.TOMLDecodeError when the file is broken."""
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(QuickReply.model_validate(reply) for reply in content["replies"])


def open_places(text: str) -> list[str]:
    """What is left to fill in, as it stands in the text, whatever the width of its braces."""
    plain = unicodedata.normalize("NFKC", text)
    return [place.strip() for place in _OPEN.findall(plain)]


@router.get("/api/quick-replies", **guarded("listQuickReplies"))
def list_quick_replies() -> list[QuickReply]:
    """The quick replies of both languages, in the order in which they are offered."""
    return list(load_quick_replies())
