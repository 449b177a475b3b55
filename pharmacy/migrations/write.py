"""`python -m pharmacy migration "what it does"`: the next revision, as the models differ from all revisions so far."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from pharmacy.core import schema
from pharmacy.core.tables import Base
from pharmacy.settings import SettingsError
from pharmacy.tables import TABLES

NOTHING = "the revisions make the tables of the models already: nothing to write"


def write_revision(what: str, package: str | None = None) -> str:
    """Write the next revision and give its path, or say that none is needed. `package`: for its tables alone.

    Raises SettingsError when no package of that name has tables.
    """
    from alembic import command

    wanted = _tables_of(package)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        schema.upgrade(connection)
        config = schema.configuration(
            connection=connection, metadata=TABLES, include_object=lambda *about: _is_wanted(wanted, *about)
        )
        revision = f"{int(schema.newest()) + 1:04}"
        written: Any = command.revision(
            config, what, autogenerate=True, rev_id=revision, process_revision_directives=_skip_when_empty
        )
    if not written:
        return NOTHING
    _tidy(Path(written.path))
    return str(Path(written.path).relative_to(schema.MIGRATIONS.parents[1]))


def _tables_of(package: str | None) -> frozenset[str]:
    found = frozenset(
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if package is None or f".{package}." in mapper.class_.__module__
    )
    if not found:
        raise SettingsError(f"no module of pharmacy.{package} has tables, or pharmacy/tables.py does not name it")
    return found


def _is_wanted(wanted: frozenset[str], item: Any, name: str, kind: str, _reflected: bool, _other: Any) -> bool:
    table = name if kind == "table" else item.table.name
    return table in wanted


def _skip_when_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if directives[0].upgrade_ops.is_empty():
        directives.clear()


def _tidy(revision: Path) -> None:
    lines = [line for line in revision.read_text(encoding="utf-8").splitlines() if "# ###" not in line]
    revision.write_text("\n".join(lines).replace(", schema=None)", ")") + "\n", encoding="utf-8")
    for tool in (("check", "--fix"), ("format",)):
        subprocess.run([sys.executable, "-m", "ruff", *tool, "--quiet", str(revision)], check=True)
