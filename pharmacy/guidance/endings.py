"""How a visit ends without being completed: referred to guidance in person, or broken off. Nothing is cancelled by it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from pharmacy.audit.trail import Action, record
from pharmacy.core.clock import Clock
from pharmacy.core.tables import Thread
from pharmacy.guidance.states import advance
from pharmacy.guidance.subjects import SUBJECTS
from pharmacy.guidance.tables import Guidance
from pharmacy.identity.sessions import Person
from pharmacy.triage.tasks import open_task

WHEN_REFUSED = "notice_refused"
WHEN_MISMATCHED = "identity_mismatch"
WHEN_INTRUDED = "third_party"
WHEN_HUNG_UP = "call_ended"


def refer(
    session: Session, clock: Clock, person: Person, role: str, guidance: Guidance, thread: Thread, event: str
) -> None:
    """On to guidance in person: a task for the branch. `event`: `refuse` by the patient, `refer` by the pharmacist."""
    advance(guidance, event)
    guidance.ended_at = clock.now()
    guidance.end_reason = WHEN_REFUSED if event == "refuse" else guidance.judgement_reason
    SUBJECTS[guidance.subject_kind].referred(session, clock, guidance.subject_id)
    open_task(session, clock, thread, "face_to_face")
    target = f"guidance:{guidance.id}"
    record(session, clock, person, role, Action.GUIDANCE_REFERRED, target, thread=thread, by=event)


def break_off(
    session: Session, clock: Clock, person: Person, role: str, guidance: Guidance, thread: Thread, event: str, why: str
) -> None:
    """It stops here; another visit can be planned. `event`: `mismatch` or `break_off`; `why`: a code or somebody's words."""
    advance(guidance, event)
    guidance.ended_at, guidance.end_reason = clock.now(), why
    thread.version += 1
    target = f"guidance:{guidance.id}"
    known = why if why in {WHEN_MISMATCHED, WHEN_INTRUDED, WHEN_HUNG_UP} else "pharmacist"
    record(session, clock, person, role, Action.GUIDANCE_BROKEN_OFF, target, thread=thread, why=known)
