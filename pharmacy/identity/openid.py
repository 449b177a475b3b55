"""OpenID Connect as a relying party: code flow with PKCE (S256), state and nonce, and a strict look at the ID token."""

from __future__ import annotations

import base64
import hashlib
import logging
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

from pharmacy.core.outgoing import client
from pharmacy.settings import IdentityClient

log = logging.getLogger("pharmacy.identity")

ALGORITHMS: Final = ["RS256", "PS256", "ES256"]
LEEWAY_SECONDS: Final = 30
REQUEST_SECONDS: Final = 5.0
SCOPE: Final = "openid profile phone"


class IdentityError(Exception):
    """The identity provider did not vouch for anybody; the text is for the log and holds no token."""


class Provider:
    """One identity provider as seen by one of our clients. Discovery and keys are fetched when first needed."""

    def __init__(self, identity: IdentityClient, redirect_uri: str) -> None:
        self._client = identity
        self._redirect_uri = redirect_uri
        self._lock = Lock()
        self._discovered: dict[str, Any] | None = None
        self._keys: dict[str, Any] | None = None

    @property
    def issuer(self) -> str:
        return self._client.issuer

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in. Raises IdentityError when the provider does not answer."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self._client.client_id,
                "redirect_uri": self._redirect_uri,
                "scope": SCOPE,
                "state": state,
                "nonce": nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
            }
        )
        return f"{self._discovery()['authorization_endpoint']}?{query}"

    def redeem(self, *, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """The claims of the ID token that the code stands for. Raises IdentityError unless everything is right."""
        tokens = self._json(
            "POST",
            self._discovery()["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._redirect_uri,
                "code_verifier": verifier,
            },
            auth=(self._client.client_id, self._client.client_secret),
        )
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise IdentityError("the provider sent no ID token")
        try:
            return self._verified(id_token, nonce, fresh_keys=False)
        except IdentityError:
            # The provider may have changed its keys since we fetched them.
            return self._verified(id_token, nonce, fresh_keys=True)

    def read_event(self, token: str) -> dict[str, Any]:
        """The claims of a Security Event Token that this provider has made for us. Raises IdentityError for any other."""
        try:
            return self._event(token, fresh_keys=False)
        except IdentityError:
            return self._event(token, fresh_keys=True)

    def _event(self, token: str, *, fresh_keys: bool) -> dict[str, Any]:
        event = self._decoded(token, "security event", fresh_keys=fresh_keys, jti={"essential": True})
        if event.header.get("typ") != "secevent+jwt":  # an ID token must never pass as an event
            raise IdentityError("this is not a security event")
        claims: dict[str, Any] = event.claims
        return claims

    def _verified(self, id_token: str, nonce: str, *, fresh_keys: bool) -> dict[str, Any]:
        token = self._decoded(
            id_token,
            "ID token",
            fresh_keys=fresh_keys,
            sub={"essential": True},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        claims: dict[str, Any] = token.claims
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self._client.client_id:
            raise IdentityError("the ID token is for several clients and was not issued to this one")
        return claims

    def _decoded(self, token: str, what: str, *, fresh_keys: bool, **asked: Any) -> Any:
        """A token that this provider signed for us, with these claims besides. Raises IdentityError for any other."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            keys = KeySet.import_key_set({"keys": self._key_set(fresh=fresh_keys)["keys"]})
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self._client.issuer},
                aud={"essential": True, "value": self._client.client_id},
                iat={"essential": True},
                **asked,
            ).validate(decoded.claims)
        except (JoseError, ValueError, KeyError) as error:
            raise IdentityError(f"the {what} is not acceptable ({type(error).__name__})") from error
        return decoded

    def _discovery(self) -> dict[str, Any]:
        with self._lock:
            if self._discovered is None:
                found = self._json("GET", f"{self._client.issuer}/.well-known/openid-configuration")
                if found.get("issuer", "").rstrip("/") != self._client.issuer:
                    raise IdentityError("the provider calls itself by another name than the configured issuer")
                self._discovered = found
            return self._discovered

    def _key_set(self, *, fresh: bool) -> dict[str, Any]:
        address = self._discovery()["jwks_uri"]
        with self._lock:
            if self._keys is None or fresh:
                self._keys = self._json("GET", address)
            return self._keys

    def _json(self, method: str, address: str, **request: Any) -> dict[str, Any]:
        import httpx  # only now: the pharmacy starts faster without it

        try:
            answer = client().request(method, address, timeout=REQUEST_SECONDS, **request)
            answer.raise_for_status()
            content = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise IdentityError(f"no usable answer from the identity provider ({type(error).__name__})") from error
        if not isinstance(content, dict):
            raise IdentityError("the identity provider did not answer with an object")
        return content
