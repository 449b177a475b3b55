"""The closed words of the language, each in Japanese and in English. People are in `fixtures/people.py`."""

from __future__ import annotations

import unicodedata
from datetime import date, time

from nameraka import slot

URGENCY = slot("urgency", terms={"red": ("赤", "red"), "yellow": ("黄", "yellow"), "green": ("緑", "green")})

MARK = slot(
    "mark",
    terms={
        "red_flag": ("赤旗", "as a red flag"),
        "needs_check": ("要確認", "as to be checked by a pharmacist"),
        "overdue": ("期限超過", "as overdue"),
        "page_unanswered": ("呼び出し中", "as being called about"),
    },
)

RECIPIENT = slot(
    "recipient",
    terms={
        "on_call": ("当番薬剤師", "the on-call pharmacist"),
        "next_on_call": ("次の当番薬剤師", "the next on-call pharmacist"),
        "supervisor": ("当番の管理薬剤師", "the supervisor on duty"),
    },
)

LEVEL = slot(
    "level",
    terms={
        "red": ("赤旗", "red flag"),
        "crisis": ("希死念慮・過量服薬", "crisis"),
        "yellow": ("黄", "yellow flag"),
    },
)

TASK = slot(
    "task",
    terms={
        "physician": ("医師と連携する", "involve a physician"),
        "check_back": ("その後の様子を確かめる", "check back"),
        "face_to_face": ("対面の服薬指導を手配する", "arrange guidance in person"),
        "replace_medicine": ("代わりの薬を手配する", "arrange a replacement"),
        "confirm_receipt": ("受け取ったかを確かめる", "make sure of the receipt"),
        "contact_prescriber": ("処方医に連絡する", "contact the prescriber"),
        "contact_patient": ("患者に連絡する", "contact the patient"),
    },
)

KIND = slot(
    "kind",
    terms={
        "patient": ("患者", "patient"),
        "reply": ("返信", "reply"),
        "correction": ("訂正", "correction"),
        "automatic": ("自動", "automatic"),
        "other": ("この版の知らない種類", "of a kind unknown to this version"),
    },
)

DELIVERY = slot(
    "delivery",
    terms={
        "received": ("受付済み", "received"),
        "not_sent": ("未送信", "not sent"),
        "corrected": ("訂正済み", "corrected"),
    },
)

TIMES = slot("times", terms={"1": ("1件", "once"), "2": ("2件", "twice"), "3": ("3件", "three times")}, convert=int)

GUIDANCE = slot(
    "guidance",
    terms={
        "red_flag": ("119番の案内", "the 119 guidance"),
        "crisis": ("相談窓口の案内", "the crisis contacts"),
        "visit": ("受診の案内", "the advice to see a doctor"),
        "adverse": ("服用中止と受診の案内", "the advice to stop the medicine and see a doctor"),
        "hours": ("受付時間外の案内", "the out-of-hours notice"),
    },
)

OUTAGE = slot(
    "outage",
    terms={
        "read_only": ("データベースが読み取り専用になっている", "the database is read-only"),
        "full": ("データベースが満杯である", "the database is full"),
        "outbox": ("呼び出しを送る処理が止まっている", "the worker that sends the calls is dead"),
    },
)

DAY = slot("day", terms={"0": ("当日", "the same day"), "1": ("翌日", "the next day")}, convert=int)


DECISION = slot("decision", terms={"given": ("同意", "given"), "withdrawn": ("撤回", "withdrawn")})

REQUEST = slot("request", terms={"disclosure": ("開示", "disclosure"), "correction": ("訂正", "correction")})

LEAK_REPORT = slot(
    "leak_report", terms={"preliminary": ("速報", "preliminary report"), "final": ("確報", "final report")}
)

STANDING = slot(
    "standing",
    terms={
        "in_time": ("期限内", "in time"),
        "due": ("期限が近い", "due soon"),
        "late": ("期限超過", "late"),
        "reported": ("報告済み", "handed in"),
    },
)

