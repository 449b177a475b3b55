"""What is still open for a patient, and handing it over."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_exactly, equal_to, has_properties

from nameraka import eventually, given, slot, then, when

slot(
    "matter",
    terms={
        "red_flag": ("赤旗症状", "red flag"),
        "promise": ("約束", "promise"),
        "inquiry": ("疑義照会", "inquiry to the prescriber"),
    },
)


@given(
    ja="{who:person}は{patient:person}の{matter:matter}「{text}」を書き留めている",
    en='{who:person} has noted the {matter:matter} "{text}" for {patient:person}',
)
def has_noted(who: Any, patient: Any, matter: str, text: str) -> None:
    assert_that(who.handovers.note(patient, matter, text).value, equal_to(None))


@given(
    ja="{who:person}は{patient:person}の相談を「{text}」と申し送っている",
    en='{who:person} has handed {patient:person} over with the words "{text}"',
)
def has_handed_over(who: Any, patient: Any, text: str) -> None:
    assert_that(who.handovers.offer(patient, text).value, equal_to(None))


@when(
    ja="{who:person}が{patient:person}の{matter:matter}「{text}」を書き留める",
    en='{who:person} notes the {matter:matter} "{text}" for {patient:person}',
)
def notes(who: Any, patient: Any, matter: str, text: str) -> None:
    who.handovers.note(patient, matter, text)


@when(
    ja="{who:person}が{patient:person}の「{text}」を済ませる",
    en='{who:person} settles "{text}" for {patient:person}',
)
def settles(who: Any, patient: Any, text: str) -> None:
    who.handovers.settle(patient, text)


@when(
    ja="{who:person}が{patient:person}の相談を「{text}」と申し送る",
    en='{who:person} hands {patient:person} over with the words "{text}"',
)
def hands_over(who: Any, patient: Any, text: str) -> None:
    who.handovers.offer(patient, text)


@when(
    ja="{who:person}が{patient:person}の申し送りを取り下げる",
    en="{who:person} takes {patient:person}'s handover back",
)
def takes_back(who: Any, patient: Any) -> None:
    who.handovers.withdraw(patient)


@when(
    ja="{who:person}が{patient:person}の申し送りをすべて確認して受け取る",
    en="{who:person} accepts {patient:person}'s handover, having read all of it",
)
def accepts(who: Any, patient: Any) -> None:
    who.handovers.accept(patient)


@when(
    ja="{who:person}が{patient:person}の申し送りを、「{text}」を確認せずに受け取る",
    en='{who:person} accepts {patient:person}\'s handover, overlooking "{text}"',
)
def accepts_overlooking(who: Any, patient: Any, text: str) -> None:
    who.handovers.accept(patient, overlooked=text)


@then(
    ja="{who:person}には{patient:person}の未解決の事項が次の通り示される",
    en="{who:person} sees these open matters of {patient:person}",
    table={"kind": ("種類", "kind", "matter"), "text": ("内容", "text")},
)
def sees_open_matters(who: Any, patient: Any, rows: list[dict[str, str]]) -> None:
    expected = [has_properties(kind=row["kind"], text=row["text"]) for row in rows]
    eventually(lambda: who.handovers.open_matters(patient), contains_exactly(*expected))
