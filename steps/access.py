"""Coming in, and trying what one may not."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, equal_to, instance_of

from nameraka import Done, Refused, given, slot, then, when

slot(
    "lack",
    terms={
        "no_mfa": ("多要素認証を使っていない", "did not use multi-factor authentication"),
        "no_amr": ("認証方法の証明を持っていない", "brings no proof of how they signed in"),
        "bad_device": ("準拠していない端末を使っている", "uses a device that is not compliant"),
        "no_device": ("端末の証明を持っていない", "brings no proof about their device"),
    },
)

slot(
    "forgery",
    terms={
        "unsigned": ("署名がなく、アルゴリズムがnoneである", "is not signed, its algorithm is none"),
        "public_key": ("公開鍵を共有の秘密として署名されている", "is signed with the public key as a shared secret"),
        "other_key": ("別の鍵で署名されている", "is signed with somebody else's key"),
        "altered": ("署名の後で書き換えられている", "was altered after it was signed"),
        "other_tenant": ("別のテナントが発行している", "was issued by another tenant"),
        "other_client": ("別のアプリに宛てられている", "was issued to another application"),
        "several_clients": ("複数のアプリに宛てられている", "was issued to several applications"),
        "expired": ("期限が切れている", "has expired"),
        "endless": ("期限が書かれていない", "never expires"),
        "replayed": ("以前のサインインのものである", "is of an earlier sign-in"),
        "no_nonce": ("どのサインインのものか分からない", "does not say of which sign-in it is"),
    },
)

slot(
    "attempt",
    terms={
        "look": ("を見よう", "look at"),
        "read": ("の会話を読もう", "read the messages of"),
        "write": ("に書き込もう", "write into"),
        "chart": ("のカルテを見よう", "see the chart of"),
        "attachments": ("の添付ファイルを見よう", "see the attachments of"),
        "follow": ("を見張ろう", "follow"),
    },
)

slot(
    "operation",
    terms={
        "queue": ("一覧を見る", "see the queue"),
        "look": ("相談を見る", "see the consultation"),
        "read": ("会話を読む", "read the messages"),
        "chart": ("カルテを見る", "see the chart"),
        "take_on": ("引き受ける", "take it on"),
        "judge": ("緊急度を変える", "change the urgency"),
        "ask": ("下書きを求める", "ask for a draft"),
        "see_draft": ("下書きを見る", "see the draft"),
        "open_draft": ("下書きを開く", "open the draft"),
        "rewrite": ("下書きを直す", "rewrite the draft"),
        "approve": ("下書きを承認する", "approve the draft"),
        "send": ("下書きを送る", "send the draft"),
        "reply": ("返信する", "reply"),
        "give_up": ("担当を外れる", "give it up"),
        "audit": ("監査記録を見る", "read the audit trail"),
    },
)


@given(ja="{who:person}は{lack:lack}", en="{who:person} {lack:lack}")
def lacks(who: Any, lack: str) -> None:
    who.becomes(_LACKING[lack](who.identity))


@given(
    ja="{who:person}のIDトークンは{forgery:forgery}",
    en="{who:person}'s ID token {forgery:forgery}",
    needs=("outside",),
)
def id_token_is_forged(who: Any, forgery: str) -> None:
    who.is_forged(forgery)


@when(ja="{who:person}がサインインする", en="{who:person} signs in")
def signs_in(who: Any) -> None:
    who.entrance.sign_in()


@then(ja="{who:person}は、{reason:refusal}ため断られる", en="{who:person} is refused because {reason:refusal}")
def is_refused(who: Any, reason: str) -> None:
    assert_that(who.last, instance_of(Refused))
    assert_that(who.last.reason, equal_to(reason), who.last.explanation)


@then(ja="{who:person}にはその操作が示されない", en="{who:person} is offered no such thing")
def is_offered_nothing(who: Any) -> None:
    assert_that(who.last, instance_of(Refused))
    assert_that(who.last.reason, equal_to("not_offered"), who.last.explanation)


@then(ja="{who:person}は断られない", en="{who:person} is not refused")
def is_not_refused(who: Any) -> None:
    assert_that(who.last, instance_of(Done))


@when(ja="{who:person}が管理画面に入ろうとする", en="{who:person} tries to enter the console")
def tries_to_enter_the_console(who: Any) -> None:
    who.entrance.enter_console()


@when(
    ja="{who:person}が{patient:person}の相談{attempt:attempt}とする",
    en="{who:person} tries to {attempt:attempt} {patient:person}'s consultation",
)
def tries_to(who: Any, attempt: str, patient: Any) -> None:
    who.operations.attempt(attempt, patient.thread_id)


@when(
    ja="{who:person}が、サインインせずに{owner:person}のIDトークンで{patient:person}の相談{attempt:attempt}とする",
    en="{who:person}, not signed in, tries to {attempt:attempt} {patient:person}'s consultation with {owner:person}'s ID token",
    needs=("outside",),
)
def tries_with_an_id_token(who: Any, owner: Any, patient: Any, attempt: str) -> None:
    who.operations.attempt_with_token(attempt, patient.thread_id, owner.id_token)


@when(
    ja="{who:person}が存在しない相談{attempt:attempt}とする",
    en="{who:person} tries to {attempt:attempt} a consultation that does not exist",
)
def tries_nonexistent(who: Any, attempt: str) -> None:
    who.operations.attempt_nonexistent(attempt)


@then(ja="{who:person}には、二つの断りが見分けられない", en="{who:person} cannot tell the two refusals apart")
def cannot_tell_apart(who: Any) -> None:
    denied, nonexistent = (answer for _, answer in who.answers[-2:])
    assert_that([denied.reason, nonexistent.reason], equal_to(["not_found", "not_found"]))
    assert_that(denied.explanation, equal_to(nonexistent.explanation))


@when(
    ja="{who:person}が{patient:person}について見られるものを、操作を一つずつ変えてすべて見る",
    en="{who:person} looks at all that there is about {patient:person}, by one operation after the other",
)
def looks_at_everything(who: Any, patient: Any) -> None:
    who.operations.look_at_everything(patient.thread_id, who.drafts.draft_id(patient))


@when(
    ja="すべての職種の職員が{patient:person}の相談でそれぞれの操作を試みる",
    en="staff of every role try each operation on {patient:person}'s consultation",
    target_fixture="allowed",
)
def staff_try_everything(patient: Any, people: Any) -> dict[str, dict[str, str]]:
    first = people.of_role("pharmacist")
    by_pharmacist = first.operations.each(patient.thread_id)
    others = {
        role: people.of_role(role).operations.each(patient.thread_id, first.recall("draft_id")) for role in _OTHERS
    }
    return {"pharmacist": by_pharmacist, **others}


@then(
    ja="許された操作は次の通りである",
    en="these operations were allowed",
    table={
        "operation": ("操作", "operation", "operation"),
        "pharmacist": ("薬剤師", "pharmacist", "allowed"),
        "supervisor": ("管理薬剤師", "supervising pharmacist", "allowed"),
        "clerk": ("事務員", "clerk", "allowed"),
        "auditor": ("監査担当", "auditor", "allowed"),
        "it_admin": ("IT管理者", "IT administrator", "allowed"),
        "trainee": ("研修生", "trainee", "allowed"),
    },
)
def these_were_allowed(rows: list[dict[str, str]], allowed: dict[str, dict[str, str]]) -> None:
    expected = {role: {row["operation"]: row[role] for row in rows} for role in ("pharmacist", *_OTHERS)}
    assert_that(allowed, equal_to(expected))


_OTHERS = ("supervisor", "clerk", "auditor", "it_admin", "trainee")
_LACKING = {
    "no_mfa": lambda identity: identity.with_claim("amr", ["pwd"]),
    "no_amr": lambda identity: identity.without("amr"),
    "bad_device": lambda identity: identity.with_claim("device_compliant", False),
    "no_device": lambda identity: identity.without("device_compliant"),
}
