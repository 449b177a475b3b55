"""The final check, the way to the patient, and what the carrier knows and says."""

from __future__ import annotations

from typing import Any

from hamcrest import all_of, assert_that, contains_exactly, empty, equal_to, has_entries, has_properties, not_

from fixtures.parcel_life import out_of_order
from fixtures.shelf import Scan
from nameraka import Refused, eventually, given, slot, then, when
from steps.matchers import with_only, without_any

slot(
    "service",
    terms={
        "standard": ("通常便", "the standard service"),
        "cold": ("保冷便", "the cold service"),
        "special": ("専用便", "the special route"),
    },
)

slot(
    "handover",
    terms={
        "in_person": ("対面", "handed over in person"),
        "locker": ("宅配ロッカー", "put into a locker"),
        "unattended": ("置き配", "left at the door"),
    },
)

slot(
    "report",
    terms={
        "delivered": ("配達完了", "the delivery"),
        "delayed": ("遅延", "a delay"),
        "lost": ("紛失", "the loss"),
        "temperature_excursion": ("温度逸脱", "a temperature excursion"),
    },
)

slot(
    "parcel",
    terms={
        "booked": ("発送準備中", "being prepared"),
        "handed_over": ("輸送中", "on its way"),
        "delivered": ("配達済みで受領未確認", "delivered but not confirmed"),
        "received": ("受領確認済み", "received"),
        "quarantined": ("使用不可", "not to be used"),
        "replaced": ("使用不可で代わりを準備中", "not to be used and being replaced"),
        "lost": ("紛失", "lost"),
    },
)

slot(
    "package",
    terms={
        "02000000000015": ("アモキシシリン250mgカプセル", "amoxicillin 250 mg capsules"),
        "02000000000022": ("アモキシシリン125mgカプセル", "amoxicillin 125 mg capsules"),
        "02000000000039": ("アムロジピン5mg錠", "amlodipine 5 mg tablets"),
        "02000000000053": ("ロラタジン10mg錠", "loratadine 10 mg tablets"),
    },
)

slot(
    "mismatch",
    terms={
        "label": ("ラベル", "label"),
        "item": ("品目", "item"),
        "strength": ("規格", "strength"),
        "quantity": ("数量", "quantity"),
        "none": ("なし", "none"),
    },
)


@given(ja="{patient:person}の届け先は「{text}」である", en='{patient:person}\'s address is "{text}"')
def lives_at(patient: Any, text: str) -> None:
    assert_that(patient.parcels.live_at(text).value, equal_to(None))


@given(
    ja="{who:person}は{patient:person}の薬の鑑査を済ませている",
    en="{who:person} has checked {patient:person}'s medicine",
)
def has_checked(who: Any, patient: Any) -> None:
    assert_that(who.delivery.check(patient).value, equal_to(None))


@given(
    ja="{who:person}は{patient:person}と届け先を確認済みである",
    en="{who:person} has confirmed the destination with {patient:person}",
)
def has_confirmed_destination(who: Any, patient: Any) -> None:
    assert_that(who.delivery.confirm_destination(patient).value, equal_to(None))


@given(
    ja="{who:person}は{patient:person}の薬を{service:service}・{handover:handover}で発送済みである",
    en="{who:person} has sent {patient:person}'s medicine by {service:service}, {handover:handover}",
)
def has_sent(who: Any, patient: Any, service: str, handover: str, carrier: Any) -> None:
    """`carrier`: it is there, with nothing booked, before anything is."""
    assert_that(who.delivery.ship(patient, service, handover).value, equal_to(None))
    eventually(lambda: who.delivery.parcel(patient), equal_to("booked"))
    assert_that(who.delivery.hand_over(patient).value, equal_to(None))


@given(
    ja="配送業者の返事が{times:times}失われる", en="the carrier's answer gets lost {times:times}", needs=("outside",)
)
def answers_get_lost(times: int, carrier: Any) -> None:
    carrier.loses_answers(times)


@when(
    ja="{who:person}が{patient:person}の薬を正しく読み取って鑑査する",
    en="{who:person} checks {patient:person}'s medicine and scans what is right",
)
def checks(who: Any, patient: Any) -> None:
    who.delivery.check(patient)


