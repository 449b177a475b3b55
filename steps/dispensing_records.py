"""The dispensing record, as staff read it."""

from __future__ import annotations

from datetime import date
from typing import Any

from hamcrest import assert_that, equal_to, has_key, not_

from nameraka import slot, then

RECORD_ITEM = slot(
    "record_item",
    terms={"gist": ("指導の要点", "gist of the guidance"), "checker": ("鑑査した薬剤師", "name of who checked it")},
)


@then(
    ja="{who:person}が見る{patient:person}の調剤録に、{item:record_item}はまだない",
    en="the dispensing record of {patient:person} has no {item:record_item} yet for {who:person} to see",
)
def has_not_yet(who: Any, patient: Any, item: str) -> None:
    there: Any = has_key(item)
    assert_that(who.dispensing_records.read(patient), not_(there))


@then(
    ja="{who:person}には、{patient:person}の調剤録が氏名、年齢、今日の日付とともに次の通り見える",
    en="{who:person} sees in the dispensing record of {patient:person} their name, age, today's date and",
    table={
        "drug": ("薬名", "drug"),
        "amount": ("調剤量", "amount"),
        "pharmacist": ("調剤した薬剤師", "dispensed by", "person"),
        "checker": ("鑑査した薬剤師", "checked by", "person"),
        "prescriber": ("処方医", "prescriber"),
        "answer": ("疑義照会の回答", "answer to the inquiry"),
        "gist": ("指導の要点", "gist of the guidance"),
    },
)
def sees_the_record(who: Any, patient: Any, rows: list[dict[str, Any]], pharmacy: Any) -> None:
    told = {name: getattr(value, "real_name", value) for name, value in rows[0].items()}
    assert_that(who.dispensing_records.read(patient), equal_to(told | _of_today(patient, pharmacy.now.date())))


def _of_today(patient: Any, today: date) -> dict[str, str]:
    """What the record says of a patient for whom everything was done today."""
    born = date.fromisoformat(patient.identity.birthdate)
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return {"name": patient.real_name, "age": str(age), "dispensed": str(today), "guided": str(today)}
