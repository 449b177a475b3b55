"""What is being typed, and what was written for one patient and goes astray."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, equal_to

from nameraka import then, when


@when(
    ja="{who:person}が{patient:person}に「{text}」と書きかける",
    en='{who:person} begins to write "{text}" to {patient:person}',
)
def begins_to_write(who: Any, patient: Any, text: str) -> None:
    who.typed.write(patient, text)


@when(
    ja="{who:person}が別のタブで{patient:person}に「{text}」と書きかける",
    en='{who:person} begins to write "{text}" to {patient:person} in another tab',
)
def begins_to_write_in_another_tab(who: Any, patient: Any, text: str) -> None:
    who.typed.write_in_new_tab(patient, text)


@when(
    ja="{who:person}が{patient:person}のタブに書いた文を送る",
    en="{who:person} sends what stands in {patient:person}'s tab",
)
def sends_what_stands_in_the_tab(who: Any, patient: Any) -> None:
    who.typed.send_tab(patient)


@then(
    ja="{who:person}の{patient:person}への返信欄には「{text}」と書きかけてある",
    en='{who:person}\'s reply box for {patient:person} holds "{text}"',
)
def the_reply_box_holds(who: Any, patient: Any, text: str) -> None:
    assert_that(who.typed.now_in_box(patient), equal_to(text))


@then(
    ja="{who:person}の{patient:person}への返信欄は空である",
    en="{who:person}'s reply box for {patient:person} is empty",
)
def the_reply_box_is_empty(who: Any, patient: Any) -> None:
    assert_that(who.typed.now_in_box(patient), equal_to(""))


@when(
    ja="{who:person}が{patient:person}に宛てた「{text}」を{astray:person}の相談に送る",
    en='{who:person} sends "{text}", written for {patient:person}, into {astray:person}\'s consultation',
)
def sends_astray(who: Any, patient: Any, text: str, astray: Any) -> None:
    who.console.reply_astray(patient, astray, text)


@when(
    ja="{who:person}が{patient:person}への下書きを{astray:person}の相談に送る",
    en="{who:person} sends the AI draft for {patient:person} into {astray:person}'s consultation",
)
def sends_the_draft_astray(who: Any, patient: Any, astray: Any) -> None:
    who.drafts.send_astray(patient, astray)
