"""The edit distance is Levenshtein's, and quick for the longest texts."""

from __future__ import annotations

import random

import pytest

from pharmacy.ai.edit_distance import edit_distance


def by_table(before: str, after: str) -> int:
    """The textbook's way."""
    row = list(range(len(after) + 1))
    for i, one in enumerate(before, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(after, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (one != other))
    return row[-1]


@pytest.mark.parametrize(
    ("before", "after", "distance"),
    [("", "", 0), ("", "薬", 1), ("1錠", "", 2), ("1日3回", "1日2回", 1), ("𠮷野家", "吉野", 2)],
)
def test_it_counts_characters(before: str, after: str, distance: int) -> None:
    assert edit_distance(before, after) == distance


def test_it_is_what_the_textbook_says() -> None:
    dice = random.Random(20261122)
    for _ in range(300):
        before, after = ("".join(dice.choices("あいう", k=dice.randrange(12))) for _ in range(2))
        assert edit_distance(before, after) == by_table(before, after), (before, after)


def test_the_longest_texts_are_compared() -> None:
    assert edit_distance("あ" * 5000, "い" * 5000) == 5000
