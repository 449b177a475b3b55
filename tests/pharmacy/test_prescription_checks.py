"""What the review finds: every rule with a case that breaks it and the nearest one that keeps it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pharmacy.prescriptions.checks import check
from pharmacy.prescriptions.drugs import drugs_in, load_prescribing
from pharmacy.prescriptions.findings import Case, Taken
from pharmacy.prescriptions.items import Item, Unit

ADULT = Case((), "in_person", "first", (), (), "no", (), 45, None, None, "no")
CHILD = replace(ADULT, age=6)


def item(drug: str, quantity: float = 1, strength_mg: float | None = 5, unit: Unit = "tablet", times: int = 1) -> Item:
    return Item(drug=drug, strength_mg=strength_mg, quantity=quantity, unit=unit, times=times, days=7)


def found(case: Case, *items: Item) -> list[str]:
    return [f"{one.code} {one.drug}".strip() for one in check(replace(case, items=items)) if one.needs != "look"]


AMOXICILLIN = item("サワシリン", 3, 250, "capsule", 3)


@pytest.mark.parametrize("entry", ["ペニシリン系", "アンピシリンで発疹", "PENICILLIN", "パセトシン"])
def test_a_family_is_known_by_any_of_its_names(entry: str) -> None:
    assert found(replace(ADULT, allergies=(entry,)), AMOXICILLIN) == ["allergy アモキシシリン"]
    assert found(replace(ADULT, reactions=(entry,)), AMOXICILLIN) == ["reaction アモキシシリン"]
    assert found(replace(ADULT, allergies=(entry,)), item("アムロジピン")) == []


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("ワーファリン 1mg", "interaction ロキソプロフェン"),
        ("バファリンA", "duplicate ロキソプロフェン"),
        ("ロキソニンＳ", "duplicate ロキソプロフェン"),
        ("アムロジピン", None),
    ],
)
@pytest.mark.parametrize("source", ["chart", "notebook", "concomitant", "bought", "other_prescription"])
def test_wherever_it_comes_from_it_is_checked(taken: str, expected: str | None, source: str) -> None:
    case = replace(ADULT, taken=(Taken(taken, source),))  # type: ignore[arg-type]  # each is a source
    assert found(case, item("ロキソプロフェン", 3, 60, times=3)) == ([expected] if expected else [])


def test_two_drugs_of_one_prescription_are_checked_with_each_other() -> None:
    assert found(ADULT, item("シンバスタチン"), item("クラリス", 2, 200, times=2)) == ["interaction シンバスタチン"]
    assert found(ADULT, item("葛根湯", 3, 2500, "packet", 3), item("麻黄湯", 3, 2500, "packet", 3)) == [
        "duplicate 葛根湯"
    ]


def test_going_on_with_a_medicine_is_no_second_one_but_another_pharmacy_s_is() -> None:
    own, elsewhere = (Taken("アムロジピン", "chart"),), (Taken("アムロジピン", "notebook"),)
    assert found(replace(ADULT, change="unchanged", taken=own), item("アムロジピン")) == []
    assert found(replace(ADULT, change="changed", taken=own), item("アムロジピン")) == ["duplicate アムロジピン"]
    assert found(replace(ADULT, change="unchanged", taken=elsewhere), item("アムロジピン")) == [
        "duplicate アムロジピン"
    ]


def test_what_nobody_can_match_is_shown_and_not_passed_over() -> None:
    case = replace(ADULT, taken=(Taken("青汁", "notebook"),), allergies=("そば",), items=(item("アムロジピン"),))
    assert [(one.code, one.needs, one.against) for one in check(case)] == [
        ("unreadable", "look", "青汁"),
        ("unreadable", "look", "そば"),
    ]
    assert found(ADULT, item("ナゾマイシン")) == ["unknown_drug ナゾマイシン"]


def test_unknown_is_not_no() -> None:
    drug = item("シンバスタチン")
    seen = {answer: found(replace(ADULT, pregnancy=answer), drug) for answer in ("no", "unknown", "yes")}
    assert seen == {
        "no": [],
        "unknown": ["pregnancy_unknown シンバスタチン"],
        "yes": ["pregnancy シンバスタチン"],
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (item("カロナール", 30, 20, "mL", 3), []),
        (item("カロナール", 30, 20, "g", 3), ["no_such_strength アセトアミノフェン"]),
        (item("カロナール", 3, None, "tablet", 3), ["strength_missing アセトアミノフェン"]),
        (item("カロナール", 4000, None, "mg", 4), []),
        (item("カロナール", 4001, None, "mg", 5), ["over_max_dose アセトアミノフェン"]),
        (item("カロナール", 6, 500, "tablet", 2), ["over_max_dose アセトアミノフェン"]),
    ],
)
def test_units_and_strengths_are_not_guessed(written: Item, expected: list[str]) -> None:
    assert found(ADULT, written) == expected


@pytest.mark.parametrize(
    ("weight", "drug", "expected"),
    [
        (None, item("カロナール", 4.5, 200, times=3), ["weight_missing アセトアミノフェン"]),
        (20, item("カロナール", 4.5, 200, times=3), []),
        (20, item("カロナール", 7.5, 200, times=5), ["over_max_dose アセトアミノフェン"]),
        (None, item("クラビット", 1, 500), ["not_for_children レボフロキサシン"]),
        (20, item("アムロジピン"), ["child_dose_unknown アムロジピン"]),
    ],
)
def test_a_child_s_dose_goes_by_weight(weight: float | None, drug: Item, expected: list[str]) -> None:
    # A finding of the kidneys may stand beside it: that drug is judged by both.
    assert found(replace(CHILD, weight_kg=weight), drug) == expected


@pytest.mark.parametrize(
    ("egfr", "disease", "expected"),
    [
        (None, "unknown", ["egfr_missing メトホルミン"]),
        (None, "yes", ["egfr_missing メトホルミン"]),
        (None, "no", []),
        (60, "yes", []),
        (59, "unknown", []),
        (44.9, "yes", ["over_max_dose メトホルミン"]),
        (29, "yes", ["not_for_kidneys メトホルミン"]),
    ],
)
def test_a_drug_of_the_kidneys_goes_by_the_egfr(egfr: float | None, disease: str, expected: list[str]) -> None:
    case = replace(ADULT, egfr=egfr, kidney_disease=disease)
    assert found(case, item("メトグルコ", 3, 500, times=3)) == expected


@pytest.mark.parametrize("visit", ["in_person", "online_first", "online_later"])
def test_a_controlled_drug_of_a_first_visit_online_is_flagged(visit: str) -> None:
    expected = ["controlled_first_online ゾルピデム"] if visit == "online_first" else []
    assert found(replace(ADULT, visit=visit), item("マイスリー")) == expected
    assert found(replace(ADULT, visit=visit), item("アムロジピン")) == []


def test_every_drug_of_the_rules_is_in_the_master() -> None:
    known = {drug.id for drug in load_prescribing().master.drugs}
    named = {drug for drugs in load_prescribing().synonyms.values() for drug in drugs} | set(load_prescribing().about)
    assert named - known == set()
    assert [drug.id for drug in drugs_in("新セデス錠")] == ["アセトアミノフェン"]
