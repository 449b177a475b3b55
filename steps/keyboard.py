"""Keys of the pharmacist's page."""

from __future__ import annotations

from typing import Any

from nameraka import when


@when(
    ja="{who:person}が{patient:person}の相談でサジェストのキーを押す",
    en="{who:person} presses the suggest key at {patient:person}'s consultation",
)
def presses_the_suggest_key(who: Any, patient: Any) -> None:
    who.keyboard.suggest(patient)


@when(
    ja="{who:person}が{patient:person}の相談でサジェストのキーを{count:number}回続けて押す",
    en="{who:person} presses the suggest key at {patient:person}'s consultation {count:number} times in a row",
)
def presses_the_suggest_key_in_a_row(who: Any, patient: Any, count: int) -> None:
    who.keyboard.suggest(patient, presses=count)


@when(
    ja="{who:person}が{patient:person}の相談でサジェストのキーを押し、続けて改行キーを{count:number}回押す",
    en="{who:person} presses the suggest key at {patient:person}'s consultation, and then Enter {count:number} times",
)
def presses_the_suggest_key_and_enter(who: Any, patient: Any, count: int) -> None:
    who.keyboard.suggest(patient, then_enter=count)