CHANNEL = slot(
    "channel",
    terms={"chat": ("個別のチャット", "chat"), "phone": ("電話", "telephone"), "video": ("ビデオ通話", "video")},
)


DATE = slot("date", pattern=r"\d{4}-\d{2}-\d{2}", convert=date.fromisoformat)


def _clock(text: str) -> time:
    hours, minutes = unicodedata.normalize("NFKC", text).split(":")
    return time(int(hours), int(minutes))


CLOCK = slot("clock", pattern=r"[0-2０-２]?[0-9０-９][:：][0-5０-５][0-9０-９]", convert=_clock)

REFUSAL = slot(
    "refusal",
    terms={
        "claimed": ("ほかの薬剤師が担当している", "another pharmacist is in charge"),
        "not_claimed": ("相談を引き受けていない", "they have not taken on the consultation"),
        "stale": ("まだ読んでいない新しいメッセージがある", "there is a newer message that they have not read"),
        "answered": ("すでに返信されている", "it has already been answered"),
        "suggestions_off": ("この相談ではAIの下書きが止められている", "AI drafts are off for this consultation"),
        "ai_unavailable": ("AIを利用できない", "the AI is unavailable"),
        "draft_expired": ("下書きの期限が過ぎている", "the draft is too old"),
        "not_opened": ("下書きをまだ開いていない", "the draft has not been opened"),
        "guard_blocked": ("安全確認がこの文を止めている", "the safety check stops this wording"),
        "not_approved": ("下書きが承認されていない", "the draft has not been approved"),
        "changed": ("承認した文と違う", "the wording is not what was approved"),
        "handover_open": ("申し送りが受け取りを待っている", "a handover waits to be accepted"),
        "no_handover": ("受け取りを待つ申し送りがない", "no handover waits to be accepted"),
        "own_handover": ("自分の申し送りである", "it is their own handover"),
        "not_acknowledged": ("確認していない事項が残っている", "something open has not been acknowledged"),
        "wrong_patient": ("別の患者に宛てた文である", "it was written for another patient"),
        "too_long": ("長すぎる", "it is too long"),
        "not_correctable": ("薬剤師の返信ではない", "it is not a pharmacist's reply"),
        "corrected": ("すでに訂正されている", "it has already been corrected"),
        "unchanged": ("元の文と同じである", "the wording is the same as before"),
        "gate_not_passed": ("検証の関門を通っていない", "it has not passed the golden-set gate"),
        "warned": ("安全確認の警告を確かめていない", "they have not acknowledged the warnings"),
        "unfilled": ("未記入の項目が残っている", "something is left to fill in"),
        "not_understood": (
            "説明と理解の確認が済んでいない",
            "information and the check of understanding are missing",
        ),
        "face_to_face_only": ("対面でのみ販売する薬である", "it is handed over face to face only"),
        "only_for_user": ("使う本人にだけ販売する薬である", "it is sold to nobody but its user"),
        "not_to_minors": ("18歳未満に販売できない量である", "it is more than people under 18 may buy"),
        "guidance_needed": ("ビデオ通話による指導が済んでいない", "guidance by video has not been completed"),
        "video_needed": ("ビデオ通話で話していない", "they have not spoken by video"),
        "question_open": ("購入前の質問に答えていない", "a question of the buyer has not been answered"),
        "subscription_paused": ("定期便が止まっている", "the subscription is paused"),
        "claim_refused": ("承認された効能効果を超えている", "it claims more than the approved effects"),
        "retained": ("記録の保存期間が終わっていない", "the record has to be kept"),
        "inquiry_open": ("疑義照会の回答がまだない", "the prescriber has not answered the inquiry yet"),
        "findings_open": ("処方監査の指摘が解決していない", "a finding of the review is not settled"),
        "prescription_expired": ("処方箋の使用期間を過ぎている", "the prescription is no longer valid"),
        "prescription_early": ("処方箋を使える日になっていない", "the prescription cannot be used yet"),
        "already_dispensed": ("処方箋がすでに調剤されている", "the prescription has been dispensed already"),
        "pregnancy_unknown": ("妊娠・授乳の有無が確認されていない", "pregnancy or breast-feeding is not known"),
        "background_missing": (
            "お薬手帳・併用薬・副作用歴が入力されていない",
            "notebook, other medicines and reactions have not been entered",
        ),
        "no_page": ("応答を待つ呼び出しがない", "no call is waiting for an answer"),
        "storage_unavailable": ("いまは何も保存できない", "nothing can be stored right now"),
        "invalid": ("必要なことが書かれていない", "something required is missing"),
        "no_licence": ("薬剤師名簿の登録番号がない", "they have no licence number"),
        "guidance_open": ("同じ件の服薬指導がすでに予定されている", "guidance on this is planned already"),
        "guidance_step_done": ("その手続きがすでに済んでいる", "that step has been taken already"),
        "notice_changed": ("説明が新しくなっている", "the notice has changed"),
        "guardian_required": ("保護者の同意が要る", "a guardian has to accept"),
        "not_consented": ("患者がまだ説明に同意していない", "the patient has not accepted the notice yet"),
        "not_identified": ("本人確認がまだ済んでいない", "the patient has not been identified yet"),
        "identity_mismatch": ("本人確認の内容が登録と一致しない", "what was shown does not match"),
        "call_not_started": ("薬剤師がまだ通話を始めていない", "the pharmacist has not started the call yet"),
        "pharmacist_unconfirmed": ("患者がまだ薬剤師を確認していない", "the patient has not confirmed the pharmacist"),
        "technique_unchecked": ("手技の確認が記録されていない", "the patient's technique has not been checked"),
        "not_judged": ("オンラインで行うことの適否が記録されていない", "whether it may be online has not been judged"),
        "no_live_video": ("映像と音声が双方向につながっていない", "picture and sound do not flow both ways"),
        "third_party_present": ("予定にない人が通話にいる", "somebody unlisted is in the call"),
        "not_a_minor": ("本人が成人している", "the patient is of age"),
        "video_unavailable": ("ビデオ通話を利用できない", "the video call is unavailable"),
        "guidance_ended": ("その服薬指導がすでに終わっている", "that guidance has ended"),
        "role_denied": ("権限がない", "their role does not allow it"),
        "not_found": ("そのような相談は見つからない", "no such consultation can be found"),
        "not_signed_in": ("サインインが認められない", "their sign-in is not accepted"),
        "not_yours_to_say": ("本人が決められないことを書いた", "that is not theirs to say"),
        "method_not_allowed": ("誰にもできない操作である", "nobody can do that"),
        "request_forged": ("薬局の画面からの操作ではない", "it did not come from a page of the pharmacy"),
        "file_refused": ("受け取れない種類のファイルである", "a file of this kind is not accepted"),
        "too_large": ("大きすぎる", "it is too large"),
        "not_in_charge": ("担当していない", "they are not in charge"),
        "not_named": ("名前を挙げた同僚だけではない", "somebody is not a named colleague"),
        "too_long_shared": ("共有の期限が長すぎる", "it would be shared for too long"),
        "session_locked": ("操作のないままロックされた", "it was locked after some time without use"),
        "other_session": ("ほかの場所でサインインしている", "they are signed in elsewhere"),
        "new_device": ("この端末では本人確認が済んでいない", "they have not proved on this device who they are"),
        "not_verified": ("本人と確認できない", "it is not certain who they are"),
        "guidance_missing": ("服薬指導が済んでいない", "the guidance has not been completed"),
        "same_person": ("調剤した本人である", "they dispensed it themselves"),
        "scan_mismatch": ("読み取りが一致しない", "what was scanned does not match"),
        "destination_unconfirmed": ("届け先が確認されていない", "the destination has not been confirmed"),
        "way_not_allowed": ("その方法では送れない薬である", "the medicine may not travel that way"),
        "parcel_lost": ("荷物が失われている", "the parcel is lost"),
        "parcel_quarantined": ("荷物の薬を使ってはならない", "the medicine in the parcel must not be used"),
        "mfa_required": ("多要素認証をしていない", "they did not use multi-factor authentication"),
        "device_not_compliant": ("端末が準拠していると言えない", "their device is not known to be compliant"),
        "record_changed": ("薬歴に新しい版がある", "the record has a newer version"),
        "records_merged": ("薬歴がすでに統合されている", "the record is merged already"),
        "records_separate": ("薬歴が統合されていない", "the record is not merged"),
        "same_patient": ("同じ患者である", "it is the same patient"),
        "record_kept": ("保存期間が過ぎていない", "it has to be kept for its period"),
        "record_held": ("保全の指示が出ている", "an order to hold the record stands"),
        "no_individual_contact": ("患者への個別の連絡がまだない", "nobody has written to this patient in person"),
        "leak_out_of_order": ("報告の順番が違う", "the reports are out of order"),
        "nobody_affected": ("影響を受けた患者がいない", "nobody was affected"),
    },
)

