"""Signing in: code flow with PKCE, state and nonce; a token that is not exactly right admits nobody."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from pharmacy_world import PharmacyProcess, SignIn, StartPharmacy, World, cookie_of
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def refused(answer: requests.Response) -> bool:
    return answer.headers["Location"] == "/denied?reason=sign_in_failed" and not cookie_of(answer, "__Host-session")


class Issuer:
    """An identity provider that says whatever a test wants. It checks PKCE, as a real one does."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("/idp").rstrip("/")
        self.key = RSAKey.generate_key(2048)
        self.challenges: dict[str, str] = {}
        self.nonces: dict[str, str] = {}
        self.make: Callable[[dict[str, Any]], str] = lambda claims: self.signed(claims, self.key)
        self.claims: dict[str, Any] = {}
        self.redeemed: list[dict[str, str]] = []
        endpoints = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
        }
        server.expect_request("/idp/.well-known/openid-configuration").respond_with_json(endpoints)
        server.expect_request("/idp/jwks").respond_with_handler(self._jwks)
        server.expect_request("/idp/token", method="POST").respond_with_handler(self._token)

    def signed(self, claims: dict[str, Any], key: RSAKey) -> str:
        return jwt.encode({"alg": "RS256"}, claims, key)

    def authorize(self, address: str) -> str:
        """What the browser brings back."""
        asked = query_of(address)
        self.challenges["the-code"], self.nonces["the-code"] = asked["code_challenge"], asked["nonce"]
        return f"{asked['redirect_uri']}?code=the-code&state={asked['state']}"

    def _jwks(self, _request: Request) -> Response:
        keys = {"keys": [self.key.as_dict(private=False)]}
        return Response(json.dumps(keys), content_type="application/json")

    def _token(self, request: Request) -> Response:
        form = dict(request.form)
        self.redeemed.append(form)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if challenge.decode() != self.challenges[form["code"]]:
            return Response('{"error": "invalid_grant"}', 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": "pharmacy-staff", "sub": "s1", "iat": now, "exp": now + 60}
        claims |= {"nonce": self.nonces[form["code"]], "name": "発行薬子", "branch": "b", "roles": ["pharmacist"]}
        claims |= {"amr": ["mfa"], "device_compliant": True} | self.claims
        token = self.make({name: value for name, value in claims.items() if value is not ...})
        body = {"access_token": "opaque", "token_type": "Bearer", "id_token": token}
        return Response(json.dumps(body), content_type="application/json")


@pytest.fixture(scope="module")
def issuer_server() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1", threaded=True) as server:
        yield server


@pytest.fixture(scope="module")
def strict_issuer(issuer_server: HTTPServer) -> Issuer:
    return Issuer(issuer_server)


@pytest.fixture(scope="module")
def strict_pharmacy(strict_issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PharmacyProcess]:
    process = PharmacyProcess(tmp_path_factory.mktemp("strict"), strict_issuer.url)
    process.start()
    yield process
    process.close()


@pytest.fixture
def issuer(strict_issuer: Issuer) -> Issuer:
    strict_issuer.claims = {}
    strict_issuer.make = lambda claims: strict_issuer.signed(claims, strict_issuer.key)
    return strict_issuer


def come_back(pharmacy: PharmacyProcess, issuer: Issuer) -> requests.Response:
    sign_in = SignIn(pharmacy.url)
    address, attempt = sign_in.leave("staff")
    return sign_in.come_back(issuer.authorize(address), attempt)


def test_the_request_carries_pkce_state_and_nonce_and_the_issuer_can_check_them(
    issuer: Issuer, strict_pharmacy: PharmacyProcess
) -> None:
    address, _ = SignIn(strict_pharmacy.url).leave("staff")
    asked = query_of(address)
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == f"{strict_pharmacy.url}/sign-in/callback"
    again = query_of(SignIn(strict_pharmacy.url).leave("staff")[0])
    assert all(asked[name] != again[name] and len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    answer = come_back(strict_pharmacy, issuer)
    assert answer.headers["Location"] == "/console"
    assert "code_verifier" in issuer.redeemed[-1]


def test_the_session_cookie_is_as_safe_as_a_cookie_can_be(issuer: Issuer, strict_pharmacy: PharmacyProcess) -> None:
    answer = come_back(strict_pharmacy, issuer)
    [header] = [h for h in answer.raw.headers.getlist("Set-Cookie") if h.startswith("__Host-session=")]
    assert {part.strip().lower() for part in header.split(";")[1:]} == {"httponly", "path=/", "samesite=lax", "secure"}
    database = (strict_pharmacy.folder / "pharmacy.db").read_bytes()
    database += (strict_pharmacy.folder / "pharmacy.db-wal").read_bytes()
    assert cookie_of(answer, "__Host-session").encode() not in database


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://another.example"},
        {"aud": "another-client"},
        {"aud": ["pharmacy-staff", "another-client"]},
        {"aud": ["pharmacy-staff", "another-client"], "azp": "another-client"},
        {"exp": 1},
        {"exp": ...},
        {"iat": ...},
        {"nonce": "another"},
        {"nonce": ...},
        {"sub": ...},
        {"name": ...},
        {"branch": ...},
        {"branch": 1},
    ],
)
def test_a_token_with_a_wrong_claim_admits_nobody(
    issuer: Issuer, strict_pharmacy: PharmacyProcess, claims: dict[str, Any]
) -> None:
    issuer.claims = claims
    assert refused(come_back(strict_pharmacy, issuer))


