"""Quick replies with open places."""

from __future__ import annotations

from typing import Any

from nameraka import when


@when(
    ja="{who:person}が{patient:person}に定型文「{text}」をそのまま送る",
    en='{who:person} sends {patient:person} the quick reply "{text}" as it is',
)
def sends_as_it_is(who: Any, patient: Any, text: str) -> None:
    who.quick_replies.send(patient, text, {})


@when(
    ja="{who:person}が{patient:person}への定型文「{text}」に次の通り書き込んで送る",
    en='{who:person} fills in the quick reply "{text}" for {patient:person} like this and sends it',
    table={"place": ("項目", "place"), "value": ("書き込む内容", "words")},
)
def fills_in_and_sends(who: Any, patient: Any, text: str, rows: list[dict[str, str]]) -> None:
    who.quick_replies.send(patient, text, {row["place"]: row["value"] for row in rows})
