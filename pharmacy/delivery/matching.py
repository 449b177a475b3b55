"""What was scanned, held against what was prescribed: item, strength, quantity, and whose label is on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pharmacy.delivery.products import load_products
from pharmacy.prescriptions.items import Item

Mismatch = Literal["label", "item", "strength", "quantity"]

_ENOUGH: Final = 1e-6
"""Quantities are counted in units and parts of them; this little is no difference."""


@dataclass(frozen=True)
class Scanned:
    """One package code, and how many units were counted."""

    code: str
    quantity: float


def mismatches(items: Sequence[Item], identifier: str, label: str, scans: Sequence[Scanned]) -> list[Mismatch]:
    """All that does not match, each named once; what nobody prescribed, or no package has, is a wrong item."""
    found: list[Mismatch] = [] if label == identifier else ["label"]
    left = list(scans)
    for item in items:
        scan = _scan_of(item, left)
        if scan is None:
            found.append("item")
            continue
        left.remove(scan)
        if not load_products()[scan.code].is_strength_of(item):
            found.append("strength")
        if abs(scan.quantity - item.quantity * item.days) > _ENOUGH:
            found.append("quantity")
    if left:
        found.append("item")
    return list(dict.fromkeys(found))


def _scan_of(item: Item, scans: Sequence[Scanned]) -> Scanned | None:
    """The scan of this drug, the one of the right strength first."""
    products = load_products()
    of_drug = [scan for scan in scans if scan.code in products and products[scan.code].is_drug_of(item)]
    return max(of_drug, key=lambda scan: products[scan.code].is_strength_of(item), default=None)
