"""Online medication guidance (オンライン服薬指導): visits by video, step by step."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_exactly, empty, equal_to, has_item, has_properties

from fixtures.calls import STRANGER, zoom_user
from nameraka import given, slot, then, when
from steps.matchers import with_none, without_any

GUIDANCE_STATE = slot(
    "guidance_state",
    terms={
        "planned": ("同意待ち", "waiting for acceptance"),
        "consented": ("同意済み", "accepted"),
        "identified": ("本人確認済み", "identified"),
        "in_call": ("通話中", "in the call"),
        "completed": ("完了", "completed"),
        "face_to_face": ("対面への案内", "referred to guidance in person"),
        "guided_in_person": ("対面で完了", "given in person"),
        "broken_off": ("中止", "broken off"),
    },
)
STREAM = slot("stream", terms={"video": ("映像", "picture"), "audio": ("音声", "sound")})
APPROPRIATE = slot(
    "appropriate", terms={"yes": ("適", "may"), "no": ("否", "must not")}, convert=lambda key: key == "yes"
)
PAPERS = slot(
    "papers",
    terms={"photo_id": ("写真付き身分証", "photo ID"), "registered": ("登録済みの方法", "the registered method")},
)
VISIT_STEP = slot(
    "visit_step",
    terms={
        "accept": ("説明に同意する", "accept the notice"),
        "identify": ("本人確認を記録する", "record the identity"),
        "judge": ("適否を記録する", "judge whether online"),
        "start": ("通話を始める", "start the call"),
        "join": ("通話に入る", "join the call"),
        "check_technique": ("手技の確認を記録する", "record the technique"),
        "complete": ("完了する", "complete"),
    },
)


# --- what has been done


@given(
    ja="{who:person}は{patient:person}の服薬指導を予定している",
    en="{who:person} has planned guidance for {patient:person}",
)
def has_planned(who: Any, patient: Any, visiting: Any) -> None:
    visiting.bring_to("planned", who, patient)


@given(
    ja="{who:person}は{patient:person}の「{text}」の服薬指導を予定している",
    en='{who:person} has planned guidance on "{text}" for {patient:person}',
)
def has_planned_on(who: Any, patient: Any, text: str) -> None:
    assert_that(who.guiding.plan(patient, text).value, equal_to(None))


@given(
    ja="{who:person}による{patient:person}の服薬指導は{visit:guidance_state}である",
    en="{who:person}'s guidance for {patient:person} is {visit:guidance_state}",
)
def is_as_far_as(who: Any, patient: Any, visit: str, visiting: Any) -> None:
    visiting.bring_to(visit, who, patient)


@given(
    ja="{guardian:person}は{child:person}の保護者として確認されている",
    en="{guardian:person} has been verified as the guardian of {child:person}",
)
def is_verified_guardian(guardian: Any, child: Any, people: Any) -> None:
    assert_that(people.of_role("pharmacist").guardians.verify(child, guardian, guardian).value, equal_to(None))


@given(
    ja="{patient:person}は明日18歳になる",
    en="{patient:person} comes of age tomorrow",
)
def comes_of_age_tomorrow(patient: Any, pharmacy: Any) -> None:
    patient.becomes(patient.identity.coming_of_age_after(pharmacy.now.date()))


@given(ja="{who:person}には薬剤師名簿の登録番号がない", en="{who:person} has no licence number")
def has_no_licence(who: Any) -> None:
    who.becomes(who.identity.without("licence"))


# --- what people do


@when(
    ja="{who:person}が{patient:person}の服薬指導を予定する",
    en="{who:person} plans guidance for {patient:person}",
)
def plans(who: Any, patient: Any) -> None:
    who.guiding.plan(patient)


@when(
    ja="{who:person}が{patient:person}の服薬指導の説明に同意する",
    en="{who:person} accepts the notice of {patient:person}'s guidance",
)
def accepts_the_notice(who: Any, patient: Any) -> None:
    who.visits.answer(patient, True)


@when(
    ja="{who:person}が{patient:person}の服薬指導の、古い版の説明に同意する",
    en="{who:person} accepts an older notice of {patient:person}'s guidance",
)
def accepts_an_older_notice(who: Any, patient: Any) -> None:
    who.visits.answer_older(patient)


@when(
    ja="{who:person}が{patient:person}の服薬指導の説明を断る",
    en="{who:person} refuses the notice of {patient:person}'s guidance",
)
def refuses_the_notice(who: Any, patient: Any) -> None:
    who.visits.answer(patient, False)


@when(
    ja="{who:person}が{patient:person}を{papers:papers}で本人と確認する",
    en="{who:person} identifies {patient:person} by {papers:papers}",
)
def identifies(who: Any, patient: Any, papers: str) -> None:
    who.guiding.identify(patient, patient, papers)


@when(
    ja="{who:person}が{patient:person}の本人確認で、{other:person}の身分証を示される",
    en="{who:person} is shown {other:person}'s papers when identifying {patient:person}",
)
def is_shown_other_papers(who: Any, patient: Any, other: Any) -> None:
    who.guiding.identify(patient, other)


@when(
    ja="{who:person}が{patient:person}をオンラインで指導することを{appropriate:appropriate}と判断する。理由は「{text}」",
    en='{who:person} judges that {patient:person} {appropriate:appropriate} be guided online because "{text}"',
)
def judges(who: Any, patient: Any, appropriate: bool, text: str) -> None:
    who.guiding.judge(patient, appropriate, text)


@when(
    ja="{who:person}が{patient:person}の服薬指導の通話を始める",
    en="{who:person} starts the call of {patient:person}'s guidance",
)
def starts_the_call(who: Any, patient: Any, calls: Any) -> None:
    who.guiding.start(patient)
    calls.open(who)


@when(
    ja="{who:person}が{patient:person}の服薬指導の通話に入る",
    en="{who:person} joins the call of {patient:person}'s guidance",
)
def joins_the_call(who: Any, patient: Any, calls: Any) -> None:
    who.visits.join(patient)
    calls.come_in(who)


@when(ja="{host:person}が{who:person}を待機室から通す", en="{host:person} lets {who:person} in from the waiting room")
def lets_in(host: Any, who: Any, calls: Any) -> None:
    calls.admit(who)


@when(ja="{who:person}の{medium:stream}が止まる", en="{who:person}'s {medium:stream} stops")
def medium_stops(who: Any, medium: str, calls: Any) -> None:
    calls.switch(who, medium, False)


@when(ja="{who:person}の{medium:stream}が戻る", en="{who:person}'s {medium:stream} comes back")
def medium_comes_back(who: Any, medium: str, calls: Any) -> None:
    calls.switch(who, medium, True)


@when(ja="{who:person}が通話から抜ける", en="{who:person} leaves the call")
def leaves_the_call(who: Any, calls: Any) -> None:
    calls.leave(who)


@when(
    ja="{who:person}が{patient:person}の「{text}」の手技を確認する",
    en='{who:person} checks {patient:person}\'s technique of "{text}"',
)
def checks_the_technique(who: Any, patient: Any, text: str) -> None:
    who.guiding.check_technique(patient, text, "練習器で見た")


@when(
    ja="{who:person}が{patient:person}の服薬指導を完了する",
    en="{who:person} completes the guidance of {patient:person}",
)
def completes_the_guidance(who: Any, patient: Any) -> None:
    who.guiding.complete(patient, "飲み方と副作用を説明した")


@when(
    ja="{who:person}が{patient:person}の服薬指導を対面で行ったと記録する",
    en="{who:person} records having given {patient:person}'s guidance in person",
)
def guides_in_person(who: Any, patient: Any) -> None:
    who.guiding.guide_in_person(patient, "飲み方と副作用を説明した")


@when(
    ja="部外者が{patient:person}の面談にIDとパスコードで入ろうとする",
    en="a stranger tries to enter {patient:person}'s meeting with its id and passcode",
)
def stranger_tries(patient: Any, calls: Any) -> None:
    calls.stranger_tries(patient)


@when(ja="部外者が{patient:person}の面談に入り込む", en="a stranger gets into {patient:person}'s meeting")
def stranger_gets_in(patient: Any, calls: Any) -> None:
    calls.stranger_is_in(patient)


@when(
    ja="{who:person}が{guardian:person}を{child:person}の保護者として確認する",
    en="{who:person} verifies {guardian:person} as the guardian of {child:person}",
)
def verifies_the_guardian(who: Any, guardian: Any, child: Any) -> None:
    who.guardians.verify(child, guardian, guardian)


@when(
    ja="{who:person}が{guardian:person}を{child:person}の保護者として確認するときに、{other:person}の身分証を示される",
    en="{who:person} is shown {other:person}'s papers when verifying {guardian:person} as the guardian of {child:person}",
)
def is_shown_others_as_guardian(who: Any, guardian: Any, child: Any, other: Any) -> None:
    who.guardians.verify(child, guardian, other)


@when(
    ja="{patient:person}が{guardian:person}に引き続き任せると決める",
    en="{patient:person} decides to let {guardian:person} go on",
)
def consents_anew(patient: Any, guardian: Any) -> None:
    patient.guardians.consent_anew(patient, guardian)


@when(
    ja="{who:person}と{patient:person}が、服薬指導の各段階ですべての操作を試みる",
    en="{who:person} and {patient:person} try every step at every stage of a guidance",
    target_fixture="possible_steps",
)
def try_every_step(who: Any, patient: Any, visiting: Any) -> dict[str, dict[str, str]]:
    steps: dict[str, dict[str, str]] = visiting.try_everything(who, patient)
    return steps


# --- what is so


@then(
    ja="できた操作は次の通りである",
    en="these steps could be taken",
    table={
        "step": ("操作", "step", "visit_step"),
        "planned": ("同意待ち", "waiting for acceptance", "allowed"),
        "consented": ("同意済み", "accepted", "allowed"),
        "identified": ("本人確認済み", "identified", "allowed"),
        "in_call": ("通話中", "in the call", "allowed"),
        "completed": ("完了", "completed", "allowed"),
        "face_to_face": ("対面への案内", "referred", "allowed"),
        "broken_off": ("中止", "broken off", "allowed"),
    },
)
def these_steps_could_be_taken(rows: list[dict[str, str]], possible_steps: dict[str, dict[str, str]]) -> None:
    expected = {state: {row["step"]: row[state] for row in rows} for state in possible_steps}
    assert_that(possible_steps, equal_to(expected))


@then(
    ja="{who:person}には{patient:person}の服薬指導が{visit:guidance_state}と見える",
    en="{who:person} sees the guidance of {patient:person} as {visit:guidance_state}",
)
def sees_it_as(who: Any, patient: Any, visit: str) -> None:
    assert_that(who.guiding.newest(patient).state, equal_to(visit))


@then(
    ja="{who:person}の画面には{patient:person}の服薬指導だけが{visit:guidance_state}と示される",
    en="{who:person}'s page shows the guidance of {patient:person} only, as {visit:guidance_state}",
)
def is_shown_only(who: Any, patient: Any, visit: str) -> None:
    only = has_properties(patient=patient.real_name, state=visit)
    assert_that(who.visits.all(), contains_exactly(only))


@then(ja="{who:person}の画面にはどの服薬指導も示されない", en="{who:person}'s page shows no guidance")
def is_shown_none(who: Any) -> None:
    assert_that(who.visits.all(), empty())


@then(
    ja="{patient:person}には{who:person}の氏名と登録番号が示される",
    en="{patient:person} is shown the name and the licence number of {who:person}",
)
def is_shown_the_pharmacist(patient: Any, who: Any) -> None:
    licence = dict(who.identity.claims)["licence"]
    assert_that(patient.visits.all(), has_item(has_properties(pharmacist=who.real_name, licence=licence)))


@then(
    ja="{who:person}には、{speaker:person}が{patient:person}の服薬指導の説明に同意したと見える",
    en="{who:person} sees that {speaker:person} accepted the notice of {patient:person}'s guidance",
)
def sees_who_accepted(who: Any, speaker: Any, patient: Any) -> None:
    assert_that(who.guiding.newest(patient).accepted, equal_to(speaker.real_name))


@then(
    ja="{who:person}には、{patient:person}の服薬指導の説明への同意がないと見える",
    en="{who:person} sees that nobody accepted the notice of {patient:person}'s guidance",
)
def sees_nobody_accepted(who: Any, patient: Any) -> None:
    assert_that(who.guiding.newest(patient).accepted, equal_to(None))


@then(
    ja="{who:person}には、{patient:person}の処方箋が対面の服薬指導に切り替わったと見える",
    en="{who:person} sees that {patient:person}'s prescription goes on in person",
)
def prescription_goes_on_in_person(who: Any, patient: Any) -> None:
    assert_that(who.prescriptions.state(patient), equal_to("face_to_face"))


@then(
    ja="{who:person}には、{patient:person}の処方箋の服薬指導が済んだと見える",
    en="{who:person} sees that {patient:person}'s prescription has been explained",
)
def prescription_is_guided(who: Any, patient: Any) -> None:
    assert_that(who.guiding.explained(patient), equal_to(True))


@then(
    ja="{who:person}には、{patient:person}の処方箋の服薬指導がまだ済んでいないと見える",
    en="{who:person} sees that {patient:person}'s prescription has not been explained yet",
)
def prescription_is_not_guided(who: Any, patient: Any) -> None:
    assert_that(who.guiding.explained(patient), equal_to(False))


@then(
    ja="Zoomで{patient:person}の面談にいるのは次の人だけである",
    en="in Zoom only these people are in {patient:person}'s meeting",
    table={"who": ("誰", "who", "person")},
)
def only_these_are_in(patient: Any, rows: list[dict[str, Any]], calls: Any) -> None:
    assert_that(calls.people_in(patient), equal_to(sorted(zoom_user(row["who"]) for row in rows)))


@then(ja="Zoomで{patient:person}の面談には誰もいない", en="in Zoom nobody is in {patient:person}'s meeting")
def nobody_is_in(patient: Any, calls: Any) -> None:
    assert_that(calls.people_in(patient), empty())


@then(
    ja="Zoomで{who:person}は{patient:person}の待機室にいる",
    en="in Zoom {who:person} is in the waiting room of {patient:person}'s meeting",
)
def is_in_the_waiting_room(who: Any, patient: Any, calls: Any) -> None:
    assert_that(calls.waiting(patient), equal_to([who.name]))


@then(
    ja="Zoomで{one:person}と{other:person}の面談は、IDもパスコードも違い、どちらもクラウドに録画されない",
    en="in Zoom the meetings of {one:person} and {other:person} share neither id nor passcode, and neither is recorded in the cloud",
)
def meetings_are_apart(one: Any, other: Any, calls: Any) -> None:
    first, second = calls.meeting(one), calls.meeting(other)
    assert_that([first.id == second.id, first.passcode == second.passcode], equal_to([False, False]))
    assert_that([first.recorded_in_cloud, second.recorded_in_cloud], equal_to([False, False]))


@then(
    ja="Zoomは{patient:person}が誰か分かることを何も知らされていない",
    en="Zoom has been told nothing that tells who {patient:person} is",
)
def zoom_knows_nobody(patient: Any, calls: Any) -> None:
    assert_that(calls.heard, without_any(patient.private))
    assert_that(calls.people_in(patient), with_none(STRANGER))
