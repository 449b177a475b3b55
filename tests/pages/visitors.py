"""The people of the browser tests, the pharmacy that they visit, and how they sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from playwright.sync_api import Page

from nameraka.process import SystemProcess

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
    requests.put(f"{provider}/users/{subject}", json={**PEOPLE[who], "branch": branch}, timeout=5).raise_for_status()
    return subject


def sign_in(page: Page, url: str, kind: str, subject: str) -> None:
    """Through the identity provider's own form."""
    page.goto(f"{url}/sign-in/{kind}", wait_until="domcontentloaded")
    page.locator("input[name=sub]").fill(subject)
    with page.expect_navigation(url=f"{url}/**", wait_until="domcontentloaded"):
        page.get_by_role("button", name="Authorize", exact=True).click()


def completion(text: str) -> dict[str, Any]:
    """What an OpenAI-compatible provider answers."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "scripted", "choices": [choice]}
