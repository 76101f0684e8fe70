"""API keys in the database: plain functions over a connection. The secret is random (256 bits), so its SHA-256 is enough."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from assistant.storage.client_tables import api_keys


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program that may ask.

    Attributes:
        scopes: what it may do, in the order of `assistant.api.keys.SCOPES`.
        profession: who the people behind it are, as its holder attested for all of them; `country` and `attestation` (the
            wording's version) belong to it.
        rate: its own rate limit, None for the settings' one.
    """

    key_id: str
    name: str
    scopes: tuple[str, ...]
    profession: str
    country: str
    attestation: str
    rate: str | None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_live(self, at: datetime) -> bool:
        """Return whether the key may be used at that moment."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


def hash_secret(secret: str) -> str:
    """Return what is stored of a secret: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def add_key(connection: Connection, key: ApiKey, key_hash: str) -> None:
    """Store a new key."""
    values: dict[str, Any] = {
        "key_id": key.key_id,
        "key_hash": key_hash,
        "name": key.name,
        "scopes": list(key.scopes),
        "profession": key.profession,
        "country": key.country,
        "attestation": key.attestation,
        "rate": key.rate,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
    }
    connection.execute(insert(api_keys).values(**values))


def find_key(connection: Connection, key_hash: str) -> ApiKey | None:
    """Return the key of a secret, live or not, None when there is none."""
    row = connection.execute(select(api_keys).where(api_keys.c.key_hash == key_hash)).first()
    return None if row is None else _key(row)


def all_keys(connection: Connection) -> list[ApiKey]:
    """Return every key, oldest first."""
    query = select(api_keys).order_by(api_keys.c.created_at, api_keys.c.key_id)
    return [_key(row) for row in connection.execute(query).all()]


def revoke_key(connection: Connection, key_id: str, at: datetime) -> bool:
    """End a key; return whether there was a live one of that id."""
    table = api_keys
    done = connection.execute(update(table).where(table.c.key_id == key_id, table.c.revoked_at.is_(None)).values(revoked_at=at))
    return bool(done.rowcount)


def touch_key(connection: Connection, key_id: str, at: datetime) -> None:
    """Note that a key was used."""
    connection.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(last_used_at=at))


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        name=row.name,
        scopes=tuple(row.scopes),
        profession=row.profession,
        country=row.country,
        attestation=row.attestation,
        rate=row.rate,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
