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
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pharmacy import automatic
from pharmacy.audit import Action, record
from pharmacy.clock import Clock
from pharmacy.database import Database
from pharmacy.hub import Hub
from pharmacy.presence_tables import Presence
from pharmacy.sessions import Person
from pharmacy.tables import SignInSession
from pharmacy.tables import Thread as Consultation
from pharmacy.threads import announce

log = logging.getLogger("pharmacy.returns")

PRESENCE_FILE: Final = Path(__file__).parent / "data" / "presence.toml"
LOOK_SECONDS: Final = 0.5
"""Real seconds between two looks at the pharmacy's clock."""
SILENT_SECONDS: Final = 30.0


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


def is_signed_in(session: Session, subject: str) -> bool:
    """Whether this member of staff is still signed in anywhere."""
    live = select(SignInSession.token_hash).where(
        SignInSession.subject == subject, SignInSession.kind == "staff", SignInSession.expires_at > datetime.now(UTC)
    )
    return session.scalar(live.limit(1)) is not None


def say_present(session: Session, clock: Clock, subject: str) -> None:
    """The console of this pharmacist is there, now."""
    session.merge(Presence(subject=subject, seen_at=clock.now()))


class Returns:
    """The worker that finds who has gone. Who has a page open that follows something live is there, without a word."""

    def __init__(self, database: Database, clock: Clock, hub: Hub) -> None:
        self._database = database
        self._clock = clock
        self._hub = hub
        self._watching: Counter[str] = Counter()
        self._lock = Lock()
        self._stop = Event()
        self._beat = monotonic()
        self._worker = Thread(target=self._run, name="returns", daemon=True)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        """Stop after the look under way."""
        self._stop.set()
        if self._worker.is_alive():
            self._worker.join(LOOK_SECONDS + 1)

    @property
    def alive(self) -> bool:
        return self._worker.is_alive() and monotonic() - self._beat < SILENT_SECONDS

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
        def last_seen() -> None:
            try:
                with self._database.write() as session:
                    say_present(session, self._clock, subject)
            except SQLAlchemyError as error:
                log.error("returns: the database is not usable (%s)", type(error).__name__)
            finally:
                with self._lock:
                    self._watching[subject] -= 1

        Thread(target=last_seen, name="last-seen", daemon=True).start()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self._beat = monotonic()
            try:
                self._look()
            except SQLAlchemyError as error:
                log.error("returns: the database is not usable (%s)", type(error).__name__)

    def _look(self) -> None:
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

    def _gone(self, session: Session) -> Sequence[tuple[str, str]]:
        """Who is in charge of something, and gone; with the branch."""
        with self._lock:
            here = [subject for subject, pages in self._watching.items() if pages > 0]
        signed_in = select(SignInSession.subject).where(
            SignInSession.kind == "staff", SignInSession.expires_at > datetime.now(UTC)
        )
        silent = select(Presence.subject).where(
            Presence.seen_at < self._clock.now() - longest_absence(), Presence.subject.not_in(here)
        )
        holders = select(Consultation.claimed_subject, Consultation.branch).where(
            Consultation.claimed_subject.is_not(None),
            or_(Consultation.claimed_subject.not_in(signed_in), Consultation.claimed_subject.in_(silent)),
        )
        return [(subject, branch) for subject, branch in session.execute(holders.distinct()).tuples() if subject]
