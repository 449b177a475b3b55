"""What the AI may answer by itself, and the switch that stops it."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, empty, equal_to, has_item, has_length, has_properties

from nameraka import eventually, given, then, when


@given(ja="{who:person}は自動返信を始めている", en="{who:person} has started automatic answers")
def has_started(who: Any) -> None:
    assert_that(who.autonomy.start().value, equal_to(None))


@when(ja="{who:person}が自動返信を始める", en="{who:person} starts automatic answers")
def starts(who: Any) -> None:
    who.autonomy.start()


@when(ja="{who:person}が自動返信をすぐに止める", en="{who:person} stops automatic answers at once")
def stops(who: Any) -> None:
    who.autonomy.stop()


@given(
    ja="{who:person}はAIが書いている間に自動返信をすぐに止める",
    en="{who:person} stops automatic answers at once while the AI is writing",
    needs=("outside",),
)
def stops_meanwhile(who: Any, ai: Any) -> None:
    ai.do_while_writing(who.autonomy.stop)


@then(ja="{who:person}には自動返信が止まっていると示される", en="{who:person} sees that automatic answers are off")
def sees_that_it_is_off(who: Any) -> None:
    assert_that(who.autonomy.running(), equal_to(False))


@then(
    ja="{patient:person}に、薬剤師ではなくAIの自動返信と分かる返信「{text}」が届く",
    en='{patient:person} receives the answer "{text}", marked as automatic and by no pharmacist',
)
def receives_an_automatic_answer(patient: Any, text: str) -> None:
    answer = has_properties(kind="automatic", text=text, automatic=True, responsible=None, notice="auto_reply")
    eventually(lambda: patient.conversation.messages(patient), has_item(answer), within=10)


@then(ja="{patient:person}にはどの自動返信も届いていない", en="{patient:person} has received no automatic answer")
def receives_no_automatic_answer(patient: Any) -> None:
    assert_that(_answers(patient), empty())


@when(
    ja="次の相談が、一人に一つずつ送信される",
    en="these questions are sent, each by another patient",
    table={"text": ("内容", "text")},
    target_fixture="asked",
)
def are_sent(rows: list[dict[str, str]], people: Any) -> list[Any]:
    texts = [row["text"] for row in rows]
    asked = list(zip(people.more_patients(len(texts), agree=True), texts, strict=True))
    assert_that([who.chat.send(text).value for who, text in asked], equal_to(["received"] * len(asked)))
    return [who for who, _ in asked]


@then(
    ja="最後の相談だけが自動で返信され、ほかはAIに渡されもしない",
    en="the last of them alone is answered automatically, and the others are not even shown to the AI",
    needs=("outside",),
)
def only_the_last_is_answered(asked: list[Any], ai: Any) -> None:
    *others, last = asked
    # The last is answered after all others would have been.
    eventually(lambda: _answers(last), has_length(1), within=10)
    assert_that([who.said for who in others if _answers(who) or ai.asked_about(*who.said)], empty())


def _answers(patient: Any) -> list[Any]:
    return [message for message in patient.conversation.messages(patient) if message.notice == "auto_reply"]


@then(
    ja="{auditor:person}は監査記録に、{patient:person}への自動返信が見送られたことを見つける",
    en="{auditor:person} finds in the audit trail that an automatic answer to {patient:person} was held back",
)
def finds_that_it_was_held(auditor: Any, patient: Any) -> None:
    held = has_properties(event="auto_reply_held")
    eventually(lambda: auditor.audit.events(patient), has_item(held), within=10)
    assert_that([line for line in auditor.audit.events(patient) if line.event == "auto_reply_held"], has_length(1))
