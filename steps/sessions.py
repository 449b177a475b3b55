"""Sign-ins that grow old, are taken over or taken away; and proof of who a patient is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hamcrest import assert_that, equal_to, has_item, has_length, instance_of

from nameraka import Refused, eventually, slot, then, when

slot(
    "signal",
    terms={
        "disabled": ("アカウントが無効になった", "their account is disabled"),
        "enabled": ("アカウントが有効に戻った", "their account is enabled again"),
        "revoked": ("セッションが失効した", "their sessions are revoked"),
        "device": ("端末が準拠しなくなった", "their device is not compliant any more"),
    },
)


@when(
    ja="{who:person}が席を離れて{minutes:number}分が過ぎる",
    en="{who:person} is away from the desk for {minutes:number} minutes",
    needs=("clock",),
)
def is_away(who: Any, minutes: int, pharmacy: Any) -> None:
    pharmacy.advance(timedelta(minutes=minutes), nobody_acts=True)


@when(ja="{who:person}が{patient:person}の相談を見続ける", en="{who:person} follows {patient:person}'s consultation")
def follows(who: Any, patient: Any) -> None:
    who.sessions.follow(patient)


@when(
    ja="認証基盤が、{who:person}の{signal:signal}ことを知らせる",
    en="the identity provider tells of {who:person} that {signal:signal}",
    needs=("outside",),
)
def identity_provider_tells(who: Any, signal: str, signals: Any) -> None:
    signals.tell(signal, who)


@when(
    ja="認証基盤が、{who:person}が{colleague:person}の店舗へ異動したことを知らせる",
    en="the identity provider tells of {who:person} that they have moved to {colleague:person}'s branch",
    needs=("outside",),
)
def identity_provider_tells_of_a_move(who: Any, colleague: Any, signals: Any) -> None:
    signals.tell("moved", who, claims={"branch": colleague.identity.branch})


@when(
    ja="何者かが認証基盤になりすまし、{who:person}の{signal:signal}ことを知らせる",
    en="somebody who is not the identity provider tells of {who:person} that {signal:signal}",
    needs=("outside",),
)
def somebody_else_tells(who: Any, signal: str, signals: Any) -> None:
    signals.pretend(signal, who)


@then(
    ja="{seconds:number}秒以内に、{who:person}が見ていた相談は閉じられる",
    en="within {seconds:number} seconds what {who:person} follows is cut",
)
def is_cut(who: Any, seconds: int) -> None:
    eventually(who.sessions.is_following, equal_to(False), within=seconds)


@then(ja="{who:person}は相談を見続けている", en="{who:person} goes on following")
def goes_on_following(who: Any) -> None:
    assert_that(who.sessions.is_following(), equal_to(True))


@then(
    ja="{who:person}の画面は、{reason:refusal}ため何も見せない",
    en="{who:person}'s screen shows nothing because {reason:refusal}",
)
def screen_shows_nothing(who: Any, reason: str) -> None:
    assert_that(who.sessions.state(), equal_to(reason))


@then(ja="{who:person}の画面は開いている", en="{who:person}'s screen is open")
def screen_is_open(who: Any) -> None:
    assert_that(who.sessions.state(), equal_to("open"))


@when(ja="{who:person}が別の端末でもサインインする", en="{who:person} signs in on another device as well")
def signs_in_on_another_device(who: Any) -> None:
    who.other_device.entrance.sign_in()


@when(ja="{who:person}が別の端末で続ける", en="{who:person} goes on with the other device")
def goes_on_with_the_other_device(who: Any) -> None:
    who.other_device.sessions.go_on()


@then(
    ja="{who:person}の別の端末は、{reason:refusal}ため何も見せない",
    en="{who:person}'s other device shows nothing because {reason:refusal}",
)
def other_device_shows_nothing(who: Any, reason: str) -> None:
    assert_that(who.other_device.sessions.state(), equal_to(reason))


@then(
    ja="{who:person}の別の端末は、{reason:refusal}ため断られる",
    en="{who:person}'s other device is refused because {reason:refusal}",
)
def other_device_is_refused(who: Any, reason: str) -> None:
    assert_that(who.other_device.last, instance_of(Refused))
    assert_that(who.other_device.last.reason, equal_to(reason))


@then(ja="{who:person}の別の端末は開いている", en="{who:person}'s other device is open")
def other_device_is_open(who: Any) -> None:
    assert_that(who.other_device.sessions.state(), equal_to("open"))


@when(
    ja="{who:person}が別の端末で、生年月日と自分の患者番号を伝える",
    en="{who:person} gives birth date and their own patient number on the other device",
)
def proves_who_they_are(who: Any) -> None:
    who.other_device.sessions.verify(who.identity.birthdate, who.identifier)


@when(
    ja="何者かが{who:person}の別の端末で、{number:person}の患者番号を伝える",
    en="somebody gives {number:person}'s patient number on {who:person}'s other device",
)
def gives_another_number(who: Any, number: Any) -> None:
    who.other_device.sessions.verify(who.identity.birthdate, number.identifier)


@when(
    ja="何者かが{who:person}の別の端末で、だれのものでもない患者番号を{count:number}回伝える",
    en="somebody gives a patient number that nobody has on {who:person}'s other device {count:number} times",
)
def gives_wrong_numbers(who: Any, count: int) -> None:
    for number in range(count):
        who.other_device.sessions.verify(who.identity.birthdate, f"P-0000000{number}")


@then(
    ja="{who:person}の別の端末では、本人確認の断りがどれも同じである",
    en="every refusal of a proof on {who:person}'s other device is the same",
)
def refusals_are_alike(who: Any) -> None:
    refused = [answer for _, answer in who.other_device.answers if isinstance(answer, Refused)]
    told = {(answer.reason, answer.explanation) for answer in refused if answer.reason == "not_verified"}
    assert_that(told, has_length(1))


@then(
    ja="{auditor:person}は監査記録に、{who:person}の{signal:signal}という知らせを見つける",
    en="{auditor:person} finds the signal about {who:person} that {signal:signal} in the audit trail",
)
def finds_the_signal(auditor: Any, who: Any, signal: str) -> None:
    assert_that(auditor.audit.signals_about(who), has_item(signal))
