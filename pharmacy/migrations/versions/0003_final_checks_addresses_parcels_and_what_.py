"""Final checks, addresses, parcels and what the carrier says of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.id"],
        ),
        sa.PrimaryKeyConstraint("patient_id", "number"),
    )
    op.create_table(
        "destinations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prescription_id", sa.String(length=32), nullable=True),
        sa.Column("address_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_subject", sa.String(length=255), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescriptions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("destinations") as batch_op:
        batch_op.create_index(batch_op.f("ix_destinations_prescription_id"), ["prescription_id"], unique=False)

    op.create_table(
        "final_checks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prescription_id", sa.String(length=32), nullable=False),
        sa.Column("mismatches", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checker_subject", sa.String(length=255), nullable=False),
        sa.Column("checker_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescriptions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("final_checks") as batch_op:
        batch_op.create_index(batch_op.f("ix_final_checks_prescription_id"), ["prescription_id"], unique=False)

    op.create_table(
        "shipments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prescription_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("destination_id", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=10), nullable=False),
        sa.Column("handover", sa.String(length=10), nullable=False),
        sa.Column("cold", sa.Boolean(), nullable=False),
        sa.Column("limits_version", sa.String(length=40), nullable=False),
        sa.Column("tracking_no", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by", sa.String(length=10), nullable=True),
        sa.Column("cancellation_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destinations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescriptions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tracking_no"),
    )
    with op.batch_alter_table("shipments") as batch_op:
        batch_op.create_index(batch_op.f("ix_shipments_prescription_id"), ["prescription_id"], unique=False)
        batch_op.create_index("ix_shipments_state", ["state", "receipt_due_at"], unique=False)

    op.create_table(
        "carrier_reports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.String(length=64), nullable=False),
        sa.Column("shipment_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipments.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("report_id"),
    )
    with op.batch_alter_table("carrier_reports") as batch_op:
        batch_op.create_index(batch_op.f("ix_carrier_reports_shipment_id"), ["shipment_id"], unique=False)
