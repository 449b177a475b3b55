"""Run by Alembic around the revisions, over a connection that is open and locked already; nobody imports it."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from pharmacy.core.tables import UtcDateTime


def _rendered(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A revision depends on no class of ours: it must still run when they have changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=given.get("metadata"),
    include_object=given.get("include_object"),
    render_item=_rendered,
    render_as_batch=True,  # SQLite changes a column by making the table anew
    transactional_ddl=True,
)
context.run_migrations()
