"""No secret in what is written, and none left in what will be published."""

from __future__ import annotations

import base64
import gzip
import io
import json
import stat
import time
import zipfile
from pathlib import Path

import pytest

from nameraka.masking import (
    MASK,
    load_secrets,
    mask,
    mask_headers,
    mask_text,
    mask_url,
    register_secret,
    save_secrets,
    scan,
    secrets_seen,
)


def part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


JWT = f"{part(json.dumps({'alg': 'RS256'}))}.{part(json.dumps({'sub': '花子'}))}.{part('not a signature')}"
PEM = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEow\nIBAAKCAQEA\n-----END RSA PRIVATE " + "KEY-----"
BASIC = base64.b64encode(b"patient-client:hunter2").decode()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"token is {JWT}, sir", f"token is {MASK}, sir"),
        (f"{PEM} end", f"{MASK} end"),
        (PEM[:60], MASK),
        ("Authorization: Bearer abc", f"Authorization: {MASK}"),
        ("sent Bearer 0123456789abcdef", f"sent Bearer {MASK}"),
        (f"Basic {BASIC} was refused", f"Basic {MASK} was refused"),
        ("Cookie: a=1; __Host-session=xyz", f"Cookie: a={MASK}; __Host-session={MASK}"),
        ("Set-Cookie: s=v; Path=/; HttpOnly", f"Set-Cookie: s={MASK}; Path=/; HttpOnly"),
        ("code=abc&code_verifier=def&grant_type=x", f"code={MASK}&code_verifier={MASK}&grant_type=x"),
        ("/cb?code=abc&state=d%2Fe&nonce=n#x", f"/cb?code={MASK}&state={MASK}&nonce={MASK}"),
        ('{"password": "a \\"b\\" c", "name": "花子"}', f'{{"password": "{MASK}", "name": "花子"}}'),
        ('"{\\"token\\":\\"abc\\"}"', f'"{{\\"token\\":\\"{MASK}\\"}}"'),
        ("client_secret=s3cr3t;", f"client_secret={MASK};"),
        ("api_key=k1 apikey=k2", f"api_key={MASK} apikey={MASK}"),
    ],
)
def test_secrets_in_a_text_are_masked_by_their_look_or_name(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "頭が痛い。昨日からです。",
        "state=received is not a query here",
        "basic information about the bearer of this token",
        "the error code=stale",
        '{"state": "received", "code": "stale", "digest": "sha256:0a1b2c"}',
        "a=b; c=d",
        "eyJhbGciOi is half a token",
        "secretary=Suzuki",
        "-----BEGIN CERTIFICATE-----",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert mask_text(text) == text


def test_a_structure_keeps_its_shape_and_everything_else() -> None:
    value = {
        "id": "m1",
        "seq": 7,
        "ok": True,
        "nothing": None,
        "state": "received",
        "code": "stale",
        "password": "x",
        "Set-Cookie": "a=b",
        "access_token": "t",
        "clientSecret": "c",
        "list": [{"id_token": "y", "text": f"see {JWT}"}, ("a", 1.5)],
        "token": None,
        "session": {"nested": "kept"},
    }
    before = json.dumps(value)
    assert mask(value) == {
        "id": "m1",
        "seq": 7,
        "ok": True,
        "nothing": None,
        "state": "received",
        "code": "stale",
        "password": MASK,
        "Set-Cookie": MASK,
        "access_token": MASK,
        "clientSecret": MASK,
        "list": [{"id_token": MASK, "text": f"see {MASK}"}, ("a", 1.5)],
        "token": None,
        "session": {"nested": "kept"},
    }
    assert json.dumps(value) == before


def test_headers_keep_the_names_and_attributes_of_cookies() -> None:
    assert mask_headers(
        {
            "authorization": "Bearer x",
            "cookie": "__Host-session=abc; lang=ja",
            "set-cookie": "__Host-session=abc; Path=/; Secure",
            "x-csrf-token": "t",
            "location": "https://u:pw@id.test/?state=abc",
            "content-type": "application/json",
        }
    ) == {
        "authorization": f"Bearer {MASK}",
        "cookie": f"__Host-session={MASK}; lang={MASK}",
        "set-cookie": f"__Host-session={MASK}; Path=/; Secure",
        "x-csrf-token": MASK,
        "location": f"https://u:pw@id.test/?state={MASK}",
        "content-type": "application/json",
    }
    assert mask_url("https://u:pw@id.test/?state=abc") == f"https://u:{MASK}@id.test/?state={MASK}"


def test_a_registered_secret_is_masked_wherever_it_stands() -> None:
    register_secret("kz81-QWERTY_77")
    register_secret("馬-電池-ホチキス")
    for text in ("kz81-QWERTY_77", "xkz81-QWERTY_77y", "%3Dkz81-QWERTY_77", "a\\nkz81-QWERTY_77"):
        assert MASK in mask_text(text), text
        assert "QWERTY" not in mask_text(text)
    assert mask({"text": "合言葉は馬-電池-ホチキスです"}) == {"text": f"合言葉は{MASK}です"}
    assert mask_text("QWERTY_77") == "QWERTY_77"


def test_a_longer_secret_is_masked_before_one_that_it_holds() -> None:
    register_secret("abcdef")
    register_secret("abcdef-ghijkl")
    assert mask_text("x abcdef-ghijkl y") == f"x {MASK} y"


def test_too_short_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="six or more"):
        register_secret("12345")


