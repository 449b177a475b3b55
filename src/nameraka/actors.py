"""People of a scenario: a name, a memory, and the doors that they act through.

An act answers `Done` or `Refused`. A refusal is part of the story (a locked thread, a stale draft) and not an error; but
one that no later sentence reads is a refusal nobody meant, and fails the scenario.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from nameraka.answers import Done, Refused, Value

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from nameraka.api_session import ApiSession
    from nameraka.stage import Stage

Api = TypeVar("Api", bound="Door")
Web = TypeVar("Web", bound="Door")
Acting = TypeVar("Acting", bound="Door")
Arguments = ParamSpec("Arguments")


class Actor:
    """A person of the story. Subclass it for each kind of person, with a property for each capability."""

    mobile = False

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage = stage
        self.name = name
        self.memory: dict[str, Any] = {}
        self.answers: list[tuple[str, Done[Any] | Refused]] = []
        self._doors: dict[type[Door], Door] = {}
        stage.enter(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @property
    def api(self) -> ApiSession:
        """This person's own session at the API, made at first use."""
        return self.stage.api(self)

    @property
    def page(self) -> Page:
        """This person's own page in a browser context of its own, made at first use with the API session's cookies."""
        return self.stage.page(self)

    @property
    def last(self) -> Any:
        """The answer to this person's last act. Raises ``AssertionError`` when there was none."""
        assert self.answers, f"{self.name} has not done anything yet"
        return self.answers[-1][1]

    def door(self, *, api: type[Api], web: type[Web] | None = None) -> Api | Web:
        """One capability through the door of the moment: API in a Given, in a When or Then the scenario's door."""
        chosen: type[Door] = web if web is not None and self.stage.door == "web" else api
        if chosen not in self._doors:
            self._doors[chosen] = chosen(self)
        return self._doors[chosen]  # type: ignore[return-value]  # what is stored under a class is an instance of it

    def remember(self, **facts: Any) -> None:
        """Keep something for a later sentence."""
        self.memory.update(facts)

    def recall(self, key: str) -> Any:
        """What was remembered. Raises ``AssertionError`` when it was not."""
        assert key in self.memory, f"{self.name} remembers no {key!r}, only {', '.join(self.memory) or 'nothing'}"
        return self.memory[key]


class Door:
    """One capability through one door. Speaks the business, returns typed answers, and never asserts."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor


def act(
    method: Callable[Concatenate[Acting, Arguments], Done[Value] | Refused],
) -> Callable[Concatenate[Acting, Arguments], Done[Value] | Refused]:
    """Mark a door's method as something that a person does: its answer is kept as the actor's ``last``."""

    @functools.wraps(method)
    def acting(door: Acting, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Done[Value] | Refused:
        answer = method(door, *args, **kwargs)
        door.actor.answers.append((door.actor.stage.sentence, answer))
        return answer

    return cast("Callable[Concatenate[Acting, Arguments], Done[Value] | Refused]", acting)
