"""Prescriptions on their way through the pharmacy: received, reviewed, asked about, dispensed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hamcrest import assert_that, contains_inanyorder, equal_to, has_properties

from fixtures.prescribing import Paper, prescribed
from nameraka import given, slot, then, when

slot(
    "rx_state",
    terms={
        "received": ("受付済み", "received"),
        "under_review": ("処方監査中", "under review"),
        "inquiry_open": ("疑義照会中", "asked about"),
        "replacing": ("代わりを調剤するところ", "to be dispensed again"),
        "dispensed": ("調剤済み", "dispensed"),
        "shipped": ("発送済み", "sent"),
        "receipt_confirmed": ("受領確認済み", "received by the patient"),
        "followed_up": ("フォロー済み", "followed up"),
        "refused": ("調剤せず終了", "ended without dispensing"),
    },
)
slot(
    "finding",
    terms={
        "allergy": ("アレルギー", "allergy"),
        "reaction": ("副作用歴", "earlier reaction"),
        "interaction": ("相互作用", "interaction"),
        "duplicate": ("重複投薬", "duplicate therapy"),
        "pregnancy_unknown": ("妊娠・授乳の未確認", "pregnancy unknown"),
        "over_max_dose": ("過量", "overdose"),
        "no_such_strength": ("単位と規格の不一致", "no such strength in this unit"),
        "strength_missing": ("規格の不足", "strength missing"),
        "not_for_children": ("小児への禁忌", "not for children"),
        "weight_missing": ("体重の不足", "weight missing"),
        "egfr_missing": ("eGFRの不足", "eGFR missing"),
        "unreadable": ("照合できない記載", "entry that cannot be matched"),
        "controlled_first_online": ("オンライン初診の麻薬・向精神薬", "controlled drug of a first visit online"),
    },
)
slot(
    "rx_source",
    terms={
        "prescription": ("この処方箋", "this prescription"),
        "other_prescription": ("別の処方箋", "another prescription"),
        "chart": ("カルテ", "chart"),
        "notebook": ("お薬手帳", "notebook"),
        "concomitant": ("併用薬", "other medicines"),
        "reactions": ("副作用歴", "reactions"),
        "bought": ("当薬局で購入", "bought here"),
    },
)
slot("medium", terms={"e_prescription": ("電子処方箋", "e-prescription"), "image": ("画像", "image")})
slot(
    "visit",
    terms={"in_person": ("対面診療", "visit in person"), "online_first": ("オンライン初診", "first visit online")},
)
slot("rx_change", terms={"first": ("初めての", "first"), "changed": ("変更された", "changed")})


@given(
    ja="{patient:person}の処方箋「{text}」を受け付けている",
    en='the prescription "{text}" of {patient:person} has been received',
)
def has_been_received(patient: Any, text: str, people: Any, pharmacy: Any) -> None:
    paper = Paper(prescribed(text), pharmacy.now.date())
    assert_that(people.of_role("clerk").prescriptions.receive(patient, paper).value, equal_to("received"))


@given(
    ja="{patient:person}の{visit:visit}の処方箋「{text}」を受け付けている",
    en='the prescription "{text}" from a {visit:visit} of {patient:person} has been received',
)
def of_a_visit_has_been_received(patient: Any, visit: str, text: str, people: Any, pharmacy: Any) -> None:
    paper = Paper(prescribed(text), pharmacy.now.date(), visit=visit)
    assert_that(people.of_role("clerk").prescriptions.receive(patient, paper).value, equal_to("received"))


@given(
    ja="{patient:person}の{change:rx_change}処方箋「{text}」を受け付けている",
    en='the {change:rx_change} prescription "{text}" of {patient:person} has been received',
)
def of_a_kind_has_been_received(patient: Any, change: str, text: str, people: Any, pharmacy: Any) -> None:
    paper = Paper(prescribed(text), pharmacy.now.date(), change=change)
    assert_that(people.of_role("clerk").prescriptions.receive(patient, paper).value, equal_to("received"))


@given(
    ja="{days:number}日前に交付された{patient:person}の処方箋「{text}」を受け付けている",
    en='the prescription "{text}" of {patient:person}, issued {days:number} days ago, has been received',
)
def issued_earlier_has_been_received(patient: Any, days: int, text: str, people: Any, pharmacy: Any) -> None:
    paper = Paper(prescribed(text), pharmacy.now.date() - timedelta(days=days))
    assert_that(people.of_role("clerk").prescriptions.receive(patient, paper).value, equal_to("received"))


@given(
    ja="{patient:person}の{uses:number}回まで使える処方箋「{text}」を受け付けている",
    en='the prescription "{text}" of {patient:person}, good for {uses:number} uses, has been received',
)
def of_several_uses_has_been_received(patient: Any, uses: int, text: str, people: Any, pharmacy: Any) -> None:
    paper = Paper(prescribed(text), pharmacy.now.date(), uses=uses)
    patient.remember(paper=paper)
    assert_that(people.of_role("clerk").prescriptions.receive(patient, paper).value, equal_to("received"))


@when(
    ja="{who:person}が{patient:person}の同じ処方箋をもう一度受け付けて調剤する",
    en="{who:person} receives {patient:person}'s same prescription again and dispenses it",
)
def receives_again_and_dispenses(who: Any, patient: Any) -> None:
    who.prescriptions.receive(patient, patient.recall("paper"))
    who.prescriptions.begin_review(patient)
    who.prescriptions.dispense(patient)


@when(
    ja="{who:person}が{patient:person}の処方箋「{text}」を{medium:medium}で受け付ける",
    en='{who:person} receives the prescription "{text}" of {patient:person} as {medium:medium}',
)
def receives(who: Any, patient: Any, text: str, medium: str, pharmacy: Any) -> None:
    who.prescriptions.receive(patient, Paper(prescribed(text), pharmacy.now.date(), medium))


@given(
    ja="{who:person}は{patient:person}の処方箋を監査している",
    en="{who:person} is reviewing {patient:person}'s prescription",
)
def is_reviewing(who: Any, patient: Any) -> None:
    assert_that(who.prescriptions.begin_review(patient).value, equal_to(None))


@given(
    ja="{who:person}は{patient:person}の処方箋の調剤を済ませている",
    en="{who:person} has dispensed {patient:person}'s prescription",
)
def has_dispensed(who: Any, patient: Any) -> None:
    assert_that(who.prescriptions.begin_review(patient).value, equal_to(None))
    assert_that(who.prescriptions.dispense(patient).value, equal_to(None))


@given(
    ja="{who:person}は{patient:person}の処方箋について「{text}」と疑義照会している",
    en='{who:person} has asked the prescriber about {patient:person}\'s prescription: "{text}"',
)
def has_inquired(who: Any, patient: Any, text: str) -> None:
    assert_that(who.prescriptions.inquire(patient, text).value, equal_to(None))


@when(
    ja="{who:person}が{patient:person}の処方監査を始める",
    en="{who:person} begins to review {patient:person}'s prescription",
)
def begins_review(who: Any, patient: Any) -> None:
    who.prescriptions.begin_review(patient)


@when(
    ja="{who:person}が{patient:person}の処方箋を調剤する", en="{who:person} dispenses {patient:person}'s prescription"
)
def dispenses(who: Any, patient: Any) -> None:
    who.prescriptions.dispense(patient)


@when(
    ja="{who:person}が{patient:person}の{medium:medium}の処方箋を調剤する",
    en="{who:person} dispenses {patient:person}'s prescription that came as {medium:medium}",
)
def dispenses_of_a_medium(who: Any, patient: Any, medium: str) -> None:
    who.prescriptions.dispense(patient, medium)


@when(
    ja="{who:person}が{patient:person}の処方箋について「{text}」と疑義照会する",
    en='{who:person} asks the prescriber about {patient:person}\'s prescription: "{text}"',
)
def inquires(who: Any, patient: Any, text: str) -> None:
    who.prescriptions.inquire(patient, text)


@when(
    ja="{who:person}が{patient:person}の処方箋について、{doctor}の回答「{text}」を記録する",
    en='{who:person} records the answer of {doctor} on {patient:person}\'s prescription: "{text}"',
)
def records_answer(who: Any, patient: Any, doctor: str, text: str) -> None:
    who.prescriptions.answer(patient, doctor, text)


@when(
    ja="{who:person}が{patient:person}の処方箋について、{doctor}が「{text}」に変更したと記録する",
    en='{who:person} records that {doctor} has changed {patient:person}\'s prescription to "{text}"',
)
def records_change(who: Any, patient: Any, doctor: str, text: str) -> None:
    who.prescriptions.answer(patient, doctor, "変更してください", prescribed(text))


@when(
    ja="{who:person}が{patient:person}の体重を{weight:number}kgと記録する",
    en="{who:person} records that {patient:person} weighs {weight:number} kg",
)
def records_weight(who: Any, patient: Any, weight: int) -> None:
    who.prescriptions.tell(patient, {"weight_kg": weight})


@when(
    ja="{who:person}が{patient:person}のeGFRを{egfr:number}と記録する",
    en="{who:person} records an eGFR of {egfr:number} for {patient:person}",
)
def records_egfr(who: Any, patient: Any, egfr: int) -> None:
    who.prescriptions.tell(patient, {"egfr": egfr})


@when(
    ja="{who:person}が{patient:person}について次のことを記録する",
    en="{who:person} records about {patient:person}",
    table={
        "notebook": ("お薬手帳", "notebook", "entries"),
        "concomitant": ("併用薬", "other medicines", "entries"),
        "reactions": ("副作用歴", "reactions", "entries"),
    },
)
def records_background(who: Any, patient: Any, rows: list[dict[str, Any]]) -> None:
    who.prescriptions.tell(patient, rows[0])


@when(
    ja="{who:person}が{patient:person}の処方箋で、どの段階でもそれぞれの操作を試みる",
    en="{who:person} tries every step at every stage of {patient:person}'s prescription",
    target_fixture="possible",
)
def tries_every_step(who: Any, patient: Any, pharmacy: Any) -> dict[str, dict[str, bool]]:
    return dict(who.prescriptions.each_stage(patient, pharmacy.now.date()))


@then(
    ja="処方箋の各段階で許された操作は次の通りである",
    en="these steps were allowed at each stage of the prescription",
    table={
        "stage": ("段階", "stage", "rx_state"),
        "beginReview": ("監査を始める", "review", "allowed"),
        "openInquiry": ("疑義照会", "inquire", "allowed"),
        "answerInquiry": ("回答の記録", "answer", "allowed"),
        "dispense": ("調剤", "dispense", "allowed"),
        "recallDispensing": ("調剤の取消し", "recall", "allowed"),
        "refusePrescription": ("調剤しない", "refuse", "allowed"),
    },
)
def these_steps_were_allowed(rows: list[dict[str, str]], possible: dict[str, dict[str, bool]]) -> None:
    expected = {row.pop("stage"): {step: word == "yes" for step, word in row.items()} for row in rows}
    assert_that(possible, equal_to(expected))


@then(
    ja="{who:person}には{patient:person}の処方箋が{state:rx_state}と見える",
    en="{who:person} sees that {patient:person}'s prescription is {state:rx_state}",
)
def sees_state(who: Any, patient: Any, state: str) -> None:
    assert_that(who.prescriptions.state(patient), equal_to(state))


@then(
    ja="{who:person}には{patient:person}の処方監査の指摘がない",
    en="{who:person} sees no finding in the review of {patient:person}'s prescription",
)
def sees_no_finding(who: Any, patient: Any) -> None:
    assert_that([one for one in who.prescriptions.findings(patient) if not one.settled], equal_to([]))


@then(
    ja="{who:person}には{patient:person}の処方監査の指摘が次の通り示される",
    en="{who:person} sees these findings in the review of {patient:person}'s prescription",
    table={
        "code": ("指摘", "finding", "finding"),
        "drug": ("薬", "drug"),
        "against": ("相手", "against"),
        "source": ("どこ", "where", "rx_source"),
    },
)
def sees_findings(who: Any, patient: Any, rows: list[dict[str, Any]]) -> None:
    expected = [has_properties(**row, settled=False) for row in rows]
    assert_that(who.prescriptions.findings(patient), contains_inanyorder(*expected))


@then(
    ja="{who:person}には{patient:person}の処方監査で{drug}の{code:finding}が指摘される",
    en="{who:person} sees {code:finding} for {drug} in the review of {patient:person}'s prescription",
)
def sees_one_finding(who: Any, patient: Any, drug: str, code: str) -> None:
    found = {(one.code, one.drug) for one in who.prescriptions.findings(patient) if not one.settled}
    assert_that(found, equal_to({(code, drug)}))


@then(
    ja="{who:person}には{patient:person}の処方箋と調剤録の疑義照会が次の通り見える",
    en="{who:person} sees these inquiries on {patient:person}'s prescription and in the dispensing record",
    table={
        "question": ("照会", "question"),
        "doctor": ("医師", "doctor"),
        "answer": ("回答", "answer"),
        "at": ("記録の時刻", "recorded at"),
    },
)
def sees_inquiries(who: Any, patient: Any, rows: list[dict[str, str]]) -> None:
    expected = [has_properties(**row) for row in rows]
    assert_that(who.prescriptions.inquiries(patient), contains_inanyorder(*expected))
    assert_that(who.prescriptions.record(patient), contains_inanyorder(*expected))
