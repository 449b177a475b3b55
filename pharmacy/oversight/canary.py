"""A synthetic red flag that takes the real way, again and again: intake, rules, page, pager. Its absence is an alert.

It is a patient of a branch that nobody has, so that it stands in no queue; its pages address nobody who is on call.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.chat.messages import receive
from pharmacy.core.clock import Clock
from pharmacy.core.database import Database
from pharmacy.core.tables import OutboxItem, Patient, Thread, new_id
from pharmacy.core.worker import LOOK_SECONDS, Worker
from pharmacy.identity.sessions import Person
from pharmacy.oversight.limits import load_limits
from pharmacy.oversight.tables import Canary
from pharmacy.paging.outbox import Outbox
from pharmacy.paging.states import CANARY_BRANCH, close_page, key_of_call, page_of

ISSUER: Final = "pharmacy"
NAME: Final = "カナリア（訓練）"
PHRASE: Final = "胸が痛い"


class CanaryRuns(Worker):
    """Sends what is due, and notes what came through."""

    name = "canary"

    def __init__(self, database: Database, clock: Clock, outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox
        super().__init__()

    def look(self) -> float:
        """One look at each branch that has a canary. The next one is sent when the call of the last is not under way."""
        now = self._clock.now()
        with self._database.read() as session:
            calls = [(canary, _call_of(session, canary)) for canary in session.scalars(select(Canary)).all()]
        arrived = [canary.branch for canary, call in calls if call is not None and call.delivered_at is not None]
        due = [canary.branch for canary, call in calls if call is None and _is_due(canary, now)]
        for branch in arrived:
            self._note(branch)
        for branch in due:
            self._send(branch)
        return LOOK_SECONDS

    def _send(self, branch: str) -> None:
        with self._database.write() as session:
            canary = session.get_one(Canary, branch, with_for_update=True)
            thread, person = _synthetic(session, branch)
            canary.sent_at = self._clock.now()
            receive(session, self._clock, person, "system", thread, PHRASE, new_id())
            page = page_of(session, thread.id)
            canary.key = key_of_call(page, 1) if page is not None and page.state == "calling" else None
        self._outbox.wake()

    def _note(self, branch: str) -> None:
        """It came through: the way is open for the next one, as if nobody had ever written."""
        with self._database.write() as session:
            canary = session.get_one(Canary, branch, with_for_update=True)
            canary.arrived_at, canary.key = canary.sent_at, None
            thread, _person = _synthetic(session, branch)
            close_page(session, thread)
            thread.urgency, thread.red_flag, thread.waiting_since = "green", False, None
            thread.last_reply_seq = thread.last_seq


def thread_of(session: Session, branch: str) -> str | None:
    """The case id that its pages name; None before the first."""
    patient = session.scalar(select(Patient).where(Patient.issuer == ISSUER, Patient.subject == _subject(branch)))
    return None if patient is None else session.scalar(select(Thread.id).where(Thread.patient_id == patient.id))


def _is_due(canary: Canary, now: datetime) -> bool:
    if not canary.running:
        return False
    return canary.sent_at is None or not canary.sent_at <= now < canary.sent_at + load_limits().canary_every


def _call_of(session: Session, canary: Canary) -> OutboxItem | None:
    """The call that the last one has led to; None before, and when it was noted that it came through."""
    return session.scalar(select(OutboxItem).where(OutboxItem.key == canary.key)) if canary.key else None


def _synthetic(session: Session, branch: str) -> tuple[Thread, Person]:
    """The patient that does not exist, with their consultation; made at the first run."""
    subject, aside = _subject(branch), CANARY_BRANCH + branch
    patient = session.scalar(select(Patient).where(Patient.issuer == ISSUER, Patient.subject == subject))
    if patient is None:
        patient = Patient(
            issuer=ISSUER,
            subject=subject,
            identifier=f"C-{new_id()[:8].upper()}",
            name=NAME,
            birthdate="2000-01-01",
            branch=aside,
        )
        session.add(patient)
        session.flush()
        session.add(Thread(patient_id=patient.id, branch=aside))
        session.flush()
    thread = session.scalars(select(Thread).where(Thread.patient_id == patient.id).with_for_update()).one()
    person = Person(
        kind="patient",
        subject=subject,
        name=NAME,
        branch=aside,
        roles=("patient",),
        mfa=False,
        compliant_device=False,
        patient_id=patient.id,
        session_hash="",
    )
    return thread, person


def _subject(branch: str) -> str:
    return f"canary:{branch}"
