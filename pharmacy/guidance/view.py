"""Guidance as people see it, and who may see it at all."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.chat.threads import is_id
from pharmacy.core.problems import ProblemError
from pharmacy.core.tables import Patient, Thread
from pharmacy.core.texts import WRITTEN
from pharmacy.guidance.guardianship import speaks_for
from pharmacy.guidance.rules import Notice, devices_among, is_minor, load_notice
from pharmacy.guidance.states import GuidanceState
from pharmacy.guidance.subjects import SUBJECTS, SubjectKind
from pharmacy.guidance.tables import Guidance
from pharmacy.identity.sessions import Person

GuidanceId = Annotated[str, Path(description="Id of a guidance", examples=["5f2c9a5e7b1d4c2680aa51e2f7c4d9b3"])]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=WRITTEN)]
Medicine = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=WRITTEN)]
Method = Literal["photo_id", "registered"]


class ShownPapers(BaseModel):
    """What somebody shows to say who they are, read off by the pharmacist."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"method": "photo_id", "name": "佐藤花子", "birthdate": "1984-05-06"}]},
    )

    method: Method = Field(description="Photo ID, or the method registered with the pharmacy")
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=WRITTEN)]
    birthdate: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]

    def match(self, patient: Patient) -> bool:
        """Whether name and date of birth are those of this patient; blanks in a name do not count."""
        return _joined(self.name) == _joined(patient.name) and self.birthdate == patient.birthdate


class Technique(BaseModel):
    """That the patient was seen to use a device rightly, and how."""

    medicine: str = Field(examples=["架空吸入薬"])
    how: str = Field(examples=["練習器で吸い込みと息止めを見た"])
    checked_by: str = Field(examples=["鈴木薬子"])


class GuidanceView(BaseModel):
    """One visit by video."""

    id: str
    thread_id: str
    patient_name: str = Field(examples=["佐藤花子"])
    minor: bool = Field(description="Whether a guardian has to accept the notice")
    subject_kind: SubjectKind
    subject_id: str
    state: GuidanceState
    medicines: list[str] = Field(examples=[["アモキシシリン"]])
    pharmacist_name: str = Field(examples=["鈴木薬子"])
    pharmacist_licence: str = Field(description="Number in the register of pharmacists", examples=["第000000号"])
    mine: bool = Field(description="Whether the person who asks is the pharmacist of this visit")
    planned_at: datetime
    notice: Notice
    notice_accepted: str | None = Field(description="The version that was accepted", examples=["2026.11.1"])
    notice_answered_by: str | None
    identity_method: Method | None
    appropriate: bool | None = Field(description="The pharmacist's judgement whether it may be online")
    judgement_reason: str | None
    techniques: list[Technique]
    techniques_missing: list[str] = Field(description="Medicines whose technique has not been checked yet")
    gist: str | None
    ended_at: datetime | None
    end_reason: str | None


def covered_by(session: Session, guidance: Guidance) -> list[str]:
    """The medicines that the guidance covers as they stand now."""
    return [*SUBJECTS[guidance.subject_kind].medicines(session, guidance.subject_id), *guidance.medicines]


def techniques_missing(session: Session, guidance: Guidance) -> list[str]:
    """Medicines that need a technique which nobody has checked in this visit."""
    checked = {entry["medicine"] for entry in guidance.techniques}
    return [medicine for medicine in devices_among(covered_by(session, guidance)) if medicine not in checked]


def view_of(session: Session, now: datetime, person: Person, guidance: Guidance) -> GuidanceView:
    """The guidance as this person may see it."""
    patient = session.get_one(Patient, guidance.patient_id)
    return GuidanceView.model_validate(
        {
            "id": guidance.id,
            "thread_id": guidance.thread_id,
            "patient_name": patient.name,
            "minor": is_minor(patient.birthdate, now),
            "subject_kind": guidance.subject_kind,
            "subject_id": guidance.subject_id,
            "state": guidance.state,
            "medicines": covered_by(session, guidance),
            "pharmacist_name": guidance.pharmacist_name,
            "pharmacist_licence": guidance.pharmacist_licence,
            "mine": guidance.pharmacist_subject == person.subject and not person.is_patient,
            "planned_at": guidance.planned_at,
            "notice": load_notice(),
            "notice_accepted": guidance.notice_version,
            "notice_answered_by": guidance.notice_answered_by,
            "identity_method": guidance.identity_method,
            "appropriate": guidance.appropriate,
            "judgement_reason": guidance.judgement_reason,
            "techniques": [{name: entry[name] for name in Technique.model_fields} for entry in guidance.techniques],
            "techniques_missing": techniques_missing(session, guidance),
            "gist": guidance.gist,
            "ended_at": guidance.ended_at,
            "end_reason": guidance.end_reason,
        }
    )


def find_guidance(session: Session, person: Person, guidance_id: str, now: datetime) -> tuple[Guidance, Thread]:
    """The guidance, locked, if this person may know of it: the patient, who speaks for them, or staff of the branch.

    Raises ProblemError `not_found` else: that it exists is not told.
    """
    if not is_id(guidance_id):
        raise ProblemError("not_found")
    guidance = session.scalar(select(Guidance).where(Guidance.id == guidance_id).with_for_update())
    if guidance is None or not _may_see(session, person, guidance, now):
        raise ProblemError("not_found")
    return guidance, session.get_one(Thread, guidance.thread_id)


def _may_see(session: Session, person: Person, guidance: Guidance, now: datetime) -> bool:
    if not person.is_patient:
        return guidance.branch == person.branch
    if guidance.patient_id == person.patient_id:
        return True
    return speaks_for(session, person.patient_id, session.get_one(Patient, guidance.patient_id), now)


def find_own(session: Session, person: Person, guidance_id: str, now: datetime) -> tuple[Guidance, Thread]:
    """As `find_guidance`, for the acts that only its pharmacist does. Raises ProblemError `claimed` for a colleague."""
    guidance, thread = find_guidance(session, person, guidance_id, now)
    if guidance.pharmacist_subject != person.subject:
        raise ProblemError("claimed")
    return guidance, thread


def _joined(name: str) -> str:
    return "".join(name.split())
