"""A page of the report that asks nobody for anything.

Allure's pages load an analytics script. It is taken out, every script that stays gets a nonce, and a content security
policy makes the browser refuse all else: a request to any host, and any script that came in with the evidence.
"""

from __future__ import annotations

import base64
import re
import secrets
from html.parser import HTMLParser
from typing import Final

from nameraka.report.errors import ReportError

_SCRIPT: Final = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_SOURCE: Final = re.compile(r"\bsrc\s*=", re.IGNORECASE)
_EXTERNAL: Final = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_CSS_URL: Final = re.compile(r"""(?:url\(|@import)\s*["']?\s*((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)
_HEAD: Final = re.compile(r"<head[^>]*>", re.IGNORECASE)
_ANALYTICS: Final = ("googletagmanager", "google-analytics", "gtag(")
_LOADS: Final = frozenset({"src", "srcset", "poster", "data", "background"})
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'nonce-{nonce}'",
        "style-src 'unsafe-inline' data:",
        "img-src data: blob:",
        "font-src data:",
        "media-src data: blob:",
        "connect-src data: blob:",
        "form-action 'none'",
    )
)


def seal(html: str) -> str:
    """The page without analytics and under a policy that forbids every request.

    Raises ``ReportError`` when something would still be loaded from outside: the generator has changed.
    """
    nonce = secrets.token_urlsafe(16)

    def keep_or_drop(script: re.Match[str]) -> str:
        if _is_analytics(script[1], script[2]):
            return ""
        # The program stands before its data and would sometimes start before them: then it asks for files.
        when = " defer" if _SOURCE.search(script[1]) else ""
        return f'<script nonce="{nonce}"{when}{script[1]}>{script[2]}</script>'

    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(nonce=nonce)}">'
    sealed, heads = _HEAD.subn(lambda head: head[0] + policy, _SCRIPT.sub(keep_or_drop, html), count=1)
    if not heads:
        raise ReportError("The generated report has no <head>: this version of Allure is not known. Run `make setup`.")
    if found := requests_of(sealed):
        raise ReportError(
            "The generated report would load from outside: "
            + ", ".join(found)
            + ". Nothing was published; the generator is not the pinned one (`make setup` installs it)."
        )
    return sealed


def requests_of(html: str) -> list[str]:
    """Every address outside that opening this page would ask, and the word that gave an analytics script away."""
    page = _Loads()
    page.feed(html)
    page.close()
    return sorted(set(page.found))


def _is_analytics(attributes: str, body: str) -> bool:
    return any(word in attributes or word in body for word in _ANALYTICS)


class _Loads(HTMLParser):
    """Collects what a page loads by itself; a link that a reader may click is no load."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            if not value:
                continue
            loads = name in _LOADS or (name in ("href", "xlink:href") and tag not in ("a", "area", "base"))
            if loads and _EXTERNAL.match(value):
                self.found.append(value)
            elif value.startswith("data:") and ";base64," in value[:100]:
                self._look_for_analytics(base64.b64decode(value.partition(",")[2]).decode("utf-8", "replace"))
            if tag == "meta" and name == "content" and "url=" in value.lower():
                self.found.append(value)
            if name == "style":
                self.found += _CSS_URL.findall(value)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.found += _CSS_URL.findall(data)
        elif self._inside == "script":
            self._look_for_analytics(data)

    def _look_for_analytics(self, code: str) -> None:
        self.found += [word for word in _ANALYTICS if word in code]
