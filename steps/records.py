"""The audit trail, read as an auditor reads it, whatever the door of the scenario."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_exactly, empty, equal_to, has_item, has_properties, matches_regexp

from nameraka import slot, then, when
from steps.matchers import in_order, with_none, with_only

slot(
    "tampering",
    terms={
        "altered": ("一行を書き換えた", "alters an entry"),
        "at": ("一行の日時を書き換えた", "alters the time of an entry"),
        "branch": ("一行の店舗を書き換えた", "alters the branch of an entry"),
        "account": ("一行のアカウントを書き換えた", "alters the account of an entry"),
        "name": ("一行の名前を書き換えた", "alters the name of an entry"),
        "role": ("一行の役割を書き換えた", "alters the role of an entry"),
        "action": ("一行の出来事を書き換えた", "alters the event of an entry"),
        "object": ("一行の対象を書き換えた", "alters the object of an entry"),
        "thread": ("一行の案件番号を書き換えた", "alters the case id of an entry"),
        "detail": ("一行の詳細を書き換えた", "alters the details of an entry"),
        "deleted": ("途中の一行を消した", "deletes an entry"),
        "swapped": ("二行を入れ替えた", "swaps two entries"),
        "inserted": ("一行を書き加えた", "adds an entry"),
        "cut": ("最後の一行を消した", "deletes the last entry"),
        "cut_and_counted": ("最後の一行を消し、件数も合わせた", "deletes the last entry and corrects the count"),
    },
)

slot("writing", terms={"PUT": ("書き換え", "alter"), "DELETE": ("消去", "delete"), "POST": ("追記", "add to")})

slot("chain", terms={"whole": ("途切れていない", "whole"), "broken": ("途切れている", "broken")})


@then(
    ja="{auditor:person}は監査記録に{patient:person}の相談の次の出来事を順に見つける",
    en="{auditor:person} finds these events of {patient:person}'s consultation in the audit trail, in this order",
    table={"who": ("誰が", "who", "person"), "event": ("出来事", "event", "event")},
)
def finds_these_events(auditor: Any, patient: Any, rows: list[dict[str, Any]]) -> None:
    found = [(event.who, event.event) for event in auditor.audit.events(patient)]
    assert_that(found, in_order([(row["who"].real_name, row["event"]) for row in rows]))


@then(
    ja="{auditor:person}は監査記録に{who:person}による{patient:person}の相談の{event:event}を見つけない",
    en="{auditor:person} finds no {event:event} by {who:person} for {patient:person} in the audit trail",
)
def finds_no_such_event(auditor: Any, who: Any, patient: Any, event: str) -> None:
    found = [line for line in auditor.audit.events(patient) if (line.who, line.event) == (who.real_name, event)]
    assert_that(found, empty())


@then(
    ja="{auditor:person}は監査記録に{who:person}による{event:event}を見つける",
    en="{auditor:person} finds a {event:event} by {who:person} in the audit trail",
)
def finds_such_an_event_anywhere(auditor: Any, who: Any, event: str) -> None:
    assert_that(auditor.audit.everything(), has_item(has_properties(who=who.real_name, event=event)))


@then(
    ja="{auditor:person}は監査記録に{who:person}による次の出来事を順に見つける",
    en="{auditor:person} finds these events by {who:person} in the audit trail, in this order",
    table={"event": ("出来事", "event", "event")},
)
def finds_these_events_anywhere(auditor: Any, who: Any, rows: list[dict[str, str]]) -> None:
    found = [line.event for line in auditor.audit.everything() if line.who == who.real_name]
    assert_that(found, in_order([row["event"] for row in rows]))


@then(
    ja="{auditor:person}は監査記録に{who:person}による{event:event}を見つけない",
    en="{auditor:person} finds no {event:event} by {who:person} in the audit trail",
)
def finds_no_such_event_anywhere(auditor: Any, who: Any, event: str) -> None:
    assert_that(auditor.audit.everything(), with_none(has_properties(who=who.real_name, event=event)))


@then(
    ja="{auditor:person}は監査記録に、{patient:person}の相談に触れた人として次の人だけを見つける",
    en="{auditor:person} finds only these people in the audit trail of {patient:person}'s consultation",
    table={"who": ("誰", "who", "person")},
)
def finds_only_these_people(auditor: Any, patient: Any, rows: list[dict[str, Any]]) -> None:
    auditor.audit.look_into(patient)
    found = {event.who for event in auditor.audit.events(patient)}
    assert_that(found, equal_to({row["who"].real_name for row in rows}))


@then(
    ja="{auditor:person}は、{who:person}が{patient:person}の緊急度を変えた理由として「{text}」を見つける",
    en='{auditor:person} finds that {who:person} changed {patient:person}\'s urgency because "{text}"',
)
def finds_the_reason(auditor: Any, who: Any, patient: Any, text: str) -> None:
    line = has_properties(who=who.real_name, event="urgency_changed", reason=text)
    assert_that(auditor.audit.events(patient), has_item(line))


@when(
    ja="{who:person}が{patient:person}の相談の監査記録を調べる",
    en="{who:person} looks into the audit trail of {patient:person}'s consultation",
)
def looks_into_the_trail(who: Any, patient: Any) -> None:
    who.audit.look_into(patient)


@when(
    ja="{who:person}が監査記録の{writing:writing}を試みる",
    en="{who:person} tries to {writing:writing} the audit trail",
)
def tries_to_write_the_trail(who: Any, writing: str) -> None:
    who.audit.try_to_write(writing)


@when(
    ja="何者かが薬局のデータベースに入り、監査記録の{tampering:tampering}",
    en="somebody gets into the pharmacy's database and {tampering:tampering} of the audit trail",
    needs=("files",),
)
def somebody_tampers(tampering: str, intruder: Any) -> None:
    intruder.tamper(tampering)


@when(ja="{who:person}が監査記録のつながりを検査する", en="{who:person} has the chain of the audit trail checked")
def has_the_chain_checked(who: Any) -> None:
    who.audit.check()


@then(
    ja="{who:person}は、監査記録のつながりが{chain:chain}と知らされる",
    en="{who:person} is told that the chain of the audit trail is {chain:chain}",
)
def is_told_of_the_chain(who: Any, chain: str) -> None:
    assert_that(who.last.value, equal_to(chain == "whole"))


@then(
    ja="{auditor:person}は監査記録に、{patient:person}へ送られた下書きの由来を次の通り見つける",
    en="{auditor:person} finds in the audit trail how the drafts that were sent to {patient:person} came about",
    table={
        "approver": ("承認者", "approver", "person"),
        "edits": ("直した文字数", "characters changed", "number"),
        "minutes": ("表示から送信までの分", "minutes from showing to sending", "number"),
    },
)
def finds_how_drafts_came_about(auditor: Any, patient: Any, rows: list[dict[str, Any]]) -> None:
    found = [(origin.approver, origin.edits, origin.minutes) for origin in auditor.audit.origins(patient)]
    assert_that(found, equal_to([(row["approver"].real_name, row["edits"], row["minutes"]) for row in rows]))


@then(
    ja="{auditor:person}は監査記録に、{patient:person}へ送られた下書きの番号と、モデルと指示と規則と医薬品マスターの版を見つける",
    en="{auditor:person} finds in the audit trail each draft sent to {patient:person}, and the versions of model, prompt, rules and drug master",
)
def finds_versions(auditor: Any, patient: Any) -> None:
    version: Any = matches_regexp(r"\d")
    versions: Any = contains_exactly(version, version, version, version)
    complete = has_properties(draft=matches_regexp(r"^[0-9a-f]{32}$"), versions=versions)
    assert_that(auditor.audit.origins(patient), with_only(complete))