@when(
    ja="{who:person}が{patient:person}の薬を、紛れ込んだ{package:package}とともに読み取って鑑査する",
    en="{who:person} checks {patient:person}'s medicine and scans it with {package:package} that got among it",
)
def checks_with_something_else(who: Any, patient: Any, package: str) -> None:
    who.delivery.check(patient, Scan(package, 1))


@when(
    ja="{who:person}が、{owner:person}のサインインしたままの端末で{patient:person}の薬を鑑査する",
    en="{who:person} checks {patient:person}'s medicine at the computer where {owner:person} is still signed in",
)
def checks_in_anothers_session(who: Any, owner: Any, patient: Any) -> None:
    owner.delivery.check(patient)  # whoever sits there, the pharmacy has only the session to go by


@when(
    ja="{who:person}が{patient:person}の薬を一度ずつ次の通り読み取って鑑査する",
    en="{who:person} checks {patient:person}'s medicine, scanning each time",
    table={
        "label": ("薬袋のラベル", "label on the bag", "person"),
        "package": ("包装", "package", "package"),
        "quantity": ("数量", "quantity", "number"),
    },
    target_fixture="answers",
)
def checks_like_this(who: Any, patient: Any, rows: list[dict[str, Any]]) -> list[Any]:
    return [
        who.delivery.scan(patient, row["label"].identifier, [Scan(row["package"], row["quantity"])]) for row in rows
    ]


@then(ja="どの読み取りも、一致しないとして断られる", en="each of these scans is refused as not matching")
def none_matches(answers: list[Refused]) -> None:
    assert_that(answers, with_only(has_properties(reason="scan_mismatch")))


@when(
    ja="{who:person}が{patient:person}と届け先を確認する",
    en="{who:person} confirms the destination with {patient:person}",
)
def confirms_destination(who: Any, patient: Any) -> None:
    who.delivery.confirm_destination(patient)


@when(ja="{patient:person}が届け先を「{text}」に変える", en='{patient:person} changes the address to "{text}"')
def changes_address(patient: Any, text: str) -> None:
    patient.parcels.live_at(text)


@when(
    ja="{who:person}が{patient:person}の薬を{service:service}・{handover:handover}で発送する",
    en="{who:person} sends {patient:person}'s medicine by {service:service}, {handover:handover}",
)
def sends_by(who: Any, patient: Any, service: str, handover: str, carrier: Any) -> None:
    """`carrier`: it is there, with nothing booked, before anything is."""
    who.delivery.ship(patient, service, handover)


@when(
    ja="{who:person}が{patient:person}の{product:product}を発送する",
    en="{who:person} ships {product:product} to {patient:person}",
)
def ships_order(who: Any, patient: Any, product: str, carrier: Any) -> None:
    """`carrier`: it is there, with nothing booked, before anything is."""
    who.order_parcels.ship(patient, product)


@when(
    ja="{who:person}が{patient:person}の荷物を配送業者に引き渡す",
    en="{who:person} hands {patient:person}'s parcel over to the carrier",
)
def hands_over(who: Any, patient: Any) -> None:
    who.delivery.hand_over(patient)


@when(
    ja="{who:person}が{patient:person}の荷物の代わりを調剤することにする。理由は「{text}」",
    en='{who:person} has {patient:person}\'s parcel replaced because "{text}"',
)
def has_replaced(who: Any, patient: Any, text: str) -> None:
    who.delivery.replace(patient, text)


@when(ja="{patient:person}が荷物の受領を確認する", en="{patient:person} confirms having received the parcel")
def confirms_receipt(patient: Any) -> None:
    patient.parcels.confirm()


@when(
    ja="{who:person}が電話で{patient:person}の受領を確認する",
    en="{who:person} is told by {patient:person} on the telephone that the parcel is there",
)
def records_receipt(who: Any, patient: Any) -> None:
    who.delivery.record_receipt(patient)


@when(
    ja="{who:person}が電話で{patient:person}の{product:product}の受領を確認する",
    en="{who:person} is told by {patient:person} on the telephone that {product:product} is there",
)
def records_receipt_of_order(who: Any, patient: Any, product: str) -> None:
    who.order_parcels.record_receipt(patient, product)


@when(
    ja="配送業者が{patient:person}の荷物の{report:report}を知らせる",
    en="the carrier reports {report:report} of {patient:person}'s parcel",
    needs=("outside",),
)
def carrier_reports(patient: Any, report: str, carrier: Any, pharmacy: Any) -> None:
    assert_that(carrier.report(pharmacy.base_url, patient.real_name, report), equal_to(200))


