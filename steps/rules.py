"""The rules of triage: what they notice, and which version of them did."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, empty, equal_to, has_item, has_properties, matches_regexp

from nameraka import slot, then
from steps.matchers import with_only

slot(
    "level",
    terms={
        "red": ("赤旗", "red flag"),
        "crisis": ("希死念慮・過量服薬", "crisis"),
        "yellow": ("黄", "yellow flag"),
    },
)


@then(
    ja="{auditor:person}は監査記録に、{patient:person}のすべてのメッセージについて{level:level}の検出を見つける",
    en="{auditor:person} finds that every message of {patient:person} was noticed as a {level:level}",
)
def every_message_was_noticed(auditor: Any, patient: Any, level: str) -> None:
    noticed = [found.level for found in auditor.audit.noticed(patient)]
    assert_that(noticed, equal_to([level] * len(patient.said)))


@then(
    ja="{auditor:person}は監査記録に、{patient:person}のメッセージについての検出を見つけない",
    en="{auditor:person} finds that nothing was noticed in what {patient:person} wrote",
)
def nothing_was_noticed(auditor: Any, patient: Any) -> None:
    assert_that(auditor.audit.noticed(patient), empty())


@then(
    ja="{auditor:person}が監査記録に見つける規則の版は、{who:person}が{patient:person}のメッセージの横に見る版と同じである",
    en="{auditor:person} finds the version of the rules that {who:person} sees beside {patient:person}'s message",
)
def the_version_is_on_record(auditor: Any, who: Any, patient: Any) -> None:
    versions = {found.version for found in auditor.audit.noticed(patient)}
    assert_that(versions, with_only(matches_regexp(r"^\d{4}\.\d+\.\d+$")))
    assert_that(who.conversation.afresh(patient), has_item(has_properties(kind="patient", rules=versions.pop())))
