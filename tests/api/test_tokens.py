"""Sessions: what is confirmed, whose token it is, where it may be used and until when; and the tokens of host sites."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from assistant.api.app import create_app
from assistant.api.tokens import Tokens
from assistant.errors import BadInput, NotSignedIn
from assistant.storage import derive_key
from assistant.storage.conversations import Session, find_session
from tests.api.conftest import Running, settings_in
from tests.api.scripted import scripted_engine
from tests.api.server import ATTESTATION, Client, serving
from tests.assistant.storage_tools import KEY, NOON, open_sqlite

SECRET = "a secret shared with the host site, long enough"
EC_KEY = ECKey.generate_key("P-256")
RSA_KEY = RSAKey.generate_key(2048)
HOSTS = {
    "https://host.example": SECRET,
    "https://ec.example": EC_KEY.as_pem(private=False).decode(),
    "https://rsa.example": RSA_KEY.as_pem(private=False).decode(),
}
SESSION = Session("ses_1", NOON, "attested", "https://hcp.example", "physician", "US", "us-hcp-1")


class At:
    """A clock that stands where it was put."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def tokens(clock: At) -> Tokens:
    """Tokens of half an hour."""
    return Tokens(KEY, clock, lifetime=timedelta(minutes=30), hosts=HOSTS)


def host_claims(**changes: Any) -> dict[str, Any]:
    """Claims as a host site signs them."""
    issued = int(NOON.timestamp())
    claims = {
        "iss": "https://host.example",
        "sub": "u-1",
        "iat": issued,
        "exp": issued + 600,
        "profession": "nurse",
        "country": "us",
        "attestation": "host-3",
        "origin": "https://host.example",
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def signed(claims: dict[str, Any], key: Any = None, alg: str = "HS256") -> str:
    """A token of a host site."""
    return jwt.encode({"alg": alg}, claims, key or OctKey.import_key(SECRET), algorithms=[alg])


class TestOurs:
    """Tokens this service gives out."""

    def test_a_token_says_who_confirmed_what(self) -> None:
        clock = At()
        token, expires_at = tokens(clock).issue(SESSION)
        caller = tokens(clock).read(token, "https://hcp.example", must_have_origin=True)
        assert (caller.session_id, caller.is_stored, caller.reporter) == (
            "ses_1",
            True,
            {"profession": "physician", "country": "US"},
        )
        assert expires_at == NOON + timedelta(minutes=30)

    @pytest.mark.parametrize(
        ("origin", "must_have"),
        [("https://evil.example", True), ("https://evil.example", False), ("null", False), (None, True)],
    )
    def test_a_token_is_bound_to_its_origin(self, origin: str | None, must_have: bool) -> None:
        token, _ = tokens(At()).issue(SESSION)
        with pytest.raises(NotSignedIn):
            tokens(At()).read(token, origin, must_have_origin=must_have)

    def test_reading_without_an_origin_header_is_allowed_where_nothing_changes(self) -> None:
        token, _ = tokens(At()).issue(SESSION)
        assert tokens(At()).read(token, None, must_have_origin=False).session_id == "ses_1"

    def test_a_token_ends(self) -> None:
        clock = At()
        token, _ = tokens(clock).issue(SESSION)
        clock.now = NOON + timedelta(minutes=30)
        with pytest.raises(NotSignedIn, match="has ended"):
            tokens(clock).read(token, "https://hcp.example", must_have_origin=True)

    def test_forged_and_broken_tokens_are_refused(self) -> None:
        token, _ = tokens(At()).issue(SESSION)
        head, payload, signature = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        none_head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
        other = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "ses_2"}).encode()).decode().rstrip("=")
        forged = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(bytes(32)))
        unpurposed = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(KEY))
        for bad in (
            "",
            "x",
            "a.b.c",
            f"{none_head}.{payload}.",
            f"{head}.{other}.{signature}",
            forged,
            unpurposed,
            token[:-2],
            "x" * 10_000,
            f"{head}..{signature}",
        ):
            with pytest.raises(NotSignedIn):
                tokens(At()).read(bad, "https://hcp.example", must_have_origin=True)


