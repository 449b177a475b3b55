"""The fingerprint of a cause: waivers name it, so it is the same from run to run and from one version to the next."""

from __future__ import annotations

import pytest

from nameraka.gate.fingerprint import fingerprint

WHY = "AssertionError: 3 of 12 after 4.2 s at /tmp/a/b/x.py:17 (id 0f3c9a5e7b1d4c26)"


@pytest.mark.parametrize(
    ("state", "sentence", "why", "known"),
    [
        ("failed", "ならば 届く", "AssertionError: 返信が届かない", "a90ab758df9e3e9f"),
        ("failed", "Then it arrives", "TimeoutError: 3 of 12 after 4.2 s at /tmp/a/b/x.py:17", "4bc1bbb632ed32c0"),
        ("flaky", None, None, "dd6fa25a6992f436"),
        ("skipped", "", "\ud800 x", "21c9734fd29b5f9d"),  # half a surrogate pair, as a name of a file may have it
    ],
)
def test_what_waivers_name_today_they_name_tomorrow(state: str, sentence: str, why: str, known: str) -> None:
    assert fingerprint(state, sentence, why) == known


@pytest.mark.parametrize(
    "same",
    [
        "AssertionError: 5 of 9 after 11.0 s at /home/x.py:21 (id aa51e2f7c4d9b3f1)",
        "  AssertionError:  3 of 12 after 4.2 s\tat x.py:17 (id 4f0c6a1e-0b1d-4c26-9a5e-7b1d4c260f3c) ",
        "assertionerror: ３ of １２ after ４．２ s at /a/x.py:17 (id 0xdeadbeef)",
        WHY + "\nand what else is said of it",
    ],
)
def test_numbers_ids_folders_letters_case_and_further_lines_do_not_count(same: str) -> None:
    assert fingerprint("failed", "x", same) == fingerprint("failed", "x", WHY)


@pytest.mark.parametrize(
    ("state", "sentence", "why"),
    [
        ("flaky", "x", WHY),
        ("failed", "y", WHY),
        ("failed", None, WHY),
        ("failed", "x", WHY.replace("after", "before")),
        ("failed", "x", WHY.replace("x.py", "y.py")),
        ("failed", "x", None),
    ],
)
def test_state_sentence_and_words_do(state: str, sentence: str | None, why: str | None) -> None:
    assert fingerprint(state, sentence, why) != fingerprint("failed", "x", WHY)


def test_nothing_said_is_nothing_said() -> None:
    assert fingerprint("failed", None, None) == fingerprint("failed", "", " ")
