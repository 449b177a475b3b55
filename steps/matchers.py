"""What steps say of things, beyond what hamcrest brings.

A matcher that goes into another one is often `Any` first: by its types, hamcrest wants one kind of value throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hamcrest import all_of, any_of, contains_string, has_item, has_properties, not_, only_contains
from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

# What each fixed guidance must say, besides being automatic and signed by nobody.
_MUST_SAY = {
    "red_flag": ("今すぐ119番に電話",),
    "crisis": ("いのちの電話", "薬剤師が直接"),
    "visit": ("2時間をめどに医療機関を受診", "119番", "#7119"),
    "adverse": ("服用をいったんやめて", "医療機関を受診", "医師と連携"),
    "hours": ("営業時間外", "119番", "#7119"),
}


class _InOrder(BaseMatcher[Sequence[Any]]):
    def __init__(self, wanted: Sequence[Any]) -> None:
        self._wanted = wanted

    def _matches(self, item: Sequence[Any]) -> bool:
        rest = iter(item)
        return all(any(found == wanted for found in rest) for wanted in self._wanted)

    def describe_to(self, description: Description) -> None:
        description.append_text("in this order, others may stand between: ").append_list("", "\n  ", "", self._wanted)


def in_order(wanted: Sequence[Any]) -> Matcher[Sequence[Any]]:
    """All of them, in this order; others may stand between."""
    return _InOrder(wanted)


def guidance(notice: str) -> Matcher[Any]:
    """The fixed guidance of this kind, with all that it must say, marked as automatic and signed by nobody."""
    words: Any = all_of(*map(contains_string, _MUST_SAY[notice]))
    return has_properties(kind="automatic", notice=notice, automatic=True, responsible=None, text=words)


def without_any(words: Sequence[str]) -> Matcher[Any]:
    """A text with none of these words."""
    found: Any = any_of(*map(contains_string, words))
    return not_(found)


def with_none(like: Any) -> Matcher[Any]:
    """A list in which nothing is like this: a matcher or a value."""
    found: Any = has_item(like)
    return not_(found)


def with_only(like: Any) -> Matcher[Any]:
    """A list in which everything is like this, a matcher or a value; an empty one is not."""
    return only_contains(like)
