"""Prescriptions on their way through the pharmacy."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, equal_to

from fixtures.prescribing import Paper, prescribed
from nameraka import given


@given(
    ja="{patient:person}の処方箋「{text}」を受け付けている",
    en='the prescription "{text}" of {patient:person} has been received',
)
def has_been_received(patient: Any, text: str, people: Any, pharmacy: Any) -> None:
    paper = Paper(prescribed(text), pharmacy.now.date())
    assert_that(people.of_role("clerk").prescriptions.receive(patient, paper).value, equal_to("received"))


@given(
    ja="{who:person}は{patient:person}の処方箋を調剤している",
    en="{who:person} has dispensed {patient:person}'s prescription",
)
def has_dispensed(who: Any, patient: Any) -> None:
    assert_that(who.prescriptions.begin_review(patient).value, equal_to(None))
    assert_that(who.prescriptions.dispense(patient).value, equal_to(None))
