"""Rows that are only ever added: what the application might change by mistake, the database refuses (where it is SQLite)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, event


def refuse(table: Table, change: str, trigger: str, words: str) -> None:
    """Have the table made together with a trigger that refuses a change (`UPDATE`, `DELETE`), saying so in `words`."""
    made = f"CREATE TRIGGER {trigger} BEFORE {change} ON {table.name} BEGIN SELECT RAISE(ABORT, '{words}'); END"

    def make(_table: Table, connection: Connection, **_: Any) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(made)

    event.listen(table, "after_create", make)
