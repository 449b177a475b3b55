"""How medicines may travel: rules that a pharmacist can read and correct, in a file with version and source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from pharmacy.core.data import DATA

LIMITS_FILE: Final = DATA / "delivery.toml"

Service = Literal["standard", "cold", "special"]
Handover = Literal["in_person", "locker", "unattended"]

SERVICES: Final[tuple[Service, ...]] = ("standard", "cold", "special")
HANDOVERS: Final[tuple[Handover, ...]] = ("in_person", "locker", "unattended")


class Medicine(Protocol):
    """What the rules look at."""

    @property
    def storage(self) -> str: ...

    @property
    def control(self) -> str: ...


@dataclass(frozen=True)
class Ways:
    """How something may travel; where nothing is left, it is not sent."""

    services: tuple[Service, ...]
    handovers: tuple[Handover, ...]


@dataclass(frozen=True)
class Limits:
    """`receipt_within`: how long after the carrier's "delivered" the patient may be silent."""

    version: str
    receipt_within: timedelta
    storage: dict[str, list[str]]
    control: dict[str, dict[str, Any]]
    sender: str
    contents: str
    notice: str

    def ways(self, medicines: Iterable[Medicine]) -> Ways:
        """What all these may take together."""
        services, handovers = set(SERVICES), set(HANDOVERS)
        for medicine in medicines:
            control = self.control[medicine.control]
            services &= set(self.storage[medicine.storage]) & set(control["services"])
            handovers &= set(control["handovers"])
        return Ways(
            tuple(service for service in SERVICES if service in services),
            tuple(handover for handover in HANDOVERS if handover in handovers),
        )


@cache
def load_limits(path: Path = LIMITS_FILE) -> Limits:
    """Read the rules once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    words = content["words"]
    return Limits(
        version=content["version"],
        receipt_within=timedelta(hours=content["receipt"]["hours"]),
        storage={kind: content["storage"][kind] for kind in ("room", "cold")},
        control=content["control"],
        sender=words["sender"],
        contents=words["contents"],
        notice=words["notice"],
    )
