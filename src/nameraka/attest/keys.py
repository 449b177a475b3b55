"""Ed25519 key pairs as files: a private PEM (PKCS #8) and a public JSON in the shape of securesystemslib.

A key id is the digest of the public key, so one key has one id and cannot play two roles.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

from nameraka.config import find_root
from nameraka.findings import UsageError
from nameraka.plan import FILE_NAME as PLAN
from nameraka.shapes import Fields, Malformed, parse_json

PublicKey = SSlibKey
PrivateKey = CryptoSigner

PASSPHRASE: Final = "NAMERAKA_KEY_PASSPHRASE"
"""The environment variable that holds the pass phrase of a private key."""

LARGEST: Final = 64 * 1024  # bytes; a key of ours has some hundred

_NAME: Final = re.compile(r"\w[\w.-]{0,63}")
_RAW: Final = re.compile(r"[0-9a-f]{64}")  # one spelling for one key


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The two files of a new key; ``protected`` when the private one needs its pass phrase."""

    private: Path
    public: Path
    keyid: str
    protected: bool


def new_key_pair(name: str, folder: Path) -> KeyPair:
    """Make ``name``.pem (readable by its owner only) and ``name``.pub.json in ``folder``.

    Raises ``UsageError`` for a name that is no file name, a folder of results, and a file that is there already.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a key. Use letters, digits, '-', '_' and '.', for example gate-2026."
        )
    if _published(folder.absolute()):
        raise UsageError(f"{folder}: what lies there is published, keys must not be. Choose another folder with --out.")
    key = Ed25519PrivateKey.generate()
    public = SSlibKey.from_crypto(key.public_key())
    phrase = _passphrase()
    protection = NoEncryption() if phrase is None else BestAvailableEncryption(phrase)
    document = json.dumps({"keyid": public.keyid, **public.to_dict()}, indent=1) + "\n"
    pair = KeyPair(folder / f"{name}.pem", folder / f"{name}.pub.json", public.keyid, phrase is not None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if taken := [path for path in (pair.private, pair.public) if os.path.lexists(path)]:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(taken[0]))
        _create(pair.private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection), 0o600)
        _create(pair.public, document.encode(), 0o644)
    except FileExistsError as error:
        raise UsageError(
            f"{error.filename}: a key is never overwritten. Choose another name, or another folder with --out."
        ) from None
    except OSError as error:
        raise UsageError(f"{folder}: the key cannot be written: {error.strerror}. Choose another folder.") from None
    return pair


def _published(folder: Path) -> bool:
    """Whether ``folder`` lies where a project keeps its reports, or in a folder of results elsewhere."""
    reports = find_root(folder) / "reports"
    return folder.is_relative_to(reports) or any((one / PLAN).exists() for one in (folder, *folder.parents))


def _create(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _passphrase() -> bytes | None:
    """The pass phrase. Raises ``UsageError`` for an empty one: a secret that a pipeline did not fill in."""
    phrase = os.environ.get(PASSPHRASE)
    if phrase == "":
        raise UsageError(f"{PASSPHRASE} is set, but empty. Give it the pass phrase, or unset it for a key without one.")
    return phrase.encode() if phrase is not None else None


def load_private(path: Path) -> PrivateKey:
    """The private key in ``path``. Raises ``UsageError``, which never repeats what the file holds."""
    content = _read(path)
    try:
        key = load_pem_private_key(content, _passphrase())
    except TypeError:  # a pass phrase that is missing, or that the key does not need
        raise UsageError(
            f"{path}: the key and {PASSPHRASE} do not fit: a protected key needs it, another one must not be given it."
        ) from None
    except Exception:  # noqa: BLE001 - whatever is wrong with it, its text must not get into a log
        raise UsageError(
            f"{path}: not a private key in PEM form, or another pass phrase in {PASSPHRASE}. "
            "Make one with `nameraka keys new NAME`."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: not an Ed25519 key. Make one with `nameraka keys new NAME`.")
    return CryptoSigner(key)


def load_public(path: Path) -> PublicKey:
    """The public key in ``path``. Raises ``UsageError``, also when its key id is not the digest of the key."""
    try:
        data = Fields(parse_json(_read(path)), "the key")
        raw = data.fields("keyval").text("public")
        kind = data.text("keytype"), data.text("scheme")
        keyid = data.text("keyid")
    except Malformed as error:
        raise UsageError(f"{path}: not a public key: {error}. Give the .pub.json of the key.") from None
    if kind != ("ed25519", "ed25519") or not _RAW.fullmatch(raw):
        raise UsageError(f"{path}: not an Ed25519 public key. Give the .pub.json that `nameraka keys new` made.")
    # The id is computed, not believed: an id of another key would lend that key's role to this one.
    key = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(raw)))
    if key.keyid != keyid:
        raise UsageError(f"{path}: the key id is not that of the key: the file was changed. Get it again.")
    return key


def load_publics(paths: Iterable[Path]) -> tuple[PublicKey, ...]:
    """The public keys in ``paths``, each once. Raises ``UsageError``."""
    return tuple({key.keyid: key for key in map(load_public, paths)}.values())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path}: the key cannot be read: {error.strerror}.") from None
    if len(content) > LARGEST:
        raise UsageError(f"{path}: not a key: it has more than {LARGEST:,} bytes.")
    return content
