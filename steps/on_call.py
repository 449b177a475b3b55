"""Calling the on-call pharmacist."""

from __future__ import annotations

from typing import Any

from hamcrest import (
    assert_that,
    contains_exactly,
    contains_string,
    empty,
    equal_to,
    greater_than_or_equal_to,
    has_length,
    less_than,
)

from nameraka import eventually, given, slot, then, when
from steps.matchers import without_any

slot(
    "recipient",
    terms={
        "on_call": ("当番薬剤師", "the on-call pharmacist"),
        "next_on_call": ("次の当番薬剤師", "the next on-call pharmacist"),
        "supervisor": ("当番の管理薬剤師", "the supervisor on duty"),
    },
)


@then(
    ja="当番薬剤師が{patient:person}のことで{seconds:number}秒以内に呼び出される",
    en="the on-call pharmacist is called about {patient:person} within {seconds:number} seconds",
)
def is_paged_about(patient: Any, seconds: int, pager: Any) -> None:
    pages = eventually(lambda: pager.pages_about(patient.thread_id), has_length(1), within=seconds)
    assert_that(patient.seconds_since, less_than(seconds), "seconds since the message was sent")
    assert_that(pages[0], contains_string("red"))


@then(
    ja="{recipient:recipient}は{patient:person}のことで呼び出されていない",
    en="{recipient:recipient} has not been called about {patient:person}",
)
def is_not_paged_about(recipient: str, patient: Any, pager: Any) -> None:
    assert_that(pager.pages_to(recipient, patient.thread_id), empty())


@then(
    ja="{patient:person}のことで{recipient:recipient}への呼び出しが{times:times}届いている",
    en="{recipient:recipient} has been called about {patient:person} {times:times}",
)
def has_been_paged_about(patient: Any, recipient: str, times: int, pager: Any) -> None:
    eventually(lambda: pager.pages_to(recipient, patient.thread_id), has_length(times), within=10)


@when(
    ja="{who:person}が{patient:person}についての呼び出しを確認する",
    en="{who:person} acknowledges the call about {patient:person}",
)
def acknowledges(who: Any, patient: Any) -> None:
    who.on_call.acknowledge(patient)


@then(
    ja="{who:person}には{patient:person}についての呼び出しの経過が次の順に見える",
    en="{who:person} sees these calls about {patient:person}, in this order",
    table={"recipient": ("相手", "called", "recipient")},
)
def sees_the_chain(who: Any, patient: Any, rows: list[dict[str, str]]) -> None:
    eventually(lambda: who.on_call.called(patient), equal_to([row["recipient"] for row in rows]))


@then(
    ja="当番薬剤師への呼び出しに{patient:person}の個人情報は含まれない",
    en="the call to the on-call pharmacist says nothing personal about {patient:person}",
)
def the_page_is_not_personal(patient: Any, pager: Any) -> None:
    calls = pager.calls_about(patient.thread_id)
    assert_that("\n".join(call.everything for call in calls), without_any(patient.private))


@given(
    ja="当番薬剤師への呼び出しサービスはエラーを返す",
    en="the on-call service answers with an error",
    needs=("outside",),
)
def the_on_call_service_fails(pager: Any) -> None:
    pager.fail()


@when(
    ja="{patient:person}のことで{times:times}の呼び出しが失敗する",
    en="calling the on-call pharmacist about {patient:person} fails {times:times}",
    needs=("outside",),
)
def calling_fails(patient: Any, times: int, pager: Any) -> None:
    eventually(lambda: pager.calls_about(patient.thread_id), has_length(greater_than_or_equal_to(times)), within=30)


@when(ja="当番薬剤師への呼び出しサービスが復旧する", en="the on-call service recovers", needs=("outside",))
def the_on_call_service_recovers(pager: Any) -> None:
    pager.begin()


@then(
    ja="{one:person}と{other:person}のどの呼び出しにも、案件番号のほかに違いはない",
    en="no call about {one:person} and {other:person} differs from another in more than the case id",
    needs=("outside",),
)
def calls_differ_in_the_case_only(one: Any, other: Any, pager: Any) -> None:
    of_each = [_without_case(pager.calls_about(who.thread_id), who.thread_id) for who in (one, other)]
    one_wording: Any = has_length(1)
    assert_that(of_each, contains_exactly(one_wording, of_each[0]))


def _without_case(calls: list[Any], thread_id: str) -> set[str]:
    """What is said besides the case, each wording once."""
    return {f"{call.address} {call.body}".replace(thread_id, "") for call in calls}
