"""What went over the wire, and where it may go: exchanges, declared origins, plain errors.

Needs the standard library only, so that reading evidence or writing a fixture loads nothing heavy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import asdict, dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal, TypeAlias
from urllib.parse import SplitResult, urlsplit

from nameraka.masking import mask, mask_headers, mask_text, mask_url, register_secret

DoorName: TypeAlias = Literal["api", "web"]

LONGEST_BODY = 64 * 1024  # characters of a text body kept as evidence


# --- errors ---------------------------------------------------------------------------------------------------------


class WireError(Exception):
    """Something between the harness and the system went wrong. Its text says what, where, and what to do."""

    unjudged = False
    """True when it was the harness or its machine that broke: nothing was seen of the promise, kept or not."""


class UndeclaredOrigin(WireError):
    """A request was about to leave for an origin that the environment does not declare; it was not sent."""


class SystemUnreachable(WireError):
    """No answer came back: nothing listens there, or the connection broke before the answer was complete."""


class NoAnswer(SystemUnreachable):
    """The time limit of a request passed."""


class ContractViolation(AssertionError):
    """An answer does not keep to the contract. `exchange` has what was sent, what came back and each finding."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        super().__init__("\n".join([f"{exchange.line} breaks the contract:", *(f"  - {p}" for p in exchange.problems)]))


class NotTold(AssertionError):
    """Somebody wanted to read something, and the system refused it with an answer that keeps to the contract."""

    def __init__(self, actor: str, operation: str, status: int, body: str) -> None:
        super().__init__(f"{actor} asked for {operation} and was refused: {status} {mask_text(body[:300])}".rstrip())


# --- where requests may go ------------------------------------------------------------------------------------------

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def origin_of(url: str | SplitResult) -> str:
    """`scheme://host:port` of `url`, in lower case, with the port always named.

    Raises ValueError when `url` has no host or a port that is no number.
    """
    parts = urlsplit(url) if isinstance(url, str) else url
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    if not parts.hostname or port is None:
        raise ValueError(f"no origin in {mask_url(parts.geturl())!r}: write scheme://host[:port]")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}"


class Origins:
    """The origins (scheme, host and port) that the chosen environment declares. Nothing else is ever asked."""

    __slots__ = ("declared",)

    def __init__(self, *urls: str) -> None:
        self.declared: frozenset[str] = frozenset(origin_of(url) for url in urls)

    def __contains__(self, url: str) -> bool:
        try:
            return origin_of(url) in self.declared
        except ValueError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.declared))

    def and_(self, *urls: str) -> Origins:
        """These and the origins of `urls`."""
        return Origins(*self.declared, *urls)

    def check(self, url: str) -> None:
        """Raises UndeclaredOrigin unless `url` belongs to a declared origin."""
        if url not in self:
            raise UndeclaredOrigin(
                f"{mask_url(url)} belongs to no origin of this environment ({', '.join(self) or 'none is declared'}); "
                "it was not requested.\n  Remedy: correct the URL, or declare its origin where the session is made."
            )


# --- exchanges ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, with every secret masked."""

    actor: str
    door: DoorName
    operation: str | None
    """The operationId, or None outside the contract (sign-in, event streams, an undocumented path)."""
    method: str
    path: str
    """Path and masked query; the whole masked URL when it is not of the system under test."""
    status: int | None
    """None when no answer came: aborted, refused, blocked."""
    request_headers: dict[str, str]
    request_body: Any
    response_headers: dict[str, str]
    response_body: Any
    problems: tuple[str, ...] = ()
    """What the contract, or the list of declared origins, says against it. Empty: nothing was found."""
    note: str | None = None
    """Why it could not be checked, or not wholly."""
    milliseconds: float = 0.0

    @property
    def line(self) -> str:
        """One line for people: `POST /api/threads/t1/messages -> 201 sendMessage`."""
        answer = "no answer" if self.status is None else str(self.status)
        return f"{self.method} {self.path} -> {answer}{f' {self.operation}' if self.operation else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return asdict(self)


