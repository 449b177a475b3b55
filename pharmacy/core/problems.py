"""Every way the pharmacy says no: a code, its HTTP status and a title in Japanese and English (RFC 9457)."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"

CATALOGUE: dict[str, tuple[int, str, str]] = {
    "not_signed_in": (401, "サインインしてください", "Please sign in"),
    "session_locked": (
        401,
        "操作がなかったため画面をロックしました。もう一度サインインしてください",
        "Locked after some time without use; please sign in again",
    ),
    "other_session": (403, "ほかの場所でサインインしています", "You are signed in elsewhere; say whether to go on"),
    "new_device": (403, "この端末では本人確認が必要です", "Please prove who you are on this device"),
    "not_verified": (403, "本人と確認できませんでした", "We could not confirm who you are"),
    "file_refused": (422, "この種類のファイルは受け取れません", "A file of this kind is not accepted"),
    "too_many_files": (409, "添付ファイルが多すぎます", "There are too many attachments"),
    "not_in_charge": (409, "担当の薬剤師だけが開けます", "Only the pharmacist in charge can open it"),
    "not_named": (409, "共有できるのは、名前を挙げた薬局の職員だけです", "Only named members of staff can get it"),
    "too_long_shared": (409, "共有の期限が長すぎます", "It may not be shared for so long"),
    "drive_unavailable": (
        503,
        "Driveに書き出せません。何も共有されていません",
        "Drive is unavailable; nothing is shared",
    ),
    "not_needed": (409, "通常の権限で見られる相談です", "You may see this without an emergency"),
    "no_such_step": (409, "いまはこの操作をする段階ではありません", "This is not the step to take now"),
    "event_refused": (400, "受け付けられない通知です", "This signal is not acceptable"),
    "signature_invalid": (401, "署名が正しくありません", "The signature is not valid"),
    "mfa_required": (403, "多要素認証が必要です", "Multi-factor authentication is required"),
    "device_not_compliant": (403, "会社が管理する準拠デバイスから利用してください", "A compliant device is required"),
    "role_denied": (403, "この操作を行う権限がありません", "Your role does not allow this"),
    "request_forged": (403, "このページからの操作と確認できません", "The request did not come from our own page"),
    "not_found": (404, "見つかりません", "Not found"),
    "method_not_allowed": (405, "この操作はできません", "Method not allowed"),
    "claimed": (409, "別の薬剤師が担当しています", "Another pharmacist has claimed this thread"),
    "not_claimed": (409, "担当してから返信してください", "Claim the thread before answering"),
    "stale": (409, "患者から新しいメッセージが届いています", "The patient has written since; read it first"),
    "answered": (409, "この質問にはすでに返信済みです", "This turn has already been answered"),
    "handover_open": (409, "申し送りが受け取りを待っています", "A handover waits to be accepted"),
    "no_handover": (409, "受け取りを待つ申し送りはありません", "No handover waits to be accepted"),
    "own_handover": (409, "自分の申し送りは受け取れません", "You cannot accept your own handover"),
    "not_acknowledged": (409, "未確認の事項が残っています", "Something open has not been acknowledged yet"),
    "wrong_patient": (409, "別の患者に宛てた文です", "This was written for another patient"),
    "not_correctable": (409, "訂正できるのは薬剤師の返信だけです", "Only a pharmacist's reply can be corrected"),
    "corrected": (409, "この返信はすでに訂正されています", "This reply has been corrected already"),
    "unchanged": (409, "元の返信と同じ文です", "The text is the same as before"),
    "unfilled": (409, "未記入の項目が残っています", "There is still something to fill in"),
    "no_licence": (403, "薬剤師名簿の登録番号がないため服薬指導はできません", "Guidance needs a licence number"),
    "guidance_open": (409, "同じ件の服薬指導がすでに予定されています", "Guidance on this is planned already"),
    "guidance_step_done": (409, "この手続きはすでに済んでいます", "This step has been taken already"),
    "not_referred": (409, "対面の服薬指導に案内されていません", "It has not been referred to guidance in person"),
    "guidance_ended": (409, "この服薬指導はすでに終わっています", "This guidance has ended"),
    "notice_changed": (
        409,
        "説明の内容が新しくなりました。読み直してください",
        "The notice has changed; read it again",
    ),
    "guardian_required": (403, "未成年の方は保護者の同意が必要です", "A guardian has to accept for a minor"),
    "not_consented": (409, "患者がまだ説明に同意していません", "The patient has not accepted the notice yet"),
    "not_identified": (409, "本人確認がまだ済んでいません", "The patient has not been identified yet"),
    "identity_mismatch": (
        409,
        "本人確認の内容が登録と一致しません",
        "What was shown does not match the person whom we know",
    ),
    "call_not_started": (409, "薬剤師がまだ通話を始めていません", "The pharmacist has not started the call yet"),
    "other_pharmacist": (409, "示された薬剤師と違います", "This is not the pharmacist whom you were shown"),
    "pharmacist_unconfirmed": (
        409,
        "患者がまだ薬剤師を確認していません",
        "The patient has not seen yet who the pharmacist is",
    ),
    "not_judged": (409, "オンラインで行うことの適否が記録されていません", "Whether it may be online is not judged yet"),
    "technique_unchecked": (409, "手技の確認が記録されていません", "The patient's technique has not been checked"),
    "no_live_video": (
        409,
        "映像と音声が双方向につながっていません",
        "Picture and sound do not flow both ways",
    ),
    "third_party_present": (409, "予定にない人が通話にいます", "Somebody unlisted is in the call"),
    "not_a_minor": (409, "本人が成人しています", "The patient is of age"),
    "still_a_minor": (409, "成人するまで本人は答えられません", "Only who is of age can answer"),
    "guardian_known": (409, "この保護者はすでに登録されています", "This guardian is registered already"),
    "video_unavailable": (503, "ビデオ通話を利用できません", "The video call is unavailable"),
    "idempotency_conflict": (
        409,
        "同じ送信キーで別の内容が届きました",
        "This Idempotency-Key was used for another body",
    ),
    "no_page": (409, "応答を待っている呼び出しはありません", "No page is waiting for an acknowledgement"),
    "task_done": (409, "この課題はすでに完了しています", "This task is done already"),
    "suggestions_off": (409, "このスレッドではAI下書きを使えません", "AI suggestions are off for this thread"),
    "not_opened": (409, "下書きを開いて確認してください", "Open and read the draft first"),
    "not_approved": (409, "薬剤師が承認していない下書きは送信できません", "Only an approved draft can be sent"),
    "changed": (409, "承認した内容から変わっています", "The text differs from what was approved"),
    "guard_blocked": (
        409,
        "安全確認で止まっています。内容を直してください",
        "A safety check blocks this text; edit it",
    ),
    "gate_not_passed": (409, "検証の関門を通っていません", "It has not passed the golden-set gate"),
    "evaluation_closed": (409, "この検証はすでに終わっています", "This evaluation is over"),
    "no_earlier_version": (409, "元に戻せる版がありません", "There is no earlier version to go back to"),
    "warned": (409, "安全確認の警告を確かめてください", "Look at the warnings of the safety check first"),
    "draft_expired": (409, "時間が過ぎて失効した下書きです", "This draft is too old; ask for a new one"),
    "draft_closed": (409, "この下書きはすでに閉じられています", "This draft is already closed"),
    "record_changed": (
        409,
        "薬歴に新しい版があります。読み直してください",
        "The entry has a newer version; read it first",
    ),
    "records_merged": (409, "すでに統合されている薬歴です", "This record is merged with another already"),
    "records_separate": (409, "統合されていない薬歴です", "This record is not merged with another"),
    "same_patient": (409, "同じ患者どうしは統合できません", "This is the same patient"),
    "record_kept": (409, "薬歴を保存する期間が続いています", "The record has to be kept for its period"),
    "record_held": (409, "保全の指示が出ています", "An order to hold the record stands"),
    "record_not_held": (409, "保全の指示は出ていません", "No order to hold the record stands"),
    "follow_up_done": (409, "このフォローはすでに完了しています", "This follow-up is done already"),
    "no_individual_contact": (
        409,
        "患者への個別の連絡がまだありません",
        "Nobody has written to this patient in person yet",
    ),
    "consent_given": (409, "すでに同意しています", "You have agreed already"),
    "consent_missing": (409, "同意していません", "You have not agreed"),
    "request_closed": (409, "この請求にはすでに回答しています", "This request has been answered already"),
    "leak_out_of_order": (409, "報告の順番が違います", "The reports are out of order"),
    "nobody_affected": (409, "影響を受けた患者が見つかりません", "Nobody was affected by the trail"),
    "out_of_order": (409, "処方箋の今の状態ではこの操作はできません", "The prescription is not at this step"),
    "inquiry_open": (409, "疑義照会の回答を待っています", "An inquiry to the prescriber waits for its answer"),
    "findings_open": (409, "解決していない指摘があります", "A finding of the review is not settled"),
    "guidance_missing": (409, "服薬指導が済んでいません", "The guidance has not been completed"),
    "prescription_expired": (409, "処方箋の使用期間を過ぎています", "The prescription is no longer valid"),
    "prescription_early": (409, "処方箋を使える日になっていません", "The prescription cannot be used yet"),
    "already_dispensed": (409, "この処方箋はすでに調剤されています", "This prescription has been dispensed already"),
    "pregnancy_unknown": (409, "妊娠・授乳の有無が確認されていません", "Pregnancy or breast-feeding is not known"),
    "background_missing": (
        409,
        "お薬手帳・併用薬・副作用歴が入力されていません",
        "Medication notebook, concomitant drugs and reactions have not been entered",
    ),
    "same_person": (409, "調剤した人は鑑査できません", "Whoever dispensed cannot do the final check"),
    "scan_mismatch": (409, "読み取った内容が処方と一致しません", "What was scanned does not match"),
    "address_changed": (409, "届け先が変更されています", "The address has been changed; read it again"),
    "destination_unconfirmed": (409, "届け先が確認されていません", "The destination has not been confirmed"),
    "way_not_allowed": (409, "この薬はその方法では送れません", "These medicines may not travel that way"),
    "no_parcel": (409, "発送の依頼がありません", "No parcel has been asked for"),
    "buyer_not_contacted": (
        409,
        "荷物が失われました。送り直す前に、患者への連絡を済ませてください",
        "The parcel was lost; contact the patient before it is sent again",
    ),
    "not_received": (409, "患者がまだ薬を受け取っていません", "The patient has not received the medicine yet"),
    "parcel_elsewhere": (409, "荷物の今の状態ではこの操作はできません", "The parcel is not at this step"),
    "parcel_lost": (
        409,
        "荷物が失われています。代わりには新しい処方箋が要ります",
        "The parcel is lost; a replacement needs a new prescription",
    ),
    "replacement_missing": (
        409,
        "代わりの荷物がまだ発送されていません",
        "The parcel that replaces it has not been sent yet",
    ),
    "parcel_quarantined": (409, "この荷物の薬は使えません", "The medicine in this parcel must not be used"),
    "not_understood": (
        409,
        "情報提供と理解の確認が済んでいません",
        "Information and the check of understanding are missing",
    ),
    "face_to_face_only": (409, "店頭でのみ販売する医薬品です", "This medicine is sold at a counter only"),
    "only_for_user": (409, "使用する本人にだけ販売できます", "This is sold only to the person who will use it"),
    "not_to_minors": (
        409,
        "18歳未満の方には販売できない量です",
        "This much is not sold to people under 18",
    ),
    "guidance_needed": (
        409,
        "ビデオ通話による服薬指導が完了していません",
        "Guidance by video has not been completed",
    ),
    "video_needed": (409, "ビデオ通話での確認が必要です", "The buyer has to be spoken to by video first"),
    "question_open": (409, "購入前の質問にまだ答えていません", "A question of the buyer has not been answered yet"),
    "subscription_paused": (409, "定期便が止まっています", "The subscription is paused"),
    "not_subscribable": (409, "定期便にはできない医薬品です", "This medicine cannot be subscribed to"),
    "claim_refused": (
        409,
        "承認された効能効果を超える、または効果を保証する表現です",
        "This claims more than the approved effects, or guarantees one",
    ),
    "retained": (409, "保存期間が過ぎていない記録は消せません", "The record has to be kept until its period is over"),
    "too_large": (413, "内容が大きすぎます", "The content is too large"),
    "invalid": (422, "入力内容を確認してください", "The input is not valid"),
    "not_yours_to_say": (422, "送信できない項目が含まれています", "This is not for the sender to say"),
    "ai_unavailable": (503, "AI利用不可。手動で返信できます", "The AI is unavailable; you can answer by hand"),
    "storage_unavailable": (
        503,
        "現在保存できません。しばらくして再送してください",
        "Nothing can be stored right now; retry",
    ),
}

_CODES: list[Any] = sorted(CATALOGUE)


class InvalidField(BaseModel):
    """One thing wrong with the input. What was sent is not repeated."""

    where: str = Field(description="Place of the error, as `body.text` or `query.after`", examples=["body.text"])
    message: str = Field(examples=["String should have at most 5000 characters"])


class Problem(BaseModel):
    """An error as RFC 9457 problem details; `code` is what a program should look at."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="A URN made of the code", examples=["urn:pharmacy:problem:stale"])
    status: int = Field(ge=400, le=599, examples=[409])
    code: str = Field(examples=["stale"], json_schema_extra={"enum": _CODES})
    title: str = Field(description="In Japanese", examples=["患者から新しいメッセージが届いています"])
    title_en: str = Field(description="In English", examples=["The patient has written since; read it first"])
    detail: str | None = Field(default=None, description="More about this case; never a patient's words")
    errors: list[InvalidField] = Field(default=[], description="Only with the codes `invalid` and `not_yours_to_say`")


