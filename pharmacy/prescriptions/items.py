"""What is prescribed, line by line."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pharmacy.core.texts import WRITTEN

Unit = Literal["tablet", "capsule", "packet", "mg", "g", "mL"]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=WRITTEN)]


class Item(BaseModel):
    """One drug of a prescription: the quantity of a day, in how many portions, for how many days."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"drug": "アモキシシリン", "strength_mg": 250, "quantity": 3, "unit": "capsule", "times": 3, "days": 5}
            ]
        },
    )

    drug: ShortText = Field(description="Code or name in the drug master, as the prescription says")
    strength_mg: float | None = Field(
        default=None,
        gt=0,
        le=100_000,
        description="Milligrams of the ingredient in one unit: a tablet, a gram of powder, a millilitre",
    )
    quantity: float = Field(gt=0, le=100_000, description="For one day, in units")
    unit: Unit
    times: int = Field(ge=1, le=12, description="In how many portions a day")
    days: int = Field(ge=1, le=365)

    @property
    def daily_mg(self) -> float | None:
        """Milligrams of the ingredient a day; None when the strength is not told and the unit does not say it."""
        if self.unit == "mg":
            return self.quantity
        return None if self.strength_mg is None else self.quantity * self.strength_mg
