"""Prescriptions, inquiries, the dispensing record, backgrounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "backgrounds",
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("notebook", sa.JSON(), nullable=True),
        sa.Column("concomitant", sa.JSON(), nullable=True),
        sa.Column("reactions", sa.JSON(), nullable=True),
        sa.Column("weight_kg", sa.Double(), nullable=True),
        sa.Column("egfr", sa.Double(), nullable=True),
        sa.Column("kidney_disease", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.id"],
        ),
        sa.PrimaryKeyConstraint("patient_id"),
    )
    op.create_table(
        "prescriptions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("branch", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("medium", sa.String(length=20), nullable=False),
        sa.Column("redemption_number", sa.String(length=16), nullable=True),
        sa.Column("institution", sa.String(length=200), nullable=False),
        sa.Column("prescriber", sa.String(length=200), nullable=False),
        sa.Column("visit", sa.String(length=20), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("valid_until", sa.String(length=10), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("items_as_issued", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.Column("dispensed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispensed_by", sa.String(length=200), nullable=True),
        sa.Column("dispensed_subject", sa.String(length=255), nullable=True),
        sa.Column("guided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guided_by", sa.String(length=200), nullable=True),
        sa.Column("guided_subject", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("prescriptions") as batch_op:
        batch_op.create_index("ix_prescriptions_branch", ["branch", "received_at"], unique=False)
        batch_op.create_index("ix_prescriptions_fingerprint", ["fingerprint"], unique=False)
        batch_op.create_index("ix_prescriptions_patient", ["patient_id", "received_at"], unique=False)

    op.create_table(
        "dispensings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prescription_id", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("dispensed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pharmacist", sa.String(length=200), nullable=False),
        sa.Column("pharmacist_subject", sa.String(length=255), nullable=False),
        sa.Column("patient_name", sa.String(length=200), nullable=False),
        sa.Column("patient_birthdate", sa.String(length=10), nullable=False),
        sa.Column("institution", sa.String(length=200), nullable=False),
        sa.Column("prescriber", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("inquiries", sa.JSON(), nullable=False),
        sa.Column("master_version", sa.String(length=40), server_default="", nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.String(length=200), nullable=True),
        sa.Column("voided_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescriptions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("dispensings") as batch_op:
        batch_op.create_index("ix_dispensings_fingerprint", ["fingerprint"], unique=False)

    op.create_table(
        "inquiries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prescription_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("doctor", sa.String(length=200), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescriptions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("inquiries") as batch_op:
        batch_op.create_index("ix_inquiries_prescription", ["prescription_id", "opened_at"], unique=False)
