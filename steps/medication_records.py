"""The medication record of a patient, and follow-up during therapy."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, empty, equal_to, has_item, has_properties

from nameraka import eventually, given, slot, then, when

slot(
    "channel",
    terms={"chat": ("個別のチャット", "chat"), "phone": ("電話", "telephone"), "video": ("ビデオ通話", "video")},
)


@given(
    ja="{who:person}は{patient:person}の薬歴に「{text}」と書いている",
    en='{who:person} has written "{text}" into {patient:person}\'s medication record',
)
def has_written(who: Any, patient: Any, text: str) -> None:
    assert_that(who.records.write(patient, text).value, equal_to(None))


@when(
    ja="{who:person}が{patient:person}の薬歴に「{text}」と書く",
    en='{who:person} writes "{text}" into {patient:person}\'s medication record',
)
def writes(who: Any, patient: Any, text: str) -> None:
    who.records.write(patient, text)


@when(
    ja="{who:person}が{patient:person}の薬歴を開く",
    en="{who:person} opens {patient:person}'s medication record",
)
def opens(who: Any, patient: Any) -> None:
    who.records.open(patient)


@when(
    ja="{who:person}が{patient:person}の薬歴の「{text}」を「{correction}」に書き改める",
    en='{who:person} amends "{text}" to "{correction}" in {patient:person}\'s medication record',
)
def amends(who: Any, patient: Any, text: str, correction: str) -> None:
    who.records.amend(patient, text, correction)


@when(
    ja="{who:person}が{patient:person}と{other:person}の薬歴を統合する",
    en="{who:person} merges the medication records of {patient:person} and {other:person}",
)
def merges(who: Any, patient: Any, other: Any) -> None:
    who.records.merge(patient, other)


@when(
    ja="{who:person}が{patient:person}の薬歴の統合を解除する",
    en="{who:person} separates {patient:person}'s medication record again",
)
def separates(who: Any, patient: Any) -> None:
    who.records.separate(patient)


@when(
    ja="{who:person}が{patient:person}の薬歴の保全を指示する",
    en="{who:person} orders {patient:person}'s medication record to be held",
)
def orders_to_hold(who: Any, patient: Any) -> None:
    who.records.hold(patient)


@when(
    ja="{who:person}が{patient:person}の薬歴の保全の指示を解除する",
    en="{who:person} releases the hold on {patient:person}'s medication record",
)
def releases(who: Any, patient: Any) -> None:
    who.records.release(patient)


@when(
    ja="{who:person}が{patient:person}の薬歴の「{text}」を廃棄する",
    en='{who:person} discards "{text}" from {patient:person}\'s medication record',
)
def discards(who: Any, patient: Any, text: str) -> None:
    who.records.discard(patient, text)


@then(
    ja="{who:person}が見る{patient:person}の薬歴は次の通りである",
    en="{patient:person}'s medication record reads as follows to {who:person}",
    table={
        "owner": ("患者", "patient", "person"),
        "text": ("訴え", "complaint"),
        "author": ("記入者", "author", "person"),
    },
)
def reads_as_follows(who: Any, patient: Any, rows: list[dict[str, Any]]) -> None:
    expected = [(row["owner"].identifier, row["text"], row["author"].real_name) for row in rows]
    found = [(version.owner, version.text, version.author) for version in who.records.versions(patient)]
    assert_that(found, equal_to(expected))


@then(
    ja="{who:person}が見る{patient:person}の薬歴には何もない",
    en="there is nothing in {patient:person}'s medication record to {who:person}",
)
def is_empty(who: Any, patient: Any) -> None:
    assert_that(who.records.versions(patient), empty())


@given(
    ja="{who:person}は{patient:person}に「{text}」を確かめるフォローを予定している",
    en='{who:person} has planned to follow up on "{text}" with {patient:person}',
)
def has_planned(who: Any, patient: Any, text: str) -> None:
    assert_that(who.follow_ups.plan(patient, text).value, equal_to(None))


@when(
    ja="{who:person}が、{patient:person}に渡した薬について「{text}」を確かめるフォローを予定する",
    en='{who:person} plans to follow up on "{text}" with {patient:person} for the medicine that was sent',
)
def plans_for_what_was_sent(who: Any, patient: Any, text: str) -> None:
    who.delivery.plan_follow_up(patient, text)


@when(
    ja="{who:person}がフォロー中の全員に「{text}」と一斉に知らせる",
    en='{who:person} sends "{text}" to everybody who is to be followed up',
)
def tells_everybody(who: Any, text: str) -> None:
    who.follow_ups.tell_all(text)


@when(
    ja="{who:person}が{patient:person}の「{text}」のフォローを、{channel:channel}での結果「{result}」で完了する",
    en='{who:person} completes the follow-up on "{text}" with {patient:person} by {channel:channel}, with the result "{result}"',
)
def completes(who: Any, patient: Any, text: str, channel: str, result: str) -> None:
    who.follow_ups.complete(patient, text, channel, result)


@when(
    ja="{who:person}が{patient:person}の「{text}」のフォローを、{channel:channel}の結果を書かずに完了する",
    en='{who:person} completes the follow-up on "{text}" with {patient:person} by {channel:channel}, without a result',
)
def completes_without_result(who: Any, patient: Any, text: str, channel: str) -> None:
    who.follow_ups.complete(patient, text, channel, "")


@then(
    ja="{patient:person}に一斉のお知らせ「{text}」が届いている",
    en='{patient:person} has received the notice to everybody "{text}"',
)
def has_received_the_notice(patient: Any, text: str) -> None:
    eventually(lambda: patient.conversation.messages(patient), has_item(has_properties(kind="automatic", text=text)))


@then(
    ja="{who:person}が見る{patient:person}の「{text}」のフォローは、まだ完了していない",
    en='the follow-up on "{text}" with {patient:person} is still open to {who:person}',
)
def is_still_open(who: Any, patient: Any, text: str) -> None:
    assert_that(who.follow_ups.of(patient), has_item(has_properties(subject=text, result=None)))


@then(
    ja="{who:person}が見る{patient:person}の「{text}」のフォローは、「{result}」で完了している",
    en='the follow-up on "{text}" with {patient:person} is done to {who:person}, with the result "{result}"',
)
def is_done(who: Any, patient: Any, text: str, result: str) -> None:
    assert_that(who.follow_ups.of(patient), has_item(has_properties(subject=text, result=result)))
