"""The AI's drafts and the company that makes them."""

from __future__ import annotations

from typing import Any

from hamcrest import assert_that, contains_string, empty, equal_to, has_item, has_length

from nameraka import eventually, given, slot, then, when
from steps.matchers import with_only, without_any

slot(
    "ai_trouble",
    terms={
        "silent": ("応答しない", "does not answer"),
        "error": ("エラーを返す", "answers with an error"),
        "quota": ("利用上限に達している", "has reached its quota"),
        "refusal": ("回答を断る", "refuses to answer"),
        "cut_off": ("途中で切れた回答を返す", "breaks off in the middle of its answer"),
        "nonsense": ("意味の通らない回答を返す", "answers nonsense"),
        "tools": ("文を書かずに道具を呼び出す", "calls tools instead of writing"),
    },
)

slot(
    "warning",
    terms={
        "allergy": ("アレルギー", "an allergy"),
        "pregnancy": ("妊娠", "a pregnancy"),
        "interaction": ("飲み合わせ", "an interaction"),
        "over_max_dose": ("用量", "an overdose"),
        "unmatched_dose": ("照合できない用量", "a dose that matches nothing"),
        "unknown_drug": ("マスターにない薬", "a drug that is not in the master"),
        "unfilled": ("未記入の項目", "something left to fill in"),
        "claim": ("承認を超える効能", "a claim beyond the approved effects"),
    },
)


@given(ja="AIは「{text}」と提案する", en='the AI suggests "{text}"', needs=("outside",))
def the_ai_suggests(text: str, ai: Any) -> None:
    ai.suggest(text)


@given(ja="AIは{trouble:ai_trouble}", en="the AI {trouble:ai_trouble}", needs=("outside",))
def the_ai_is_in_trouble(trouble: str, ai: Any) -> None:
    ai.get_into(trouble)


@when(ja="AIが復旧して「{text}」と提案する", en='the AI recovers and suggests "{text}"', needs=("outside",))
def the_ai_recovers(text: str, ai: Any) -> None:
    ai.suggest(text)


@then(
    ja="{who:person}は{patient:person}への下書きをAIに頼めない",
    en="{who:person} is offered no AI draft for {patient:person}",
)
def is_offered_no_draft(who: Any, patient: Any) -> None:
    assert_that(who.drafts.offered(patient), equal_to(False))


@when(
    ja="{who:person}が{patient:person}への下書きをAIに求める",
    en="{who:person} asks the AI for a draft to {patient:person}",
)
def asks_for_a_draft(who: Any, patient: Any) -> None:
    who.drafts.ask(patient)


@when(ja="{who:person}が{patient:person}への下書きを開く", en="{who:person} opens the AI draft for {patient:person}")
def opens_the_draft(who: Any, patient: Any) -> None:
    who.drafts.open(patient)


@when(
    ja="{who:person}が{patient:person}への下書きを「{text}」に直す",
    en='{who:person} rewrites the AI draft for {patient:person} as "{text}"',
)
def rewrites_the_draft(who: Any, patient: Any, text: str) -> None:
    who.drafts.rewrite(patient, text)


@when(
    ja="{who:person}が{patient:person}への下書きを承認する",
    en="{who:person} approves the AI draft for {patient:person}",
)
def approves_the_draft(who: Any, patient: Any) -> None:
    who.drafts.approve(patient)


@when(
    ja="{who:person}が、{colleague:person}の求めた{patient:person}への下書きを承認しようとする",
    en="{who:person} tries to approve the AI draft for {patient:person} that {colleague:person} has asked for",
)
def tries_to_approve_a_colleagues_draft(who: Any, colleague: Any, patient: Any) -> None:
    who.drafts.approve_colleagues(colleague, patient)


@when(
    ja="{who:person}が{patient:person}への下書きを、別の版の「{text}」として承認する",
    en='{who:person} approves the AI draft for {patient:person} as if it read "{text}"',
)
def approves_another_wording(who: Any, patient: Any, text: str) -> None:
    who.drafts.approve_as(patient, text)


