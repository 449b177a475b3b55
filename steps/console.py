"""The pharmacists' console: the queue, taking on, answering, judging the urgency."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hamcrest import assert_that, contains_exactly, equal_to, has_item, has_length, has_properties, matches_regexp

from nameraka import Done, eventually, given, slot, then, when
from steps.matchers import with_none

AT_ONCE = 16
"""How many of a crowd are on their way at the same time."""

slot("urgency", terms={"red": ("赤", "red"), "yellow": ("黄", "yellow"), "green": ("緑", "green")})

slot(
    "mark",
    terms={
        "red_flag": ("赤旗", "as a red flag"),
        "needs_check": ("要確認", "as to be checked by a pharmacist"),
        "overdue": ("期限超過", "as overdue"),
        "page_unanswered": ("呼び出し中", "as being called about"),
    },
)


@given(
    ja="{patient:person}のカルテは次の通りである",
    en="{patient:person}'s chart reads",
    table={
        "allergies": ("アレルギー", "allergies", "entries"),
        "medicines": ("服用中の薬", "medicines", "entries"),
        "pregnancy": ("妊娠・授乳", "pregnancy", "pregnancy"),
    },
)
def chart_reads(patient: Any, rows: list[dict[str, Any]]) -> None:
    patient.chat.fill_in_chart(**rows[0])


@given(
    ja="{who:person}は{patient:person}の相談を担当している",
    en="{who:person} is in charge of {patient:person}'s consultation",
)
def is_in_charge(who: Any, patient: Any) -> None:
    assert_that(who.console.take_on(patient).value, equal_to(None))


@given(
    ja="{who:person}は{patient:person}の緊急度を{urgency:urgency}にしている",
    en="{who:person} has set {patient:person}'s urgency to {urgency:urgency}",
)
def has_set_urgency(who: Any, patient: Any, urgency: str) -> None:
    assert_that(who.console.judge(patient, urgency, "本人に電話で確認").value, equal_to(None))


@when(ja="{who:person}が{patient:person}の相談を開く", en="{who:person} opens {patient:person}'s consultation")
def opens(who: Any, patient: Any) -> None:
    who.console.open(patient)


@when(
    ja="{who:person}が{patient:person}の新しいメッセージを読む", en="{who:person} reads {patient:person}'s new message"
)
def reads_the_news(who: Any, patient: Any) -> None:
    who.console.read_news(patient)


@when(ja="{who:person}が{patient:person}の相談を引き受ける", en="{who:person} takes on {patient:person}'s consultation")
def takes_on(who: Any, patient: Any) -> None:
    who.console.take_on(patient)


@when(
    ja="{who:person}が{patient:person}の相談の担当を外れる", en="{who:person} gives up {patient:person}'s consultation"
)
def gives_up(who: Any, patient: Any) -> None:
    who.console.give_up(patient)


@when(ja="{who:person}が{patient:person}に「{text}」と返信する", en='{who:person} replies "{text}" to {patient:person}')
def replies(who: Any, text: str, patient: Any) -> None:
    who.console.reply(patient, text)


@when(
    ja="{who:person}が{patient:person}の緊急度を{urgency:urgency}に変える。理由は「{text}」",
    en='{who:person} changes {patient:person}\'s urgency to {urgency:urgency} because "{text}"',
)
def changes_urgency(who: Any, patient: Any, urgency: str, text: str) -> None:
    who.console.judge(patient, urgency, text)


@when(
    ja="{who:person}が{patient:person}の緊急度を{urgency:urgency}に変える。理由は書かない",
    en="{who:person} changes {patient:person}'s urgency to {urgency:urgency} without a reason",
)
def changes_urgency_without_reason(who: Any, patient: Any, urgency: str) -> None:
    who.console.judge(patient, urgency, "")


@when(ja="さらに{count:number}人の患者が相談を送信する", en="{count:number} more patients ask something")
def more_patients_ask(count: int, people: Any) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        people.gather(count, pool)
        acknowledged = list(pool.map(lambda patient: patient.crowd.send(1), people.crowd))
    assert_that(acknowledged, equal_to([1] * count))


@when(
    ja="{one:person}と{other:person}が同じ瞬間に、それぞれ{patient:person}の相談を引き受けて返信する",
    en="{one:person} and {other:person} each take on and answer {patient:person} at the same moment",
)
def both_answer_at_once(one: Any, other: Any, patient: Any) -> None:
    for who in (one, other):
        who.console.open(patient)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda who: (who.console.take_on(patient), who.console.reply(patient, "Once")), (one, other)))


@then(
    ja="{one:person}と{other:person}のうちちょうど一人が{patient:person}に返信している",
    en="exactly one of {one:person} and {other:person} has answered {patient:person}",
)
def exactly_one_answered(one: Any, other: Any, patient: Any) -> None:
    replies = [message.responsible for message in patient.conversation.afresh(patient) if message.kind == "reply"]
    assert_that(replies, equal_to([who.real_name for who in (one, other) if isinstance(who.last, Done)]))
    assert_that(replies, has_length(1))
    assert_that(_reasons(one, other), equal_to([["claimed", "claimed"]]))


@then(
    ja="{who:person}の対応待ち一覧は次の順である",
    en="{who:person}'s queue is in this order",
    table={"patient": ("患者", "patient", "person"), "urgency": ("緊急度", "urgency", "urgency")},
)
def queue_is_in_this_order(who: Any, rows: list[dict[str, Any]]) -> None:
    expected = [has_properties(name=row["patient"].real_name, urgency=row["urgency"]) for row in rows]
    eventually(who.console.queue, contains_exactly(*expected))


@then(
    ja="{who:person}の対応待ち一覧で{patient:person}に{mark:mark}の印が付いている",
    en="{patient:person} is marked {mark:mark} in {who:person}'s queue",
)
def is_marked(who: Any, patient: Any, mark: str) -> None:
    eventually(who.console.queue, has_item(has_properties(name=patient.real_name, marks=has_item(mark))))


@then(
    ja="{who:person}の対応待ち一覧で{patient:person}に{mark:mark}の印は付いていない",
    en="{patient:person} is not marked {mark:mark} in {who:person}'s queue",
)
def is_not_marked(who: Any, patient: Any, mark: str) -> None:
    unmarked = has_properties(name=patient.real_name, marks=with_none(mark))
    eventually(who.console.queue, has_item(unmarked))


@then(
    ja="{who:person}の対応待ち一覧では、{patient:person}は{minutes:number}分待っている",
    en="{patient:person} has waited {minutes:number} minutes in {who:person}'s queue",
)
def has_waited(who: Any, patient: Any, minutes: int) -> None:
    eventually(who.console.queue, has_item(has_properties(name=patient.real_name, minutes=minutes)))


@then(
    ja="{who:person}の対応待ち一覧には{patient:person}がいない",
    en="{patient:person} is not in {who:person}'s queue",
)
def is_not_in_the_queue(who: Any, patient: Any) -> None:
    eventually(who.console.queue, with_none(has_properties(name=patient.real_name)))


@then(
    ja="{who:person}の対応待ち一覧の先頭は{patient:person}で、全部で{count:number}人が待っている",
    en="{who:person}'s queue is led by {patient:person}, with {count:number} waiting in all",
)
def queue_is_led_by(who: Any, patient: Any, count: int) -> None:
    queue = eventually(who.console.queue, has_length(count))
    assert_that(queue[0].name, equal_to(patient.real_name))


@then(
    ja="{who:person}には{patient:person}の氏名と生年月日と次のカルテが示される",
    en="{who:person} sees {patient:person}'s name, date of birth and this chart",
    table={
        "allergies": ("アレルギー", "allergies", "entries"),
        "medicines": ("服用中の薬", "medicines", "entries"),
        "pregnancy": ("妊娠・授乳", "pregnancy", "pregnancy"),
    },
)
def sees_who_it_is(who: Any, patient: Any, rows: list[dict[str, Any]]) -> None:
    identity = has_properties(
        name=patient.real_name, birthdate=patient.identity.birthdate, identifier=matches_regexp(r"^P-\w+")
    )
    assert_that(who.last.value, identity)
    assert_that(who.last.value.chart, has_properties(**rows[0]))


@then(
    ja="{who:person}には、{patient:person}を{other:person}が担当していると示される",
    en="{who:person} sees that {other:person} is in charge of {patient:person}",
)
def sees_who_is_in_charge(who: Any, other: Any, patient: Any) -> None:
    eventually(lambda: who.console.shown(patient).in_charge, equal_to(other.real_name))


@when(
    ja="{who:person}が{patient:person}の相談を開くが、カルテがまだ届かない",
    en="{who:person} opens {patient:person}'s consultation while the chart is still on its way",
)
def opens_before_the_chart(who: Any, patient: Any) -> None:
    who.console.open_before_chart(patient)


@then(ja="{who:person}は{patient:person}にまだ返信できない", en="{who:person} cannot reply to {patient:person} yet")
def cannot_reply_yet(who: Any, patient: Any) -> None:
    assert_that(who.console.may_reply(), equal_to(False))


@when(ja="{who:person}に{patient:person}のカルテが届く", en="{patient:person}'s chart reaches {who:person}")
def the_chart_arrives(who: Any, patient: Any) -> None:
    who.console.chart_arrives()


def _reasons(*people: Any) -> list[list[str]]:
    """Of each who was refused, why; both of their acts."""
    refused = [who for who in people if not isinstance(who.last, Done)]
    return [[answer.reason for _, answer in who.answers[-2:]] for who in refused]
