"""How drafts are used, which limits are passed, and the synthetic red flag."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hamcrest import assert_that, contains_inanyorder, empty, equal_to, has_item, has_length, has_properties

from nameraka import eventually, given, slot, then, when
from steps.matchers import with_none

ALERT = slot(
    "alert",
    terms={
        "unedited_rate": ("修正なしの送信", "unedited sending"),
        "too_fast": ("早すぎる承認", "approvals that are too fast"),
        "first_human": ("最初の返信の遅れ", "an overdue first reply"),
        "red_flag_latency": ("赤旗の呼び出しの遅れ", "late red-flag calls"),
        "queue_depth": ("待ち件数", "the number waiting"),
        "llm_failure": ("AIの失敗", "failures of the AI"),
        "budget_burn": ("エラーバジェットの消費", "the error budget"),
        "canary_absent": ("訓練の赤旗の途絶", "a synthetic red flag that stays out"),
    },
)


@given(
    ja="{who:person}はAIの下書き{count:number}件を、読まずにそのまま{patient:person}に送っている",
    en="{who:person} has sent {count:number} AI drafts to {patient:person} unread and unedited",
)
def has_sent_unread(who: Any, patient: Any, count: int) -> None:
    assert_that([who.drafts.go_through(patient) for _ in range(count)], equal_to(["sent"] * count))


@given(
    ja="{who:person}はAIの下書き{count:number}件を、読んで直してから{patient:person}に送っている",
    en="{who:person} has read {count:number} AI drafts and sent them to {patient:person} rewritten",
)
def has_sent_rewritten(who: Any, patient: Any, count: int, pharmacy: Any) -> None:
    read = timedelta(minutes=1)
    sent = [who.drafts.go_through(patient, "確かめて直しました", lambda: pharmacy.advance(read)) for _ in range(count)]
    assert_that(sent, equal_to(["sent"] * count))


@when(
    ja="{who:person}が薬剤師ごとの下書きの使い方を見る",
    en="{who:person} looks at how each pharmacist uses the drafts",
)
def looks_at_use(who: Any) -> None:
    who.oversight.look_at_use()


@then(
    ja="{who:person}には薬剤師ごとの下書きの使い方が次の通り見える",
    en="{who:person} sees how each pharmacist uses the drafts",
    table={
        "pharmacist": ("薬剤師", "pharmacist", "person"),
        "sent": ("送信", "sent", "number"),
        "unedited": ("修正なし", "unedited", "number"),
        "too_fast": ("早すぎる承認", "too fast", "number"),
    },
)
def sees_use(who: Any, rows: list[dict[str, Any]]) -> None:
    expected = [has_properties(**row | {"pharmacist": row["pharmacist"].real_name}) for row in rows]
    assert_that(who.oversight.look_at_use().value, contains_inanyorder(*expected))


@then(
    ja="{who:person}に、{about:person}についての{alert:alert}の警報が見える",
    en="{who:person} sees the alert about {alert:alert} by {about:person}",
)
def sees_the_alert_about(who: Any, about: Any, alert: str) -> None:
    eventually(who.oversight.alerts, has_item(has_properties(name=alert, pharmacist=about.real_name, open=True)))


@then(
    ja="{who:person}に、{about:person}についての{alert:alert}の警報は見えない",
    en="{who:person} sees no alert about {alert:alert} by {about:person}",
)
def sees_no_alert_about(who: Any, about: Any, alert: str) -> None:
    assert_that(who.oversight.alerts(), with_none(has_properties(name=alert, pharmacist=about.real_name)))


@then(ja="{who:person}に{alert:alert}の警報が見える", en="{who:person} sees the alert about {alert:alert}")
def sees_the_alert(who: Any, alert: str) -> None:
    eventually(who.oversight.alerts, has_item(has_properties(name=alert, open=True)), within=10)


@then(ja="{who:person}に{alert:alert}の警報は見えない", en="{who:person} sees no open alert about {alert:alert}")
def sees_no_alert(who: Any, alert: str) -> None:
    eventually(who.oversight.alerts, with_none(has_properties(name=alert, open=True)), within=10)


@then(
    ja="運用担当が、{who:person}に見える{alert:alert}の警報のことで呼び出される",
    en="the operator is called about the alert on {alert:alert} that {who:person} sees",
)
def the_operator_is_called(who: Any, alert: str, pager: Any) -> None:
    (alert_id,) = eventually(lambda: who.oversight_api.alert_ids(alert), has_length(1), within=10)
    eventually(lambda: pager.pages_to("operator", alert_id), has_length(1), within=10)


@when(ja="{who:person}が訓練の赤旗を流し始める", en="{who:person} starts the synthetic red flag")
def starts_the_canary(who: Any) -> None:
    who.oversight.run_canary(True)


@when(ja="{who:person}が訓練の赤旗を休ませる", en="{who:person} lets the synthetic red flag rest")
def rests_the_canary(who: Any) -> None:
    who.oversight.run_canary(False)


@then(
    ja="{who:person}の店舗の訓練の赤旗が{times:times}、訓練と分かる呼び出しとして届いている",
    en="the synthetic red flag of {who:person}'s branch has come through {times:times}, as a drill",
)
def the_canary_came_through(who: Any, times: int, pager: Any) -> None:
    eventually(lambda: _drills(who, pager), has_length(times), within=10)


@then(
    ja="{who:person}の店舗の訓練の赤旗で、当番の薬剤師は誰も呼び出されていない",
    en="the synthetic red flag of {who:person}'s branch has called nobody on duty",
)
def nobody_on_duty_was_called(who: Any, pager: Any) -> None:
    pages = pager.pages_about(who.oversight_api.canary_case())
    assert_that([page for page in pages if page not in _drills(who, pager)], empty())


@given(
    ja="{who:person}は{count:number}人の患者に、期限を過ぎてから返信している",
    en="{who:person} has answered {count:number} patients after their time was over",
)
def has_answered_late(who: Any, count: int, people: Any, pharmacy: Any) -> None:
    patients = people.more_patients(count)
    assert_that([patient.chat.send("教えてください").value for patient in patients], equal_to(["received"] * count))
    pharmacy.advance(timedelta(minutes=61))
    for patient in patients:
        who.console.take_on(patient)
        assert_that(who.console.reply(patient, "お待たせしました").value, equal_to(None))


def _drills(who: Any, pager: Any) -> list[str]:
    case = who.oversight_api.canary_case()
    return pager.pages_to("canary", case) if case else []


@when(
    ja="{who:person}が{patient:person}への下書きをAIに{count:number}回求めてみる",
    en="{who:person} tries {count:number} times to get an AI draft for {patient:person}",
)
def tries_to_get_drafts(who: Any, patient: Any, count: int) -> None:
    assert_that([who.drafts.ask(patient).reason for _ in range(count)], equal_to(["ai_unavailable"] * count))
