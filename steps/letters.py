"""Long texts of letters that software likes to break."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

from hamcrest import assert_that, equal_to

from nameraka import eventually, slot, then, when

slot(
    "letters",
    terms={
        "full_width": ("全角文字", "full-width letters"),
        "emoji": ("絵文字", "emoji"),
        "rare": ("サロゲートペアの漢字", "kanji of surrogate pairs"),
        "joined": ("結合文字", "joined characters"),
        "half_width": ("半角カナと記号", "half-width kana and signs"),
    },
)

_LETTERS = {
    "full_width": "薬を飲み忘れました。１回２錠、ＡＢＣ！？",
    "emoji": "💊😷🤒👍🏥🩺",
    "rare": "𠮷野𩸽𠀋髙﨑",
    "joined": "👩\u200d⚕️👨\u200d👩\u200d👧か\u3099葛\U000e0100e\u0301🇯🇵",
    "half_width": "ｱｲｳｶﾞﾊﾟ<>&\"'\\",
}


@when(
    ja="{who:person}が{letters:letters}の{count:number}文字を送信する",
    en="{who:person} sends {count:number} characters of {letters:letters}",
)
def sends_letters(who: Any, letters: str, count: int) -> None:
    who.chat.send(_text_of(letters, count))


@when(
    ja="{who:person}が{patient:person}に{letters:letters}の{count:number}文字で返信する",
    en="{who:person} replies to {patient:person} with {count:number} characters of {letters:letters}",
)
def replies_with_letters(who: Any, patient: Any, letters: str, count: int) -> None:
    who.console.reply(patient, _text_of(letters, count))


@then(
    ja="{reader:person}が見る{patient:person}の相談の最後は、1バイトも違わない{letters:letters}の{count:number}文字である",
    en="the last that {reader:person} sees in {patient:person}'s consultation is {count:number} characters of {letters:letters}, byte for byte",
)
def sees_letters(reader: Any, patient: Any, letters: str, count: int) -> None:
    text = _text_of(letters, count).encode()
    eventually(lambda: _last(reader.conversation.messages(patient)), equal_to(text))
    assert_that(_last(reader.conversation.afresh(patient)), equal_to(text))


def _text_of(letters: str, count: int) -> str:
    """So many characters (code points), the same each time."""
    return "".join(islice(cycle(_LETTERS[letters]), count))


def _last(messages: list[Any]) -> bytes:
    """In UTF-8."""
    return b"".join(message.text.encode() for message in messages[-1:])
