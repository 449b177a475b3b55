"""Which drugs a prescription, a chart or a notebook names, and what the review knows of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from pharmacy.ai.master import Drug, Master, load_master, mentions_in, plain
from pharmacy.core.data import DATA

PRESCRIBING_FILE: Final = DATA / "prescribing.toml"


@dataclass(frozen=True)
class ChildDose:
    """Milligrams for a child; a daily dose of 0 is: not for children."""

    daily_mg_per_kg: float
    max_daily_mg: float
    single_mg_per_kg: float | None = None


@dataclass(frozen=True)
class KidneyDose:
    """The daily milligrams below an eGFR (mL/min/1.73 m²); 0 is: not at all."""

    below: float
    max_daily_mg: float


@dataclass(frozen=True)
class About:
    """What the review knows of a drug beyond the master. `strengths`: milligrams in one unit that exist, by unit."""

    child: ChildDose | None = None
    kidneys: tuple[KidneyDose, ...] = ()
    strengths: dict[str, list[float]] | None = None
    control: str | None = None


@dataclass(frozen=True)
class Prescribing:
    version: str
    valid_for: timedelta
    refill_around: timedelta
    child_under: int
    duplicate_classes: frozenset[str]
    synonyms: dict[str, tuple[str, ...]]
    master: Master
    about: dict[str, About]


@cache
def load_prescribing(path: Path = PRESCRIBING_FILE) -> Prescribing:
    """Read the file once. Raises KeyError, TypeError or tomllib.TOMLDecodeError when it is broken."""
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    told = content["about"] | {drug["id"]: drug for drug in content["drugs"]}
    return Prescribing(
        version=f"{load_master().version}+{content['version']}",
        valid_for=timedelta(days=content["validity"]["days"]),
        refill_around=timedelta(days=content["validity"]["refill_days_around"]),
        child_under=content["children"]["under_years"],
        duplicate_classes=frozenset(content["duplicates"]["classes"]),
        synonyms={plain(name): tuple(drugs) for name, drugs in content["synonyms"].items()},
        master=_with(load_master(), content["drugs"]),
        about={drug: _about(entry) for drug, entry in told.items()},
    )


def _with(master: Master, entries: list[dict[str, Any]]) -> Master:
    more = tuple(
        Drug(
            id=drug["id"],
            names=tuple(plain(name) for name in drug["names"]),
            classes=frozenset(drug.get("classes", ())),
            tablet_mg=None,
            max_single_mg=drug.get("max_single_mg"),
            max_daily_mg=drug.get("max_daily_mg"),
            pregnancy=drug.get("pregnancy", "consult"),
            interacts=frozenset(drug.get("interacts", ())),
        )
        for drug in entries
        if all(drug["id"] != known.id for known in master.drugs)
    )
    return replace(master, drugs=(*master.drugs, *more))


def _about(entry: dict[str, Any]) -> About:
    return About(
        child=ChildDose(**entry["child"]) if "child" in entry else None,
        kidneys=tuple(sorted((KidneyDose(**dose) for dose in entry.get("kidneys", ())), key=lambda dose: dose.below)),
        strengths=entry.get("strengths"),
        control=entry.get("control"),
    )


def drugs_in(text: str) -> list[Drug]:
    """The drugs that the words name, each once; what is sold under a name of its own by its ingredients."""
    known, words = load_prescribing(), plain(text)
    ids = [drug for name, drugs in known.synonyms.items() if name in words for drug in drugs]
    ids += [mention.drug.id for mention in mentions_in(words, known.master)]
    return [drug for drug in known.master.drugs if drug.id in ids]


def classes_in(text: str) -> set[str]:
    """The classes of drugs that the words name: ペニシリン系."""
    words = plain(text)
    names = load_prescribing().master.class_names.items()
    return {name for name, aliases in names if any(alias in words for alias in aliases)}


def about(drug: Drug) -> About:
    return load_prescribing().about.get(drug.id, About())


def interact(one: Drug, other: Drug) -> bool:
    """Whether the two must not be taken together; the master says so at either of them."""
    return bool(one.interacts & {other.id, *other.classes} or other.interacts & {one.id, *one.classes})


def duplicates(one: Drug, other: Drug) -> bool:
    """The same ingredient, or the same class where that is duplicate therapy."""
    return one.id == other.id or bool(one.classes & other.classes & load_prescribing().duplicate_classes)


def ids_of(drugs: Iterable[Drug]) -> list[str]:
    return sorted({drug.id for drug in drugs})
