"""What the pharmacy's log says, read as somebody reads it who keeps the computers running."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_string

from nameraka import then
from steps.matchers import without_any


@then(
    ja="薬局のログには{patient:person}の案件番号が残っている",
    en="the pharmacy's log has {patient:person}'s case id",
    needs=("files",),
)
def the_log_has_the_case(patient: Any, pharmacy: Any) -> None:
    assert_that(pharmacy.log, contains_string(patient.thread_id))


@then(
    ja="薬局のログに{who:person}の個人情報はない",
    en="the pharmacy's log says nothing personal about {who:person}",
    needs=("files",),
)
def the_log_is_not_personal(who: Any, pharmacy: Any) -> None:
    assert_that(pharmacy.log, without_any(who.private))


@then(
    ja="薬局のログには、{patient:person}の相談で書かれた言葉も、カルテの内容も一つもない",
    en="the pharmacy's log says not a word of {patient:person}'s consultation or chart",
    needs=("files",),
)
def the_log_has_no_words(patient: Any, pharmacy: Any) -> None:
    heard = [message.text for message in patient.conversation.afresh(patient)]
    assert_that(pharmacy.log, without_any([*heard, *patient.charted]))
