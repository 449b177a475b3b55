"""Deterministic checks of a draft against the drug master and the patient's chart. No model takes part."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from pharmacy.console.quick_replies import open_places
from pharmacy.core.data import DATA
from pharmacy.core.tables import Patient

MASTER_FILE: Final = DATA / "drug_master.toml"
REACH: Final = 60
"""How many characters after a drug's name a dose may stand."""

WarningCode = Literal["allergy", "unknown_drug", "over_max_dose", "pregnancy", "interaction", "unfilled"]

_KATAKANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_KANJI_DIGITS: Final = str.maketrans("一二三四五六七八九", "123456789")
_AMOUNT: Final = r"(\d+(?:\.\d+)?)\s*(mg|ミリグラム|みりぐらむ|g|グラム|ぐらむ|μg|マイクログラム|錠|カプセル|かぷせる|包|tablets?|capsules?)"
_SINGLE: Final = re.compile(rf"(1\s*日(?:に|量|あたり|合計)?\s*)?(?:1\s*回(?:に|量|あたり)?\s*)?{_AMOUNT}")
_TIMES: Final = re.compile(
    r"1\s*日(?:に)?\s*(\d+)\s*回|(\d+)\s*times\s*(?:a|per)\s*day|(twice|once|three times|four times)\s*(?:a|per)?\s*da(?:il)?y"
)
_ENGLISH_TIMES: Final = {"once": 1, "twice": 2, "three times": 3, "four times": 4}
_PER_DAY_AFTER: Final = re.compile(r"\s*(?:/\s*day|per day|a day|daily|/日)")


class DraftWarning(BaseModel):
    """Something that a pharmacist must not overlook in a draft."""

    code: WarningCode
    message: str = Field(examples=["アレルギー歴: ペニシリン系（アモキシシリン）"])
    blocking: bool = Field(description="The draft cannot be approved while this stands")


@dataclass(frozen=True)
class Drug:
    """One ingredient. Doses in milligrams; None where the master sets no limit."""

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
    version: str
    drugs: tuple[Drug, ...]
    class_names: dict[str, tuple[str, ...]]
    looks_like_drug: re.Pattern[str]
    not_drugs: frozenset[str]


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    drug: Drug


@cache
def load_master(path: Path = MASTER_FILE) -> Master:
    """Read the drug master once. Raises KeyError or tomllib.TOMLDecodeError when the file is broken."""
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Master(
        version=content["version"],
        drugs=tuple(
            Drug(
                id=drug["id"],
                names=tuple(_plain(name) for name in drug["names"]),
                classes=frozenset(drug.get("classes", ())),
                tablet_mg=drug.get("tablet_mg"),
                max_single_mg=drug.get("max_single_mg"),
                max_daily_mg=drug.get("max_daily_mg"),
                pregnancy=drug.get("pregnancy", "consult"),
                interacts=frozenset(drug.get("interacts", ())),
            )
            for drug in content["drugs"]
        ),
        class_names={name: tuple(_plain(alias) for alias in aliases) for name, aliases in content["classes"].items()},
        looks_like_drug=re.compile(content["unknown"]["looks_like_drug"]),
        not_drugs=frozenset(_plain(word) for word in content["unknown"]["not_drugs"]),
    )


def check(text: str, patient: Patient) -> list[DraftWarning]:
    """Everything in the text that contradicts the chart or the master."""
    master = load_master()
    plain = _plain(text)
    mentions = list(_mentions(plain, master))
    found = [
        *_allergies(mentions, patient, master),
        *_pregnancy(mentions, patient),
        *_interactions(mentions, patient, master),
        *_doses(plain, mentions),
        *_unknown(text, mentions, master),
        *_unfilled(text),
    ]
    return list({(warning.code, warning.message): warning for warning in found}.values())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)


def _mentions(plain: str, master: Master) -> Iterable[_Mention]:
    """Known drugs in the order of the text; of names that overlap the longest counts."""
    every = sorted(
        (
            _Mention(match.start(), match.end(), drug)
            for drug in master.drugs
            for name in drug.names
            for match in re.finditer(re.escape(name), plain)
        ),
        key=lambda mention: (mention.start, -mention.end),
    )
    until = 0
    for mention in every:
        if mention.start >= until:
            until = mention.end
            yield mention


