"""What befalls the pharmacy as a whole, and what people see of it: outages, deployments, crowds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hamcrest import assert_that, contains_exactly, empty, equal_to, greater_than_or_equal_to, has_entry, has_length

from nameraka import eventually, slot, then, when
from steps.matchers import with_only

slot(
    "outage",
    terms={
        "read_only": ("データベースが読み取り専用になっている", "the database is read-only"),
        "full": ("データベースが満杯である", "the database is full"),
        "outbox": ("呼び出しを送る処理が止まっている", "the worker that sends the calls is dead"),
    },
)

# --- outages


@when(ja="薬局で、{outage:outage}", en="at the pharmacy, {outage:outage}", needs=("kill", "files"))
def suffers(outage: str, operator: Any) -> None:
    operator.suffer(outage)


@when(ja="薬局の障害が直る", en="the pharmacy is repaired", needs=("kill", "files"))
def is_repaired(operator: Any) -> None:
    operator.repair()


@then(
    ja="死活監視は、{outage:outage}という異常を示す",
    en="the health check says that {outage:outage}",
    needs=("kill", "files"),
)
def health_says(outage: str, pharmacy: Any) -> None:
    eventually(pharmacy.health, has_entry(FAILED_PART[outage], "failed"), within=10)


FAILED_PART = {"read_only": "database", "full": "database", "outbox": "outbox"}


@then(ja="死活監視は正常を示す", en="the health check finds nothing wrong")
def health_is_good(pharmacy: Any) -> None:
    eventually(lambda: set(pharmacy.health().values()), equal_to({"ok"}), within=10)


@when(ja="{patient:person}が自分の相談を開く", en="{patient:person} opens their own consultation")
def opens_their_own(patient: Any) -> None:
    patient.reliability.keep_open()


@when(ja="{patient:person}が「{text}」を送ろうとする", en='{patient:person} tries to send "{text}"')
def tries_to_send(patient: Any, text: str) -> None:
    patient.chat.try_to_send(text)


@then(
    ja="{patient:person}に119番と薬局の電話番号が案内される",
    en="{patient:person} is shown 119 and the pharmacy's telephone number",
)
def is_shown_telephones(patient: Any) -> None:
    eventually(patient.reliability.numbers, contains_exactly("119", "00-0000-0000"), within=10)


@then(ja="{patient:person}に電話の案内は出ていない", en="{patient:person} is not told to phone instead")
def is_not_shown_telephones(patient: Any) -> None:
    eventually(patient.reliability.numbers, empty(), within=10)


# --- deployments


@when(
    ja="次の版がデータベースの移行とともに配備される",
    en="the next version is deployed with a migration of the database",
    needs=("kill", "files"),
)
def next_version_is_deployed(operator: Any) -> None:
    operator.deploy_next()


@when(ja="次の版が元の版に戻される", en="the next version is rolled back", needs=("kill", "files"))
def next_version_is_rolled_back(operator: Any) -> None:
    operator.roll_back()


@then(ja="{patient:person}は、画面の読み込み直しを求められる", en="{patient:person} is asked to load the page anew")
def is_asked_to_reload(patient: Any) -> None:
    eventually(lambda: patient.reliability.is_asked_to_reload(patient), equal_to(True), within=10)


@then(
    ja="{patient:person}は、画面の読み込み直しを求められていない",
    en="{patient:person} is not asked to load the page anew",
)
def is_not_asked_to_reload(patient: Any) -> None:
    assert_that(patient.reliability.is_asked_to_reload(patient), equal_to(False))


# --- jobs that died


@when(
    ja="当番薬剤師への呼び出しサービスは、呼び出しを受けても応答を返せなくなる",
    en="the on-call service takes calls, but its answers get lost",
    needs=("outside",),
)
def answers_get_lost(pager: Any) -> None:
    pager.lose_answers()


@then(
    ja="{patient:person}のことで同じ呼び出しが{times:number}回以上試みられている",
    en="the same call about {patient:person} has been tried at least {times:number} times",
    needs=("outside",),
)
def the_same_call_was_tried(patient: Any, times: int, pager: Any) -> None:
    eventually(lambda: pager.calls_about(patient.thread_id), has_length(greater_than_or_equal_to(times)), within=30)
    assert_that({call.key for call in pager.calls_about(patient.thread_id)}, has_length(1))


# --- crowds


@when(
    ja="{count:number}人の患者が{each:number}件ずつ送信するさなかに、{patient:person}が「{text}」と送信する",
    en='{patient:person} sends "{text}" among {count:number} patients who send {each:number} messages each',
)
def sends_in_a_crowd(count: int, each: int, patient: Any, text: str, people: Any) -> None:
    with ThreadPoolExecutor(count) as pool:
        people.gather(count, pool)
        sending = [pool.submit(somebody.crowd.send, each) for somebody in people.crowd]
        patient.chat.send(text)
    assert_that([done.exception() for done in sending], with_only(None))


@then(
    ja="受け付けたと知らされた{count:number}件のメッセージが、すべて順に、一度だけ届いている",
    en="all {count:number} messages that were acknowledged are there, in order and once",
)
def all_are_there(count: int, people: Any) -> None:
    accounts = [somebody.crowd.account() for somebody in people.crowd]
    assert_that([account.kept for account in accounts], equal_to([account.acknowledged for account in accounts]))
    assert_that([text for account in accounts for text in account.kept], has_length(count))