MATTER = slot(
    "matter",
    terms={
        "red_flag": ("赤旗症状", "red flag"),
        "promise": ("約束", "promise"),
        "inquiry": ("疑義照会", "inquiry to the prescriber"),
    },
)

LETTERS = slot(
    "letters",
    terms={
        "full_width": ("全角文字", "full-width letters"),
        "emoji": ("絵文字", "emoji"),
        "rare": ("サロゲートペアの漢字", "kanji of surrogate pairs"),
        "joined": ("結合文字", "joined characters"),
        "half_width": ("半角カナと記号", "half-width kana and signs"),
    },
)

SIGNAL = slot(
    "signal",
    terms={
        "disabled": ("アカウントが無効になった", "their account is disabled"),
        "enabled": ("アカウントが有効に戻った", "their account is enabled again"),
        "revoked": ("セッションが失効した", "their sessions are revoked"),
        "device": ("端末が準拠しなくなった", "their device is not compliant any more"),
    },
)

LACK = slot(
    "lack",
    terms={
        "no_mfa": ("多要素認証を使っていない", "did not use multi-factor authentication"),
        "no_amr": ("認証方法の証明を持っていない", "brings no proof of how they signed in"),
        "bad_device": ("準拠していない端末を使っている", "uses a device that is not compliant"),
        "no_device": ("端末の証明を持っていない", "brings no proof about their device"),
    },
)

