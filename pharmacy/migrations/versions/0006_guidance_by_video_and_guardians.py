"""Guidance by video, and guardians."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "guardianships",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=32), nullable=False),
        sa.Column("guardian_id", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("verified_by", sa.String(length=200), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["patients.id"],
        ),
        sa.ForeignKeyConstraint(
            ["guardian_id"],
            ["patients.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("child_id", "guardian_id"),
    )
    with op.batch_alter_table("guardianships") as batch_op:
        batch_op.create_index(batch_op.f("ix_guardianships_guardian_id"), ["guardian_id"], unique=False)

    op.create_table(
        "guidances",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("branch", sa.String(length=100), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("medicines", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pharmacist_subject", sa.String(length=255), nullable=False),
        sa.Column("pharmacist_name", sa.String(length=200), nullable=False),
        sa.Column("pharmacist_licence", sa.String(length=40), nullable=False),
        sa.Column("notice_version", sa.String(length=40), nullable=True),
        sa.Column("notice_answered_by", sa.String(length=200), nullable=True),
        sa.Column("identity_method", sa.String(length=20), nullable=True),
        sa.Column("pharmacist_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appropriate", sa.Boolean(), nullable=True),
        sa.Column("judgement_reason", sa.Text(), nullable=True),
        sa.Column("meeting_id", sa.String(length=40), nullable=True),
        sa.Column("meeting_host", sa.String(length=80), nullable=True),
        sa.Column("passcode", sa.String(length=20), nullable=True),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.Column("techniques", sa.JSON(), nullable=False),
        sa.Column("gist", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.id"],
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["threads.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("guidances") as batch_op:
        batch_op.create_index("ix_guidances_meeting", ["meeting_id"], unique=False)
        batch_op.create_index("ix_guidances_subject", ["subject_kind", "subject_id", "state"], unique=False)
        batch_op.create_index("ix_guidances_thread", ["thread_id", "planned_at"], unique=False)