class TestHosts:
    """Tokens that host sites sign."""

    @pytest.mark.parametrize(
        ("issuer", "key", "alg"),
        [
            ("https://host.example", None, "HS256"),
            ("https://ec.example", EC_KEY, "ES256"),
            ("https://rsa.example", RSA_KEY, "RS256"),
        ],
    )
    def test_a_host_sites_token_opens_a_session_of_its_own(self, issuer: str, key: Any, alg: str) -> None:
        caller = tokens(At()).read(signed(host_claims(iss=issuer), key, alg), "https://host.example", must_have_origin=True)
        assert caller.is_stored is False
        assert (caller.session.source, caller.session.profession, caller.session.country) == ("host", "nurse", "US")
        assert "u-1" not in caller.session_id

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "https://unknown.example"},
            {"iss": "medinfo"},
            {"exp": int(NOON.timestamp()) + 3600},
            {"exp": int(NOON.timestamp()) - 1},
            {"iat": int(NOON.timestamp()) + 300, "exp": int(NOON.timestamp()) + 600},
            {"exp": None},
            {"exp": "soon"},
            {"sub": None},
            {"sub": ["u-1"]},
            {"profession": "astrologer"},
            {"country": "USA"},
            {"attestation": ""},
            {"origin": "https://elsewhere.example"},
        ],
    )
    def test_unsuitable_claims_are_refused(self, changes: dict[str, Any]) -> None:
        with pytest.raises(NotSignedIn):
            tokens(At()).read(signed(host_claims(**changes)), "https://host.example", must_have_origin=True)

    def test_a_public_key_is_never_taken_for_a_shared_secret(self) -> None:
        claims = host_claims(iss="https://rsa.example")
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256"}, claims)]
        signed_part = b".".join(parts)
        digest = hmac.new(HOSTS["https://rsa.example"].encode(), signed_part, hashlib.sha256).digest()
        token = b".".join([signed_part, base64.urlsafe_b64encode(digest).rstrip(b"=")]).decode()
        with pytest.raises(NotSignedIn):
            tokens(At()).read(token, "https://host.example", must_have_origin=True)

    @pytest.mark.parametrize("hosts", [{"medinfo": SECRET}, {"x": "short"}, {"x": "-----BEGIN PUBLIC KEY-----\nnonsense"}])
    def test_unsuitable_keys_are_refused_at_start(self, hosts: dict[str, str]) -> None:
        with pytest.raises(BadInput):
            Tokens(KEY, At(), lifetime=timedelta(minutes=30), hosts=hosts)

    def test_a_host_token_asks_without_a_gate_of_ours(self, tmp_path: Path) -> None:
        open_sqlite(tmp_path).close()
        settings = settings_in(tmp_path, host_issuers={"https://host.example": SECRET})
        app = create_app(settings, scripted_engine(), runs_background=False)
        now = int(datetime.now(UTC).timestamp())
        token = signed(host_claims(iat=now, exp=now + 600))
        with serving(app) as url, httpx.Client() as http:
            client = Client(url, token, http)
            for _ in range(2):
                assert (
                    client.post("/api/chat", {"message": "my pt had a rash"}, origin="https://host.example").status_code == 200
                )
            assert client.post("/api/survey", {"credibility": 5}, origin="https://host.example").status_code == 200
            assert client.post("/api/chat", {"message": "x"}, origin="https://evil.example").status_code == 401


class TestGate:
    """Starting a session."""

    def test_what_was_confirmed_is_stored(self, running: Running) -> None:
        reply = httpx.post(running.url + "/api/session", json=ATTESTATION, headers={"origin": "https://hcp.example"})
        assert set(reply.json()) == {"token", "expires_at"}
        session_id = jwt.decode(
            reply.json()["token"], OctKey.import_key(derive_key(_secret(running), "session tokens"))
        ).claims["sub"]
        with running.service.database.read() as connection:
            session = find_session(connection, session_id)
        assert session is not None
        assert (session.profession, session.country, session.attestation, session.origin) == (
            "physician",
            "US",
            "us-hcp-1",
            "https://hcp.example",
        )

    @pytest.mark.parametrize(
        "attestation",
        [
            {"accepted": False, "profession": "physician", "country": "US"},
            {"accepted": True, "profession": "patient", "country": "US"},
            {"accepted": True, "profession": "physician", "country": "United States"},
            {"accepted": True, "profession": "physician"},
            {"accepted": True, "profession": "physician", "country": "US", "role": "admin"},
        ],
    )
    def test_anything_but_a_full_confirmation_is_refused(self, running: Running, attestation: dict[str, Any]) -> None:
        reply = httpx.post(running.url + "/api/session", json={"attestation": attestation})
        assert (reply.status_code, reply.json()["error"]["code"]) == (400, "BAD_INPUT")

    def test_only_allowed_sites_may_start_one(self, running: Running) -> None:
        for origin, status in (("https://hcp.example", 200), (running.url, 200), ("https://evil.example", 403), ("null", 403)):
            assert httpx.post(running.url + "/api/session", json=ATTESTATION, headers={"origin": origin}).status_code == status

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "/api/chat", {"message": "x"}),
            ("POST", "/api/survey", {}),
            ("POST", "/api/answers/a/feedback", {"rating": "helpful"}),
            ("GET", "/api/chat/c/stream", None),
        ],
    )
    def test_without_a_session_nothing_is_asked_or_rated(self, running: Running, method: str, path: str, body: Any) -> None:
        for headers in ({}, {"authorization": "Bearer forged"}, {"authorization": "Basic eDp5"}):
            reply = httpx.request(method, running.url + path, json=body, headers=headers)
            assert (reply.status_code, reply.json()["error"]["code"]) == (401, "NOT_SIGNED_IN")


def _secret(running: Running) -> bytes:
    return bytes.fromhex((running.service.settings.data_dir / "secret.key").read_text())


def test_cors_names_allowed_sites_only(running: Running) -> None:
    def preflight(origin: str) -> httpx.Response:
        headers = {
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type,x-site-key",
        }
        return httpx.options(running.url + "/api/chat", headers=headers)

    assert preflight("https://hcp.example").headers["access-control-allow-origin"] == "https://hcp.example"
    assert "access-control-allow-origin" not in preflight("https://evil.example").headers
    assert "access-control-allow-credentials" not in preflight("https://hcp.example").headers
