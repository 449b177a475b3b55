"""What an act answers: it was done, or it was refused."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Done(Generic[Value]):
    """The act was done; ``value`` is what it gave."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Done({self.value!r})"


class Refused:
    """The act was refused, for a reason that the domain names; "not offered on the page" is one too."""

    def __init__(self, reason: str, explanation: str = "") -> None:
        self._reason = reason
        self.explanation = explanation
        self.read = False

    @property
    def reason(self) -> str:
        """Why. Reading it is what makes the refusal an expected one."""
        self.read = True
        return self._reason

    @property
    def value(self) -> Any:
        """There is none: raises ``AssertionError`` with the reason, because the story went on as if it were done."""
        self.read = True
        raise AssertionError(f"refused: {self._reason} {self.explanation}".strip())

    def __repr__(self) -> str:
        return f"Refused({self._reason!r})"
