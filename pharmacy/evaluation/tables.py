"""What is kept of the AI's versions: each evaluation with all answers, and each activation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.core.tables import Base, NumberedKey, new_id


class AiEvaluation(Base):
    """One run of the golden set against one version. `cases`: question, answer, findings, judgement, label of each."""

    __tablename__ = "ai_evaluations"
    __table_args__ = (Index("ix_ai_evaluations_version", "branch", "version", "run_at"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    branch: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(40))
    version_digest: Mapped[str] = mapped_column(String(64))
    golden_version: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    cases: Mapped[list[dict[str, Any]]]
    run_by: Mapped[str] = mapped_column(String(200))
    run_at: Mapped[datetime]


class AiActivation(Base):
    """A version went live in a branch. The last one counts; the others say what a rollback goes back to."""

    __tablename__ = "ai_activations"
    __table_args__ = (Index("ix_ai_activations_branch", "branch", "id"),)
    id: Mapped[int] = mapped_column(NumberedKey, primary_key=True, autoincrement=True)
    branch: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(40))
    evaluation_id: Mapped[str | None] = mapped_column(String(32))
    activated_by: Mapped[str] = mapped_column(String(200))
    activated_at: Mapped[datetime]
