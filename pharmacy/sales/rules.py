"""By which channels a basket may be sold to somebody: the tables of the law, read from a data file."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pharmacy.core.data import DATA
from pharmacy.sales.products import Product, load_products

RULES_FILE: Final = DATA / "sale_rules.toml"

Channel = Literal["online", "video", "face_to_face"]
Channels = frozenset[str]
Line = tuple[Product, int]
"""A product and how many packs of it."""

HERE: Final[Channels] = frozenset({"online", "video"})
"""The channels that a remote pharmacy has."""


@dataclass(frozen=True)
class ClassRule:
    """What the law asks for a class of medicines."""

    channels: Channels
    only_for_the_user: bool
    information: bool
    subscription: bool


@dataclass(frozen=True)
class SmallPack:
    """For how many days at most a pack counts as small; `longer` for products of some kinds."""

    days: int
    longer: dict[str, int]


@dataclass(frozen=True)
class Rules:
    version: str
    adult_from_age: int
    history: timedelta
    record_period: timedelta
    follow_up: timedelta
    classes: dict[str, ClassRule]
    designated: dict[str, SmallPack]
    decisions: dict[tuple[str, str, str], Channels]


@cache
def load_rules(path: Path = RULES_FILE) -> Rules:
    """Read the rules once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Rules(
        version=content["version"],
        adult_from_age=content["adult_from_age"],
        history=timedelta(days=content["history_days"]),
        record_period=timedelta(days=content["record_days"]),
        follow_up=timedelta(days=content["follow_up_days"]),
        classes={
            name: ClassRule(**row | {"channels": frozenset(row["channels"])})
            for name, row in content["classes"].items()
        },
        designated={name: SmallPack(row["days"], row.get("longer", {})) for name, row in content["designated"].items()},
        decisions={(row["age"], row["pack"], row["packs"]): frozenset(row["channels"]) for row in content["decisions"]},
    )


def age_on(birthdate: str, today: date) -> int:
    """Whole years of age; 0, the most careful, when the date of birth makes no sense."""
    try:
        born = date.fromisoformat(birthdate)
    except ValueError:
        return 0
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def is_designated(product: Product) -> bool:
    """Whether it is a 指定濫用防止医薬品."""
    return bool(product.ingredients & load_rules().designated.keys())


def needs_information(lines: Iterable[Line]) -> bool:
    """Whether a pharmacist has to inform in writing, and see that it was understood, before the sale."""
    classes = load_rules().classes
    return any(classes[product.legal_class].information or is_designated(product) for product, _ in lines)


def only_for_the_user(lines: Iterable[Line]) -> bool:
    """Whether somebody may buy this for nobody but themselves."""
    return any(load_rules().classes[product.legal_class].only_for_the_user for product, _ in lines)


def may_be_subscribed(product: Product) -> bool:
    """Whether it may come again and again."""
    return load_rules().classes[product.legal_class].subscription and not is_designated(product)


def channels(lines: Iterable[Line], earlier: Iterable[Line], age: int, bought_elsewhere: bool = False) -> Channels:
    """By which channels this basket may be sold to a buyer of this age who bought `earlier` what counts still.

    Of designated drugs every pack with a common ingredient counts, in whatever product, order or shop.
    """
    rules, basket = load_rules(), list(lines)
    allowed = frozenset[str]({"online", "video", "face_to_face"})
    packs = _packs_of_designated([*basket, *earlier])
    for product, _ in basket:
        allowed &= rules.classes[product.legal_class].channels
        for ingredient in product.ingredients & rules.designated.keys():
            limit = rules.designated[ingredient]
            allowed &= rules.decisions[
                "adult" if age >= rules.adult_from_age else "minor",
                "large" if product.days > limit.longer.get(product.kind, limit.days) else "small",
                "several" if packs[ingredient] > 1 or bought_elsewhere else "one",
            ]
    return allowed


def _packs_of_designated(lines: Iterable[Line]) -> Counter[str]:
    designated, packs = load_rules().designated.keys(), Counter[str]()
    for product, quantity in lines:
        packs.update(dict.fromkeys(product.ingredients & designated, quantity))
    return packs


def lines_of(rows: Iterable[dict[str, Any]]) -> list[Line]:
    """The lines of a stored basket; a product that is sold no more is left out."""
    products = load_products()
    return [(products[row["product"]], row["quantity"]) for row in rows if row["product"] in products]
