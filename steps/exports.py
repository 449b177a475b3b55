"""Consultations written to Drive."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, empty, equal_to, has_length

from nameraka import eventually, then, when
from steps.matchers import without_any


@when(
    ja="{who:person}が{patient:person}の相談を{colleague:person}だけにDriveで{hours:number}時間共有する",
    en="{who:person} shares {patient:person}'s consultation on Drive with {colleague:person} alone for {hours:number} hours",
    needs=("outside",),
)
def shares_with(who: Any, patient: Any, colleague: Any, hours: int) -> None:
    who.exports.export(patient, [_address(colleague)], hours)


@when(
    ja="{who:person}が{patient:person}の相談を{colleague:person}と社外の「{text}」にDriveで{hours:number}時間共有する",
    en='{who:person} shares {patient:person}\'s consultation on Drive with {colleague:person} and the outsider "{text}" for {hours:number} hours',
    needs=("outside",),
)
def shares_with_an_outsider(who: Any, patient: Any, colleague: Any, text: str, hours: int) -> None:
    who.exports.export(patient, [_address(colleague), text], hours)


@then(
    ja="Driveで{patient:person}の相談を開けるのは{colleague:person}だけである",
    en="on Drive {colleague:person} alone can open {patient:person}'s consultation",
    needs=("outside",),
)
def only_they_can_open_it(patient: Any, colleague: Any, drive: Any) -> None:
    files = drive.files_about(patient.thread_id)
    assert_that([file.readers for file in files], equal_to([[("user", _address(colleague))]]))
    assert_that(str([file.about for file in files]), without_any(patient.private))


@then(
    ja="Driveで{patient:person}の相談を開ける人はいない",
    en="on Drive nobody can open {patient:person}'s consultation",
    needs=("outside",),
)
def nobody_can_open_it(patient: Any, drive: Any) -> None:
    eventually(lambda: [who for file in drive.files_about(patient.thread_id) for who in file.readers], empty())


@then(
    ja="Driveに{patient:person}の相談は残っていない",
    en="nothing of {patient:person}'s consultation is left on Drive",
    needs=("outside",),
)
def nothing_is_left(patient: Any, drive: Any) -> None:
    eventually(lambda: drive.files_about(patient.thread_id), has_length(0))


def _address(colleague: Any) -> str:
    return f"{colleague.identity.subject}@pharmacy.example"
