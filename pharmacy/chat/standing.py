"""What an open page must know of the pharmacy itself: that it cannot be relied upon, or is of another build by now."""

from __future__ import annotations

import json

from pharmacy.core.context import Pharmacy
from pharmacy.core.health import checks_of


class Standing:
    """Says nothing as long as all is well. `build`: of the page that listens, None when it does not say."""

    def __init__(self, here: Pharmacy, build: str | None) -> None:
        self._here = here
        self._renewed = build is not None and build != here.build
        self._stored = False
        self._told = True

    def news(self) -> str:
        """Events to send now. Workers are looked at each time; whether anything can be stored is tried until it could."""
        self._stored = self._stored or checks_of(self._here).database == "ok"
        text = _event("renewed", {"build": self._here.build}) if self._renewed else ""
        self._renewed = False
        works = self._stored and all(worker.alive for worker in self._here.workers)
        if works != self._told:
            self._told = works
            text += _event("service", {"working": works})
        return text


def _event(name: str, data: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