def unsigned(claims: dict[str, Any]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, claims)]
    return b".".join([*parts, b""]).decode()


def test_a_token_that_nobody_or_somebody_else_signed_admits_nobody(
    issuer: Issuer, strict_pharmacy: PharmacyProcess
) -> None:
    other = RSAKey.generate_key(2048)
    public = issuer.key.as_pem(private=False)
    makers: list[Callable[[dict[str, Any]], str]] = [
        unsigned,
        lambda claims: issuer.signed(claims, other),
        lambda claims: issuer.signed(claims, issuer.key)[:-4] + "AAAA",
        lambda claims: hmac_signed(claims, public),
        lambda claims: "not a token",
    ]
    for make in makers:
        issuer.make = make
        assert refused(come_back(strict_pharmacy, issuer))


def hmac_signed(claims: dict[str, Any], secret: bytes) -> str:
    """The public key misused as a shared secret."""
    import hmac

    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256"}, claims)]
    signature = base64.urlsafe_b64encode(hmac.digest(secret, b".".join(parts), "sha256")).rstrip(b"=")
    return b".".join([*parts, signature]).decode()


def test_changed_keys_are_fetched_again(issuer: Issuer, strict_pharmacy: PharmacyProcess) -> None:
    assert not refused(come_back(strict_pharmacy, issuer))
    issuer.key = RSAKey.generate_key(2048)
    assert not refused(come_back(strict_pharmacy, issuer))


def test_only_the_browser_that_left_can_come_back_and_only_once(
    issuer: Issuer, strict_pharmacy: PharmacyProcess
) -> None:
    sign_in = SignIn(strict_pharmacy.url)
    address, attempt = sign_in.leave("staff")
    _, other_attempt = sign_in.leave("staff")
    back = issuer.authorize(address)
    assert refused(sign_in.come_back(back, ""))
    assert refused(sign_in.come_back(back, other_attempt))
    assert not refused(sign_in.come_back(back, attempt))
    assert refused(sign_in.come_back(back, attempt))


def test_a_provider_that_refuses_or_is_down_is_told_plainly(
    issuer: Issuer, strict_pharmacy: PharmacyProcess, start_pharmacy: StartPharmacy
) -> None:
    sign_in = SignIn(strict_pharmacy.url)
    address, attempt = sign_in.leave("patient")
    state = query_of(address)["state"]
    denied = f"{strict_pharmacy.url}/sign-in/callback?error=access_denied&state={state}"
    assert refused(sign_in.come_back(denied, attempt))
    alone = start_pharmacy("--patient-issuer=http://127.0.0.1:9")
    answer = requests.get(f"{alone.url}/sign-in/patient", allow_redirects=False, timeout=10)
    assert refused(answer)


def test_signing_out_ends_the_session_at_once(world: World) -> None:
    patient = world.patient()
    assert patient.call("POST", "/sign-out", headers={"X-Pharmacy-Request": ""}).status_code == 403
    assert patient.call("POST", "/sign-out", allow_redirects=False).status_code == 303
    assert patient.get("/api/me").status_code == 401


def test_setting_the_clock_loses_nobody(world: World) -> None:
    before = world.patient()
    for now in ("2031-01-01T12:00:00+09:00", "2020-01-01T12:00:00+09:00"):
        requests.put(f"{world.url}/clock", json={"now": now}, timeout=5)
        assert world.patient().get("/api/me").status_code == 200
        assert before.get("/api/me").status_code == 200
