"""What the shop sells, read from its data file."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pharmacy.core.data import DATA

PRODUCTS_FILE: Final = DATA / "otc_products.toml"

ProductClass = Literal["guidance_face_to_face", "guidance", "class_1", "class_2", "class_3"]


@dataclass(frozen=True)
class Product:
    """One pack. `components`: crude drugs of a Kampo formula in grams a day; `effects`: ids of the approved effects."""

    id: str
    name: str
    name_en: str
    legal_class: ProductClass
    kind: str
    days: int
    ingredients: frozenset[str]
    effects: frozenset[str]
    components: dict[str, float]
    text: str
    text_en: str


@cache
def load_products(path: Path = PRODUCTS_FILE) -> dict[str, Product]:
    """Every product by its id. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        row["id"]: Product(
            id=row["id"],
            name=row["name"],
            name_en=row["name_en"],
            legal_class=row["class"],
            kind=row["kind"],
            days=row["days"],
            ingredients=frozenset(row["ingredients"]),
            effects=frozenset(row["effects"]),
            components=dict(row.get("components", {})),
            text=row["text"],
            text_en=row["text_en"],
        )
        for row in content["products"]
    }


def plain(text: str) -> str:
    """For comparing what people write: one width, one case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
