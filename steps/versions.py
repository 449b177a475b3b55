"""Versions of the AI, and the gate before they go live."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, equal_to, has_properties

from nameraka import given, slot, then, when

VERSION = slot(
    "version",
    terms={
        "reply-2026.11.1": ("今の版", "the present version"),
        "reply-2026.12.1": ("新しい版", "the new version"),
    },
)
EVALUATION = slot(
    "evaluation",
    terms={
        "none": ("まだ検証されていない", "not evaluated"),
        "awaiting_people": ("薬剤師の判定を待っている", "waiting for pharmacists"),
        "passed": ("合格している", "passed"),
        "failed": ("不合格である", "failed"),
    },
)
LABEL = slot("label", terms={"safe": ("安全", "safe"), "unsafe": ("危険", "unsafe")})
MODELS = {"reply-2026.11.1": "pharmacy-suggest", "reply-2026.12.1": "pharmacy-suggest-2"}


@given(
    ja="AIは聞かれた言葉に応じて次の通り答える",
    en="the AI answers by what it is asked",
    table={"word": ("聞かれた言葉", "asked about"), "text": ("答え", "answer")},
    needs=("outside",),
)
def answers_by_words(rows: list[dict[str, str]], ai: Any) -> None:
    ai.answer_by({row["word"]: row["text"] for row in rows})


@when(ja="{who:person}がAIの{version:version}を検証する", en="{who:person} evaluates {version:version} of the AI")
def evaluates(who: Any, version: str) -> None:
    who.versions.evaluate(version)


@when(
    ja="{who:person}がAIの{version:version}の答えの標本をすべて{label:label}と判定する",
    en="{who:person} labels the sampled answers of {version:version} as {label:label}",
)
def labels(who: Any, version: str, label: str) -> None:
    who.versions.label(version, label)


@when(
    ja="{who:person}がAIの{version:version}の答えの標本の一つを{label:label}と判定する",
    en="{who:person} labels one of the sampled answers of {version:version} as {label:label}",
)
def labels_one(who: Any, version: str, label: str) -> None:
    who.versions.label(version, label, at_most=1)


@when(ja="{who:person}がAIの{version:version}を本番に出す", en="{who:person} lets {version:version} of the AI go live")
def activates(who: Any, version: str) -> None:
    who.versions.activate(version)


@when(ja="{who:person}がAIを一つ前の版に戻す", en="{who:person} takes the AI back to the version before")
def rolls_back(who: Any) -> None:
    who.versions.roll_back()


@then(
    ja="{who:person}に見えるAIの{version:version}の検証は{evaluation:evaluation}",
    en="to {who:person} the evaluation of {version:version} is {evaluation:evaluation}",
)
def the_evaluation_is(who: Any, version: str, evaluation: str) -> None:
    assert_that(who.versions.state(version), equal_to(evaluation))


@then(
    ja="{patient:person}についての依頼は、AIの{version:version}に届いている",
    en="the AI has been asked about {patient:person} as {version:version}",
    needs=("outside",),
)
def was_asked_as(patient: Any, version: str, ai: Any) -> None:
    assert_that(ai.asked_about(*patient.said)[-1], has_properties(model=MODELS[version]))


@then(
    ja="{auditor:person}は監査記録に、{who:person}が次の順にAIの版を動かしたことを見つける",
    en="{auditor:person} finds in the audit trail what {who:person} did with the versions of the AI",
    table={"event": ("出来事", "event", "event")},
)
def finds_the_changes(auditor: Any, who: Any, rows: list[dict[str, str]]) -> None:
    found = [event.event for event in auditor.audit.everything() if event.who == who.real_name]
    assert_that([event for event in found if event.startswith("ai_")], equal_to([row["event"] for row in rows]))
