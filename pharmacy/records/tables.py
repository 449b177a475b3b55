"""The tables of the medication records. A version is only ever added."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.append_only import refuse
from pharmacy.core.tables import AppendOnlyError, Base, new_id


class RecordEntry(Base):
    """One entry of one patient's record; what it says stands in its versions."""

    __tablename__ = "record_entries"
    __table_args__ = (Index("ix_record_entries_patient", "patient_id", "opened_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    opened_at: Mapped[datetime]


class RecordVersion(Base):
    """What an entry said from a moment on (SOAP), and who wrote it. `number` counts from 1."""

    __tablename__ = "record_versions"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    entry_id: Mapped[str] = mapped_column(ForeignKey("record_entries.id"))
    number: Mapped[int]
    subjective: Mapped[str] = mapped_column(Text)
    objective: Mapped[str] = mapped_column(Text)
    assessment: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text)
    author_subject: Mapped[str] = mapped_column(String(255))
    author: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime]


class RecordLink(Base):
    """Two patients found to be one person. Nothing is moved: while the link stands, each record shows both."""

    __tablename__ = "record_links"
    __table_args__ = (
        Index("ix_record_links_one", "one_id", "state"),
        Index("ix_record_links_other", "other_id", "state"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    one_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    other_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    merged_by: Mapped[str] = mapped_column(String(200))
    merged_at: Mapped[datetime]
    separated_by: Mapped[str | None] = mapped_column(String(200))
    separated_at: Mapped[datetime | None]


class RecordHold(Base):
    """An order to keep a patient's record whatever its age (保全の指示). Released, never deleted."""

    __tablename__ = "record_holds"
    __table_args__ = (Index("ix_record_holds_patient", "patient_id", "released_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    reason: Mapped[str] = mapped_column(Text)
    held_by: Mapped[str] = mapped_column(String(200))
    held_at: Mapped[datetime]
    released_by: Mapped[str | None] = mapped_column(String(200))
    released_at: Mapped[datetime | None]


class FollowUp(Base):
    """A follow-up (服薬フォロー), of a therapy, a prescription or an order: due on a day in Japan, done by contact."""

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_thread", "thread_id"), Index("ix_follow_ups_branch", "branch", "state"))
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    order_id: Mapped[str | None] = mapped_column(String(32))  # came later, so no constraint
    prescription_id: Mapped[str | None] = mapped_column(String(32))  # came later too
    branch: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(Date)
    opened_by: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime]
    channel: Mapped[str | None] = mapped_column(String(10))
    result: Mapped[str | None] = mapped_column(Text)
    done_by: Mapped[str | None] = mapped_column(String(200))
    done_at: Mapped[datetime | None]


@event.listens_for(RecordVersion, "before_update")
def _keep_what_was_written(_mapper: object, _connection: object, row: RecordVersion) -> None:
    raise AppendOnlyError(f"version {row.id} of a medication record cannot be changed")


refuse(
    RecordVersion.__table__,
    "UPDATE",
    "record_versions_no_update",
    "a version of a medication record is only added",
)
