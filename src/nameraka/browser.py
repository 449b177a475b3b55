"""The web door: one browser for the process, a context for each person, every fetch of their pages recorded.

How a limit in time works here. Playwright's own waits end by themselves, but a page script without an end
(`while (true) {}`) holds up `evaluate`, and with it the test, for ever. A signal handler may raise in the middle of any
Playwright call: the exception surfaces in that call. The page stays hung, so whoever set the limit then calls
`Browser.kill()`, which asks nobody: it kills the processes, and the next person gets a new browser. What this module
itself asks of a page at the end of a sentence has a limit of its own and kills a browser that does not answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nameraka.chromium import BrowserChoice, MissingBrowser, find_browser, japanese_font
from nameraka.contexts import Context, Contexts
from nameraka.exchanges import (
    ContractViolation,
    Cookies,
    Exchange,
    OnExchange,
    Origins,
    WireError,
    origin_of,
)
from nameraka.masking import register_secret
from nameraka.traffic import Fetch, Traffic, exchange_of

if TYPE_CHECKING:
    import psutil
    from playwright.sync_api import BrowserContext, Page, Playwright

    from nameraka.contract import Contract

__all__ = [
    "Browser",
    "BrowserChoice",
    "BrowserCrashed",
    "BrowserPerson",
    "MissingBrowser",
    "find_browser",
    "japanese_font",
]

# Nothing the browser would do for its maker: no look for updates, no sync, no first-run pages.
_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-sync",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-first-run",
    "--no-pings",
    # One process for all pages of a person; people never share one. Otherwise each page starts one that it leaves again.
    "--renderer-process-limit=1",
]
# Everything but the declared origins is sent to a proxy that does not exist: nobody listens on port 9 (discard).
_NOWHERE = "http://127.0.0.1:9"

_PATIENCE = 1.0  # seconds that a fetch under way at the end of a sentence is given
_EVIDENCE_WITHIN = 10.0  # seconds that reading bodies, or closing, may take before the browser is killed
_PICTURE_WITHIN = 4.0  # seconds
_LAUNCH_WITHIN = 30.0  # seconds

_MOBILE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
_DESKTOP = {"viewport": {"width": 1280, "height": 800}}


running: Browser | None = None
"""The browser of this process while it may have a page open, for whoever has to stop it from outside."""


class BrowserCrashed(WireError):
    """The page or the whole browser is gone, and it was not closed by the scenario."""

    unjudged = True


class Browser:
    """The one browser of this process, launched when the first person needs a page, and again after it died."""

    def __init__(self, choice: BrowserChoice | None = None) -> None:
        self._choice = choice
        self._playwright: Playwright | None = None
        self._browser: Any = None
        self._contexts: Contexts
        self._mark = ""
        self._ended: str | None = None
        """Why it was killed."""

    @property
    def choice(self) -> BrowserChoice:
        """Which browser it is. Raises MissingBrowser."""
        if self._choice is None:
            self._choice = find_browser()
        return self._choice

    @property
    def alive(self) -> bool:
        """True from the first launch until it, or Playwright's driver below it, was closed, killed or died."""
        return self._ended is None and self._browser is not None and self._browser.is_connected() and _driver_runs()

    def person(
        self,
        name: str,
        *,
        base_url: str,
        contract: Contract | None = None,
        cookies: Cookies | Mapping[str, str] | None = None,
        on_exchange: OnExchange | None = None,
        origins: Iterable[str] = (),
        mobile: bool = False,
        locale: str = "ja-JP",
        timeout: float = 10.0,
        ahead: timedelta = timedelta(),
        trace: bool = False,
    ) -> BrowserPerson:
        """A person with a page in a context of her own.

        origins: others than that of `base_url` that her pages may ask (the identity provider); everything else is
        blocked and becomes a problem. mobile: a phone instead of a desktop. timeout: seconds that Playwright waits for
        an element or an expectation. ahead: how far the clock of her pages is from this machine's. trace: record a
        trace, which holds every secret and costs 40 % CPU.

        Playwright's own requests (`page.request`, `route.fetch`) do not know ports in the list of declared origins and
        reach nothing at all: let the page ask (`route.continue_`), or an API session.

        Raises MissingBrowser, BrowserCrashed.
        """
        if not self.alive:
            self._launch()
        declared = Origins(base_url, *origins)
        hosts = ",".join(origin.split("://", 1)[1] for origin in declared)
        try:
            context = self._contexts.take(
                tuple(declared),
                {
                    "base_url": base_url,
                    "locale": locale,
                    "timezone_id": "Asia/Tokyo",
                    "device_scale_factor": 1,
                    "service_workers": "block",
                    "proxy": {"server": _NOWHERE, "bypass": hosts},
                    **(_MOBILE if mobile else _DESKTOP),
                },
            )
            context.inner.set_default_timeout(timeout * 1000)
            context.set_clock(ahead)
            if cookies:
                jar = cookies if isinstance(cookies, Cookies) else Cookies(cookies)
                context.inner.add_cookies(jar.for_browser(base_url))
            if trace:
                context.inner.tracing.start(screenshots=True, snapshots=True)
            return BrowserPerson(
                self, context, name, base_url, declared, contract, on_exchange or (lambda _: None), tracing=trace
            )
        except _playwright_error() as error:
            raise self.plain(error) or error from None

    def give_back(self, context: Context) -> None:
        """The person has left their context. Raises Playwright's Error."""
        self._contexts.give_back(context)

    def plain(self, error: BaseException) -> BrowserCrashed | None:
        """A Playwright error that means that a page or the browser is gone, in plain words; None for any other."""
        if self._playwright is None or not isinstance(error, _playwright_error()):
            return None
        text = str(error)
        if self._ended is not None:
            return BrowserCrashed(f"the browser was killed: {self._ended}")
        if "Target crashed" in text or "Page crashed" in text:
            return BrowserCrashed(
                "the page crashed: its process died.\n  Remedy: is the machine out of memory? Otherwise the page makes "
                "the browser crash; open it by hand."
            )
        closed = "has been closed" in text or "onnection closed" in text or "Target closed" in text
        if closed and not (self.alive and self._processes()):
            return BrowserCrashed(
                f"the browser died ({self.choice}).\n  Remedy: is the machine out of memory? "
                "Does another Chromium work (NAMERAKA_BROWSER=…)?"
            )
        return None

    def kill(self, reason: str = "by the harness") -> None:
        """Kill the browser's processes, hung or not. The next person gets a new browser."""
        import psutil

        self._ended = reason
        processes = self._processes()
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=5)

    def close(self) -> None:
        """Close the browser and Playwright. No process is left."""
        global running
        if self._playwright is None:
            return
        running = None
        if self.alive:
            with self.within(_EVIDENCE_WITHIN, "it did not close"), contextlib.suppress(_playwright_error()):
                self._browser.close()
        self.kill("at the end")
        playwright, self._playwright, self._browser = self._playwright, None, None
        playwright.stop()

    @contextlib.contextmanager
    def within(self, seconds: float, reason: str) -> Iterator[None]:
        """Kill the browser when Playwright calls in the block take longer: one that would never return fails then.

        Playwright's own event loop keeps the time, which runs whenever a call waits; a thread would cost more than
        what it guards.
        """
        watch = asyncio.get_running_loop().call_later(seconds, self.kill, f"{reason} within {seconds:g} s")
        try:
            yield
        finally:
            watch.cancel()

    # --- how

    def _launch(self) -> None:
        global running
        from playwright.sync_api import Error, sync_playwright

        path = self.choice.path
        running = self
        if self._playwright is not None and not _driver_runs():
            self._playwright.stop()
            self._playwright = None
        if self._playwright is None:
            self._playwright = sync_playwright().start()
        self._mark = f"--nameraka={uuid.uuid4().hex}"  # Chromium ignores it; it tells our processes from others
        self._ended = None
        try:
            self._browser = self._playwright.chromium.launch(
                executable_path=path, args=[*_FLAGS, self._mark], timeout=_LAUNCH_WITHIN * 1000
            )
            self._contexts = Contexts(self._browser)
        except Error as error:
            raise MissingBrowser(f"{self.choice} does not start: {error.message.splitlines()[0]}") from None

    def _processes(self) -> list[psutil.Process]:
        """The browser's main process and all below it."""
        import psutil

        found: list[psutil.Process] = []
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if self._mark and self._mark in process.cmdline():
                    found += [process, *process.children(recursive=True)]
        return list(dict.fromkeys(found))


