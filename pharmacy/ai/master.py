"""The drug master: which drugs a text may name, and where it names them, however they are written."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pharmacy.core.data import DATA

MASTER_FILE: Final = DATA / "drug_master.toml"

_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


@dataclass(frozen=True)
class Drug:
    """One ingredient. Doses in milligrams; None where the master sets no limit. `tablet_mg`: one tablet or packet."""

    id: str
    names: tuple[str, ...]
    classes: frozenset[str]
    tablet_mg: float | None
    max_single_mg: float | None
    max_daily_mg: float | None
    pregnancy: Literal["avoid", "consult", "ok"]
    interacts: frozenset[str]


@dataclass(frozen=True)
class Master:
    """`not_doses`: after these words an amount is of something else than a medicine."""

    version: str
    drugs: tuple[Drug, ...]
    class_names: dict[str, tuple[str, ...]]
    looks_like_drug: re.Pattern[str]
    not_drugs: frozenset[str]
    not_doses: tuple[str, ...]


@dataclass(frozen=True)
class Mention:
    """A drug that a text names, and from where to where."""

    start: int
    end: int
    drug: Drug


@cache
def load_master(path: Path = MASTER_FILE) -> Master:
    """Read the drug master once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = content["unknown"]
    return Master(
        version=content["version"],
        drugs=tuple(
            Drug(
                id=drug["id"],
                names=tuple(plain(name) for name in drug["names"]),
                classes=frozenset(drug.get("classes", ())),
                tablet_mg=drug.get("tablet_mg"),
                max_single_mg=drug.get("max_single_mg"),
                max_daily_mg=drug.get("max_daily_mg"),
                pregnancy=drug.get("pregnancy", "consult"),
                interacts=frozenset(drug.get("interacts", ())),
            )
            for drug in content["drugs"]
        ),
        class_names={name: tuple(plain(alias) for alias in aliases) for name, aliases in content["classes"].items()},
        looks_like_drug=re.compile(unknown["looks_like_drug"]),
        not_drugs=frozenset(plain(word) for word in unknown["not_drugs"]),
        not_doses=tuple(plain(word) for word in unknown["not_doses"]),
    )


def plain(text: str) -> str:
    """One form for all ways to write the same: width, case, katakana; letters that nobody sees are gone."""
    wide = unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
    return "".join(char for char in wide if unicodedata.category(char) != "Cf")


def mentions_in(text: str, master: Master) -> Iterable[Mention]:
    """Known drugs in the order of a plain text; of names that overlap the longest counts."""
    every = sorted(
        (
            Mention(match.start(), match.end(), drug)
            for drug in master.drugs
            for name in drug.names
            for match in re.finditer(re.escape(name), text)
        ),
        key=lambda mention: (mention.start, -mention.end),
    )
    until = 0
    for mention in every:
        if mention.start >= until:
            until = mention.end
            yield mention
