"""The fixed words that the pharmacy sends by itself. Nothing here is generated."""

from __future__ import annotations

from datetime import datetime

from pharmacy.chat.hours import next_opening
from pharmacy.triage.rules import Verdict

AUTHOR = "自動案内"
BULK_AUTHOR = "一斉のお知らせ"

RED_FLAG = (
    "緊急の可能性がある症状です。返信を待たずに、今すぐ119番に電話してください。"
    "話せないときは、近くの人に救急車を頼んでください。当番の薬剤師にも知らせました。\n"
    "This may be an emergency. Do not wait for our reply: call 119 (ambulance) now. "
    "The on-call pharmacist has been paged."
)
CRISIS = (
    "つらい気持ちを話してくださり、ありがとうございます。ひとりで抱えないでください。"
    "薬を多く飲んだとき、命の危険があるときは、今すぐ119番に電話してください。\n"
    "いのちの電話 0120-783-556（無料）／よりそいホットライン 0120-279-338（24時間・無料）／"
    "#いのちSOS 0120-061-338\n"
    "薬剤師が直接お返事します。当番の薬剤師に知らせました。\n"
    "You are not alone. If you took too much medicine or are in danger, call 119 now. "
    "Helplines: Inochi no Denwa 0120-783-556, Yorisoi Hotline 0120-279-338 (24 hours). "
    "A pharmacist will answer you in person and has been paged."
)
CRISIS_DOUBTFUL = (
    "お話しくださり、ありがとうございます。薬剤師が直接お返事します。つらいときは、ひとりで抱えず電話してください。"
    "命の危険があるときは119番です。\n"
    "いのちの電話 0120-783-556（無料）／よりそいホットライン 0120-279-338（24時間・無料）\n"
    "A pharmacist will answer you in person. If things get hard: Inochi no Denwa 0120-783-556, "
    "Yorisoi Hotline 0120-279-338 (24 hours); in danger call 119."
)
ADVERSE = (
    "お薬の重い副作用かもしれません。新しく始めたお薬や、市販薬・漢方薬の服用をいったんやめて、2時間をめどに医療機関を受診してください。"
    "前から続けているお薬をやめてよいか迷うときは、受診先か薬剤師に確かめてください。お薬手帳かお薬の箱をお持ちください。"
    "薬剤師が医師と連携します。急に悪くなったときは119番に電話してください。\n"
    "This may be a severe adverse reaction. Stop the medicine that you started recently, and any over-the-counter or "
    "Kampo medicine, and see a doctor within about 2 hours; bring your medication notebook or the box. Ask before you "
    "stop a medicine that you have long taken. A pharmacist will involve a physician. If it gets worse suddenly, call 119."
)
VISIT = (
    "2時間をめどに医療機関を受診することをお勧めします。症状がないとき、すでに受診したときは、そのことをお書きください。"
    "薬剤師があとで様子を確かめます。急に悪くなったときは119番、救急車を呼ぶか迷うときは #7119 に電話してください。\n"
    "We advise you to see a doctor within about 2 hours. If you have no symptom, or have seen one already, please write "
    "so. A pharmacist will check back on you. If it gets worse suddenly, call 119; if unsure, call #7119."
)
CHECK = (
    "薬剤師が内容を確認します。ご本人やそばにいる方に、今その症状があるときは、返信を待たずに119番に電話してください。"
    "救急車を呼ぶか迷うときは #7119 に相談できます。\n"
    "A pharmacist will look at this. If you or somebody with you has that symptom now, call 119 without waiting for us; "
    "if unsure, call #7119."
)


def answering(verdict: Verdict) -> list[tuple[str, str]]:
    """What a patient is told at once about what the rules noticed: the kind of each notice, and its words."""
    if verdict.level == "crisis":
        said = [("crisis", CRISIS)]
    elif verdict.level == "red":
        said = [("red_flag", RED_FLAG)]
    elif verdict.crisis:
        said = [("crisis", CRISIS_DOUBTFUL)]
    elif verdict.level == "check":
        said = [("check", CHECK)]
    else:
        said = []
    return [*said, ("adverse", ADVERSE)] if verdict.adverse else said


def outside_hours(now: datetime) -> str:
    """When a human will answer, and whom to call until then."""
    opening = next_opening(now)
    return (
        f"ただいま営業時間外です。薬剤師は{opening.month}月{opening.day}日 {opening:%H:%M}以降に順にお返事します。"
        "急に具合が悪くなったときは119番、救急車を呼ぶか迷うときは #7119 に電話してください。\n"
        f"We are closed. A pharmacist will answer from {opening:%Y-%m-%d %H:%M} Japan time. "
        "In an emergency call 119; if unsure, call #7119."
    )
