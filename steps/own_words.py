"""What a pharmacist writes in their own words, and the safety check that it passes."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, has_item

from nameraka import then, when


@when(
    ja="{who:person}が{patient:person}への文の警告を確かめた上で送る",
    en="{who:person} acknowledges the warnings about the text for {patient:person} and sends it",
)
def acknowledges_the_warnings(who: Any, patient: Any) -> None:
    who.own_words.acknowledge(patient)


@then(
    ja="{auditor:person}は監査記録に、{who:person}が{patient:person}への文で{warning:warning}の警告を確かめたことを見つける",
    en="{auditor:person} finds in the audit trail that {who:person} acknowledged the warning about {warning:warning} before writing to {patient:person}",
)
def finds_the_acknowledgement(auditor: Any, who: Any, patient: Any, warning: str) -> None:
    assert_that(auditor.audit.acknowledged(patient), has_item((who.real_name, warning)))
