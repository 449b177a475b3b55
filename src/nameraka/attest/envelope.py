"""DSSE envelopes of in-toto statements: one line, one signature, one spelling.

DSSE leaves JSON's freedom of spelling, and base64's, outside the signature. Here an envelope has exactly one spelling, so
that a line that was touched in any byte is another line, and nothing is parsed before its signature was checked.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import Error as SignatureError
from securesystemslib.signer import Signature

from nameraka.attest.keys import PrivateKey, PublicKey
from nameraka.attest.refused import Refused
from nameraka.gate.text import Text
from nameraka.plan import sha256
from nameraka.shapes import Fields, Malformed, parse_json

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"

_LINE: Final = re.compile(
    rb'\{"payload":"([A-Za-z0-9+/]++={0,2})","payloadType":"([^"\\\x00-\x1f\x7f-\xff]{1,200})",'
    rb'"signatures":\[\{"keyid":"([0-9a-f]{64})","sig":"([A-Za-z0-9+/]{86}==)"\}\]\}'
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope whose spelling is right. Nothing of it is to be believed before ``opened`` has checked its signature."""

    line: bytes
    payload: bytes
    payload_type: str
    keyid: str
    signature: bytes

    @property
    def digest(self) -> str:
        """``sha256:…`` of the line, its end not counted."""
        return sha256(self.line)

    def opened(self, keys: Sequence[PublicKey], role: Text) -> dict[str, Any]:
        """The statement in it. Raises ``Refused`` unless one of ``keys`` signed exactly this; ``role`` says whose."""
        envelope = Envelope(self.payload, self.payload_type, {self.keyid: Signature(self.keyid, self.signature.hex())})
        if self.keyid not in {key.keyid for key in keys}:
            raise Refused(
                f"the {role.en} is signed with the key {self.keyid[:16]}…, which is not pinned for it",
                f"{role.ja}の署名鍵 {self.keyid[:16]}… は、その役割の鍵として指定されていません",
            )
        try:
            envelope.verify(list(keys), 1)
        except (SignatureError, ValueError):
            raise Refused(
                f"the signature of the {role.en} does not fit what it signs", f"{role.ja}の署名が内容と一致しません"
            ) from None
        if self.payload_type != PAYLOAD_TYPE:
            raise Refused(
                f"the {role.en} is not signed as an in-toto statement", f"{role.ja}は in-toto の文書ではありません"
            )
        return self.statement()

    def statement(self) -> dict[str, Any]:
        """What the payload says, whoever signed it. Raises ``Refused`` when it is no statement."""
        try:
            value = parse_json(self.payload)
            data = Fields(value, "the statement")
            if data.text("_type") != STATEMENT:
                raise Malformed(f"its type is not {STATEMENT}")
        except Malformed as error:
            raise Refused(f"no in-toto statement: {error}", f"in-toto の文書ではありません: {error}") from None
        return dict(data.value)


def parse_line(line: bytes) -> Sealed:
    """The envelope in ``line``. Raises ``Refused`` for any spelling but the one that ``seal`` gives it."""
    if found := _LINE.fullmatch(line):
        try:
            payload, signature = (b64decode(found[number], validate=True) for number in (1, 4))
        except ValueError:
            pass
        else:
            sealed = _sealed(payload, found[2].decode(), found[3].decode(), signature)
            if sealed.line == line:  # base64 has more than one spelling for some bytes
                return sealed
    raise Refused(
        "a line of it is no DSSE envelope with one signature, as `nameraka gate --key` writes it",
        "`nameraka gate --key` が書く形の DSSE エンベロープ（署名は1つ）ではない行があります",
    )


def seal(statement: Mapping[str, Any], key: PrivateKey) -> Sealed:
    """``statement`` signed."""
    envelope = Envelope(encode(statement), PAYLOAD_TYPE, {})
    signature = envelope.sign(key)
    return _sealed(envelope.payload, PAYLOAD_TYPE, signature.keyid, bytes.fromhex(signature.signature))


def _sealed(payload: bytes, payload_type: str, keyid: str, signature: bytes) -> Sealed:
    signatures = [{"keyid": keyid, "sig": b64encode(signature).decode()}]
    line = encode({"payload": b64encode(payload).decode(), "payloadType": payload_type, "signatures": signatures})
    return Sealed(line, payload, payload_type, keyid, signature)


def encode(value: object) -> bytes:
    """One spelling for one value that any JSON reader understands, unpaired surrogates included."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace")
