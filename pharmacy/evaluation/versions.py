"""Versions of the AI: evaluated against the golden set, labelled by pharmacists, activated, and taken back in one step."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from pharmacy.ai import suggest
from pharmacy.ai.guards import WarningCode
from pharmacy.ai.versions import AiVersion, load_versions
from pharmacy.audit.trail import Action, record
from pharmacy.chat.threads import is_id
from pharmacy.core.context import Here
from pharmacy.core.problems import ProblemError
from pharmacy.evaluation import golden
from pharmacy.evaluation.golden import Kind, load_ai_golden
from pharmacy.evaluation.states import (
    EvaluationState,
    Label,
    active_version,
    advance,
    judged_by_people,
    last_activations,
    last_evaluation,
)
from pharmacy.evaluation.tables import AiActivation, AiEvaluation
from pharmacy.identity.access import ActingRole, CurrentPerson, GuardedRoute, guarded
from pharmacy.identity.sessions import Person

router = APIRouter(route_class=GuardedRoute, tags=["versions of the AI"])

VersionId = Annotated[str, Path(max_length=40, description="Id of a version", examples=["reply-2026.12.1"])]
EvaluationId = Annotated[str, Path(max_length=64, examples=["5f2c9a5e7b1d4c2680aa51e2f7c4d9b3"])]
CaseId = Annotated[str, Path(max_length=40, examples=["dose-headache"])]


class CaseView(BaseModel):
    """One answer of the golden set."""

    id: str
    kind: Kind
    question: str
    answer: str
    broken_rules: list[WarningCode | str] = Field(description="What the rules find wrong; `must`: something is missing")
    judged: Label = Field(description="What the model thinks of it: to be read, never what decides")
    people: bool = Field(description="A pharmacist has to label it")
    label: Label | None
    labelled_by: str | None = Field(examples=["鈴木薬子"])


class EvaluationView(BaseModel):
    """A run of the golden set."""

    id: str
    version: str
    golden_version: str
    state: EvaluationState
    cases: list[CaseView]
    run_by: str
    run_at: datetime


class VersionView(BaseModel):
    """A version, and how far it has come. `evaluation`: its last run."""

    id: str
    model: str = Field(description="Empty for the one of the settings")
    active: bool
    evaluation: EvaluationView | None


class NewLabel(BaseModel):
    """A pharmacist's judgement of one answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"label": "safe"}]})

    label: Label


@router.get("/api/ai-versions", **guarded("listAiVersions"))
def list_versions(here: Here, person: CurrentPerson) -> list[VersionView]:
    """All versions, in the order of the data."""
    with here.database.read() as session:
        return _views(session, person.branch)


@router.post(
    "/api/ai-versions/{version_id}/evaluations",
    status_code=201,
    **guarded("evaluateAiVersion", "not_found", "ai_unavailable", "invalid"),
)
def evaluate(here: Here, person: CurrentPerson, role: ActingRole, version_id: VersionId) -> EvaluationView:
    """Ask the company every question of the golden set as this version, and let the rules look at the answers."""
    version, now = _known(version_id), here.clock.now()
    try:
        cases = golden.run(here.settings, version, now)
    except suggest.AiUnavailableError as error:
        raise ProblemError("ai_unavailable", detail=str(error)) from error
    evaluation = AiEvaluation(
        branch=person.branch,
        version=version.id,
        version_digest=version.digest,
        golden_version=load_ai_golden().version,
        state="answered",
        cases=cases,
        run_by=person.name,
        run_at=now,
    )
    advance(evaluation, "rules_broken" if any(case["broken_rules"] for case in cases) else "rules_hold")
    with here.database.write() as session:
        session.add(evaluation)
        session.flush()
        _record(here, session, person, role, Action.AI_EVALUATED, evaluation, state=evaluation.state)
    return _view(evaluation)


