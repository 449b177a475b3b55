"""Notifications that leave the pharmacy: their link, and the second channel."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_string, empty, equal_to, has_length, has_properties

from nameraka import eventually, then, when
from steps.matchers import with_only, without_any


@when(
    ja="{who:person}が{patient:person}についての呼び出しのリンクを開く",
    en="{who:person} follows the link in the call about {patient:person}",
    needs=("outside",),
)
def follows_the_link(who: Any, patient: Any, pager: Any) -> None:
    who.notices.follow_link(_link_about(patient, pager))


@then(
    ja="{patient:person}についての呼び出しのリンクのプレビューは、だれが取っても、{other:person}のものと変わらない",
    en="a preview of the link in the call about {patient:person} is no other than {other:person}'s, whoever fetches it",
    needs=("outside",),
)
def previews_are_alike(patient: Any, other: Any, pager: Any, people: Any) -> None:
    links = [_link_about(one, pager) for one in (patient, other)]
    reader = people.of_role("pharmacist")
    previews = {fetch(link) for fetch in (pager.preview, reader.notices.preview) for link in links}
    assert_that(previews, has_length(1))
    assert_that("".join(previews), without_any(patient.private))


@then(
    ja="{patient:person}についての呼び出しは、リンクを展開しないよう求めている",
    en="the call about {patient:person} asks not to unfold its link",
    needs=("outside",),
)
def asks_not_to_unfold(patient: Any, pager: Any) -> None:
    assert_that([page["unfurl_links"] or page["unfurl_media"] for page in pager.asked_about(patient.thread_id)],
                with_only(equal_to(False)))  # fmt: skip


@then(
    ja="{patient:person}のことで{recipient:recipient}に{seconds:number}秒以内に電子メールが届く",
    en="{recipient:recipient} gets one e-mail about {patient:person} within {seconds:number} seconds",
    needs=("outside",),
)
def gets_a_mail(patient: Any, recipient: str, seconds: int, mail: Any) -> None:
    mails = eventually(lambda: mail.mails_about(patient.thread_id), has_length(1), within=seconds)
    level: Any = contains_string("red")
    assert_that(mails[0], has_properties(recipients=(_MAIL_OF[recipient],), everything=level))
    assert_that(mails[0].everything, without_any(patient.private))


@then(
    ja="{patient:person}のことでは電子メールは届いていない",
    en="there is no e-mail about {patient:person}",
    needs=("outside",),
)
def gets_no_mail(patient: Any, mail: Any) -> None:
    assert_that(mail.mails_about(patient.thread_id), empty())


_MAIL_OF = {"on_call": "on-call@pharmacy.example", "supervisor": "supervisor@pharmacy.example"}


def _link_about(patient: Any, pager: Any) -> str:
    link: str = eventually(lambda: pager.links_about(patient.thread_id), has_length(1), within=30)[0]
    return link
