"""Filling a test system: from a recipe that holds no person's data at all, and into a database of made-up people only.

A recipe says how many and which seed; the people are made here. Whatever else is handed in, a dump of production above
all, is refused unread: there is no way by which a datum of a file could get into the database.
"""

from __future__ import annotations

import random
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from pharmacy.core.data import DATA
from pharmacy.core.database import Database
from pharmacy.core.tables import Message, Patient, Thread
from pharmacy.settings import SettingsError
from pharmacy.tables import TABLES

NAMES_FILE: Final = DATA / "seed_names.toml"
ISSUER: Final = "https://synthetic.invalid"
"""The identity provider of made-up people: by RFC 2606 no real one can have this name."""

LONGEST_RECIPE: Final = 1000
"""Bytes. A recipe is five lines; nothing longer is even read."""


class Recipe(BaseModel):
    """All that a recipe can say."""

    model_config = ConfigDict(extra="forbid", strict=True)

    synthetic: bool
    seed: int = Field(ge=0)
    patients: int = Field(ge=1, le=10_000)
    branch: str = Field(pattern=r"^[a-z0-9-]{1,40}$", description="Of the test system; no real branch is called so")


def read_recipe(path: Path) -> Recipe:
    """Raises SettingsError for anything that is not a recipe."""
    try:
        if path.stat().st_size > LONGEST_RECIPE:
            raise SettingsError(f"{path} is no recipe: refused, it may hold data of real people")
        recipe = Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise SettingsError(f"{path} is no recipe: refused, it may hold data of real people") from error
    if not recipe.synthetic:
        raise SettingsError(f"{path} does not ask for synthetic people: refused")
    return recipe


def seed(recipe: Recipe, database_url: str) -> int:
    """Make the people of the recipe; gives how many. Raises SettingsError where real ones are, or nothing can be kept."""
    database = Database(database_url)
    try:
        database.prepare(TABLES)
        with database.write() as session:
            real = session.scalar(select(func.count()).select_from(Patient).where(Patient.issuer != ISSUER))
            if real:
                raise SettingsError("the database holds people who were not made up: refused")
            words, chance = tomllib.loads(NAMES_FILE.read_text(encoding="utf-8")), random.Random(recipe.seed)
            already = session.scalar(select(func.count()).select_from(Patient)) or 0
            for number in range(already + 1, already + recipe.patients + 1):
                patient = _patient(recipe, number, words, chance)
                session.add(patient)
                session.flush()
                thread = Thread(patient_id=patient.id, branch=recipe.branch, last_seq=1, last_patient_seq=1)
                session.add(thread)
                session.flush()
                session.add(_question(thread, patient, chance.choice(words["questions"])))
    except SQLAlchemyError as error:
        raise SettingsError(f"cannot use the database: {type(error).__name__}; check --database-url") from error
    finally:
        database.close()
    return recipe.patients


def _patient(recipe: Recipe, number: int, words: dict[str, list[str]], chance: random.Random) -> Patient:
    born = datetime(1940, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(365 * 60))
    return Patient(
        issuer=ISSUER,
        subject=f"synthetic-{recipe.seed}-{number}",
        identifier=f"P-S{number:07}",
        name=f"{chance.choice(words['family'])}{chance.choice(words['given'])}",
        birthdate=born.date().isoformat(),
        phone=f"000-0000-{number % 10_000:04}",
        branch=recipe.branch,
    )


def _question(thread: Thread, patient: Patient, text: str) -> Message:
    now = datetime.now(UTC)
    thread.waiting_since = now
    return Message(thread_id=thread.id, seq=1, kind="patient", text=text, author=patient.name, sent_at=now)
