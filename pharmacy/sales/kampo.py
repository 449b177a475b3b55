"""What a pharmacist must be warned of before Kampo is sold. Deterministic; the data are the shop's and the rules' files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from pharmacy.sales.products import Product, load_products, plain
from pharmacy.sales.rules import RULES_FILE

WarningKind = Literal["licorice", "ephedra", "pregnancy", "child"]


class KampoWarning(BaseModel):
    """Something that a pharmacist has to weigh before the sale."""

    code: WarningKind
    because_of: list[str] = Field(description="Products of the order, and what else is taken", examples=[["葛根湯"]])
    grams_a_day: float | None = Field(description="Of licorice, in all; null with other warnings", examples=[7.0])


@dataclass(frozen=True)
class Taken:
    """One thing that somebody takes: by name, with its ingredients and its Kampo components in grams a day."""

    name: str
    ingredients: frozenset[str]
    components: dict[str, float]


@dataclass(frozen=True)
class KampoRules:
    licorice: str
    ephedra: str
    sympathomimetics: tuple[str, ...]
    not_in_pregnancy: frozenset[str]
    not_for_children: frozenset[str]
    child_under_age: int
    formulas: dict[str, dict[str, float]]


@cache
def load_kampo(path: Path = RULES_FILE) -> KampoRules:
    """Read the rules once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    row = tomllib.loads(path.read_text(encoding="utf-8"))["kampo"]
    return KampoRules(
        licorice=row["licorice"],
        ephedra=row["ephedra"],
        sympathomimetics=tuple(row["sympathomimetics"]),
        not_in_pregnancy=frozenset(row["not_in_pregnancy"]),
        not_for_children=frozenset(row["not_for_children"]),
        child_under_age=row["child_under_age"],
        formulas=row["formulas"],
    )


def of_product(product: Product) -> Taken:
    return Taken(product.name, product.ingredients, product.components)


def of_chart(entry: str) -> Taken:
    """What an entry of a chart names, as far as it is known: products, their formulas, other formulas, ingredients."""
    rules, words = load_kampo(), plain(entry)
    components: dict[str, float] = {}
    ingredients = {name for name in rules.sympathomimetics if plain(name) in words}
    for name in (rules.licorice, rules.ephedra, *rules.not_in_pregnancy, *rules.not_for_children):
        if plain(name) in words:
            components[name] = 0.0  # somebody takes it, how much is not said
    for formula, parts in rules.formulas.items():
        if plain(formula) in words:
            components |= parts
    for product in load_products().values():
        if plain(product.name) in words or any(plain(name) in words for name in product.ingredients):
            components |= product.components
            if plain(product.name) in words:
                ingredients |= product.ingredients
    return Taken(entry, frozenset(ingredients), components)


def warnings(
    ordered: Iterable[Product], also: Iterable[Product], medicines: Iterable[str], age: int, pregnancy: str
) -> list[KampoWarning]:
    """Of an order, with what its user takes `also`. `pregnancy`: yes, no or unknown, which is not no."""
    rules = load_kampo()
    basket = [of_product(product) for product in ordered]
    everything = [*basket, *map(of_product, also), *map(of_chart, medicines)]
    return [
        *_licorice(rules, basket, everything),
        *_ephedra(rules, basket, everything),
        *_not_for(rules.not_in_pregnancy if pregnancy != "no" else frozenset(), basket, "pregnancy"),
        *_not_for(rules.not_for_children if age < rules.child_under_age else frozenset(), basket, "child"),
    ]


def _licorice(rules: KampoRules, basket: Sequence[Taken], everything: Sequence[Taken]) -> Iterable[KampoWarning]:
    sources = {one.name: one.components[rules.licorice] for one in everything if rules.licorice in one.components}
    if len(sources) > 1 and any(one.name in sources for one in basket):
        total = round(sum(sources.values()), 2)
        yield KampoWarning(code="licorice", because_of=list(sources), grams_a_day=total)


def _ephedra(rules: KampoRules, basket: Sequence[Taken], everything: Sequence[Taken]) -> Iterable[KampoWarning]:
    """Ephedra with a sympathomimetic, or with more ephedra, which is one."""
    ephedra = {one.name for one in everything if rules.ephedra in one.components}
    like_it = {one.name for one in everything if one.ingredients & set(rules.sympathomimetics)}
    involved = ephedra | like_it
    if ephedra and len(involved) > 1 and any(one.name in involved for one in basket):
        yield KampoWarning(code="ephedra", because_of=sorted(involved), grams_a_day=None)


def _not_for(components: frozenset[str], basket: Sequence[Taken], code: WarningKind) -> Iterable[KampoWarning]:
    names = [one.name for one in basket if components & one.components.keys()]
    if names:
        yield KampoWarning(code=code, because_of=names, grams_a_day=None)
