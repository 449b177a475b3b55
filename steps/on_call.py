"""Calling the on-call pharmacist."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_string, empty, has_length, less_than

from nameraka import eventually, then
from steps.matchers import without_any


@then(
    ja="当番薬剤師が{patient:person}のことで{seconds:number}秒以内に呼び出される",
    en="the on-call pharmacist is paged about {patient:person} within {seconds:number} seconds",
)
def is_paged_about(patient: Any, seconds: int, pager: Any) -> None:
    pages = eventually(lambda: pager.pages_about(patient.thread_id), has_length(1), within=seconds)
    assert_that(patient.seconds_since, less_than(seconds), "seconds since the message was sent")
    assert_that(pages[0], contains_string("red"))


@then(
    ja="当番薬剤師は{patient:person}のことで呼び出されていない",
    en="the on-call pharmacist has not been paged about {patient:person}",
)
def is_not_paged_about(patient: Any, pager: Any) -> None:
    assert_that(pager.pages_about(patient.thread_id), empty())


@then(
    ja="当番薬剤師への呼び出しに{patient:person}の個人情報は含まれない",
    en="the call to the on-call pharmacist says nothing personal about {patient:person}",
)
def the_page_is_not_personal(patient: Any, pager: Any) -> None:
    known = (
        patient.real_name,
        *patient.real_name.split(),
        patient.identity.birthdate,
        patient.identity.phone,
        *patient.said,
    )
    assert_that("\n".join(pager.pages_about(patient.thread_id)), without_any(known))
