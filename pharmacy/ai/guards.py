"""Deterministic checks of what is said to a patient against the drug master and the patient's chart. No model takes part.

What the AI drafted is stopped by what they find; what a pharmacist writes in their own words goes out once they have
acknowledged it (`acknowledgement.py`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, Field

from pharmacy.ai.doses import OverMax, check_doses, with_plain_numbers
from pharmacy.ai.master import Drug, Master, Mention, load_master, mentions_in, plain
from pharmacy.console.quick_replies import open_places
from pharmacy.core.tables import Patient
from pharmacy.sales import claims

WarningCode = Literal[
    "allergy", "unknown_drug", "over_max_dose", "unmatched_dose", "pregnancy", "interaction", "unfilled", "claim"
]


class DraftWarning(BaseModel):
    """Something that a pharmacist must not overlook in a draft."""

    code: WarningCode
    message: str = Field(examples=["アレルギー歴: ペニシリン系（アモキシシリン）"])
    blocking: bool = Field(description="The draft cannot be approved while this stands")


def check(text: str, patient: Patient) -> list[DraftWarning]:
    """Everything in the text that contradicts the chart or the master."""
    master = load_master()
    said = with_plain_numbers(plain(text))
    mentions = list(mentions_in(said, master))
    found = [
        *_allergies(mentions, patient, master),
        *_pregnancy(mentions, patient),
        *_interactions(mentions, patient, master),
        *(unknown := list(_unknown(text, mentions, master))),
        *(warning for warning in _doses(said, mentions, master) if not (unknown and warning.code == "unmatched_dose")),
        *_unfilled(text),
        *_claims(text),
    ]
    return list({(warning.code, warning.message): warning for warning in found}.values())


def _allergies(mentions: list[Mention], patient: Patient, master: Master) -> Iterable[DraftWarning]:
    for entry in patient.allergies:
        known = plain(entry)
        ids = {mention.drug.id for mention in mentions_in(known, master)}
        classes = {name for name, aliases in master.class_names.items() if any(alias in known for alias in aliases)}
        # An allergy against one member of a family counts for the family.
        classes |= {name for drug in master.drugs if drug.id in ids for name in drug.classes}
        for mention in mentions:
            if mention.drug.id in ids or mention.drug.classes & classes:
                yield DraftWarning(
                    code="allergy", message=f"アレルギー歴「{entry}」に当たる薬です: {mention.drug.id}", blocking=True
                )


def _pregnancy(mentions: list[Mention], patient: Patient) -> Iterable[DraftWarning]:
    """Unknown is not no: it warns, and a known pregnancy blocks."""
    if patient.pregnancy == "no":
        return
    for mention in mentions:
        if mention.drug.pregnancy == "avoid":
            known = patient.pregnancy == "yes"
            reason = "妊娠中の患者には避ける薬です" if known else "妊娠の有無が未確認です。妊娠中は避ける薬です"
            yield DraftWarning(code="pregnancy", message=f"{reason}: {mention.drug.id}", blocking=known)


def _interactions(mentions: list[Mention], patient: Patient, master: Master) -> Iterable[DraftWarning]:
    for entry in patient.medicines:
        for taken in mentions_in(plain(entry), master):
            for mention in mentions:
                if taken.drug.id != mention.drug.id and _interact(taken.drug, mention.drug):
                    yield DraftWarning(
                        code="interaction",
                        message=f"併用薬「{entry}」と相互作用があります: {mention.drug.id}",
                        blocking=True,
                    )


def _interact(one: Drug, other: Drug) -> bool:
    return bool(one.interacts & {other.id, *other.classes} or other.interacts & {one.id, *one.classes})


def _doses(text: str, mentions: list[Mention], master: Master) -> Iterable[DraftWarning]:
    for found in check_doses(text, mentions, master):
        if isinstance(found, OverMax):
            what = "1回量" if found.of == "single" else "1日量"
            message = f"{what}が上限を超えています: {found.drug.id} {found.found:g} mg（上限 {found.limit:g} mg）"
            yield DraftWarning(code="over_max_dose", message=message, blocking=True)
        else:
            message = f"医薬品マスターと照合できない用量です: {found.amount}"
            yield DraftWarning(code="unmatched_dose", message=message, blocking=True)


def _unfilled(text: str) -> Iterable[DraftWarning]:
    for place in open_places(text):
        yield DraftWarning(code="unfilled", message=f"未記入の項目があります: {place}", blocking=True)


def _unknown(text: str, mentions: list[Mention], master: Master) -> Iterable[DraftWarning]:
    """Words that look like a drug and are not in the master."""
    wide = unicodedata.normalize("NFKC", text)
    known = {name for mention in mentions for name in mention.drug.names}
    for match in master.looks_like_drug.finditer(wide):
        word = next(group for group in (*match.groups(), match[0]) if group)
        folded = plain(word)
        if folded in master.not_drugs or any(name in folded for name in known):
            continue
        yield DraftWarning(code="unknown_drug", message=f"医薬品マスターにない薬です: {word}", blocking=True)


def _claims(text: str) -> Iterable[DraftWarning]:
    for words in claims.of_message(text):
        yield DraftWarning(
            code="claim", message=f"承認された効能効果を超える、または効果を保証する表現です: {words}", blocking=True
        )
