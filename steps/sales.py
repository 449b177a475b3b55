"""Selling OTC medicines and Kampo, from the order to its record."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_exactly, contains_inanyorder, equal_to, has_item, has_properties

from nameraka import eventually, given, slot, then, when
from steps.matchers import with_none

slot(
    "product",
    terms={
        "cold-a-small": ("5日分のかぜ薬A", "5 days of cold remedy A"),
        "cold-a-large": ("12日分のかぜ薬A", "12 days of cold remedy A"),
        "cough-b": ("せき止めB", "cough remedy B"),
        "nose-c": ("鼻炎薬C", "rhinitis remedy C"),
        "pain-d": ("第一類の痛み止めD", "class-1 pain reliever D"),
        "guidance-e": ("要指導薬E", "guidance drug E"),
        "counter-f": ("対面だけの薬F", "counter-only drug F"),
        "kakkonto": ("葛根湯", "kakkonto"),
        "shakuyaku-kanzoto": ("芍薬甘草湯", "shakuyaku-kanzoto"),
        "bofutsushosan": ("防風通聖散", "bofutsushosan"),
        "hachimi-jiogan": ("八味地黄丸", "hachimi-jiogan"),
        "toki-shakuyakusan": ("当帰芍薬散", "toki-shakuyakusan"),
        "stomach-g": ("整腸薬G", "digestive remedy G"),
    },
)

slot(
    "order_state",
    terms={
        "questionnaire": ("質問票の回答待ち", "waiting for the questionnaire"),
        "answered": ("薬剤師の確認待ち", "waiting for a pharmacist"),
        "confirmed": ("理解の確認待ち", "waiting for the check of understanding"),
        "released": ("出荷できる", "released for shipment"),
        "shipped": ("出荷済み", "shipped"),
        "lost": ("荷物が紛失", "lost on its way"),
        "followed_up": ("使用後の確認済み", "followed up"),
        "refused": ("販売しない", "not sold"),
        "cancelled": ("取り消し済み", "called off"),
    },
)

slot(
    "kampo",
    terms={
        "licorice": ("甘草の重複", "licorice adding up"),
        "ephedra": ("麻黄と交感神経刺激薬", "ephedra with sympathomimetics"),
        "pregnancy": ("妊娠中の大黄・芒硝", "rhubarb or mirabilite in pregnancy"),
        "child": ("小児への附子", "aconite for a child"),
    },
)

slot(
    "change",
    terms={
        "pregnancy": ("妊娠", "a pregnancy"),
        "new_medicine": ("新しい薬", "a new medicine"),
        "allergy": ("新しいアレルギー", "a new allergy"),
        "adverse": ("副作用の疑い", "a suspected adverse reaction"),
    },
)

_READY = "症状があるため"
_EXPLAINED = "空腹時を避けて飲むこと"


@given(ja="{patient:person}は{age:number}歳である", en="{patient:person} is {age:number} years old")
def is_so_old(patient: Any, age: int, pharmacy: Any) -> None:
    patient.becomes(patient.identity.aged(age, pharmacy.now.date()))


@given(
    ja="{account:person}は、{patient:person}が別に作ったアカウントである",
    en="{account:person} is another account of {patient:person}",
)
def is_another_account(account: Any, patient: Any) -> None:
    account.becomes(account.identity.as_person_of(patient.identity))


@given(
    ja="{patient:person}は{product:product}を注文し、質問票に答えている",
    en="{patient:person} has ordered {product:product} and filled in the questionnaire",
)
def has_ordered(patient: Any, product: str) -> None:
    patient.shop.order({product: 1})
    patient.shop.answer(product, _READY)


@given(
    ja="{pharmacist:person}は{patient:person}に{product:product}を説明し、理解を確かめ終えている",
    en="{pharmacist:person} has informed {patient:person} about {product:product} and checked that it was understood",
)
def has_informed(pharmacist: Any, patient: Any, product: str) -> None:
    pharmacist.selling.inform(patient, product, _EXPLAINED)
    patient.shop.confirm(product, _EXPLAINED)
    pharmacist.selling.record_understanding(patient, product)


@given(
    ja="{pharmacist:person}は{patient:person}に{product:product}を販売済みである",
    en="{pharmacist:person} has sold {product:product} to {patient:person}",
)
def has_sold(pharmacist: Any, patient: Any, product: str) -> None:
    has_ordered(patient, product)
    has_informed(pharmacist, patient, product)
    pharmacist.selling.sell(patient, product)


@when(ja="{patient:person}が{product:product}を注文する", en="{patient:person} orders {product:product}")
def orders(patient: Any, product: str) -> None:
    patient.shop.order({product: 1})


@when(
    ja="{patient:person}が{product:product}と{other:product}を一緒に注文する",
    en="{patient:person} orders {product:product} together with {other:product}",
)
def orders_together(patient: Any, product: str, other: str) -> None:
    patient.shop.order({product: 1, other: 1})


@when(
    ja="{patient:person}が{age:number}歳の人のために{product:product}を注文する",
    en="{patient:person} orders {product:product} for somebody aged {age:number}",
)
def orders_for_another(patient: Any, age: int, product: str) -> None:
    patient.shop.order({product: 1}, age)


@when(
    ja="{patient:person}が{product:product}の質問票に「{text}」と答える",
    en='{patient:person} answers "{text}" in the questionnaire for {product:product}',
)
def answers(patient: Any, product: str, text: str) -> None:
    patient.shop.answer(product, text)


@when(
    ja="{pharmacist:person}が{patient:person}に{product:product}を「{text}」と説明する",
    en='{pharmacist:person} informs {patient:person} about {product:product}: "{text}"',
)
def informs(pharmacist: Any, patient: Any, product: str, text: str) -> None:
    pharmacist.selling.inform(patient, product, text)


@when(
    ja="{patient:person}が{product:product}について「{text}」と理解したと送る",
    en='{patient:person} says in their own words of {product:product}: "{text}"',
)
def confirms(patient: Any, product: str, text: str) -> None:
    patient.shop.confirm(product, text)


@when(
    ja="{patient:person}が{product:product}について、自分の言葉を書かずに理解したと送る",
    en="{patient:person} says to have understood {product:product}, in no words of their own",
)
def confirms_without_words(patient: Any, product: str) -> None:
    patient.shop.confirm(product, "")


@when(
    ja="{pharmacist:person}が{patient:person}の{product:product}の理解を確かめたと記録する",
    en="{pharmacist:person} records that {patient:person} has understood {product:product}",
)
def records_understanding(pharmacist: Any, patient: Any, product: str) -> None:
    pharmacist.selling.record_understanding(patient, product)


@when(
    ja="{pharmacist:person}が{patient:person}と{product:product}についてビデオ通話で話す",
    en="{pharmacist:person} speaks with {patient:person} about {product:product} by video",
)
def speaks(pharmacist: Any, patient: Any, product: str) -> None:
    pharmacist.selling.speak(patient, product)


@when(
    ja="{pharmacist:person}が{patient:person}の{product:product}の注文について服薬指導を予定する",
    en="{pharmacist:person} plans guidance on {patient:person}'s order of {product:product}",
)
def plans_guidance(pharmacist: Any, patient: Any, product: str) -> None:
    pharmacist.selling.plan_guidance(patient, product)


@when(
    ja="{pharmacist:person}が{patient:person}に{product:product}を販売する",
    en="{pharmacist:person} sells {product:product} to {patient:person}",
)
def sells(pharmacist: Any, patient: Any, product: str) -> None:
    pharmacist.selling.sell(patient, product)


@when(
    ja="{pharmacist:person}が警告をすべて確かめて{patient:person}に{product:product}を販売する",
    en="{pharmacist:person} weighs all warnings and sells {product:product} to {patient:person}",
)
def sells_having_weighed(pharmacist: Any, patient: Any, product: str) -> None:
    pharmacist.selling.sell(patient, product, weighed=True)


@then(
    ja="{who:person}には、{patient:person}の{product:product}の注文が{state:order_state}と見える",
    en="{who:person} sees {patient:person}'s order of {product:product} as {state:order_state}",
)
def sees_the_order(who: Any, patient: Any, product: str, state: str) -> None:
    eventually(lambda: who.selling.state(patient, product), equal_to(state))


@then(
    ja="{patient:person}には、自分の{product:product}の注文が{state:order_state}と示される",
    en="{patient:person} sees their order of {product:product} as {state:order_state}",
)
def sees_their_order(patient: Any, product: str, state: str) -> None:
    assert_that(patient.shop.state(product), equal_to(state))


@then(
    ja="{who:person}には、{patient:person}の{product:product}の注文が{count:number}件見える",
    en="{who:person} sees {count:number} orders of {product:product} by {patient:person}",
)
def sees_so_many_orders(who: Any, patient: Any, product: str, count: int) -> None:
    eventually(lambda: who.selling.count(patient, product), equal_to(count))


@then(
    ja="{pharmacist:person}には、{patient:person}の{product:product}の注文について次の警告だけが示される",
    en="{pharmacist:person} is warned of exactly this about {patient:person}'s order of {product:product}",
    table={"kind": ("警告", "warning", "kampo"), "because": ("理由", "because of")},
)
def is_warned(pharmacist: Any, patient: Any, product: str, rows: list[dict[str, str]]) -> None:
    wanted = [has_properties(kind=row["kind"], because_of=row["because"]) for row in rows]
    assert_that(pharmacist.selling.warnings(patient, product), contains_inanyorder(*wanted))


@then(
    ja="{pharmacist:person}には、{patient:person}の{product:product}の注文について警告は示されない",
    en="{pharmacist:person} is warned of nothing about {patient:person}'s order of {product:product}",
)
def is_not_warned(pharmacist: Any, patient: Any, product: str) -> None:
    assert_that(pharmacist.selling.warnings(patient, product), equal_to([]))


@then(
    ja="{pharmacist:person}には、{patient:person}が{product:product}の前に{count:number}個を購入したと示される",
    en="{pharmacist:person} is shown {count:number} earlier purchases of {patient:person} at the order of {product:product}",
)
def sees_earlier_purchases(pharmacist: Any, patient: Any, product: str, count: int) -> None:
    assert_that(len(pharmacist.selling.earlier(patient, product)), equal_to(count))


@then(
    ja="{who:person}には次の販売記録が見える",
    en="{who:person} finds these records of sales",
    table={
        "buyer": ("買った人", "buyer", "person"),
        "product": ("品目", "product"),
        "quantity": ("数量", "quantity", "number"),
        "pharmacist": ("薬剤師", "pharmacist", "person"),
        "words": ("理解の言葉", "understood"),
    },
)
def finds_records(who: Any, rows: list[dict[str, Any]]) -> None:
    wanted = [
        has_properties(
            buyer=row["buyer"].real_name,
            product=row["product"],
            quantity=row["quantity"],
            pharmacist=row["pharmacist"].real_name,
            understanding=f"{row['pharmacist'].real_name}: {row['words']}",
        )
        for row in rows
    ]
    assert_that(who.selling.sales(), contains_exactly(*wanted))


@then(
    ja="{who:person}には、{patient:person}の販売記録が見えない",
    en="{who:person} finds no record of a sale to {patient:person}",
)
def finds_no_record(who: Any, patient: Any) -> None:
    assert_that(who.selling.sales(), with_none(has_properties(buyer=patient.real_name)))


@then(
    ja="{who:person}には、{pharmacist:person}が{patient:person}に販売した記録が見える",
    en="{who:person} finds the record that {pharmacist:person} sold something to {patient:person}",
)
def finds_the_record(who: Any, pharmacist: Any, patient: Any) -> None:
    line = has_properties(buyer=patient.real_name, pharmacist=pharmacist.real_name)
    assert_that(who.selling.sales(), has_item(line))


@when(
    ja="{who:person}が{patient:person}の販売記録を消す",
    en="{who:person} removes the record of the sale to {patient:person}",
)
def removes_the_record(who: Any, patient: Any) -> None:
    who.selling.remove_record(patient)


@given(
    ja="{patient:person}は{product:product}を{days:number}日ごとの定期便にしている",
    en="{patient:person} subscribes to {product:product} every {days:number} days",
)
def subscribes(patient: Any, product: str, days: int) -> None:
    patient.shop.subscribe(product, days)


@when(
    ja="{patient:person}がカルテを次の通り書き直す",
    en="{patient:person} fills in the chart anew",
    table={
        "allergies": ("アレルギー", "allergies", "entries"),
        "medicines": ("服用中の薬", "medicines", "entries"),
        "pregnancy": ("妊娠・授乳", "pregnancy", "pregnancy"),
    },
)
def fills_in_the_chart_anew(patient: Any, rows: list[dict[str, Any]]) -> None:
    patient.chat.fill_in_chart(**rows[0])


@then(
    ja="{patient:person}には、{product:product}の定期便が{reason:change}のため止まっていると示される",
    en="{patient:person} sees the subscription to {product:product} paused because of {reason:change}",
)
def is_paused(patient: Any, product: str, reason: str) -> None:
    reasons: Any = has_item(reason)
    shown = has_properties(state="paused", reasons=reasons)
    assert_that(patient.shop.subscription(product), shown)


@then(
    ja="{patient:person}には、{product:product}の定期便が続いていると示される",
    en="{patient:person} sees the subscription to {product:product} going on",
)
def goes_on(patient: Any, product: str) -> None:
    assert_that(patient.shop.subscription(product), has_properties(state="active", reasons=()))


@when(
    ja="{pharmacist:person}が{patient:person}の{product:product}の定期便の再開を認める。理由は「{text}」",
    en='{pharmacist:person} lets {patient:person}\'s subscription to {product:product} go on because "{text}"',
)
def clears(pharmacist: Any, patient: Any, product: str, text: str) -> None:
    pharmacist.selling.clear(patient, product, text)


@when(
    ja="{who:person}が{product:product}の商品ページに「{text}」と書く",
    en='{who:person} writes "{text}" on the page of {product:product}',
)
def describes(who: Any, product: str, text: str) -> None:
    who.selling.describe(product, text)


@then(
    ja="{patient:person}が見る{product:product}の商品ページには「{text}」とある",
    en='{patient:person} reads "{text}" on the page of {product:product}',
)
def reads_the_page(patient: Any, product: str, text: str) -> None:
    assert_that(patient.shop.claims(product), equal_to(text))


@when(
    ja="{pharmacist:person}が、17歳と18歳の患者に、指定濫用防止医薬品を、包装の大きさと個数を変えて、チャットだけで、次にビデオ通話の後で販売してみる",
    en="{pharmacist:person} tries to sell designated drugs in every size and number to patients of 17 and 18, by chat and then after a video call",
    target_fixture="sold",
)
def tries_every_combination(pharmacist: Any, people: Any, pharmacy: Any) -> list[tuple[Any, ...]]:
    combinations = [(age, product, packs) for age in (17, 18) for product in _SIZES for packs in (1, 2)]
    buyers = zip(people.more_patients(len(combinations)), combinations, strict=True)
    return [(*one, *_try_to_sell(pharmacist, buyer, *one, today=pharmacy.now.date())) for buyer, one in buyers]


@then(
    ja="販売できた組み合わせは次の通りである",
    en="these sales were possible",
    table={
        "age": ("年齢", "age", "number"),
        "product": ("品目", "product", "product"),
        "packs": ("数量", "packs", "number"),
        "chat": ("チャットだけで", "by chat", "allowed"),
        "video": ("ビデオ通話の後で", "after a video call", "allowed"),
    },
)
def these_were_sold(rows: list[dict[str, Any]], sold: list[tuple[Any, ...]]) -> None:
    assert_that(sold, equal_to([tuple(row.values()) for row in rows]))


_SIZES = ("cold-a-small", "cold-a-large")


def _try_to_sell(pharmacist: Any, buyer: Any, age: int, product: str, packs: int, today: Any) -> tuple[str, str]:
    """Whether it was sold by chat, and if not at once, after a video call."""
    buyer.becomes(buyer.identity.aged(age, today))
    outcome: tuple[str, str] = pharmacist.selling.try_both_channels(buyer, product, packs)
    return outcome


@when(
    ja="{pharmacist:person}と{patient:person}が、{product:product}の注文のそれぞれの段階で、順序に外れたことをすべて試みる",
    en="{pharmacist:person} and {patient:person} try everything out of order at every step of an order of {product:product}",
    target_fixture="out_of_order",
)
def tries_out_of_order(pharmacist: Any, patient: Any, product: str) -> list[str]:
    succeeded: list[str] = pharmacist.selling.try_out_of_order(patient, product)
    return succeeded


@then(ja="順序に外れたことは一つも通らない", en="nothing out of order succeeds")
def nothing_succeeds(out_of_order: list[str]) -> None:
    assert_that(out_of_order, equal_to([]))
