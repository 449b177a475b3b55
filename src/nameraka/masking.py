"""Secrets are masked in whatever is written, and what will be published is searched for those that slipped through.

Two ways to know a secret: by its look or its name (`Authorization`, a JSON Web Token, `password`), and by having been
registered because it was seen on the wire (`register_secret`). Names `state` and `code` are secrets in a query string,
where a sign-in carries them, and plain words in a JSON body.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import contextlib
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

MASK = "[masked]"

T = TypeVar("T")

_HEADERS = frozenset({"authorization", "proxy-authorization", "x-api-key", "x-csrf-token", "x-auth-token"})
_KEYS = frozenset(
    [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "clientsecret",
        "token",
        "accesstoken",
        "refreshtoken",
        "idtoken",
        "idtokenhint",
        "codeverifier",
        "authorization",
        "cookie",
        "setcookie",
        "session",
        "sessionid",
        "sessiontoken",
        "apikey",
        "privatekey",
        "jwt",
        "csrftoken",
        "nonce",
        "clientassertion",
        "assertion",
        "signature",
    ]
)
_NAMES = (
    r"code_verifier|client_secret|client_assertion|assertion|access_token|refresh_token|id_token|id_token_hint|token|"
    r"password|passwd|passphrase|secret|session_state|api_?key|nonce"
)
_JWT = r"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*"
_PEM = r"-----BEGIN [A-Z ]*KEY-----[\s\S]*?(?:-----END [A-Z ]*KEY-----|\Z)"
_BEARER = r"(?<![A-Za-z])(?i:bearer|dpop)[ \t]+(?=[A-Za-z._~+/=-]*[0-9]|[A-Za-z._~+/=-]{24})[A-Za-z0-9._~+/=-]{8,}"
_BASIC = r"(?<![A-Za-z])(?i:basic)[ \t]+[A-Za-z0-9+/]{8,}={0,2}"

_SECRET_TEXT = re.compile(
    rf"(?P<pem>{_PEM})|(?P<jwt>{_JWT})|(?P<bearer>{_BEARER})|(?P<basic>{_BASIC})"
    r"|(?P<line>(?<![A-Za-z-])(?i:set-cookie|cookie|authorization)[ \t]*:[ \t]*)(?P<value>[^\r\n\"']+)"
    rf"|(?P<field>\"(?i:{_NAMES})\"\s*:\s*\")(?P<text>(?:[^\"\\]|\\.)*)"
    rf"|(?P<quoted>\\\"(?i:{_NAMES})\\\"\s*:\s*\\\")(?P<inner>[^\"\\]*)"
    rf"|(?P<pair>(?<![A-Za-z0-9_-])(?:(?i:{_NAMES})|__(?:Host|Secure)-[A-Za-z0-9_-]+)="
    r"|(?:(?<=[?&])|\A(?=\S*\Z))(?i:code|state)=)(?P<word>[^&\s\"'<>;,]+)"
)
# Most texts hold none of these; one look is far cheaper than the whole pattern.
_HINT = re.compile(
    r"eyJ|-----BEGIN|=|bearer|dpop|basic|cookie|authorization|password|passphrase|secret|token|nonce", re.I
)
_RUN = re.compile(r"[A-Za-z0-9_-]{6,}")
_OFTEN_REPEATED = 400  # characters: headers say the same again and again
_LONGEST_SEARCHED_RUN = 4096  # a longer run of letters and digits is encoded data: it is decoded, not searched


# --- secrets seen on the wire ---------------------------------------------------------------------------------------


class _Seen:
    """Registered secrets, found in a text at a cost that does not grow with their number.

    Each secret is filed under its longest run of letters, digits, `_` and `-`; a text is cut into such runs, and only
    a run that holds a filed one is searched for the secret itself.
    """

    def __init__(self) -> None:
        self.values: set[str] = set()
        self._by_run: dict[str, set[str]] = {}
        self._lengths: tuple[int, ...] = ()
        self._odd: set[str] = set()

    def add(self, value: str) -> None:
        if value in self.values:
            return
        self.values.add(value)
        run = max(_RUN.findall(value), key=len, default=None)
        if run is None:
            self._odd.add(value)
            return
        self._by_run.setdefault(run, set()).add(value)
        self._lengths = tuple(sorted({*self._lengths, len(run)}))

    def found_in(self, text: str) -> Iterator[str]:
        """Each registered secret that `text` holds."""
        yield from (odd for odd in self._odd if odd in text)
        if not self._lengths:
            return
        shortest, known = self._lengths[0], self._by_run
        for match in _RUN.finditer(text):
            run = match.group()
            if len(run) < shortest or len(run) > _LONGEST_SEARCHED_RUN:
                continue
            for length in self._lengths:
                for start in range(len(run) - length + 1):
                    for secret in known.get(run[start : start + length], ()):
                        if secret in text:
                            yield secret


_seen = _Seen()


def register_secret(value: str) -> None:
    """Remember `value` (six characters or more) as a secret: masked from now on, and searched for by `scan`."""
    if len(value) < 6:
        raise ValueError(f"a secret of {len(value)} characters cannot be told from other text; register six or more")
    _seen.add(value)


def secrets_seen() -> frozenset[str]:
    """Every registered secret of this process."""
    return frozenset(_seen.values)


def forget_secrets() -> None:
    """Forget every registered secret."""
    global _seen
    _seen = _Seen()


def save_secrets(path: Path) -> None:
    """Hand the registered secrets on to another process, in a file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(sorted(_seen.values), file, ensure_ascii=False)


