"""Staff sign-in through an OpenID Connect provider: authorization code flow with PKCE, state and nonce.

Follows OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7, and RFC 7636 (S256). Refuses an ID token that is not signed with
an asymmetric key of the provider, or whose issuer, audience, nonce or times are not right, and an address the provider did
not verify. Who the person is in our own tables is not decided here.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from assistant.errors import NotSignedIn, Unavailable

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
TIMEOUT_S = 10.0
LEEWAY_S = 60
MAX_REPLY_BYTES = 262_144
FAILED = "Single sign-on did not work: start again, or sign in with a password."
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Handshake:
    """What the browser keeps between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for."""

    issuer: str
    subject: str
    email: str


def new_handshake() -> Handshake:
    """Return fresh secrets for one sign-in."""
    return Handshake(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


class IdentityProvider:
    """One provider, found by its issuer address; its metadata and keys are read when needed."""

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._http = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, transport=transport)

    def start_url(self, handshake: Handshake) -> str:
        """Return the address to send the browser to."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(handshake.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid email profile",
            "state": handshake.state,
            "nonce": handshake.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._metadata()['authorization_endpoint']}?{urlencode(query)}"

    def finish(self, handshake: Handshake, *, code: str, state: str, at: datetime) -> Identity:
        """Exchange the code and return who signed in.

        Raises:
            NotSignedIn: state, token or claims are not right. Unavailable: the provider cannot be reached.
        """
        if not secrets.compare_digest(state.encode(), handshake.state.encode()):
            raise NotSignedIn(FAILED)
        metadata = self._metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": handshake.verifier,
        }
        reply = self._send("POST", metadata["token_endpoint"], data=form, auth=(self._client_id, self._client_secret))
        claims = self._claims(str(reply.get("id_token", "")), str(metadata["jwks_uri"]), handshake.nonce, at)
        return self._identity(claims, str(reply.get("access_token", "")), metadata)

    def _claims(self, token: str, jwks_uri: str, nonce: str, at: datetime) -> Json:
        keys = KeySet.import_key_set(self._send("GET", jwks_uri))  # type: ignore[arg-type]
        now = int(at.timestamp())
        registry = jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            registry.validate(claims)
        except (JoseError, ValueError) as error:
            raise NotSignedIn(FAILED) from error
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self._client_id:
            raise NotSignedIn(FAILED)
        return dict(claims)

    def _identity(self, claims: Json, access_token: str, metadata: Json) -> Identity:
        if "email" not in claims and "userinfo_endpoint" in metadata:
            bearer = {"authorization": f"Bearer {access_token}"}
            person = self._send("GET", metadata["userinfo_endpoint"], headers=bearer)
            if person.get("sub") != claims["sub"]:
                raise NotSignedIn(FAILED)
            claims = claims | person
        if not claims.get("email") or claims.get("email_verified") is not True:
            raise NotSignedIn("Your identity provider has not verified your e-mail address: ask its administrator.")
        return Identity(self.issuer, str(claims["sub"]), str(claims["email"]))

    def _metadata(self) -> Json:
        metadata = self._send("GET", f"{self.issuer}/.well-known/openid-configuration")
        if str(metadata.get("issuer", "")).rstrip("/") != self.issuer:
            raise Unavailable("The identity provider names another issuer than the one in settings (oidc_issuer).")
        return metadata

    def _send(self, method: str, url: str, **kwargs: Any) -> Json:
        try:
            response = self._http.request(method, url, **kwargs)
            body = response.json() if len(response.content) <= MAX_REPLY_BYTES else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Unavailable("The identity provider cannot be reached: sign in with a password.") from error
        if not response.is_success or not isinstance(body, dict):
            raise NotSignedIn(FAILED)
        return body