@when(ja="{who:person}が{patient:person}への下書きを送る", en="{who:person} sends the AI draft for {patient:person}")
def sends_the_draft(who: Any, patient: Any) -> None:
    who.drafts.send(patient)


@then(
    ja="{who:person}が見る{patient:person}への下書きは「{text}」である",
    en='the AI draft for {patient:person} reads "{text}" to {who:person}',
)
def the_draft_reads(who: Any, patient: Any, text: str) -> None:
    eventually(lambda: who.drafts.current(patient).text, equal_to(text))


@then(
    ja="{who:person}は{patient:person}への下書きで{warning:warning}を警告される",
    en="{who:person} is warned about {warning:warning} in the AI draft for {patient:person}",
)
def is_warned(who: Any, patient: Any, warning: str) -> None:
    assert_that(who.drafts.current(patient).warnings, has_item(warning))


@then(
    ja="AIは{patient:person}のことを何も知らされていない",
    en="the AI has been told nothing about {patient:person}",
    needs=("outside",),
)
def the_ai_was_told_nothing(patient: Any, ai: Any) -> None:
    assert_that(
        ai.asked_about(*patient.said, patient.real_name, patient.identity.birthdate, patient.thread_id), empty()
    )


@then(
    ja="AIへの{patient:person}についての依頼は{times:times}だけである",
    en="the AI has been asked about {patient:person} exactly {times:times}",
    needs=("outside",),
)
def the_ai_was_asked(patient: Any, times: int, ai: Any) -> None:
    assert_that(ai.asked_about(*patient.said), has_length(times))


@then(
    ja="AIは「{text}」を指示ではなく患者の言葉として受け取っている",
    en='the AI took "{text}" as a patient\'s words, not as an instruction',
    needs=("outside",),
)
def the_ai_took_it_as_data(text: str, ai: Any) -> None:
    asked = ai.asked_about(text)[0]
    assert_that(asked.data, contains_string(text))
    assert_that(asked.instructions, without_any([text]))


@then(
    ja="AIは{patient:person}が誰か分かることを何も知らされていない",
    en="the AI has been told nothing that tells who {patient:person} is",
    needs=("outside",),
)
def the_ai_does_not_know_who(patient: Any, ai: Any) -> None:
    assert_that(ai.asked_about(*patient.traits), empty())


@then(
    ja="AIへのどの依頼も、内容を学習や保存に使うことを許していない",
    en="no request allows the AI company to keep what it says or to learn from it",
    needs=("outside",),
)
def the_ai_may_not_keep(ai: Any) -> None:
    assert_that([asked.may_keep for asked in ai.asked], with_only(False))


@then(
    ja="{who:person}には、{patient:person}への下書きがAIの作ったものだと示される",
    en="{who:person} sees that the draft for {patient:person} was made by the AI",
)
def sees_that_it_is_made_by_the_ai(who: Any, patient: Any) -> None:
    assert_that(who.drafts.current(patient).by_ai, equal_to(True))


@when(
    ja="{who:person}が{patient:person}への次の下書きを一つずつ承認しようとする",
    en="{who:person} tries to approve each of these drafts for {patient:person}",
    table={"text": ("AIの下書き", "what the AI suggests")},
    target_fixture="tried_drafts",
)
def tries_to_approve_each(who: Any, patient: Any, rows: list[dict[str, str]], ai: Any) -> list[Any]:
    return [(row["text"], *who.drafts.try_out(patient, row["text"], ai.suggest)) for row in rows]


@then(
    ja="どの下書きも安全確認に止められ、警告は次の通りである",
    en="the safety check stops each of the drafts, and warns",
    table={"text": ("AIの下書き", "what the AI suggests"), "warning": ("警告", "warning", "warning")},
)
def each_is_stopped(rows: list[dict[str, str]], tried_drafts: list[Any]) -> None:
    assert_that(tried_drafts, equal_to([(row["text"], "guard_blocked", (row["warning"],)) for row in rows]))
