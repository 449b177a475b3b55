"""Pictures that patients send."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, equal_to

from fixtures.files import FILES
from nameraka import slot, then, when

slot(
    "file",
    terms={
        "picture": ("処方箋の写真", "a photo of the prescription"),
        "html": ("写真と称するHTML", "HTML that calls itself a photo"),
        "eicar": ("ウイルス検査用ファイル", "the virus test file"),
        "hidden_html": ("HTMLを隠した写真", "a photo with HTML hidden in it"),
        "hidden_eicar": ("ウイルス検査用ファイルを隠した写真", "a photo with the virus test file hidden in it"),
        "huge": ("5MBを超える写真", "a photo of more than 5 MB"),
    },
)


@when(ja="{patient:person}が{file:file}を添付する", en="{patient:person} attaches {file:file}")
def attaches(patient: Any, file: str) -> None:
    patient.attachments.send(FILES[file])


@when(
    ja="{who:person}が{patient:person}の添付ファイルを開く",
    en="{who:person} opens {patient:person}'s attachment",
)
def opens_the_attachment(who: Any, patient: Any) -> None:
    who.attachments.open(patient)


@then(
    ja="{who:person}が開いたファイルは、添付された{file:file}と同じである",
    en="what {who:person} has opened is {file:file} as it was attached",
)
def opened_the_same(who: Any, file: str) -> None:
    assert_that(who.last.value, equal_to(FILES[file]))


@then(
    ja="{who:person}には、{patient:person}の添付ファイルが{count:number}件ある",
    en="{who:person} finds {count:number} attachments of {patient:person}",
)
def finds_attachments(who: Any, patient: Any, count: int) -> None:
    assert_that(who.attachments.count(patient), equal_to(count))
