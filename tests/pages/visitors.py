"""The people of the browser tests, the pharmacy that they visit, and how they sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any

import requests
from playwright.sync_api import Browser, Page, ViewportSize

from nameraka.process import SystemProcess

NOON = "2026-06-01T12:00:00+09:00"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}

_BRANCHES = count(1)

Open = Callable[..., Page]
"""`open_page(path, role=None, *, phone=False)`: a page for somebody in a browser context of their own."""

AGREE = """async () => {
    const [{ purpose }] = await (await fetch("/api/me/consents")).json();
    const headers = { "Content-Type": "application/json", "X-Pharmacy-Request": "1" };
    await fetch(`/api/me/consents/${purpose.id}`, { method: "PUT", headers, body: JSON.stringify({ version: purpose.version }) });
}"""
"""The patient agrees to drafts by an AI."""

STAFF = {"roles": ["pharmacist"], "amr": ["pwd", "mfa"], "device_compliant": True, "licence": "第000001号"}
PEOPLE: dict[str, dict[str, Any]] = {
    "patient": {"name": "見本 花子", "birthdate": "1980-04-01"},
    "first": {"name": "試験 一郎", **STAFF},
    "second": {"name": "試験 二葉", **STAFF},
    "supervisor": {"name": "試験 七子", **STAFF, "roles": ["supervisor"]},
    "elsewhere": {"name": "試験 八重", **STAFF, "branch": "elsewhere"},
    "clerk": {"name": "試験 三四郎", **STAFF, "roles": ["clerk"]},
    "password": {"name": "試験 五月", **STAFF, "amr": ["pwd"]},
    "device": {"name": "試験 六花", **STAFF, "device_compliant": False},
}


def address(pharmacy: SystemProcess) -> str:
    return f"http://127.0.0.1:{pharmacy.port}"


def set_clock(pharmacy: SystemProcess, now: str) -> None:
    requests.put(f"{address(pharmacy)}/clock", json={"now": now}, timeout=5).raise_for_status()


def register(provider: str, who: str, branch: str) -> str:
    """Make one of the people known to the identity provider; returns what they type to sign in."""
    subject = f"{who}-{branch}"
    requests.put(f"{provider}/users/{subject}", json={"branch": branch, **PEOPLE[who]}, timeout=5).raise_for_status()
    return subject


def sign_in(page: Page, url: str, kind: str, subject: str) -> None:
    """Through the identity provider's own form."""
    page.goto(f"{url}/sign-in/{kind}", wait_until="domcontentloaded")
    page.locator("input[name=sub]").fill(subject)
    with page.expect_navigation(url=f"{url}/**", wait_until="domcontentloaded"):
        page.get_by_role("button", name="Authorize", exact=True).click()


@contextmanager
def entrance(browser: Browser, pharmacy: SystemProcess, provider: str) -> Iterator[Open]:
    """Opens pages for people of one branch. A script's error fails the test."""
    branch, url = f"branch-{next(_BRANCHES)}", address(pharmacy)
    errors: list[str] = []
    with ExitStack() as closing:

        def open_it(path: str, who: str | None = None, *, phone: bool = False, bypass_csp: bool = False) -> Page:
            context = browser.new_context(viewport=PHONE if phone else DESKTOP, bypass_csp=bypass_csp)
            closing.callback(context.close)
            context.set_default_timeout(10_000)
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
            if who is not None:
                sign_in(page, url, "patient" if who == "patient" else "staff", register(provider, who, branch))
            if who == "patient":
                page.evaluate(AGREE)
            page.goto(url + path)
            return page

        yield open_it
    assert errors == []


def completion(text: str) -> dict[str, Any]:
    """What an OpenAI-compatible provider answers."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "scripted", "choices": [choice]}
