"""Correcting what was sent."""

from __future__ import annotations

from typing import Any

from nameraka import when


@when(
    ja="{who:person}が{patient:person}の相談の「{text}」を「{correction}」に訂正する",
    en='{who:person} corrects "{text}" to "{correction}" in {patient:person}\'s consultation',
)
def corrects(who: Any, patient: Any, text: str, correction: str) -> None:
    who.corrections.correct(patient, text, correction)