@when(
    ja="何者かが配送業者を装って{patient:person}の荷物の{report:report}を知らせる",
    en="somebody pretends to be the carrier and reports {report:report} of {patient:person}'s parcel",
    needs=("outside",),
)
def somebody_reports(patient: Any, report: str, carrier: Any, pharmacy: Any) -> None:
    carrier.report(pharmacy.base_url, patient.real_name, report, secret="guessed")


@when(
    ja="{who:person}と{patient:person}が、荷物のそれぞれの段階で、順序に外れたことをすべて試みる",
    en="{who:person} and {patient:person} try everything out of order at every step of a parcel",
    target_fixture="out_of_order",
    needs=("outside",),
)
def tries_parcels_out_of_order(who: Any, patient: Any, carrier: Any, pharmacy: Any) -> list[str]:
    return out_of_order(
        who,
        patient,
        say=lambda kind: carrier.report(pharmacy.base_url, patient.real_name, kind),
        settle=lambda: eventually(lambda: who.delivery.parcel(patient), equal_to("booked")),
    )


@then(
    ja="配送業者は{patient:person}の荷物を一つだけ、{service:service}・{handover:handover}で「{text}」宛てに預かっている",
    en='the carrier has one parcel for {patient:person}, by {service:service}, {handover:handover}, to "{text}"',
    needs=("outside",),
)
def carrier_has_one(patient: Any, service: str, handover: str, text: str, carrier: Any) -> None:
    recipient = {"name": patient.real_name, "address": text}
    booked = has_entries(service=service, handover=handover, recipient=recipient)
    eventually(lambda: carrier.parcels_for(patient.real_name), contains_exactly(booked), within=15)


@then(
    ja="配送業者は{patient:person}の荷物を預かっていない",
    en="the carrier has no parcel for {patient:person}",
    needs=("outside",),
)
def carrier_has_none(patient: Any, carrier: Any) -> None:
    assert_that(carrier.parcels_for(patient.real_name), empty())


@then(
    ja="配送業者に{patient:person}について伝えたことに、次の言葉はない",
    en="nothing that the carrier was told of {patient:person} has these words",
    table={"word": ("言葉", "word")},
    needs=("outside",),
)
def carrier_was_told_nothing(patient: Any, rows: list[dict[str, Any]], carrier: Any) -> None:
    told = all_of(not_(equal_to("")), without_any([row["word"] for row in rows]))
    eventually(lambda: carrier.everything_about(patient.real_name), told)


@then(
    ja="{who:person}には{patient:person}の荷物が{parcel:parcel}と見える",
    en="{who:person} sees {patient:person}'s parcel as {parcel:parcel}",
)
def sees_parcel(who: Any, patient: Any, parcel: str) -> None:
    eventually(lambda: who.parcels.parcel(patient), equal_to(parcel))


@then(
    ja="{who:person}には、{patient:person}の{product:product}の注文の荷物が{parcel:parcel}と見える",
    en="{who:person} sees the parcel with {patient:person}'s order of {product:product} as {parcel:parcel}",
)
def sees_parcel_of_order(who: Any, patient: Any, product: str, parcel: str) -> None:
    eventually(lambda: who.order_parcels.parcel(patient, product), equal_to(parcel))


@then(
    ja="{patient:person}には、自分の{product:product}の注文の荷物が{parcel:parcel}と示される",
    en="{patient:person} sees the parcel with their order of {product:product} as {parcel:parcel}",
)
def sees_parcel_of_their_order(patient: Any, product: str, parcel: str) -> None:
    eventually(lambda: patient.shop.parcel(product), equal_to(parcel))


@then(
    ja="{auditor:person}は監査記録に、{patient:person}の鑑査で一致しなかったものを次の順に見つける",
    en="{auditor:person} finds in the audit trail what did not match in the checks for {patient:person}, in this order",
    table={"mismatch": ("一致しないもの", "mismatch", "mismatch")},
)
def finds_mismatches(auditor: Any, patient: Any, rows: list[dict[str, Any]]) -> None:
    found = ["、".join(check) or "none" for check in auditor.audit.final_checks(patient)]
    assert_that(found, equal_to([row["mismatch"] for row in rows]))
