"""Browser contexts that one person after another uses. Opening a page in one costs half of opening it in a new one.

Never two people at once, and nobody finds anything of whoever was there before: pages are closed, and cookies, storage
and cache cleared. A context that somebody changed in any other way (routes, scripts of their own, permissions, offline,
a listener) is not used again: every call upon it is heard, whichever object it comes through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from nameraka.upstream import hear_calls, listeners_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession, Page

# A clock that was set says so to each new page again, for every time that it was set.
_USES = 20
# What clearing undoes, what only asks, and what dies with its page.
_HARMLESS = frozenset(
    {
        "addCookies",
        "clearCookies",
        "cookies",
        "newCDPSession",
        "newPage",
        "storageState",
    }
)


class Context:
    """One context; `inner` is Playwright's, for the person who has it."""

    def __init__(self, inner: BrowserContext, key: object, origins: tuple[str, ...]) -> None:
        self.inner = inner
        self.key = key
        self.uses = 1
        self._origins = origins
        self._ahead = timedelta()
        self._changed = False
        self._anchor: Page = inner.new_page()
        """Keeps the process for the next person's page. Opened now: opening one in a process that hangs never returns."""
        self._cdp: CDPSession = inner.new_cdp_session(self._anchor)
        for part in (inner, inner.tracing):
            hear_calls(part, self._hear)
        self._listeners = listeners_of(inner)

    def _hear(self, call: str) -> None:
        self._changed = self._changed or call not in _HARMLESS

    def set_clock(self, ahead: timedelta) -> None:
        """From now on it is so much later in its pages than on this machine; their timers go on as they did."""
        if ahead == self._ahead:
            return
        changed = self._changed
        self.inner.clock.set_system_time(datetime.now(UTC) + ahead)
        self._changed, self._ahead = changed, ahead

    @property
    def reusable(self) -> bool:
        """Whether clearing makes it as good as new."""
        return not self._changed and self.uses < _USES and listeners_of(self.inner) == self._listeners

    def clear(self) -> None:
        """Nobody's again. Raises Playwright's Error when the browser does not answer."""
        self._anchor.evaluate("0")  # a script without an end would hold up the next person: then this never returns
        for page in self.inner.pages:
            if page is not self._anchor:
                page.close()
        self.inner.clear_cookies()
        for origin in self._origins:
            self._cdp.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        self._cdp.send("Network.clearBrowserCache")


class Contexts:
    """The contexts of one browser, while it lives."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._free: dict[object, list[Context]] = defaultdict(list)

    def take(self, origins: tuple[str, ...], settings: Mapping[str, Any]) -> Context:
        """A context with these settings of Playwright's, for one person. Raises Playwright's Error."""
        key = (origins, repr(sorted(settings.items())))
        if self._free[key]:
            context = self._free[key].pop()
            context.uses += 1
            return context
        return Context(self._browser.new_context(**settings), key, origins)

    def give_back(self, context: Context) -> None:
        """The person has left. Raises Playwright's Error, and then nobody gets it."""
        if not context.reusable:
            context.inner.close()
            return
        context.clear()
        self._free[context.key].append(context)
