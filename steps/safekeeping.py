"""What keeps records trustworthy: backups, the clock, test systems without real people."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, time, timedelta
from typing import Any

from hamcrest import assert_that, contains_exactly, contains_string, empty, equal_to, greater_than, has_length

from nameraka import eventually, then, when
from steps.matchers import with_only


@when(
    ja="薬局のデータベースが失われる",
    en="the pharmacy's database is lost",
    needs=("kill", "files", "clock"),
)
def database_is_lost(disaster: Any) -> None:
    disaster.strike()


@when(
    ja="何者かが最後のバックアップの監査記録を書き換える",
    en="somebody alters the audit trail in the last backup",
    needs=("files",),
)
def backup_is_altered(disaster: Any) -> None:
    disaster.tamper()


@when(ja="最後のバックアップから復元する", en="it is restored from the last backup", needs=("kill", "files"))
def it_is_restored(disaster: Any) -> None:
    assert_that(disaster.restore(), equal_to(True), disaster.said)


@then(
    ja="最後のバックアップからの復元は断られる",
    en="a restore from the last backup is refused",
    needs=("kill", "files"),
)
def restore_is_refused(disaster: Any) -> None:
    assert_that(disaster.restore(), equal_to(False))
    assert_that(disaster.said, contains_string("tampered"))


@when(
    ja="薬局のサーバーの時計が{minutes:number}分戻される",
    en="the clock of the pharmacy's server is put back by {minutes:number} minutes",
    needs=("clock",),
)
def clock_is_put_back(minutes: int, pharmacy: Any) -> None:
    pharmacy.step_back(timedelta(minutes=minutes))


@then(
    ja="{who:person}には、{patient:person}の相談の時刻が送られた順に示される",
    en="{who:person} sees the times of {patient:person}'s consultation in the order in which things were sent",
)
def times_are_in_order(who: Any, patient: Any) -> None:
    moments = who.times.moments(patient)
    assert_that(moments, contains_exactly(*sorted(moments)))
    assert_that(moments, has_length(greater_than(1)))


@then(
    ja="{who:person}には、{patient:person}の「{text}」が{time:clock}に届いたと示される",
    en='{who:person} sees that {patient:person}\'s "{text}" came at {time:clock}',
)
def came_at(who: Any, patient: Any, text: str, time: time) -> None:
    assert_that(who.times.words(patient, text), contains_string(f"{time:%H:%M}"))


@then(
    ja="薬局のデータベースには、「{text}」が協定世界時の{time:clock}に届いたと残る",
    en='the pharmacy\'s database says that "{text}" came at {time:clock} universal time',
    needs=("files",),
)
def is_stored_in_utc(text: str, time: time, pharmacy: Any) -> None:
    with closing(sqlite3.connect(pharmacy.database)) as database:
        stored = database.execute("SELECT sent_at FROM messages WHERE text = ?", (text,)).fetchall()[-1][0]
    assert_that(datetime.fromisoformat(stored).strftime("%H:%M"), equal_to(f"{time:%H:%M}"))


@when(
    ja="時刻サーバーが薬局の時計より{seconds:number}秒進む",
    en="the time server is {seconds:number} seconds ahead of the pharmacy's clock",
    needs=("outside",),
)
def server_is_ahead(seconds: int, time_server: Any) -> None:
    time_server.be_ahead(seconds)


@when(
    ja="時刻サーバーが薬局の時計より{seconds:number}秒遅れる",
    en="the time server is {seconds:number} seconds behind the pharmacy's clock",
    needs=("outside",),
)
def server_is_behind(seconds: int, time_server: Any) -> None:
    time_server.be_ahead(-seconds)


@then(
    ja="運用担当に、薬局の時計のずれが{times:times}だけ知らされる",
    en="the operator has been told of the pharmacy's clock exactly {times:times}",
    needs=("outside",),
)
def is_told_of_the_clock(times: int, clock_alerts: Any, time_server: Any) -> None:
    eventually(clock_alerts.heard, has_length(times))
    eventually(lambda: time_server.asked, greater_than(2))
    assert_that(clock_alerts.heard(), has_length(times))


@then(
    ja="運用担当には、薬局の時計のずれは知らされていない",
    en="the operator has not been told of the pharmacy's clock",
    needs=("outside",),
)
def is_not_told_of_the_clock(clock_alerts: Any, time_server: Any) -> None:
    eventually(lambda: time_server.asked, greater_than(2))
    assert_that(clock_alerts.heard(), empty())


@when(
    ja="検証環境に本番のデータベースの写しを投入する",
    en="a copy of production's database is fed to the test system",
    needs=("files",),
)
def a_dump_is_fed(staging: Any) -> None:
    staging.fill_with_dump()


@when(
    ja="検証環境に、{patient:person}の氏名と生年月日と電話番号を書いた名簿を投入する",
    en="a list with {patient:person}'s name, date of birth and telephone is fed to the test system",
    needs=("files",),
)
def a_list_is_fed(patient: Any, staging: Any) -> None:
    who = patient.identity
    staging.fill_with_text(
        f'synthetic = true\n[[people]]\nname = "{who.name}"\nborn = "{who.birthdate}"\nphone = "{who.phone}"\n'
    )


@when(
    ja="検証環境に合成した{patients:number}人を投入する",
    en="{patients:number} made-up people are fed to the test system",
    needs=("files",),
)
def made_up_people_are_fed(patients: int, staging: Any) -> None:
    staging.fill(patients)


@when(
    ja="本番に合成した{patients:number}人を投入する",
    en="{patients:number} made-up people are fed to production",
    needs=("files",),
)
def made_up_people_are_fed_to_production(patients: int, staging: Any) -> None:
    staging.fill_production(patients)


@then(ja="投入は断られる", en="that is refused")
def feeding_is_refused(staging: Any) -> None:
    assert_that(staging.accepted, equal_to(False))


@then(
    ja="検証環境には{patient:person}のことが何もない",
    en="there is nothing about {patient:person} in the test system",
    needs=("files",),
)
def nothing_is_there(patient: Any, staging: Any) -> None:
    assert_that([word for word in patient.private if staging.holds(word)], empty())


@then(
    ja="検証環境にいるのは合成した{patients:number}人だけである",
    en="the test system has {patients:number} made-up people and nobody else",
    needs=("files",),
)
def only_made_up_people(patients: int, staging: Any) -> None:
    assert_that(staging.patients(), has_length(patients))
    assert_that(staging.issuers(), with_only("https://synthetic.invalid"))
