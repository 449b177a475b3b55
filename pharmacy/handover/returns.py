"""Consultations whose pharmacist has gone return to the queue, with the waiting time that they always had.

Gone is who has signed out everywhere, who has ended the shift, and whose console has been silent for too long: a crash,
a lost connection, a closed lid.
"""

from __future__ import annotations

import logging
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pharmacy.audit import automatic
from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import announce
from pharmacy.core.clock import Clock
from pharmacy.core.data import DATA
from pharmacy.core.database import Database
from pharmacy.core.hub import Hub
from pharmacy.core.tables import SignInSession
from pharmacy.core.tables import Thread as Consultation
from pharmacy.core.worker import LOOK_SECONDS, Watcher
from pharmacy.handover.presence_tables import Presence
from pharmacy.identity.sessions import Person

log = logging.getLogger("pharmacy.returns")

PRESENCE_FILE: Final = DATA / "presence.toml"


@cache
def longest_absence(path: Path = PRESENCE_FILE) -> timedelta:
    """How long a console may be silent. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    return timedelta(minutes=tomllib.loads(path.read_text(encoding="utf-8"))["absence"]["minutes"])


def give_back(
    session: Session, clock: Clock, person: Person, role: str, subject: str, cause: str
) -> list[Consultation]:
    """Put all that this pharmacist is in charge of back into the queue. `person` is who makes it so.

    The waiting time is not touched: the patient has waited since the first unanswered message, whoever was in charge.
    Announce the threads after the commit.
    """
    held = select(Consultation).where(Consultation.claimed_subject == subject, Consultation.branch == person.branch)
    threads = session.scalars(held.with_for_update()).all()
    for thread in threads:
        thread.claimed_subject = thread.claimed_name = thread.claimed_at = None
        thread.version += 1
        told = {"held_by": subject, "cause": cause}
        record(session, clock, person, role, Action.THREAD_RETURNED, f"thread:{thread.id}", thread=thread, **told)
    return list(threads)


def is_signed_in(session: Session, subject: str, now: datetime) -> bool:
    """Whether this member of staff is still signed in anywhere."""
    live = select(SignInSession.token_hash).where(
        SignInSession.subject == subject, SignInSession.kind == "staff", SignInSession.expires_at > now
    )
    return session.scalar(live.limit(1)) is not None


def say_present(session: Session, subject: str, seen_at: datetime) -> None:
    """The console of this pharmacist was there at this moment."""
    session.merge(Presence(subject=subject, seen_at=seen_at))


class Returns(Watcher):
    """The worker that finds who has gone. Who has a page open that follows something live is there, without a word."""

    name = "returns"

    def __init__(self, database: Database, clock: Clock, hub: Hub) -> None:
        self._database = database
        self._clock = clock
        self._hub = hub
        self._watching: Counter[str] = Counter()
        self._lock = Lock()
        super().__init__()

    @contextmanager
    def watching(self, subject: str) -> Iterator[None]:
        """They follow something live, and so are there; from the end of it on their silence counts."""
        with self._lock:
            self._watching[subject] += 1
        try:
            yield
        finally:
            self._leave(subject)

    def _leave(self, subject: str) -> None:
        # In a thread of its own: the stream that ends here may be under cancellation and cannot wait.
        seen_at = self._clock.now()

        def last_seen() -> None:
            try:
                with self._database.write() as session:
                    say_present(session, subject, seen_at)
            except SQLAlchemyError as error:
                log.error("returns: the database is not usable (%s)", type(error).__name__)
            finally:
                with self._lock:
                    self._watching[subject] -= 1

        Thread(target=last_seen, name="last-seen", daemon=True).start()

    def look(self) -> float:
        """Put back what is held by whoever has gone."""
        with self._database.read() as session:
            gone = self._gone(session)
        for subject, branch in gone:
            itself = automatic.pharmacy_itself(branch)
            with self._database.write() as session:
                if (subject, branch) not in self._gone(session):  # they came back this very moment
                    continue
                threads = give_back(session, self._clock, itself, automatic.ROLE, subject, "absent")
            for thread in threads:
                announce(self._hub, thread)
        return LOOK_SECONDS

    def _gone(self, session: Session) -> Sequence[tuple[str, str]]:
        """Who is in charge of something, and gone; with the branch."""
        with self._lock:
            here = [subject for subject, pages in self._watching.items() if pages > 0]
        signed_in = select(SignInSession.subject).where(
            SignInSession.kind == "staff", SignInSession.expires_at > self._clock.sessions_now()
        )
        silent = select(Presence.subject).where(
            Presence.seen_at < self._clock.now() - longest_absence(), Presence.subject.not_in(here)
        )
        holders = select(Consultation.claimed_subject, Consultation.branch).where(
            Consultation.claimed_subject.is_not(None),
            or_(Consultation.claimed_subject.not_in(signed_in), Consultation.claimed_subject.in_(silent)),
        )
        return [(subject, branch) for subject, branch in session.execute(holders.distinct()).tuples() if subject]
