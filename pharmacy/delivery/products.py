"""What can be scanned, and how it must be stored and sent: a file with version, which a pharmacist can correct."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.core.data import DATA
from pharmacy.prescriptions.items import Item

PRODUCTS_FILE: Final = DATA / "packages.toml"


@dataclass(frozen=True)
class Product:
    """A package of one drug in one strength: milligrams of the ingredient in one unit."""

    code: str
    names: tuple[str, ...]
    strength_mg: float
    unit: str
    storage: str
    control: str

    def is_drug_of(self, item: Item) -> bool:
        return _plain(item.drug) in self.names

    def is_strength_of(self, item: Item) -> bool:
        return self.strength_mg == item.strength_mg and self.unit == item.unit


@cache
def load_products(path: Path = PRODUCTS_FILE) -> dict[str, Product]:
    """Read the products once, by code. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    products = [
        Product(
            code=entry["code"],
            names=tuple(_plain(name) for name in entry["names"]),
            strength_mg=entry["strength_mg"],
            unit=entry["unit"],
            storage=entry["storage"],
            control=entry["control"],
        )
        for entry in content["products"]
    ]
    return {product.code: product for product in products}


def product_of(item: Item) -> Product | None:
    """The package that the prescription asks for; None when we know of none."""
    products = load_products().values()
    return next((product for product in products if product.is_drug_of(item) and product.is_strength_of(item)), None)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
