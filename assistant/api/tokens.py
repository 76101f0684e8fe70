"""Session tokens: short-lived, signed, bound to the origin they were given to. A host site may sign its own instead.

Ours are HS256 with a key derived from the service's. A host site's are checked with the key settings hold for its `iss`; the
algorithm follows from the kind of key, never from the token. Claims of a host token: `iss, sub` (a hashed user id), `iat,
exp` (at most 15 minutes apart), `profession, country, attestation` (the wording accepted there) and `origin` (the page's
origin).
"""

from __future__ import annotations

import base64
import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey, import_key

from assistant.clock import Clock
from assistant.errors import BadInput, NotSignedIn
from assistant.storage import derive_key
from assistant.storage.conversations import Session

OUR_ISSUER = "medinfo"
HOST_LIFETIME = timedelta(minutes=15)
LEEWAY = timedelta(seconds=30)
MAX_TOKEN_CHARS = 4096
MAX_CLAIM_CHARS = 255
SIGNED_KEPT = 1024
MIN_SECRET_CHARS = 32
Key = OctKey | RSAKey | ECKey | OKPKey
ALGORITHMS: Mapping[type[Any], list[str]] = {
    OctKey: ["HS256"],
    RSAKey: ["RS256", "PS256"],
    ECKey: ["ES256"],
    OKPKey: ["Ed25519", "EdDSA"],
}
PROFESSIONS = ("physician", "nurse_practitioner", "physician_assistant", "nurse", "pharmacist", "other")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from: the session behind its token. `is_stored` is false for a host token seen for the first time."""

    session: Session
    is_stored: bool

    @property
    def session_id(self) -> str:
        """The session's id."""
        return self.session.session_id

    @property
    def reporter(self) -> dict[str, str]:
        """What a report says of who reported."""
        return {"profession": self.session.profession, "country": self.session.country}


class Tokens:
    """Issues and reads tokens."""

    def __init__(self, key: bytes, clock: Clock, *, lifetime: timedelta, hosts: Mapping[str, str]) -> None:
        self._key = OctKey.import_key(derive_key(key, "session tokens"))
        self._clock = clock
        self._lifetime = lifetime
        self._hosts = {issuer: _host_key(issuer, text) for issuer, text in hosts.items()}
        # A signature that was right stays right; times and origin are looked at each time.
        self._signed = lru_cache(maxsize=SIGNED_KEPT)(self._check_signature)

    def issue(self, session: Session) -> tuple[str, datetime]:
        """Return a token for a stored session and when it ends."""
        now = self._clock().replace(microsecond=0)
        expires_at = now + self._lifetime
        claims = {
            "iss": OUR_ISSUER,
            "sub": session.session_id,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "origin": session.origin,
            "profession": session.profession,
            "country": session.country,
            "attestation": session.attestation,
        }
        return jwt.encode({"alg": "HS256"}, claims, self._key), expires_at

    def read(self, token: str, origin: str | None, *, must_have_origin: bool) -> Caller:
        """Return who a token stands for.

        Args:
            origin: the request's Origin header; a browser sends it with everything that changes something.
            must_have_origin: whether a token bound to an origin is refused without that header.

        Raises:
            NotSignedIn: forged, expired, or used from another origin.
        """
        claims = self._verified(token)
        bound_to = str(claims.get("origin", ""))
        if origin is None and bound_to and must_have_origin:
            raise NotSignedIn("This token belongs to a web page and was used without one: start a new session.")
        if origin is not None and origin != bound_to:
            raise NotSignedIn("This token was given to another site: start a new session.")
        return self._caller(claims, bound_to)

    def _verified(self, token: str) -> Mapping[str, Any]:
        if len(token) > MAX_TOKEN_CHARS:
            raise NotSignedIn("The session token is not valid: start a new session.")
        try:
            issuer, claims = self._signed(token)
        except (JoseError, LookupError, ValueError, TypeError) as error:
            raise NotSignedIn("The session token is not valid: start a new session.") from error
        self._check_times(claims, is_ours=issuer == OUR_ISSUER)
        return claims

    def _check_signature(self, token: str) -> tuple[str, Mapping[str, Any]]:
        issuer = _claimed_issuer(token)
        key = self._key if issuer == OUR_ISSUER else self._hosts[issuer]
        return issuer, dict(jwt.decode(token, key, algorithms=ALGORITHMS[type(key)]).claims)

    def _check_times(self, claims: Mapping[str, Any], *, is_ours: bool) -> None:
        issued, expires, now = claims.get("iat"), claims.get("exp"), self._clock()
        if not isinstance(issued, int) or not isinstance(expires, int):
            raise NotSignedIn("The session token has no times: start a new session.")
        issued_at, expires_at = datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC)
        if expires_at <= now:
            raise NotSignedIn("The session has ended: please confirm again that you are a healthcare professional.")
        if issued_at > now + LEEWAY or (not is_ours and expires_at - issued_at > HOST_LIFETIME):
            raise NotSignedIn("The session token's times are not valid.")

    def _caller(self, claims: Mapping[str, Any], origin: str) -> Caller:
        names = ("sub", "profession", "country", "attestation")
        values = {name: claims.get(name) for name in names}
        if not all(isinstance(value, str) and 0 < len(value) <= MAX_CLAIM_CHARS for value in values.values()):
            raise NotSignedIn("The session token lacks one of: sub, profession, country, attestation.")
        is_ours = claims["iss"] == OUR_ISSUER
        subject = str(values["sub"])
        profession, country = str(values["profession"]), str(values["country"]).upper()
        if profession not in PROFESSIONS or len(country) != 2:
            raise NotSignedIn(f"The token's profession must be one of {', '.join(PROFESSIONS)}, its country a two-letter code.")
        session = Session(
            session_id=subject if is_ours else _host_session_id(str(claims["iss"]), subject),
            created_at=self._clock(),
            source="attested" if is_ours else "host",
            origin=origin,
            profession=profession,
            country=country,
            attestation=str(values["attestation"]),
        )
        return Caller(session, is_stored=is_ours)


def _claimed_issuer(token: str) -> str:
    """Read the issuer without trusting it, to pick the key that must have signed it."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["iss"])


def _host_session_id(issuer: str, subject: str) -> str:
    return f"host_{hashlib.sha256(f'{issuer}|{subject}'.encode()).hexdigest()[:32]}"


def _host_key(issuer: str, text: str) -> Key:
    if issuer == OUR_ISSUER:
        raise BadInput(f"host_issuers may not name {OUR_ISSUER!r}: that is this service.")
    if "-----BEGIN" not in text:
        if len(text) < MIN_SECRET_CHARS:
            raise BadInput(f"The shared secret of {issuer} needs at least {MIN_SECRET_CHARS} characters.")
        return OctKey.import_key(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            key = import_key(text)
    except (JoseError, ValueError) as error:
        raise BadInput(f"The key of {issuer} is not a PEM public key.") from error
    if isinstance(key, OctKey):
        raise BadInput(f"The key of {issuer} is not a PEM public key.")
    return key
