"""What happens to the pharmacy as a whole: its clock, its service. No door: nobody does these things through a page."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from nameraka import given, slot, when

slot("date", pattern=r"\d{4}-\d{2}-\d{2}", convert=date.fromisoformat)


@given(ja="薬局の時刻は{time:clock}である", en="it is {time:clock} at the pharmacy", needs=("clock",))
def it_is(time: time, pharmacy: Any) -> None:
    pharmacy.set_time(time)


@when(ja="{minutes:number}分が過ぎる", en="{minutes:number} minutes pass", needs=("clock",))
def minutes_pass(minutes: int, pharmacy: Any) -> None:
    pharmacy.advance(timedelta(minutes=minutes))


@when(ja="薬局の日付が{day:date}になる", en="the day at the pharmacy is {day:date}", needs=("clock",))
def the_day_is(day: date, pharmacy: Any) -> None:
    pharmacy.advance(datetime.combine(day, pharmacy.now.timetz()) - pharmacy.now)


@when(ja="{days:number}日が過ぎる", en="{days:number} days pass", needs=("clock",))
def days_pass(days: int, pharmacy: Any) -> None:
    pharmacy.advance(timedelta(days=days))


@when(ja="薬局のサービスが突然停止して復旧する", en="the pharmacy's service crashes and comes back", needs=("kill",))
def crashes_and_comes_back(pharmacy: Any) -> None:
    pharmacy.crash()
    pharmacy.come_back()
