"""What guidance can be about, and what that means for its subject. A new kind adds a class and a line in the table."""

from __future__ import annotations

from typing import Final, Literal, Protocol

from sqlalchemy.orm import Session

from pharmacy.core.clock import Clock
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Thread
from pharmacy.identity.sessions import Person
from pharmacy.prescriptions.gates import check_may_begin_guidance, check_may_complete_guidance, proceed, resume
from pharmacy.prescriptions.states import possible
from pharmacy.prescriptions.tables import Prescription
from pharmacy.sales.rules import lines_of
from pharmacy.sales.states import UNDECIDED
from pharmacy.sales.tables import Order

Channel = Literal["video", "face_to_face"]
SubjectKind = Literal["consultation", "prescription", "order"]


class Subject(Protocol):
    """One kind of thing that guidance can be about. The checks raise ProblemError while guidance must not go on."""

    def check_may_plan(self, session: Session, thread: Thread, subject_id: str) -> None:
        """Raises ProblemError `not_found` unless it is this patient's and still waits for guidance."""
        ...

    def medicines(self, session: Session, subject_id: str) -> list[str]:
        """What it covers, whatever has become of it."""
        ...

    def check_may_begin(self, session: Session, clock: Clock, subject_id: str) -> None: ...

    def check_may_complete(self, session: Session, clock: Clock, subject_id: str) -> None: ...

    def completed(self, session: Session, clock: Clock, person: Person, subject_id: str, channel: Channel) -> None:
        """This pharmacist has just completed it, by this channel."""
        ...

    def referred(self, session: Session, clock: Clock, subject_id: str) -> None:
        """It goes on in person."""
        ...


class OfConsultation:
    """The consultation itself: its medicines are those that the pharmacist names, and nothing else hangs on it."""

    def check_may_plan(self, session: Session, thread: Thread, subject_id: str) -> None:
        if subject_id != thread.id:
            raise ProblemError("not_found")

    def medicines(self, session: Session, subject_id: str) -> list[str]:
        return []

    def check_may_begin(self, session: Session, clock: Clock, subject_id: str) -> None:
        """Always."""

    def check_may_complete(self, session: Session, clock: Clock, subject_id: str) -> None:
        """Always."""

    def completed(self, session: Session, clock: Clock, person: Person, subject_id: str, channel: Channel) -> None:
        """Nothing waits for it."""

    def referred(self, session: Session, clock: Clock, subject_id: str) -> None:
        """Nothing changes for it."""


class OfPrescription:
    """A prescription: nothing of it is shipped before its guidance is completed."""

    def check_may_plan(self, session: Session, thread: Thread, subject_id: str) -> None:
        prescription = session.get(Prescription, subject_id.replace("\0", ""))
        if prescription is None or prescription.patient_id != thread.patient_id:
            raise ProblemError("not_found")

    def medicines(self, session: Session, subject_id: str) -> list[str]:
        return [str(item["drug"]) for item in session.get_one(Prescription, subject_id).items]

    def check_may_begin(self, session: Session, clock: Clock, subject_id: str) -> None:
        check_may_begin_guidance(session, clock, session.get_one(Prescription, subject_id))

    def check_may_complete(self, session: Session, clock: Clock, subject_id: str) -> None:
        check_may_complete_guidance(session, clock, session.get_one(Prescription, subject_id))

    def completed(self, session: Session, clock: Clock, person: Person, subject_id: str, channel: Channel) -> None:
        prescription = session.get_one(Prescription, subject_id)
        prescription.guided_at = clock.now()
        prescription.guided_by, prescription.guided_subject = person.name, person.subject
        if prescription.state == "face_to_face":
            resume(session, clock, prescription)

    def referred(self, session: Session, clock: Clock, subject_id: str) -> None:
        prescription = session.get_one(Prescription, subject_id)
        if "refer" in possible(prescription.state):
            proceed(session, clock, prescription, "refer")


class OfOrder:
    """An order of the shop that is not decided yet: once guided, it may be sold by that channel."""

    def check_may_plan(self, session: Session, thread: Thread, subject_id: str) -> None:
        order = session.get(Order, subject_id.replace("\0", ""))
        if order is None or order.thread_id != thread.id or order.state not in UNDECIDED:
            raise ProblemError("not_found")

    def medicines(self, session: Session, subject_id: str) -> list[str]:
        return [product.name for product, _ in lines_of(session.get_one(Order, subject_id).lines)]

    def check_may_begin(self, session: Session, clock: Clock, subject_id: str) -> None:
        """Always."""

    def check_may_complete(self, session: Session, clock: Clock, subject_id: str) -> None:
        """Always."""

    def completed(self, session: Session, clock: Clock, person: Person, subject_id: str, channel: Channel) -> None:
        order = session.get_one(Order, subject_id)
        order.channel, order.channel_by = channel, person.name

    def referred(self, session: Session, clock: Clock, subject_id: str) -> None:
        """It stays unsold here."""


SUBJECTS: Final[dict[str, Subject]] = {
    "consultation": OfConsultation(),
    "prescription": OfPrescription(),
    "order": OfOrder(),
}
