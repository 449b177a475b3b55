"""The lives of an order and of a subscription, as tables. What a table does not name cannot happen."""

from __future__ import annotations

from typing import Final, Literal

from pharmacy.core.problems import ProblemError

OrderState = Literal[
    "questionnaire",
    "answered",
    "informed",
    "confirmed",
    "understood",
    "released",
    "shipped",
    "followed_up",
    "lost",
    "refused",
    "cancelled",
]
OrderEvent = Literal[
    "answer",
    "inform",
    "confirm",
    "understand",
    "sell",
    "sell_uninformed",
    "refuse",
    "cancel",
    "ship",
    "lose",
    "follow_up",
]
SubscriptionState = Literal["active", "paused", "ended"]

UNDECIDED: Final = ("questionnaire", "answered", "informed", "confirmed", "understood")

ORDER: Final[dict[tuple[str, str], OrderState]] = {
    ("questionnaire", "answer"): "answered",
    ("answered", "inform"): "informed",
    ("informed", "confirm"): "confirmed",
    ("confirmed", "inform"): "informed",  # the patient's words show that it was not understood
    ("confirmed", "understand"): "understood",
    ("understood", "sell"): "released",
    ("answered", "sell_uninformed"): "released",  # only what the law sells without written information
    ("released", "ship"): "shipped",
    ("shipped", "follow_up"): "followed_up",
    ("shipped", "lose"): "lost",
    ("followed_up", "lose"): "lost",
    ("lost", "ship"): "shipped",  # once more, when the buyer was spoken to
    **{(state, "refuse"): "refused" for state in UNDECIDED},
    **{(state, "cancel"): "cancelled" for state in UNDECIDED},
}

SUBSCRIPTION: Final[dict[tuple[str, str], SubscriptionState]] = {
    ("active", "pause"): "paused",
    ("paused", "pause"): "paused",  # for one more reason
    ("paused", "clear"): "active",
    ("active", "end"): "ended",
    ("paused", "end"): "ended",
}


def after(state: str, event: str) -> OrderState:
    """The next state of an order. Raises ProblemError saying why there is none."""
    following = ORDER.get((state, event))
    if following is None:
        early = event in {"sell", "understand", "ship"} and state in {"answered", "informed", "confirmed"}
        raise ProblemError("not_understood" if early else "no_such_step")
    return following


def subscription_after(state: str, event: str) -> SubscriptionState:
    """The next state of a subscription. Raises ProblemError when there is none."""
    following = SUBSCRIPTION.get((state, event))
    if following is None:
        raise ProblemError("no_such_step")
    return following
