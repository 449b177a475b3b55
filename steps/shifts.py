"""A pharmacist comes and goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hamcrest import assert_that, close_to, equal_to, has_item, has_properties

from nameraka import eventually, then, when


@when(
    ja="{who:person}が{patient:person}の相談の画面を開いている",
    en="{who:person} has the console open at {patient:person}'s consultation",
)
def has_the_console_open(who: Any, patient: Any) -> None:
    who.shifts.be_there(patient)


@when(ja="{who:person}が勤務を終える", en="{who:person} ends the shift")
def ends_the_shift(who: Any) -> None:
    who.shifts.end()


@when(ja="{who:person}がサインアウトする", en="{who:person} signs out")
def signs_out(who: Any) -> None:
    who.shifts.sign_out()


@when(
    ja="{patient:person}の相談を開いている{who:person}の端末が突然落ちる",
    en="{who:person}'s computer dies at {patient:person}'s consultation",
    needs=("files",),
)
def computer_dies(who: Any, patient: Any, pharmacy: Any) -> None:
    with pharmacy.hung_up(patient.thread_id):  # before time may go on
        who.shifts.crash(patient)


@then(
    ja="{who:person}には、{patient:person}をだれも担当していないと示される",
    en="{who:person} sees that nobody is in charge of {patient:person}",
)
def sees_nobody_in_charge(who: Any, patient: Any) -> None:
    eventually(lambda: who.console.shown(patient).in_charge, equal_to(None))


@then(
    ja="{who:person}の対応待ち一覧で、{patient:person}は{minutes:number}分待っている",
    en="{patient:person} has been waiting for {minutes:number} minutes in {who:person}'s queue",
    needs=("clock",),
)
def has_been_waiting(who: Any, patient: Any, minutes: int, pharmacy: Any) -> None:
    queue = eventually(who.console.queue, has_item(has_properties(name=patient.real_name)))
    waited = [pharmacy.now - row.since for row in queue if row.name == patient.real_name]
    assert_that(waited[0] / timedelta(minutes=1), close_to(minutes, 1))