GUARD = slot(
    "guard",
    terms={
        "no_frames": ("ほかのサイトに埋め込まない", "not to show it inside another website"),
        "own_scripts": ("薬局のスクリプトだけを動かす", "to run the pharmacy's own scripts only"),
        "no_guessing": ("内容の種類を推測しない", "not to guess what kind of content it is"),
        "no_referrer": ("ほかのサイトにアドレスを伝えない", "not to tell its address to other websites"),
        "not_kept": ("端末に控えを残さない", "to keep no copy on the device"),
    },
)

TAMPERING = slot(
    "tampering",
    terms={
        "altered": ("一行を書き換えた", "alters an entry"),
        "deleted": ("途中の一行を消した", "deletes an entry"),
        "swapped": ("二行を入れ替えた", "swaps two entries"),
        "inserted": ("一行を書き加えた", "adds an entry"),
        "cut": ("最後の一行を消した", "deletes the last entry"),
        "cut_and_counted": ("最後の一行を消し、件数も合わせた", "deletes the last entry and corrects the count"),
    },
)

WRITING = slot(
    "writing", terms={"PUT": ("書き換え", "alter"), "DELETE": ("消去", "delete"), "POST": ("追記", "add to")}
)

CHAIN = slot("chain", terms={"whole": ("途切れていない", "whole"), "broken": ("途切れている", "broken")})

CLAIM = slot(
    "claim",
    terms={
        "role": ("自分は薬剤師だ", "they are a pharmacist"),
        "patient": ("別の患者のものだ", "it is of another patient"),
        "author": ("薬剤師が書いた", "a pharmacist wrote it"),
        "reply": ("返信だ", "it is a reply"),
        "urgency": ("緊急だ", "it is urgent"),
        "time": ("以前に書いた", "it was written in the past"),
    },
)

