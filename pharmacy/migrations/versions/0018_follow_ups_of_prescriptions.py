"""Follow-ups of prescriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    with op.batch_alter_table("follow_ups") as batch_op:
        batch_op.add_column(sa.Column("prescription_id", sa.String(length=32), nullable=True))