OnExchange: TypeAlias = Callable[[Exchange], None]


def readable_body(content: bytes | str | None, content_type: str) -> Any:
    """A body as evidence: parsed and masked JSON, masked text (cut when long), or a word about its size."""
    if not content:
        return None
    kind = content_type.split(";", 1)[0].strip().lower()
    if isinstance(content, bytes):
        if not (kind.startswith("text/") or kind.endswith(("json", "xml", "x-www-form-urlencoded", "javascript"))):
            return f"({len(content)} bytes of {kind or 'unknown type'})"
        content = content.decode("utf-8", "replace")
    if kind.endswith("json"):
        try:
            return mask(json.loads(content))
        except ValueError:
            pass  # what claims to be JSON and is not is shown as the text it is
    text = mask_text(content[:LONGEST_BODY])
    return text if len(content) <= LONGEST_BODY else f"{text}… ({len(content)} characters in all)"


# --- cookies --------------------------------------------------------------------------------------------------------


_SAME_SITE: Mapping[str, Literal["Strict", "None"]] = {"strict": "Strict", "none": "None"}


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie as the server set it."""

    name: str
    value: str
    path: str = "/"
    secure: bool = False
    http_only: bool = False
    same_site: Literal["Strict", "Lax", "None"] = "Lax"


class Cookies(MutableMapping[str, str]):
    """The cookies of one origin, by name. Assigning a value makes a cookie as strict as its name demands.

    Sent as they are, `Secure` and `__Host-` ones over plain http too: browsers do so on loopback, `requests` does not.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._cookies: dict[str, Cookie] = {}
        self.update(values or {})

    def __getitem__(self, name: str) -> str:
        return self._cookies[name].value

    def __setitem__(self, name: str, value: str) -> None:
        strict = name.startswith(("__Host-", "__Secure-"))
        self.put(Cookie(name, value, secure=strict, http_only=strict))

    def __delitem__(self, name: str) -> None:
        del self._cookies[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cookies)

    def __len__(self) -> int:
        return len(self._cookies)

    def __repr__(self) -> str:
        return f"Cookies({', '.join(self._cookies)})"

    def put(self, cookie: Cookie) -> None:
        """Keep `cookie`; a value long enough to be a secret is masked everywhere from now on."""
        if len(cookie.value) >= 12:
            register_secret(cookie.value)
        self._cookies[cookie.name] = cookie

    def header(self) -> str:
        """The `Cookie` header; empty without cookies."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies.values())

    def take(self, set_cookie: Iterable[str]) -> None:
        """Keep, replace or drop cookies as the `Set-Cookie` headers of an answer say."""
        for line in set_cookie:
            parsed: SimpleCookie = SimpleCookie()
            try:
                parsed.load(line)
            except CookieError:
                continue  # browsers drop a malformed cookie as well; the exchange still shows the header
            for name, morsel in parsed.items():
                if morsel["max-age"] == "0" or morsel["max-age"].startswith("-") or "1970" in morsel["expires"]:
                    self._cookies.pop(name, None)
                    continue
                self.put(
                    Cookie(
                        name,
                        morsel.coded_value,
                        path=morsel["path"] or "/",
                        secure=bool(morsel["secure"]),
                        http_only=bool(morsel["httponly"]),
                        same_site=_SAME_SITE.get(morsel["samesite"].lower(), "Lax"),
                    )
                )

    def for_browser(self, base_url: str) -> list[Any]:
        """These cookies as Playwright's `add_cookies` takes them, for the host of `base_url` alone."""
        host = urlsplit(base_url).hostname
        return [
            {
                "name": cookie.name,
                "value": cookie.value,
                "domain": host,
                "path": cookie.path,
                "secure": cookie.secure,
                "httpOnly": cookie.http_only,
                "sameSite": cookie.same_site,
            }
            for cookie in self._cookies.values()
        ]


def headers_as_evidence(headers: Mapping[str, Any]) -> dict[str, str]:
    """Headers with lower-case names and masked values."""
    return mask_headers({name.lower(): str(value) for name, value in headers.items()})
