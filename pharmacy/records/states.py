"""What can become of records and follow-ups, as tables. What a table does not name cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pharmacy.core.problems import ProblemError

LinkState = Literal["separate", "merged"]
FollowUpState = Literal["open", "done"]

LINKS: Final[dict[tuple[str, str], LinkState]] = {
    ("separate", "merge"): "merged",
    ("merged", "separate"): "separate",
}
HOLDS: Final[dict[tuple[str, str], str]] = {("free", "hold"): "held", ("held", "release"): "free"}
FOLLOW_UPS: Final[dict[tuple[str, str], FollowUpState]] = {("open", "complete"): "done"}

_REFUSED: Final = {
    "merge": "records_merged",
    "separate": "records_separate",
    "hold": "record_held",
    "release": "record_not_held",
    "complete": "follow_up_done",
}


def advance(table: Mapping[tuple[str, str], str], state: str, event: str) -> str:
    """The next state. Raises ProblemError saying why there is none."""
    following = table.get((state, event))
    if following is None:
        raise ProblemError(_REFUSED[event])
    return following