def _allergies(mentions: list[_Mention], patient: Patient, master: Master) -> Iterable[DraftWarning]:
    for entry in patient.allergies:
        plain = _plain(entry)
        ids = {mention.drug.id for mention in _mentions(plain, master)}
        classes = {name for name, aliases in master.class_names.items() if any(alias in plain for alias in aliases)}
        # An allergy against one member of a family counts for the family.
        classes |= {name for drug in master.drugs if drug.id in ids for name in drug.classes}
        for mention in mentions:
            if mention.drug.id in ids or mention.drug.classes & classes:
                yield DraftWarning(
                    code="allergy", message=f"アレルギー歴「{entry}」に当たる薬です: {mention.drug.id}", blocking=True
                )


def _pregnancy(mentions: list[_Mention], patient: Patient) -> Iterable[DraftWarning]:
    """Unknown is not no: it warns, and a known pregnancy blocks."""
    if patient.pregnancy == "no":
        return
    for mention in mentions:
        if mention.drug.pregnancy == "avoid":
            known = patient.pregnancy == "yes"
            reason = "妊娠中の患者には避ける薬です" if known else "妊娠の有無が未確認です。妊娠中は避ける薬です"
            yield DraftWarning(code="pregnancy", message=f"{reason}: {mention.drug.id}", blocking=known)


def _interactions(mentions: list[_Mention], patient: Patient, master: Master) -> Iterable[DraftWarning]:
    for entry in patient.medicines:
        for taken in _mentions(_plain(entry), master):
            for mention in mentions:
                if taken.drug.id != mention.drug.id and _interact(taken.drug, mention.drug):
                    yield DraftWarning(
                        code="interaction",
                        message=f"併用薬「{entry}」と相互作用があります: {mention.drug.id}",
                        blocking=True,
                    )


def _interact(one: Drug, other: Drug) -> bool:
    return bool(one.interacts & {other.id, *other.classes} or other.interacts & {one.id, *one.classes})


def _doses(plain: str, mentions: list[_Mention]) -> Iterable[DraftWarning]:
    for mention, following in pairwise([*mentions, None]):
        if mention is None:
            continue
        limit = min(mention.end + REACH, following.start if following else len(plain))
        single, daily = _doses_in(plain[mention.end : limit].translate(_KANJI_DIGITS), mention.drug)
        drug = mention.drug
        if drug.max_single_mg is not None and single > drug.max_single_mg:
            message = f"1回量が上限を超えています: {drug.id} {single:g} mg（上限 {drug.max_single_mg:g} mg）"
            yield DraftWarning(code="over_max_dose", message=message, blocking=True)
        if drug.max_daily_mg is not None and daily > drug.max_daily_mg:
            message = f"1日量が上限を超えています: {drug.id} {daily:g} mg（上限 {drug.max_daily_mg:g} mg）"
            yield DraftWarning(code="over_max_dose", message=message, blocking=True)


def _doses_in(plain: str, drug: Drug) -> tuple[float, float]:
    """The greatest single and daily dose in milligrams that the text after a drug's name tells; 0 when none."""
    singles, dailies = [0.0], [0.0]
    for match in _SINGLE.finditer(plain):
        per_day, amount, unit = match.groups()
        milligrams = _milligrams(float(amount), unit, drug)
        daily = bool(per_day and "回" not in match[0]) or _PER_DAY_AFTER.match(plain, match.end()) is not None
        (dailies if daily else singles).append(milligrams)
    times = [_ENGLISH_TIMES[match[3]] if match[3] else int(match[1] or match[2]) for match in _TIMES.finditer(plain)]
    return max(singles), max([*dailies, max(singles) * max(times, default=1)])


def _milligrams(amount: float, unit: str, drug: Drug) -> float:
    if unit in {"mg", "ミリグラム", "みりぐらむ"}:
        return amount
    if unit in {"g", "グラム", "ぐらむ"}:
        return amount * 1000
    if unit in {"μg", "マイクログラム"}:
        return amount / 1000
    return amount * (drug.tablet_mg or 0.0)


def _unfilled(text: str) -> Iterable[DraftWarning]:
    for place in open_places(text):
        yield DraftWarning(code="unfilled", message=f"未記入の項目があります: {place}", blocking=True)


def _unknown(text: str, mentions: list[_Mention], master: Master) -> Iterable[DraftWarning]:
    """Words that look like a drug and are not in the master."""
    wide = unicodedata.normalize("NFKC", text)
    known = {name for mention in mentions for name in mention.drug.names}
    for match in master.looks_like_drug.finditer(wide):
        word = next(group for group in (*match.groups(), match[0]) if group)
        plain = _plain(word)
        if plain in master.not_drugs or any(name in plain for name in known):
            continue
        yield DraftWarning(code="unknown_drug", message=f"医薬品マスターにない薬です: {word}", blocking=True)