FORGERY = slot(
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

ATTEMPT = slot(
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

EVENT = slot(
    "event",
    terms={
        "signed_in": ("サインイン", "sign-in"),
        "session_continued": ("サインインの引き継ぎ", "takeover of the sign-in"),
        "identity_not_verified": ("新しい端末での本人確認の失敗", "failed proof of identity"),
        "attachment_received": ("添付の受信", "attachment received"),
        "attachment_viewed": ("添付の閲覧", "viewing of an attachment"),
        "exported": ("Driveへの書き出し", "export to Drive"),
        "emergency_opened": ("緊急時の閲覧", "emergency access"),
        "identity_verified": ("新しい端末での本人確認", "proof of identity"),
        "view": ("閲覧", "view"),
        "opening": ("相談の表示", "opening"),
        "reading": ("会話の閲覧", "reading of the messages"),
        "queue_viewed": ("一覧の閲覧", "viewing of the queue"),
        "trail_read": ("監査記録の閲覧", "reading of the trail"),
        "red_flag_raised": ("赤旗の検出", "red flag raised"),
        "task_opened": ("課題の開始", "task opened"),
        "task_done": ("課題の完了", "task done"),
        "page_called": ("呼び出し", "call"),
        "page_acknowledged": ("呼び出しの確認", "call acknowledged"),
        "check_requested": ("人による確認の依頼", "human check requested"),
        "message_received": ("メッセージの受信", "message received"),
        "taken_on": ("引き受け", "taking on"),
        "given_up": ("担当の解除", "giving up"),
        "returned": ("対応待ちへの返却", "return to the queue"),
        "urgency_changed": ("緊急度の変更", "change of urgency"),
        "ai_evaluated": ("AIの版の検証", "version of the AI evaluated"),
        "ai_activated": ("AIの版の本番化", "version of the AI activated"),
        "ai_rolled_back": ("AIの版の復帰", "version of the AI taken back"),
        "draft_made": ("下書きの作成", "draft made"),
        "draft_opened": ("下書きの開封", "draft opened"),
        "draft_expired": ("下書きの失効", "draft expired"),
        "draft_edited": ("下書きの編集", "draft edited"),
        "draft_approved": ("下書きの承認", "draft approved"),
        "reply_sent": ("返信の送信", "reply sent"),
        "reply_corrected": ("返信の訂正", "reply corrected"),
        "order_released": ("販売", "sale"),
        "understanding_recorded": ("理解の確認", "check of understanding"),
        "subscription_cleared": ("定期便の再開", "clearing of the subscription"),
        "sale_removed": ("販売記録の消去", "record of a sale removed"),
        "product_described": ("商品ページの変更", "change of a product's page"),
        "handover_offered": ("申し送り", "handover"),
        "newer": ("この版の知らない出来事", "event unknown to this version"),
        "guidance_planned": ("服薬指導の予定", "guidance planned"),
        "guidance_completed": ("服薬指導の完了", "guidance completed"),
        "guidance_referred": ("対面への案内", "referral to guidance in person"),
        "guidance_broken_off": ("服薬指導の中止", "guidance broken off"),
        "notice_accepted": ("説明への同意", "notice accepted"),
        "notice_refused": ("説明の拒否", "notice refused"),
        "guidance_judged": ("適否の判断", "judgement whether online"),
        "patient_identified": ("患者の本人確認", "patient identified"),
        "call_started": ("通話の開始", "call started"),
        "technique_checked": ("手技の確認", "technique checked"),
        "guardian_verified": ("保護者の確認", "guardian verified"),
        "guardian_consented": ("成人後の同意", "consent of age"),
        "inquiry_opened": ("疑義照会", "inquiry"),
        "inquiry_answered": ("疑義照会の回答", "answer to the inquiry"),
        "dispensed": ("調剤", "dispensing"),
        "handover_accepted": ("申し送りの受け取り", "handover accepted"),
        "record_written": ("薬歴の記入", "record written"),
        "record_amended": ("薬歴の修正", "record amended"),
        "records_merged": ("薬歴の統合", "merging of records"),
        "records_separated": ("薬歴の統合解除", "separation of records"),
        "record_purged": ("薬歴の廃棄", "discarding of a record"),
        "bulk_notice_sent": ("一斉のお知らせ", "notice to everybody"),
        "follow_up_done": ("フォローの完了", "follow-up done"),
        "request_answered": ("請求への回答", "response to a request"),
        "leak_reported": ("漏えいの報告", "report of a leak"),
        "checked": ("鑑査", "final check"),
        "address_changed": ("届け先の変更", "change of address"),
        "destination_confirmed": ("届け先の確認", "destination confirmed"),
        "shipment_requested": ("発送の依頼", "shipment requested"),
        "shipment_cancelled": ("発送の取消", "shipment cancelled"),
        "parcel_handed_over": ("荷物の引き渡し", "parcel handed over"),
        "parcel_delivered": ("配達完了の知らせ", "delivery reported"),
        "parcel_quarantined": ("荷物の隔離", "parcel quarantined"),
        "parcel_lost": ("荷物の紛失", "parcel lost"),
        "receipt_confirmed": ("受領の確認", "receipt confirmed"),
    },
)

AI_TROUBLE = slot(
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

WARNING = slot(
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

OPERATION = slot(
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

SERVICE = slot(
    "service",
    terms={
        "standard": ("通常便", "the standard service"),
        "cold": ("保冷便", "the cold service"),
        "special": ("専用便", "the special route"),
    },
)

HANDOVER = slot(
    "handover",
    terms={
        "in_person": ("対面", "handed over in person"),
        "locker": ("宅配ロッカー", "put into a locker"),
        "unattended": ("置き配", "left at the door"),
    },
)

REPORT = slot(
    "report",
    terms={
        "delivered": ("配達完了", "the delivery"),
        "delayed": ("遅延", "a delay"),
        "lost": ("紛失", "the loss"),
        "temperature_excursion": ("温度逸脱", "a temperature excursion"),
    },
)

PARCEL = slot(
    "parcel",
    terms={
        "booked": ("発送準備中", "being prepared"),
        "handed_over": ("輸送中", "on its way"),
        "delivered": ("配達済みで受領未確認", "delivered but not confirmed"),
        "received": ("受領確認済み", "received"),
        "quarantined": ("使用不可", "not to be used"),
        "lost": ("紛失", "lost"),
    },
)

PACKAGE = slot(
    "package",
    terms={
        "02000000000015": ("アモキシシリン250mgカプセル", "amoxicillin 250 mg capsules"),
        "02000000000022": ("アモキシシリン125mgカプセル", "amoxicillin 125 mg capsules"),
        "02000000000039": ("アムロジピン5mg錠", "amlodipine 5 mg tablets"),
        "02000000000053": ("ロラタジン10mg錠", "loratadine 10 mg tablets"),
    },
)

MISMATCH = slot(
    "mismatch",
    terms={
        "label": ("ラベル", "label"),
        "item": ("品目", "item"),
        "strength": ("規格", "strength"),
        "quantity": ("数量", "quantity"),
        "none": ("なし", "none"),
    },
)

ALLOWED = slot("allowed", terms={"yes": ("○", "yes"), "no": ("×", "no")})

PREGNANCY = slot(
    "pregnancy", terms={"yes": ("はい", "yes"), "no": ("いいえ", "no"), "unknown": ("わからない", "unknown")}
)


def _entries(text: str) -> tuple[str, ...] | None:
    """Nothing filled in, none, or a list."""
    if text in ("未記入", "not filled in"):
        return None
    return () if text in ("なし", "none") else tuple(part.strip() for part in text.replace("、", ",").split(","))


ENTRIES = slot("entries", pattern=r".+", convert=_entries)
