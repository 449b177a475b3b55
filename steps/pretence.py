"""Saying of oneself what only the pharmacy may say."""

from __future__ import annotations

from typing import Any

from nameraka import slot, when

slot(
    "claim",
    terms={
        "role": ("自分は薬剤師だ", "they are a pharmacist"),
        "patient": ("別の患者のものだ", "it is of another patient"),
        "author": ("薬剤師が書いた", "a pharmacist wrote it"),
        "reply": ("返信だ", "it is a reply"),
        "urgency": ("緊急だ", "it is urgent"),
        "time": ("以前に書いた", "it was written in the past"),
    },
)


@when(
    ja="{patient:person}が「{text}」と送信し、{claim:claim}と書き添える",
    en='{patient:person} sends "{text}" and adds that {claim:claim}',
)
def sends_and_claims(patient: Any, text: str, claim: str) -> None:
    patient.pretence.send(patient, text, claim)


@when(
    ja="{patient:person}が「{text}」と送信し、{claim:claim}と宛先に書き添える",
    en='{patient:person} sends "{text}" and adds to its address that {claim:claim}',
)
def sends_and_claims_in_the_address(patient: Any, text: str, claim: str) -> None:
    patient.pretence.send_to_address(patient, text, claim)


@when(
    ja="{patient:person}がカルテに記入し、{other:person}のものだと書き添える",
    en="{patient:person} fills in a chart and adds that it is {other:person}'s",
)
def fills_in_a_chart_and_claims(patient: Any, other: Any) -> None:
    patient.pretence.fill_in_chart(other)


@when(
    ja="{patient:person}が{product:product}を注文し、代金は要らないと書き添える",
    en="{patient:person} orders {product:product} and adds that it costs nothing",
)
def orders_and_claims(patient: Any, product: str) -> None:
    patient.pretence.order_at_a_price(product)


@when(
    ja="{who:person}が{patient:person}への下書きを承認し、承認者は{other:person}だと書き添える",
    en="{who:person} approves the AI draft for {patient:person} and adds that {other:person} did",
)
def approves_and_claims(who: Any, patient: Any, other: Any) -> None:
    who.pretence.approve(patient, who.drafts.draft_id(patient), who.drafts.digest(patient), other)
