"""The tables of client programs: API keys, and threads. A key's secret is stored as a hash only; a thread key is a keyed hash
of what was asked so far, never the words."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from assistant.storage.tables import CODE_CHARS, ID_CHARS, JsonText, Moment, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", String(ID_CHARS), primary_key=True),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("scopes", JsonText(), nullable=False),
    Column("profession", String(CODE_CHARS), nullable=False),
    Column("country", String(2), nullable=False),
    Column("attestation", String(255), nullable=False),
    Column("rate", String(CODE_CHARS)),
    Column("created_at", Moment(), nullable=False),
    Column("expires_at", Moment()),
    Column("revoked_at", Moment()),
    Column("last_used_at", Moment()),
)

conversation_threads = Table(
    "conversation_threads",
    metadata,
    Column("conversation_id", String(ID_CHARS), ForeignKey("conversations.conversation_id"), primary_key=True),
    Column("session_id", String(ID_CHARS), nullable=False),
    Column("thread_key", String(64), nullable=False),
    Column("noted_at", Moment(), nullable=False),
    Index(None, "session_id", "thread_key"),
)
