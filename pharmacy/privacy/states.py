"""What can become of a consent, a request and a leak, as tables. What a table does not name cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pharmacy.core.problems import ProblemError

ConsentState = Literal["none", "given", "withdrawn"]
RequestState = Literal["received", "fulfilled", "declined"]
LeakState = Literal["open", "preliminary", "final"]

CONSENTS: Final[dict[tuple[str, str], ConsentState]] = {
    ("none", "give"): "given",
    ("withdrawn", "give"): "given",
    ("given", "withdraw"): "withdrawn",
}
REQUESTS: Final[dict[tuple[str, str], RequestState]] = {
    ("received", "fulfil"): "fulfilled",
    ("received", "decline"): "declined",
}
LEAKS: Final[dict[tuple[str, str], LeakState]] = {
    ("open", "report_preliminary"): "preliminary",
    ("preliminary", "report_final"): "final",
}

_REFUSED: Final = {
    "give": "consent_given",
    "withdraw": "consent_missing",
    "fulfil": "request_closed",
    "decline": "request_closed",
    "report_preliminary": "leak_out_of_order",
    "report_final": "leak_out_of_order",
}


def advance(table: Mapping[tuple[str, str], str], state: str, event: str) -> str:
    """The next state. Raises ProblemError saying why there is none."""
    following = table.get((state, event))
    if following is None:
        raise ProblemError(_REFUSED[event])
    return following
