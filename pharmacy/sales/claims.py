"""What a text may claim of a product: its approved effects and no guarantee (薬機法 66条)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pharmacy.core.data import DATA
from pharmacy.sales.products import Product, load_products, plain

CLAIMS_FILE: Final = DATA / "claims.toml"
_SENTENCE_END: Final = re.compile(r"(?<=[。．.!?！？\n])")


@dataclass(frozen=True)
class Claims:
    guarantees: tuple[re.Pattern[str], ...]
    claiming: re.Pattern[str]
    effects: dict[str, tuple[str, ...]]


class UnapprovedClaimError(Exception):
    """The shop's own data claim what is not approved."""


@cache
def load_claims(path: Path = CLAIMS_FILE) -> Claims:
    """Read once, and hold the shop's own texts to it. Raises UnapprovedClaimError, KeyError or TOMLDecodeError."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    claims = Claims(
        guarantees=tuple(re.compile(pattern) for pattern in content["guarantees"]),
        claiming=re.compile(content["claiming"]),
        effects={name: tuple(words) for name, words in content["effects"].items()},
    )
    for product in load_products().values():
        for text in (product.text, product.text_en):
            if found := [*_guarantees(text, claims), *_beyond(text, product, claims)]:
                raise UnapprovedClaimError(f"{product.id}: {', '.join(found)}")
    return claims


def of_product(text: str, product: Product) -> list[str]:
    """The words in a text about this product that go too far."""
    return [*_guarantees(text, load_claims()), *_beyond(text, product, load_claims())]


def of_message(text: str) -> list[str]:
    """The words in a message that promise an effect, or claim one of a product that it is not approved for.

    What a sentence says of effects is held to the products that it or the sentence before it names.
    """
    claims, named = load_claims(), list[Product]()
    found = list(_guarantees(text, claims))
    for sentence in _SENTENCE_END.split(text):
        named = _named(sentence) or named
        if named and claims.claiming.search(_wide(sentence)):
            allowed = frozenset[str]().union(*(product.effects for product in named))
            found += _effects_beyond(sentence, allowed, claims)
    return found


def _named(sentence: str) -> list[Product]:
    """The products that a sentence names, by their brand without the maker or the size of the pack."""
    words = plain(sentence)
    return [
        product
        for product in load_products().values()
        if any(brand in words for brand in (_brand(product.name.split()[0]), _brand(product.name_en.split(",")[0])))
    ]


def _brand(name: str) -> str:
    return plain(name).removeprefix("みほん").removeprefix("mihon")


def _wide(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _beyond(text: str, product: Product, claims: Claims) -> Iterator[str]:
    return _effects_beyond(text, product.effects, claims)


def _guarantees(text: str, claims: Claims) -> Iterator[str]:
    wide = _wide(text)
    for pattern in claims.guarantees:
        yield from (match[0] for match in pattern.finditer(wide))


def _effects_beyond(text: str, allowed: frozenset[str], claims: Claims) -> Iterator[str]:
    wide = _wide(text)
    for effect, words in claims.effects.items():
        if effect not in allowed:
            yield from (word for word in words if word in wide)