def load_secrets(path: Path) -> None:
    """Register what `save_secrets` wrote: into a file, or into every `secrets-*.json` of a folder, if there is one."""
    for file in sorted(path.glob("secrets-*.json")) if not path.is_file() else [path]:
        for value in json.loads(file.read_text(encoding="utf-8")):
            _seen.add(value)


# --- masking --------------------------------------------------------------------------------------------------------


def mask(value: T) -> T:
    """`value` in the same shape with every secret replaced by `[masked]`.

    Texts, mappings and lists are looked into; a mapping's value is masked whole when its key names a secret. Anything
    else is returned as it is, and so is a text without a secret.
    """
    return cast("T", _mask(value))


def _mask(value: Any) -> Any:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, Mapping):
        return {key: MASK if _names_a_secret(key, item) else _mask(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_mask(item) for item in value) if type(value) in (list, tuple) else [_mask(i) for i in value]
    return value


def _names_a_secret(key: object, item: object) -> bool:
    if not isinstance(key, str) or not isinstance(item, str | int | float) or isinstance(item, bool):
        return False
    return key.replace("_", "").replace("-", "").lower() in _KEYS


def mask_text(text: str) -> str:
    """`text` with every secret replaced."""
    text = _masked_by_look_once(text) if len(text) <= _OFTEN_REPEATED else _masked_by_look(text)
    for secret in sorted(_seen.found_in(text), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _masked_by_look(text: str) -> str:
    """`text` with everything replaced that looks like a secret, registered or not."""
    return _SECRET_TEXT.sub(_replacement, text) if _HINT.search(text) else text


_masked_by_look_once = lru_cache(maxsize=4096)(_masked_by_look)


def _replacement(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind in ("pem", "jwt"):
        return MASK
    if kind == "bearer":
        return f"{match.group().split()[0]} {MASK}"
    if kind == "basic":
        scheme, value = match.group().split()
        return f"{scheme} {MASK}" if _is_basic(value) else match.group()
    if kind == "value":
        return match["line"] + _mask_cookies(match["value"], set_cookie=match["line"].lower().startswith("set-cookie"))
    return (match["field"] or match["quoted"] or match["pair"]) + MASK


def _is_basic(value: str) -> bool:
    """True for `user:password` in base64: "basic training" is a pair of words."""
    try:
        return b":" in base64.b64decode(value, validate=True)
    except binascii.Error:
        return False


def _mask_cookies(value: str, *, set_cookie: bool) -> str:
    """A cookie line with names and attributes kept and values masked."""
    parts = value.split(";")
    kept = parts[1:] if set_cookie else []
    masked = [f"{part.split('=', 1)[0]}={MASK}" if "=" in part else MASK for part in parts[: len(parts) - len(kept)]]
    return ";".join([*masked, *kept])


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """HTTP headers with credentials masked; the names and attributes of cookies stay."""
    return {name: _mask_header(name.lower(), value) for name, value in headers.items()}


def _mask_header(name: str, value: str) -> str:
    if name in _HEADERS:
        scheme, _, rest = value.partition(" ")
        return f"{scheme} {MASK}" if rest else MASK
    if name in ("cookie", "set-cookie"):
        return _mask_cookies(value, set_cookie=name == "set-cookie")
    return mask_text(value)


def mask_url(url: str) -> str:
    """A URL with the secrets of its query and the password of its authority masked."""
    return mask_text(re.sub(r"(?<=://)([^/@\s:]*):[^/@\s]*@", rf"\1:{MASK}@", url))


# --- what slipped through -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """A secret left in a file that will be published. Says where and of what kind, never the secret itself."""

    path: Path
    member: str
    """The way inside the file (`trace.zip/0.network`, `data:base64`), or empty."""
    line: int
    kind: str

    def __str__(self) -> str:
        inside = f" ({self.member})" if self.member else ""
        return f"{self.path}:{self.line}{inside}: {self.kind}"


_LOOKS = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("a JSON Web Token", re.compile(_JWT)),
    ("a bearer token", re.compile(_BEARER)),
    ("a password for basic authentication", re.compile(_BASIC)),
    ("a session cookie", re.compile(r"__(?:Host|Secure)-[A-Za-z0-9_-]+=(?!\[masked\])[A-Za-z0-9._~%+/-]{8,}")),
)
_ENCODED = re.compile(r"[A-Za-z0-9+/]{64,}={0,2}")
_DEEPEST = 6
_LARGEST = 512 * 1024 * 1024  # bytes unpacked from one file; more is a bomb


def scan(paths: Iterable[Path]) -> list[Leak]:
    """Every secret left in `paths` (files, or folders with all below them), archives and encoded data included.

    Raises OSError when a file cannot be read: what was not searched is not clean.
    """
    leaks: set[Leak] = set()
    for path in paths:
        files = sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
        for file in files:
            leaks.update(_scan_bytes(file, "", file.read_bytes(), 0, [0]))
    return sorted(leaks)


def _scan_bytes(path: Path, member: str, data: bytes, depth: int, unpacked: list[int]) -> Iterator[Leak]:
    unpacked[0] += len(data)
    if depth > _DEEPEST or unpacked[0] > _LARGEST:
        yield Leak(path, member, 1, "packed too deep or too large to be searched")
        return
    if data.startswith(b"PK\x03\x04"):
        yield from _scan_zip(path, member, data, depth, unpacked)
    elif data.startswith(b"\x1f\x8b"):
        yield from _scan_gzip(path, member, data, depth, unpacked)
    else:
        yield from _scan_text(path, member, data.decode("utf-8", "replace"), depth, unpacked)


def _scan_gzip(path: Path, member: str, data: bytes, depth: int, unpacked: list[int]) -> Iterator[Leak]:
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(data, _LARGEST)
    except zlib.error:
        yield Leak(path, member, 1, "broken compressed data, which cannot be searched")
        return
    if unzip.unconsumed_tail:
        yield Leak(path, member, 1, "packed too large to be searched")
    yield from _scan_bytes(path, f"{member}/gzip".strip("/"), plain, depth + 1, unpacked)


def _scan_zip(path: Path, member: str, data: bytes, depth: int, unpacked: list[int]) -> Iterator[Leak]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        yield Leak(path, member, 1, "a broken archive, which cannot be searched")
        return
    with archive:
        for info in archive.infolist():
            if info.file_size + unpacked[0] > _LARGEST or info.flag_bits & 1:
                yield Leak(path, info.filename, 1, "packed too large, or encrypted: cannot be searched")
                continue
            inside = f"{member}/{info.filename}".strip("/")
            yield from _scan_bytes(path, inside, archive.read(info), depth + 1, unpacked)


def _scan_text(path: Path, member: str, text: str, depth: int, unpacked: list[int]) -> Iterator[Leak]:
    for kind, look in _LOOKS:
        for match in look.finditer(text):
            if _is_leak(kind, match.group()):
                yield Leak(path, member, text.count("\n", 0, match.start()) + 1, kind)
    for secret in set(_seen.found_in(text)):
        yield Leak(path, member, text.count("\n", 0, text.index(secret)) + 1, "a secret seen on the wire")
    for match in _ENCODED.finditer(text):
        word = match.group().rstrip("=")
        with contextlib.suppress(binascii.Error):
            decoded = base64.b64decode(word[: len(word) - len(word) % 4])
            if _worth_a_look(decoded):
                inside = f"{member}/base64".strip("/")
                yield from _scan_bytes(path, inside, decoded, depth + 1, unpacked)


def _is_leak(kind: str, found: str) -> bool:
    if kind == "a JSON Web Token":
        head = found.split(".", 1)[0]
        with contextlib.suppress(ValueError):
            return isinstance(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))), dict)
        return False
    if kind == "a password for basic authentication":
        return _is_basic(found.split()[1])
    return True


def _worth_a_look(data: bytes) -> bool:
    """True for text and archives; pictures and fonts hold no text that could be searched."""
    if data.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        return True
    sample = codecs.getincrementaldecoder("utf-8")()
    try:
        return "\x00" not in sample.decode(data[:512])
    except UnicodeDecodeError:
        return False
