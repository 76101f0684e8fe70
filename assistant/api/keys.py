"""API keys: what programs use instead of a session token. Made and ended on the command line, shown once, stored as a hash.

Whoever is given a key attests, for everybody who asks through it, what a person attests at the gate of the widget: the
profession and the country the key carries. A question asked with a key is stored, screened and audited like any other; its
session names the key. A key is for servers; a page gives its readers session tokens.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from limits import parse
from sqlalchemy import Connection

from assistant.api.tokens import PROFESSIONS, Caller
from assistant.clock import Clock
from assistant.errors import BadInput, NotAllowed, NotFound, NotSignedIn, Unavailable
from assistant.storage import AuditKind, AuditLog, Database, NewId, derived_id, new_id
from assistant.storage.api_keys import ApiKey, add_key, all_keys, find_key, hash_secret, revoke_key, touch_key
from assistant.storage.conversations import Session

KEY_PREFIX = "mik_"
SCOPES = {
    "ask": "ask questions: /v1/chat/completions and the tool `ask`",
    "search": "search and read approved documents: the tools `search` and `get_passage`, and resources",
}
SECRET_BYTES = 32
MAX_KEY_CHARS = 128
MAX_NAME_CHARS = 120
# The last use is written down at most this often.
TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """What a new key is to be. `attestation` names the wording its holder accepted; `rate` is None for the settings' limit."""

    name: str
    scopes: Sequence[str]
    profession: str
    country: str
    attestation: str
    rate: str | None = None
    expires_at: datetime | None = None


class ApiKeys:
    """The keys of one database. Safe across threads."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock, make_id: NewId = new_id) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._make_id = make_id

    def add(self, request: KeyRequest, *, actor: str = "system") -> tuple[ApiKey, str]:
        """Make a key; return it with its secret, which is stored nowhere.

        Raises:
            BadInput: a field is not usable; the message names what is.
        """
        _check(request)
        secret = KEY_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        key = ApiKey(
            key_id=self._make_id("key"),
            name=request.name.strip(),
            scopes=tuple(scope for scope in SCOPES if scope in request.scopes),
            profession=request.profession,
            country=request.country.upper(),
            attestation=request.attestation,
            rate=request.rate,
            created_at=self._clock(),
            expires_at=request.expires_at,
        )

        def work(connection: Connection) -> None:
            add_key(connection, key, hash_secret(secret))
            said = {"name": key.name, "scopes": list(key.scopes), "profession": key.profession, "country": key.country}
            self._record(connection, "API key added", key.key_id, actor, **said, attestation=key.attestation)

        self._database.write(work)
        return key, secret

    def everything(self) -> list[ApiKey]:
        """Return every key, ended ones too, oldest first."""
        with self._database.read() as connection:
            return all_keys(connection)

    def revoke(self, key_id: str, *, actor: str = "system") -> None:
        """End a key at once; `NotFound` when there is no live key of that id."""

        def work(connection: Connection) -> bool:
            is_done = revoke_key(connection, key_id, self._clock())
            if is_done:
                self._record(connection, "API key revoked", key_id, actor)
            return is_done

        if not self._database.write(work):
            raise NotFound(f"There is no live API key {key_id}: see `medinfo keys list`.")

    def read(self, secret: str, scope: str | None) -> ApiKey:
        """Return the key of a secret; with `scope` None any live key will do.

        Raises:
            NotSignedIn: unknown, revoked or expired. NotAllowed: the key lacks the scope.
        """
        now = self._clock()
        with self._database.read() as connection:
            key = find_key(connection, hash_secret(secret[:MAX_KEY_CHARS]))
        if key is None or not key.is_live(now):
            raise NotSignedIn("The API key is not valid, or not any more: ask for a new one.")
        if scope is not None and scope not in key.scopes:
            raise NotAllowed(f"This API key has no scope {scope!r}: it may {' and '.join(key.scopes)}.")
        if key.last_used_at is None or now - key.last_used_at >= TOUCH_AFTER:
            # A disk that is full must not keep a report from being answered with the way to a person.
            with suppress(Unavailable):
                self._database.write(lambda connection: touch_key(connection, key.key_id, now))
        return key

    def _record(self, connection: Connection, what: str, key_id: str, actor: str, **more: Any) -> None:
        content = {"what": what, "key_id": key_id, "actor": actor, **more}
        self._audit.append(connection, AuditKind.STAFF, content, at=self._clock())


def caller_of(key: ApiKey, user: str, at: datetime) -> Caller:
    """Return who asks through a key.

    Args:
        user: the id the program uses for its user, empty without one. Each user has conversations of their own; the id itself
            is not stored.
    """
    session = Session(
        session_id=derived_id("key", key.key_id, user) if user else key.key_id,
        created_at=at,
        source="key",
        origin=key.key_id,
        profession=key.profession,
        country=key.country,
        attestation=key.attestation,
    )
    return Caller(session, is_stored=False)


def parse_expiry(days: int | None, now: datetime) -> datetime | None:
    """Return when a key of so many days ends, None for one without an end."""
    return None if days is None else now.astimezone(UTC) + timedelta(days=days)


def _check(request: KeyRequest) -> None:
    if not request.name.strip() or len(request.name) > MAX_NAME_CHARS:
        raise BadInput(f"Give the key a name of 1 to {MAX_NAME_CHARS} characters: which program holds it.")
    if not request.scopes or set(request.scopes) - set(SCOPES):
        raise BadInput(f"Choose one or more of the scopes {', '.join(SCOPES)}.")
    if request.profession not in PROFESSIONS:
        raise BadInput(f"The profession must be one of {', '.join(PROFESSIONS)}.")
    if len(request.country) != 2 or not request.country.isascii() or not request.country.isalpha():
        raise BadInput("The country must be a two-letter code, for example US.")
    if request.rate is not None:
        try:
            parse(request.rate)
        except ValueError as error:
            raise BadInput(f"The rate {request.rate!r} is not usable: write for example 30/minute.") from error