@router.put(
    "/api/ai-evaluations/{evaluation_id}/cases/{case_id}/label",
    **guarded("labelAiAnswer", "not_found", "evaluation_closed", "invalid", "too_large"),
)
def label(
    here: Here, person: CurrentPerson, role: ActingRole, evaluation_id: EvaluationId, case_id: CaseId, new: NewLabel
) -> EvaluationView:
    """Say of one answer of the sample whether a patient could be given it."""
    with here.database.write() as session:
        evaluation = _find(session, person, evaluation_id)
        cases = [dict(case) for case in evaluation.cases]
        found = [case for case in cases if case["id"] == case_id and case["people"]]
        if not found:
            raise ProblemError("not_found")
        if evaluation.state != "awaiting_people":
            raise ProblemError("evaluation_closed")
        found[0] |= {"label": new.label, "labelled_by": person.name}
        evaluation.cases = cases
        if event := judged_by_people(cases):
            advance(evaluation, event)
        detail = {"case": case_id, "label": new.label, "state": evaluation.state}
        _record(here, session, person, role, Action.AI_LABELLED, evaluation, **detail)
    return _view(evaluation)


@router.post(
    "/api/ai-versions/{version_id}/activation",
    **guarded("activateAiVersion", "not_found", "gate_not_passed", "invalid"),
)
def activate(here: Here, person: CurrentPerson, role: ActingRole, version_id: VersionId) -> list[VersionView]:
    """Let a version go live, if its last evaluation has passed, as it is now and against the golden set of now."""
    version = _known(version_id)
    with here.database.write() as session:
        evaluation = last_evaluation(session, person.branch, version.id)
        current = (version.digest, load_ai_golden().version)
        if (
            evaluation is None
            or evaluation.state != "passed"
            or (evaluation.version_digest, evaluation.golden_version) != current
        ):
            raise ProblemError("gate_not_passed", detail=evaluation.state if evaluation else "not_evaluated")
        _go_live(here, session, person, role, version.id, evaluation.id, Action.AI_ACTIVATED)
        return _views(session, person.branch)


@router.post("/api/ai-versions/rollback", **guarded("rollBackAiVersion", "no_earlier_version"))
def roll_back(here: Here, person: CurrentPerson, role: ActingRole) -> list[VersionView]:
    """Back to what was live before, at once and without asking the company anything."""
    with here.database.write() as session:
        last = last_activations(session, person.branch, 2)
        if not last:
            raise ProblemError("no_earlier_version")
        before = last[1].version if len(last) > 1 else next(iter(load_versions()))
        _go_live(here, session, person, role, before, None, Action.AI_ROLLED_BACK)
        return _views(session, person.branch)


def _go_live(
    here: Here, session: Session, person: Person, role: str, version: str, evaluation: str | None, action: Action
) -> None:
    session.add(
        AiActivation(
            branch=person.branch,
            version=version,
            evaluation_id=evaluation,
            activated_by=person.name,
            activated_at=here.clock.now(),
        )
    )
    session.flush()
    record(session, here.clock, person, role, action, f"ai_version:{version}", version=version, evaluation=evaluation)


def _known(version_id: str) -> AiVersion:
    version = load_versions().get(version_id)
    if version is None:
        raise ProblemError("not_found")
    return version


def _find(session: Session, person: Person, evaluation_id: str) -> AiEvaluation:
    found = session.get(AiEvaluation, evaluation_id, with_for_update=True) if is_id(evaluation_id) else None
    if found is None or found.branch != person.branch:
        raise ProblemError("not_found")
    return found


def _record(
    here: Here, session: Session, person: Person, role: str, action: Action, evaluation: AiEvaluation, **detail: Any
) -> None:
    target = f"ai_evaluation:{evaluation.id}"
    known: dict[str, Any] = {"version": evaluation.version, "golden_version": evaluation.golden_version}
    record(session, here.clock, person, role, action, target, **known, **detail)


def _views(session: Session, branch: str) -> list[VersionView]:
    active = active_version(session, branch)
    return [
        VersionView(
            id=version.id,
            model=version.model,
            active=version.id == active.id,
            evaluation=_view(last) if (last := last_evaluation(session, branch, version.id)) else None,
        )
        for version in load_versions().values()
    ]


def _view(evaluation: AiEvaluation) -> EvaluationView:
    return EvaluationView.model_validate(
        {
            "id": evaluation.id,
            "version": evaluation.version,
            "golden_version": evaluation.golden_version,
            "state": evaluation.state,
            "cases": evaluation.cases,
            "run_by": evaluation.run_by,
            "run_at": evaluation.run_at,
        }
    )