class BrowserPerson:
    """One person at her pages. `page` is hers to use; the rest is for the engine."""

    def __init__(
        self,
        browser: Browser,
        context: Context,
        name: str,
        base_url: str,
        origins: Origins,
        contract: Contract | None,
        on_exchange: OnExchange,
        *,
        tracing: bool,
    ) -> None:
        self.context: BrowserContext = context.inner
        self.name = name
        self.picture_problem: str | None = None
        """Why the last picture could not be had."""
        self._browser = browser
        self._kept = context
        self._home = origin_of(base_url)
        self._origins = origins
        self._contract = contract
        self._on_exchange = on_exchange
        self._tracing = tracing
        self._traffic: dict[Page, Traffic] = {}
        self._crashed = False
        self._closed = False
        self.page: Page = self.context.new_page()
        self._watch(self.page)
        self.context.on("page", self._watch)

    def set_clock(self, ahead: timedelta) -> None:
        """From now on it is so much later in her pages than on this machine; their timers go on as they did."""
        if not self.lost:
            self._kept.set_clock(ahead)

    def _watch(self, page: Page) -> None:
        """Watch a page; one that a page opened is watched from here on, its first requests may be over."""
        traffic = Traffic(self.context.new_cdp_session(page), self._origins, self._home)
        page.on("crash", self._crash)
        traffic.watch()
        self._traffic[page] = traffic

    def _crash(self, _: Page) -> None:
        self._crashed = True

    @property
    def lost(self) -> bool:
        """True when nothing more can be asked of her pages."""
        return self._closed or self._crashed or not self._browser.alive

    def settle(self, *, patience: float = _PATIENCE, raising: bool = True) -> list[Exchange]:
        """What her pages have exchanged with the system since the last time, in order; each goes to `on_exchange` too.

        A fetch that is still under way is given `patience` seconds. Raises ContractViolation (unless `raising` is
        False) for the first exchange with a problem, after all were handed on.
        """
        exchanges = self._read(patience, all_of_them=False)
        for exchange in exchanges:
            if exchange.problems and raising:
                raise ContractViolation(exchange)
        return exchanges

    def _read(self, patience: float, *, all_of_them: bool) -> list[Exchange]:
        exchanges: list[Exchange] = []
        for page, traffic in list(self._traffic.items()):
            if not traffic.fetches:
                continue
            with self._browser.within(_EVIDENCE_WITHIN + patience, "its pages did not answer"):
                self._await_answers(page, traffic, patience)
                for fetch in traffic.take(all_of_them=all_of_them or self.lost or page.is_closed()):
                    exchange = self._exchange(page, traffic, fetch)
                    exchanges.append(exchange)
                    self._on_exchange(exchange)
        return exchanges

    def _await_answers(self, page: Page, traffic: Traffic, patience: float) -> None:
        """Let the events of fetches under way come in."""
        waited = 0
        while traffic.unanswered and waited < patience * 1000 and not self.lost and not page.is_closed():
            with contextlib.suppress(_playwright_error()):  # the page went away meanwhile: seen at the next look
                page.wait_for_timeout(5)
            waited += 5
        traffic.wait_no_more()

    def _exchange(self, page: Page, traffic: Traffic, fetch: Fetch) -> Exchange:
        body, note = None, None
        if fetch.response is not None and fetch.failure is None and fetch.kind != "stranger" and not fetch.redirected:
            if self.lost or page.is_closed():
                note = "the page was gone before the answer's body could be read: all but the body was checked"
            else:
                try:
                    body = traffic.body(fetch)
                except _playwright_error() as error:
                    reason = str(error).splitlines()[0].rpartition("): ")[2]
                    note = f"the answer's body could not be read ({reason}): all but the body was checked"
        return exchange_of(fetch, body, actor=self.name, home=self._home, contract=self._contract, note=note)

    def screenshot(self) -> bytes | None:
        """What her page looks like, as a small JPEG; None when it cannot be had, `picture_problem` then says why."""
        self.picture_problem = None
        if self.lost or self.page.is_closed():
            self.picture_problem = "the page is gone"
            return None
        try:
            with self._browser.within(_EVIDENCE_WITHIN, "its page could not be pictured"):
                return self.page.screenshot(type="jpeg", quality=70, scale="css", timeout=_PICTURE_WITHIN * 1000)
        except _playwright_error() as error:
            self.picture_problem = str(error).splitlines()[0]
            return None

    def close(self, trace_to: Path | None = None) -> None:
        """She leaves: what is still to be read is read, the trace is kept at `trace_to` if one was recorded.

        A page or a browser that is dead or hung is no error here. Traces hold secrets: only the owner can read the file.
        """
        if self._closed:
            return
        try:
            self._read(patience=0.0, all_of_them=True)
            if self.lost:
                return
            with self._browser.within(_EVIDENCE_WITHIN, "its pages did not close"):
                for cookie in self.context.cookies():
                    if len(cookie.get("value", "")) >= 12:
                        register_secret(cookie["value"])
                if self._tracing:
                    self._keep_trace(trace_to)
                self.context.remove_listener("page", self._watch)
                self._browser.give_back(self._kept)
        except _playwright_error() as error:
            self.picture_problem = str(error).splitlines()[0]
        finally:
            self._closed = True

    def _keep_trace(self, trace_to: Path | None) -> None:
        if trace_to is None:
            self.context.tracing.stop()
            return
        trace_to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(trace_to, os.O_WRONLY | os.O_CREAT, 0o600))
        self.context.tracing.stop(path=trace_to)
        trace_to.chmod(0o600)


def _driver_runs() -> bool:
    """True while Playwright's event loop turns, which it does from the first call until its driver is gone."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _playwright_error() -> type[Exception]:
    from playwright.sync_api import Error

    return Error
