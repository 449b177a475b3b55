"""What patients decide about their data, what they ask for, and what is done when it leaked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hamcrest import all_of, assert_that, close_to, contains_string, equal_to, matches_regexp

from nameraka import given, slot, then, when
from steps.matchers import with_only, without_any

slot("decision", terms={"given": ("同意", "given"), "withdrawn": ("撤回", "withdrawn")})

slot("request", terms={"disclosure": ("開示", "disclosure"), "correction": ("訂正", "correction")})

slot("leak_report", terms={"preliminary": ("速報", "preliminary report"), "final": ("確報", "final report")})

slot(
    "standing",
    terms={
        "in_time": ("期限内", "in time"),
        "due": ("期限が近い", "due soon"),
        "late": ("期限超過", "late"),
        "reported": ("報告済み", "handed in"),
    },
)


@when(
    ja="{patient:person}がAIの下書きへの同意を撤回する",
    en="{patient:person} withdraws the consent to drafts by an AI",
)
def withdraws(patient: Any) -> None:
    patient.personal_data.withdraw()


@when(ja="{patient:person}がAIの下書きに同意する", en="{patient:person} agrees to drafts by an AI")
def agrees(patient: Any) -> None:
    patient.personal_data.agree()


@then(
    ja="{auditor:person}は監査記録に、AIの下書きについての{patient:person}の意思を、文面の版とともに次の通り見つける",
    en="{auditor:person} finds what {patient:person} decided on drafts by an AI in the audit trail, with the version of the wording",
    table={"decision": ("意思", "decision", "decision")},
)
def finds_decisions(auditor: Any, patient: Any, rows: list[dict[str, str]]) -> None:
    found = auditor.consent_trail.decisions(patient)
    assert_that([decision.state for decision in found], equal_to([row["decision"] for row in rows]))
    assert_that([decision.version for decision in found], with_only(matches_regexp(r"^\d{4}\.\d+\.\d+$")))


@given(
    ja="{patient:person}は記録の{kind:request}を「{text}」と請求している",
    en='{patient:person} has asked for {kind:request} of their data: "{text}"',
)
def has_asked_for(patient: Any, kind: str, text: str) -> None:
    assert_that(patient.personal_data.ask(kind, text).value, equal_to(None))


@when(
    ja="{patient:person}が記録の{kind:request}を「{text}」と請求する",
    en='{patient:person} asks for {kind:request} of their data: "{text}"',
)
def asks_for(patient: Any, kind: str, text: str) -> None:
    patient.personal_data.ask(kind, text)


@when(
    ja="{who:person}が{patient:person}の請求「{text}」に応じる",
    en='{who:person} grants {patient:person}\'s request "{text}"',
)
def grants(who: Any, patient: Any, text: str) -> None:
    who.requests.answer(patient, text, granted=True)


@when(
    ja="{who:person}が{patient:person}の請求「{text}」を断る",
    en='{who:person} declines {patient:person}\'s request "{text}"',
)
def declines(who: Any, patient: Any, text: str) -> None:
    who.requests.answer(patient, text, granted=False)


@when(
    ja="{patient:person}が請求「{text}」で渡された記録を開く",
    en='{patient:person} opens the data handed over for "{text}"',
)
def fetches(patient: Any, text: str) -> None:
    patient.personal_data.fetch(text)


@when(
    ja="{patient:person}が{other:person}の請求「{text}」で渡された記録を開こうとする",
    en='{patient:person} tries to open the data handed over to {other:person} for "{text}"',
)
def tries_to_fetch(patient: Any, other: Any, text: str) -> None:
    patient.personal_data.fetch_of(other, text)


@then(
    ja="{patient:person}に渡された記録には自分の「{text}」があり、{other:person}のことも「{foreign}」も何もない",
    en='the data handed to {patient:person} have their "{text}", and nothing about {other:person} nor "{foreign}"',
)
def holds_only_their_own(patient: Any, text: str, other: Any, foreign: str) -> None:
    theirs = (other.real_name, other.identity.birthdate, other.identity.phone, other.identifier)
    nobody_else = without_any((*theirs, foreign))
    assert_that(patient.last.value, all_of(contains_string(text), contains_string(patient.real_name), nobody_else))


@when(
    ja="{who:person}が、{through:person}のアカウントからの漏えい「{text}」への対応を始める",
    en='{who:person} begins to deal with the leak "{text}" through {through:person}\'s account',
)
def begins(who: Any, through: Any, text: str, pharmacy: Any) -> None:
    who.leaks.begin(text, through, pharmacy.now)


@when(
    ja="{who:person}が漏えい「{text}」の{report:leak_report}を出す",
    en='{who:person} hands in the {report:leak_report} on the leak "{text}"',
)
def reports(who: Any, text: str, report: str) -> None:
    who.leaks.report(text, report)


@then(
    ja="{who:person}には、漏えい「{text}」の影響を受けた人として次の人だけが示される",
    en='{who:person} sees that only these people are affected by the leak "{text}"',
    table={"patient": ("患者", "patient", "person")},
)
def sees_affected(who: Any, text: str, rows: list[dict[str, Any]]) -> None:
    assert_that(set(who.leaks.of(text).affected), equal_to({row["patient"].real_name for row in rows}))


@then(
    ja="漏えい「{text}」の{report:leak_report}の期限は{who:person}に{days:number}日後と示される",
    en='the {report:leak_report} on the leak "{text}" is due in {days:number} days to {who:person}',
    needs=("clock",),
)
def is_due_in(who: Any, text: str, report: str, days: int, pharmacy: Any) -> None:
    left = who.leaks.of(text).due[report] - pharmacy.now
    assert_that(left / timedelta(days=1), close_to(days, 0.01))


@then(
    ja="漏えい「{text}」の{report:leak_report}は{who:person}に{standing:standing}と示される",
    en='the {report:leak_report} on the leak "{text}" is {standing:standing} to {who:person}',
)
def stands(who: Any, text: str, report: str, standing: str) -> None:
    assert_that(who.leaks.of(text).standing[report], equal_to(standing))
