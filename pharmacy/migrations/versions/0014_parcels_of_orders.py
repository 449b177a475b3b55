"""Parcels of orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("destinations") as batch_op:
        batch_op.add_column(sa.Column("order_id", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_destinations_order_id"), ["order_id"], unique=False)

    with op.batch_alter_table("shipments") as batch_op:
        batch_op.add_column(sa.Column("order_id", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_shipments_order_id"), ["order_id"], unique=False)
