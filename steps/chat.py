"""The patient's chat: sending, receiving, the connection between."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from hamcrest import assert_that, contains_string, empty, equal_to, has_item, has_length, has_properties, less_than

from nameraka import eventually, given, slot, then, when
from steps.matchers import guidance as guidance_of
from steps.matchers import with_none

slot(
    "kind",
    terms={
        "patient": ("患者", "patient"),
        "reply": ("返信", "reply"),
        "correction": ("訂正", "correction"),
        "automatic": ("自動", "automatic"),
        "other": ("この版の知らない種類", "of a kind unknown to this version"),
    },
)

slot(
    "delivery",
    terms={
        "received": ("受付済み", "received"),
        "not_sent": ("未送信", "not sent"),
        "corrected": ("訂正済み", "corrected"),
    },
)

slot(
    "guidance",
    terms={
        "red_flag": ("119番の案内", "the 119 guidance"),
        "crisis": ("相談窓口の案内", "the crisis contacts"),
        "visit": ("受診の案内", "the advice to see a doctor"),
        "adverse": ("服用中止と受診の案内", "the advice to stop the medicine and see a doctor"),
        "hours": ("受付時間外の案内", "the out-of-hours notice"),
    },
)

slot("day", terms={"0": ("当日", "the same day"), "1": ("翌日", "the next day")}, convert=int)


@given(ja="{patient:person}から「{text}」と相談が届いている", en='{patient:person} has asked "{text}"')
def has_asked(patient: Any, text: str) -> None:
    assert_that(patient.chat.send(text).value, equal_to("received"))


@when(ja="{patient:person}が「{text}」と送信する", en='{patient:person} sends "{text}"')
def sends(patient: Any, text: str) -> None:
    patient.chat.send(text)


@when(
    ja="{patient:person}が名乗り、住所と電話番号と保険証の番号を書いて「{text}」と送信する",
    en='{patient:person} gives their name, address, telephone and insurance number and sends "{text}"',
)
def introduces_themselves(patient: Any, text: str) -> None:
    patient.chat.send(f"{patient.introduction}{text}")


@when(
    ja="{patient:person}が次の文を続けて送信する",
    en="{patient:person} sends these in one go",
    table={"text": ("内容", "text")},
)
def sends_in_one_go(patient: Any, rows: list[dict[str, str]]) -> None:
    patient.chat.send_all([row["text"] for row in rows])


@when(
    ja="{patient:person}が「{text}」と送信するが、受付の知らせが届かない",
    en='{patient:person} sends "{text}" but never hears back',
)
def sends_unheard(patient: Any, text: str) -> None:
    patient.chat.send_unheard(text)


@when(ja="{patient:person}が「{text}」を再送する", en='{patient:person} retries "{text}"')
def retries(patient: Any, text: str) -> None:
    patient.chat.retry(text)


@when(ja="{who:person}の通信が切れる", en="{who:person} loses the connection", needs=("cut",))
def loses_the_connection(who: Any) -> None:
    who.conversation.lose()


@when(ja="{who:person}の通信が戻る", en="{who:person} gets the connection back", needs=("cut",))
def gets_the_connection_back(who: Any) -> None:
    who.conversation.regain()


@then(
    ja="{patient:person}には「{text}」が{delivery:delivery}と示される",
    en='{patient:person} sees "{text}" marked as {delivery:delivery}',
)
def sees_it_marked(patient: Any, text: str, delivery: str) -> None:
    eventually(lambda: _marks(patient, text), equal_to([delivery]))


@then(
    ja="{who:person}には{patient:person}の「{text}」が{times:times}だけ届いている",
    en='{who:person} has {patient:person}\'s "{text}" exactly {times:times}',
)
def has_it_exactly(who: Any, patient: Any, text: str, times: int) -> None:
    eventually(lambda: _from_patient(who.conversation.messages(patient), text), has_length(times))
    assert_that(_from_patient(who.conversation.afresh(patient), text), has_length(times))


@then(
    ja="{who:person}には{patient:person}の相談が次の順に見える",
    en="{who:person} sees {patient:person}'s consultation in this order",
    table={"kind": ("種類", "kind", "kind"), "text": ("内容", "text")},
)
def sees_in_this_order(who: Any, patient: Any, rows: list[dict[str, str]]) -> None:
    expected = [(row["kind"], row["text"]) for row in rows]
    eventually(lambda: _story(who.conversation.messages(patient)), equal_to(expected))
    assert_that(_story(who.conversation.afresh(patient)), equal_to(expected))


@then(
    ja="{patient:person}に{pharmacist:person}の返信「{text}」が届く",
    en='{patient:person} receives the reply "{text}" from {pharmacist:person}',
)
def receives_the_reply(patient: Any, pharmacist: Any, text: str) -> None:
    reply = has_properties(kind="reply", text=text, responsible=pharmacist.real_name, automatic=False)
    eventually(lambda: patient.conversation.messages(patient), has_item(reply))


@then(ja="{patient:person}にはどの返信も届いていない", en="{patient:person} has received no reply")
def has_received_no_reply(patient: Any) -> None:
    assert_that([message for message in patient.conversation.afresh(patient) if message.kind == "reply"], empty())


@then(
    ja="{patient:person}に{guidance:guidance}が{seconds:number}秒以内に届く",
    en="{patient:person} receives {guidance:guidance} within {seconds:number} seconds",
)
def receives_guidance_within(patient: Any, guidance: str, seconds: int) -> None:
    eventually(lambda: patient.conversation.messages(patient), has_item(guidance_of(guidance)), within=seconds)
    assert_that(patient.seconds_since, less_than(seconds), "seconds since the message was sent")


@then(
    ja="{patient:person}に{guidance:guidance}は届いていない", en="{patient:person} has not received {guidance:guidance}"
)
def has_not_received_guidance(patient: Any, guidance: str) -> None:
    assert_that(patient.conversation.afresh(patient), with_none(has_properties(notice=guidance)))


@then(
    ja="{patient:person}への{guidance:guidance}は自動と示され、責任薬剤師の名前はない",
    en="{guidance:guidance} is marked to {patient:person} as automatic, without a responsible pharmacist",
)
def guidance_is_marked_automatic(patient: Any, guidance: str) -> None:
    assert_that(
        patient.conversation.afresh(patient),
        has_item(has_properties(notice=guidance, automatic=True, responsible=None)),
    )


@then(
    ja="{patient:person}は、薬剤師が{day:day}の{time:clock}から答えると知らされる",
    en="{patient:person} is told that a pharmacist answers from {time:clock} {day:day}",
)
def is_told_when(patient: Any, day: int, time: time, pharmacy: Any) -> None:
    date = pharmacy.now + timedelta(days=day)
    told = contains_string(f"{date.month}月{date.day}日 {time:%H:%M}")
    assert_that(patient.conversation.afresh(patient), has_item(has_properties(notice="hours", text=told)))


def _marks(patient: Any, text: str) -> list[str]:
    return [message.delivery for message in patient.conversation.messages(patient) if message.text == text]


def _from_patient(messages: list[Any], text: str) -> list[Any]:
    return [message for message in messages if message.kind == "patient" and message.text == text]


def _story(messages: list[Any]) -> list[tuple[str, str]]:
    return [(message.kind, message.text) for message in messages]
