"""What protects people in their browsers."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_string, equal_to, has_items

from nameraka import slot, then, when
from steps.matchers import without_any

slot(
    "guard",
    terms={
        "no_frames": ("ほかのサイトに埋め込まない", "not to show it inside another website"),
        "own_scripts": ("薬局のスクリプトだけを動かす", "to run the pharmacy's own scripts only"),
        "no_guessing": ("内容の種類を推測しない", "not to guess what kind of content it is"),
        "no_referrer": ("ほかのサイトにアドレスを伝えない", "not to tell its address to other websites"),
        "not_kept": ("端末に控えを残さない", "to keep no copy on the device"),
    },
)

slot(
    "disguise",
    terms={
        "posing": ("薬局の画面を装う別のサイト", "another website that poses as a page of the pharmacy"),
        "hiding": ("どこから送るかを隠した別のサイト", "another website that hides where it is"),
    },
)


@then(
    ja="{who:person}のブラウザは、どの応答でも次の守りを指示される",
    en="with every answer {who:person}'s browser is told",
    table={"guard": ("守り", "protection", "guard")},
)
def browser_is_told(who: Any, rows: list[dict[str, str]]) -> None:
    assert_that(who.protection.guards(), has_items(*(row["guard"] for row in rows)))


@then(
    ja="{who:person}のサインインは、暗号化された通信でだけ送られ、スクリプトには読めず、ほかのサイトの操作には添えられない",
    en="{who:person}'s sign-in travels encrypted only, is hidden from scripts, and is not added to what other websites do",
)
def sign_in_is_kept_safely(who: Any) -> None:
    assert_that(who.protection.cookie(), equal_to({"secure", "httponly", "samesite"}))


@then(
    ja="{who:person}の画面が求めたどのアドレスにも、{patient:person}の個人情報はない",
    en="no address that {who:person}'s page asked for says anything personal about {patient:person}",
)
def addresses_are_not_personal(who: Any, patient: Any) -> None:
    addresses = who.protection.addresses(patient)
    assert_that(addresses, contains_string(patient.thread_id))
    assert_that(addresses, without_any(patient.private))


@when(
    ja="別のサイトが{who:person}のブラウザに{patient:person}の相談を引き受けさせようとする",
    en="another website makes {who:person}'s browser try to take on {patient:person}'s consultation",
)
def is_made_to_take_on(who: Any, patient: Any) -> None:
    who.protection.be_made_to_take_on(patient)


@when(
    ja="{disguise:disguise}が{who:person}のサインインを使って{patient:person}の相談を引き受けようとする",
    en="{disguise:disguise} uses {who:person}'s sign-in to try to take on {patient:person}'s consultation",
)
def is_used_to_take_on(who: Any, disguise: str, patient: Any) -> None:
    who.protection.be_used_to_take_on(patient, disguise)


@then(
    ja="インターネットに公開された薬局は、暗号化されない通信を使わないようブラウザに指示する",
    en="a pharmacy that is published on the internet tells browsers never to come back unencrypted",
    needs=("outside",),
)
def insists_on_encryption(published_headers: Any) -> None:
    assert_that(published_headers.get("Strict-Transport-Security", ""), contains_string("max-age=31536000"))
