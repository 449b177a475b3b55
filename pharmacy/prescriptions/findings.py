"""What a review can find in a prescription, and all that it is judged by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from pharmacy.prescriptions.drugs import drugs_in
from pharmacy.prescriptions.items import Item

FindingCode = Literal[
    "allergy",
    "reaction",
    "interaction",
    "duplicate",
    "pregnancy",
    "pregnancy_unknown",
    "unknown_drug",
    "unreadable",
    "strength_missing",
    "no_such_strength",
    "over_max_dose",
    "child_dose_unknown",
    "not_for_children",
    "weight_missing",
    "egfr_missing",
    "not_for_kidneys",
    "controlled_first_online",
]
Source = Literal["prescription", "other_prescription", "chart", "notebook", "concomitant", "reactions", "bought"]
Need = Literal["inquiry", "value", "look"]


class Finding(BaseModel):
    """Something that the review must settle.

    `needs`: `inquiry` is settled by the prescriber, `value` by entering what is missing, `look` only has to be seen.
    """

    key: str = Field(description="Another finding, another key", examples=["2f1c9a5e7b1d4c26"])
    code: FindingCode
    needs: Need
    drug: str = Field(
        description="The prescribed drug; empty when it is about the patient", examples=["アモキシシリン"]
    )
    against: str | None = Field(default=None, description="What it is in conflict with", examples=["ペニシリン"])
    source: Source | None = Field(default=None, description="Where that stands")
    found: float | None = Field(default=None, description="Milligrams that are prescribed")
    limit: float | None = Field(default=None, description="Milligrams that are allowed")
    settled: bool = Field(default=False, description="The prescriber was asked about it and stands by the prescription")


@dataclass(frozen=True)
class Taken:
    """A medicine that the patient takes, as somebody wrote it down, and where."""

    text: str
    source: Source


@dataclass(frozen=True)
class Case:
    """All that a prescription is judged by."""

    items: tuple[Item, ...]
    visit: str
    change: str
    allergies: tuple[str, ...]
    reactions: tuple[str, ...]
    pregnancy: str
    taken: tuple[Taken, ...]
    age: int
    weight_kg: float | None
    egfr: float | None
    kidney_disease: str


def finding(code: FindingCode, needs: Need, drug: str = "", **told: object) -> Finding:
    """A finding with the key that belongs to it."""
    facts = repr((code, drug, sorted(told.items())))
    return Finding.model_validate(
        {"key": hashlib.sha256(facts.encode()).hexdigest()[:16], "code": code, "needs": needs, "drug": drug, **told}
    )


def readable(entry: str) -> bool:
    """Whether we know what an entry of the chart or the notebook is about."""
    return bool(drugs_in(entry))
