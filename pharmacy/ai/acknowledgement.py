"""What a pharmacist writes in their own words is theirs to answer for: a warning is shown and has to be acknowledged.

The acknowledgement names exactly this text and these warnings: another word, or a chart that has changed, asks again.
"""

from __future__ import annotations

import json
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from pharmacy.ai.guards import DraftWarning, check
from pharmacy.chat.threads import ThreadId, find_thread
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient, Thread
from pharmacy.core.texts import WrittenText, digest_of
from pharmacy.identity.access import CurrentPerson, GuardedRoute, guarded

router = APIRouter(route_class=GuardedRoute, tags=["replies"])

TO_ACKNOWLEDGE: Final = frozenset({"allergy", "pregnancy", "interaction", "over_max_dose"})
"""What contradicts chart or master for certain. A name that the master lacks is no reason to ask a pharmacist twice."""

Acknowledged = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None,
    Field(description="The `acknowledgement` of the warnings about this text, when there are any that one has seen"),
]


class OwnWords(BaseModel):
    """What a pharmacist is about to send."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "カロナールを1回2錠お飲みください。"}]}
    )

    text: WrittenText


class Checked(BaseModel):
    """What the safety check says of a text for this patient. Nothing is sent or kept."""

    warnings: list[DraftWarning] = Field(description="What has to be acknowledged before the text can be sent")
    acknowledgement: str | None = Field(description="To be sent along by who has seen the warnings; null without any")


def warnings_about(session: Session, thread: Thread, text: str) -> list[DraftWarning]:
    """What a pharmacist has to acknowledge before this patient gets this text."""
    found = check(text, session.get_one(Patient, thread.patient_id))
    return [warning for warning in found if warning.blocking and warning.code in TO_ACKNOWLEDGE]


def require_acknowledged(session: Session, thread: Thread, text: str, acknowledged: str | None) -> list[str]:
    """The codes of the warnings that were acknowledged, for the trail.

    Raises ProblemError `warned` unless exactly these were.
    """
    warnings = warnings_about(session, thread, text)
    if warnings and acknowledged != _name_of(text, warnings):
        raise ProblemError("warned")
    return [warning.code for warning in warnings]


def _name_of(text: str, warnings: list[DraftWarning]) -> str:
    return digest_of(json.dumps([text, *(warning.message for warning in warnings)]))


@router.post("/api/threads/{thread_id}/reply-check", **guarded("checkReply", "not_found", "invalid", "too_large"))
def check_reply(here: Here, person: CurrentPerson, thread_id: ThreadId, words: OwnWords) -> Checked:
    """What would be warned of if one sent this text, as a reply or as a correction."""
    with here.database.read() as session:
        warnings = warnings_about(session, find_thread(session, person, thread_id), words.text)
    return Checked(warnings=warnings, acknowledgement=_name_of(words.text, warnings) if warnings else None)