class ProblemError(Exception):
    """Raised anywhere in the pharmacy to refuse; becomes one problem+json answer."""

    def __init__(self, code: str, detail: str | None = None, errors: list[InvalidField] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = errors or []


def problem(code: str, detail: str | None = None, errors: list[InvalidField] | None = None) -> Problem:
    """The body for a code of the catalogue."""
    status, title, title_en = CATALOGUE[code]
    return Problem(
        type=f"urn:pharmacy:problem:{code}",
        status=status,
        code=code,
        title=title,
        title_en=title_en,
        detail=detail,
        errors=errors or [],
    )


def answer(code: str, detail: str | None = None, errors: list[InvalidField] | None = None) -> JSONResponse:
    """The HTTP answer for a code of the catalogue."""
    body = problem(code, detail, errors)
    return JSONResponse(body.model_dump(mode="json"), status_code=body.status, media_type=MEDIA_TYPE)


def documented(*codes: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI ``responses`` for these codes, one entry a status with an example per code."""
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, title, title_en = CATALOGUE[code]
        entry = responses.setdefault(
            status,
            {
                "description": "",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
            },
        )
        entry["description"] = " · ".join(filter(None, [entry["description"], f"`{code}`: {title_en}"]))
        entry["content"][MEDIA_TYPE]["examples"][code] = {
            "summary": title,
            "value": problem(code).model_dump(mode="json"),
        }
    return responses