def test_masking_does_not_slow_down_with_the_number_of_secrets() -> None:
    text = json.dumps({"items": [{"id": f"message-{n:012}", "text": "頭が痛いです" * 5} for n in range(50)]})

    def cost() -> float:
        best = 9.0
        for _ in range(5):
            started = time.process_time()
            for _ in range(20):
                mask_text(text)
            best = min(best, time.process_time() - started)
        return best

    register_secret("0" * 43)
    few = cost()
    for number in range(20_000):
        register_secret(f"{number:043}")
    assert cost() < few * 3 + 0.005


def test_secrets_are_handed_on_in_a_file_of_the_owner_alone(tmp_path: Path) -> None:
    from nameraka.masking import forget_secrets

    register_secret("kz81-QWERTY_77")
    path = tmp_path / "private" / "secrets.json"
    save_secrets(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    forget_secrets()
    assert secrets_seen() == frozenset()
    load_secrets(path)
    assert secrets_seen() == {"kz81-QWERTY_77"}
    register_secret("of-another-worker")
    save_secrets(path.parent / "secrets-2.json")
    path.rename(path.parent / "secrets-1.json")
    forget_secrets()
    load_secrets(path.parent)
    assert secrets_seen() == {"kz81-QWERTY_77", "of-another-worker"}
    load_secrets(tmp_path / "nowhere")


# --- the scan of what will be published


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


SECRET = "kz81-QWERTY_77-and-more"


@pytest.mark.parametrize(
    ("name", "data", "member"),
    [
        ("a.txt", f"one\ntwo {SECRET}".encode(), ""),
        ("a.json", json.dumps({"text": f"\n{SECRET}\n"}).encode(), ""),
        ("a.url", f"q=%3D{SECRET}%26".encode(), ""),
        ("a.zip", zipped(network=b"x" * 3000 + SECRET.encode()), "network"),
        ("a.zip", zipped(inner=zipped(deep=SECRET.encode())), "inner/deep"),
        ("a.gz", gzip.compress(SECRET.encode(), mtime=0), "gzip"),
        ("a.html", b"<script>d('" + base64.b64encode(f"花子さんの {SECRET} です".encode() * 5) + b"')", "base64"),
        ("a.html", base64.b64encode(gzip.compress(SECRET.encode() + bytes(range(256)), mtime=0)), "base64/gzip"),
        ("binary.png", b"\x89PNG\x00\x01" + SECRET.encode() + b"\xff", ""),
    ],
)
def test_a_registered_secret_is_found_wherever_it_is_packed(
    tmp_path: Path, name: str, data: bytes, member: str
) -> None:
    register_secret(SECRET)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / name).write_bytes(data)
    (leak,) = scan([tmp_path / "site"])
    assert (leak.path.name, leak.member, leak.kind) == (name, member, "a secret seen on the wire")
    assert SECRET not in str(leak)
    if name == "a.txt":
        assert str(leak) == f"{leak.path}:2: a secret seen on the wire"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (JWT, "a JSON Web Token"),
        (PEM, "a private key"),
        ("Bearer 0123456789abcdef", "a bearer token"),
        (f"Basic {BASIC}", "a password for basic authentication"),
        ("__Host-session=abcdefgh1234", "a session cookie"),
    ],
)
def test_a_secret_that_nobody_registered_is_found_by_its_look(tmp_path: Path, text: str, kind: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(f"line\n{text}\n")
    assert [(leak.kind, leak.line) for leak in scan([path])] == [(kind, 2)]
    path.write_text(mask_text(path.read_text()))
    assert scan([path]) == []


def test_what_was_masked_and_what_only_looks_like_a_secret_is_clean(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        f"Cookie: __Host-session={MASK}\nAuthorization: Bearer {MASK}\nbasic training of the bearer department\n"
        "eyJhbGciOiJ.notjsonatall.x sha256:" + "0a" * 32
    )
    (tmp_path / "b.png").write_bytes(bytes(range(256)) * 100)
    assert scan([tmp_path]) == []


def test_what_cannot_be_searched_is_a_finding(tmp_path: Path) -> None:
    deep = b"x"
    for _ in range(9):
        deep = zipped(x=deep)
    for name, data in {
        "broken.zip": b"PK\x03\x04 this is none",
        "broken.gz": b"\x1f\x8b this is none",
        "deep.zip": deep,
    }.items():
        (tmp_path / name).write_bytes(data)
    kinds = {leak.path.name: leak.kind for leak in scan([tmp_path])}
    assert kinds == {
        "broken.zip": "a broken archive, which cannot be searched",
        "broken.gz": "broken compressed data, which cannot be searched",
        "deep.zip": "packed too deep or too large to be searched",
    }
    with pytest.raises(FileNotFoundError):
        scan([tmp_path / "nowhere.txt"])


def test_an_archive_that_unpacks_to_too_much_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nameraka.masking._LARGEST", 100_000)
    (tmp_path / "bomb.zip").write_bytes(zipped(zeros=b"0" * 1_000_000))
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"0" * 1_000_000))
    assert all("too large" in leak.kind for leak in scan([tmp_path]))
    assert {leak.path.name for leak in scan([tmp_path])} == {"bomb.zip", "bomb.gz"}
