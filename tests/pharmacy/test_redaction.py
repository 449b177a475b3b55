"""What tells who a patient is does not go to the model; what a reply needs does."""

from __future__ import annotations

import pytest
from faker import Faker

from pharmacy.ai.suggest import redact
from pharmacy.core.tables import Patient


@pytest.mark.parametrize("seed", range(200))
def test_nobody_can_be_told_from_what_they_wrote(seed: int) -> None:
    fake = Faker("ja_JP")
    fake.seed_instance(seed)
    name, address, phone, number = fake.name(), fake.address(), fake.phone_number(), fake.numerify("%#######")
    patient = Patient(name=name, birthdate="1980-04-01", phone=None)
    said = f"喉が痛い。{name}です。住所は{address}、電話は{phone}、保険証の番号は{number}です。3日続いています"
    left = redact(said, patient)
    assert left.startswith("喉が痛い。[氏名]です。")
    assert left.endswith("です。3日続いています")
    town, *rest = address.split(" ")
    assert not [secret for secret in (name, phone, number, town[3:], *rest) if secret in left]


@pytest.mark.parametrize(
    "number",
    ["保険証の記号12-34番号567890", "被保険者番号は0123456789", "保険者番号 06130012", "記号：１２３・番号：４５６"],
)
def test_a_number_of_the_insurance_stays_here(number: str) -> None:
    left = redact(f"{number}、咳が3日", Patient(name="見本 花子", birthdate="1980-04-01", phone=None))
    assert left == "[保険の番号]、咳が3日"


@pytest.mark.parametrize(
    "said",
    [
        "アセトアミノフェン500mgを1日3回、10日間",
        "血圧は140と90、体重は60.5kg",
        "番号札は12です",
        "保険証の切替は4月からですが、咳止め2錠を飲みました",
    ],
)
def test_what_a_reply_needs_is_told(said: str) -> None:
    assert redact(said, Patient(name="見本 花子", birthdate="1980-04-01", phone=None)) == said
