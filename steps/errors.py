"""What the outside error tracker hears of the pharmacy."""

from __future__ import annotations

import json
from typing import Any

from hamcrest import assert_that, greater_than, has_entries, has_item, has_length, instance_of

from nameraka import eventually, given, then
from steps.matchers import without_any


@given(
    ja="外部のエラー収集サービスが薬局の報告を受け取っている",
    en="an outside error tracker takes the pharmacy's reports",
    needs=("outside",),
)
def takes_reports(errors: Any) -> None:
    errors.begin()


@then(
    ja="エラー収集サービスには、誤りの種類と場所、AIの呼び出しの結果と時間が届いている",
    en="the error tracker has the place of an error, and outcome and duration of the AI's call",
    needs=("outside",),
)
def has_reports(errors: Any) -> None:
    some: Any = has_length(greater_than(0))
    number: Any = instance_of(int)
    error: Any = has_entries(kind="error", frames=some)
    call: Any = has_entries(kind="ai_call", outcome="garbage", milliseconds=number)
    eventually(lambda: errors.reports, has_item(error), within=10)
    assert_that(errors.reports, has_item(call))


@then(
    ja="エラー収集サービスに届いたものに、{patient:person}の言葉も個人情報も番号もない",
    en="nothing that the error tracker has tells of {patient:person}, not a word and not a number",
    needs=("outside",),
)
def reports_are_not_personal(patient: Any, errors: Any) -> None:
    everything = "\n".join([*errors.requests, json.dumps(errors.reports, ensure_ascii=False)])
    numbers = (patient.thread_id, patient.identifier, patient.identity.subject)
    assert_that(everything, without_any((*patient.private, *numbers)))
