"""Reading another branch's consultation in an emergency."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_exactly, has_properties

from nameraka import then, when


@when(
    ja="{who:person}が緊急のため{patient:person}の相談の閲覧を求める。理由は「{text}」",
    en='{who:person} asks to read {patient:person}\'s consultation in an emergency because "{text}"',
)
def asks_to_read(who: Any, patient: Any, text: str) -> None:
    who.emergency.open(patient, text)


@when(
    ja="{who:person}が緊急のため{patient:person}の相談の閲覧を求める。理由は書かない",
    en="{who:person} asks to read {patient:person}'s consultation in an emergency without a reason",
)
def asks_to_read_without_reason(who: Any, patient: Any) -> None:
    who.emergency.open(patient, "")


@then(
    ja="{who:person}には、{reader:person}が{patient:person}の相談を緊急に閲覧したことが、理由「{text}」とともに示される",
    en='{who:person} sees that {reader:person} has read {patient:person}\'s consultation in an emergency because "{text}"',
)
def sees_the_reading(who: Any, reader: Any, patient: Any, text: str) -> None:
    reading = has_properties(who=reader.real_name, reason=text)
    assert_that(who.emergency.readings(patient), contains_exactly(reading))
