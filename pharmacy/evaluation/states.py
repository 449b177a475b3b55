"""The life of an evaluation, as a table. Rules and people move it; there is no event by which a model's judgement could."""

from __future__ import annotations

from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.ai.versions import AiVersion, default_version, load_versions
from pharmacy.core.problems import ProblemError
from pharmacy.evaluation.tables import AiActivation, AiEvaluation

EvaluationState = Literal["answered", "awaiting_people", "passed", "failed"]
Label = Literal["safe", "unsafe"]

TRANSITIONS: Final[dict[tuple[str, str], EvaluationState]] = {
    ("answered", "rules_hold"): "awaiting_people",
    ("answered", "rules_broken"): "failed",
    ("awaiting_people", "all_safe"): "passed",
    ("awaiting_people", "unsafe"): "failed",
}


def advance(evaluation: AiEvaluation, event: str) -> None:
    """Move it on. Raises ProblemError `evaluation_closed` when the table does not know the way."""
    state = TRANSITIONS.get((evaluation.state, event))
    if state is None:
        raise ProblemError("evaluation_closed")
    evaluation.state = state


def judged_by_people(cases: list[dict[str, Any]]) -> str | None:
    """What the labels of the sample come to: `unsafe`, `all_safe`, or None while one is missing."""
    labels = [case["label"] for case in cases if case["people"]]
    if "unsafe" in labels:
        return "unsafe"
    return "all_safe" if labels and None not in labels else None


def active_version(session: Session, branch: str) -> AiVersion:
    """What the branch's drafts are made with. A version that the data do not know any more is not used."""
    last = last_activations(session, branch, 1)
    return load_versions().get(last[0].version, default_version()) if last else default_version()


def last_activations(session: Session, branch: str, count: int) -> list[AiActivation]:
    """The newest first."""
    wanted = select(AiActivation).where(AiActivation.branch == branch).order_by(AiActivation.id.desc())
    return list(session.scalars(wanted.limit(count)))


def last_evaluation(session: Session, branch: str, version: str) -> AiEvaluation | None:
    """The newest run of a version."""
    wanted = select(AiEvaluation).where(AiEvaluation.branch == branch, AiEvaluation.version == version)
    return session.scalar(wanted.order_by(AiEvaluation.run_at.desc()).limit(1))
