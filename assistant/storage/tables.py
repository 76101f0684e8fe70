"""The tables, as SQLAlchemy Core metadata. The migrations are what makes them; a test compares the two.

Moments are stored as text in one UTC form (`assistant.clock.format_utc`), so that a hash over a row is the same on every
database. Text that came from people is masked before it gets here; the one exception, `case_originals`, is encrypted.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from assistant.clock import format_utc, parse_utc

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
ID_CHARS = 64
CODE_CHARS = 32


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC text."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write a moment; naive datetimes are refused."""
        return None if value is None else format_utc(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read a moment."""
        return None if value is None else parse_utc(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value in its canonical text form (see `canonical_json`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write canonical JSON."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read JSON."""
        return None if value is None else json.loads(value)


def canonical_json(value: Any) -> str:
    """Return the one text form of a JSON value: keys sorted, no spaces, no NaN, characters as they are."""
    return _CANONICAL.encode(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str, **kwargs: Any) -> Column[str]:
    return Column(name, String(ID_CHARS), **kwargs)


def _ref(name: str, target: str, **kwargs: Any) -> Column[str]:
    return Column(name, String(ID_CHARS), ForeignKey(target), **kwargs)


def _code(name: str, **kwargs: Any) -> Column[str]:
    return Column(name, String(CODE_CHARS), **kwargs)


def _at(name: str, **kwargs: Any) -> Column[datetime]:
    return Column(name, Moment(), **kwargs)


# --- conversations ---------------------------------------------------------------------------------------------------

sessions = Table(
    "sessions",
    metadata,
    _id("session_id", primary_key=True),
    _at("created_at", nullable=False),
    _code("source", nullable=False),
    Column("origin", String(255), nullable=False),
    _code("profession", nullable=False),
    Column("country", String(2), nullable=False),
    Column("attestation", String(255), nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    _id("conversation_id", primary_key=True),
    _ref("session_id", "sessions.session_id", nullable=False),
    Column("client_key", String(128)),
    _code("market", nullable=False),
    _at("created_at", nullable=False),
    _at("last_at", nullable=False),
    UniqueConstraint("session_id", "client_key"),
)

messages = Table(
    "messages",
    metadata,
    _id("message_id", primary_key=True),
    _ref("conversation_id", "conversations.conversation_id", nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("text", Text),
    Column("codes", JsonText(), nullable=False),
    _at("received_at", nullable=False),
    UniqueConstraint("conversation_id", "ordinal"),
)

answers = Table(
    "answers",
    metadata,
    _id("answer_id", primary_key=True),
    _ref("conversation_id", "conversations.conversation_id", nullable=False, index=True),
    _ref("message_id", "messages.message_id", nullable=False, index=True),
    _code("outcome", nullable=False),
    _code("decline_code"),
    Column("body", JsonText()),
    _at("answered_at", nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    _id("feedback_id", primary_key=True),
    _ref("answer_id", "answers.answer_id", nullable=False, index=True),
    _code("rating", nullable=False),
    _code("reason"),
    Column("comment", Text),
    _at("given_at", nullable=False),
)

surveys = Table(
    "surveys",
    metadata,
    _id("survey_id", primary_key=True),
    _ref("session_id", "sessions.session_id", nullable=False, index=True),
    _id("conversation_id"),
    Column("credibility", Integer),
    Column("relevance", Integer),
    Column("confidence", Integer),
    _at("given_at", nullable=False),
)

# --- evidence of what happened: insert-only, chained -----------------------------------------------------------------

chain_heads = Table(
    "chain_heads",
    metadata,
    _code("chain", primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("signature", String(64), nullable=False),
)

record_contents = Table(
    "record_contents",
    metadata,
    _code("chain", nullable=False),
    Column("seq", Integer, nullable=False),
    Column("salt", String(32)),
    Column("content", Text),
    _at("erased_at"),
    PrimaryKeyConstraint("chain", "seq"),
)

audit_records = Table(
    "audit_records",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _id("record_id", nullable=False, unique=True),
    _code("kind", nullable=False),
    _at("recorded_at", nullable=False),
    _id("conversation_id", index=True),
    _id("message_id"),
    _id("answer_id", index=True),
    Column("content_hash", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

legal_holds = Table(
    "legal_holds",
    metadata,
    _id("conversation_id", primary_key=True),
    Column("reason", Text, nullable=False),
    _at("placed_at", nullable=False),
)

# --- cases -----------------------------------------------------------------------------------------------------------

cases = Table(
    "cases",
    metadata,
    _id("case_id", primary_key=True),
    _code("family", nullable=False),
    _code("code", nullable=False),
    _id("conversation_id", index=True),
    _id("session_id"),
    _code("channel", nullable=False),
    _code("policy_version", nullable=False),
    _at("received_at", nullable=False),
    # NULLs are distinct, so cases without a conversation (forms) are never folded together.
    UniqueConstraint("conversation_id", "family"),
)

case_events = Table(
    "case_events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _id("record_id", nullable=False, unique=True),
    _ref("case_id", "cases.case_id", nullable=False, index=True),
    _code("kind", nullable=False),
    Column("actor", String(ID_CHARS), nullable=False),
    _id("message_id"),
    _at("recorded_at", nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# What the events add up to, kept for the queue; `assistant.triage.projection` makes it anew from the events alone.
case_states = Table(
    "case_states",
    metadata,
    _ref("case_id", "cases.case_id", primary_key=True),
    _code("code", nullable=False),
    Column("codes", JsonText(), nullable=False),
    _code("priority", nullable=False),
    _code("work_state", nullable=False),
    _code("safety_state", nullable=False),
    Column("is_open", Boolean, nullable=False),
    _id("assignee"),
    _at("look_due_at", nullable=False),
    _at("service_due_at"),
    _at("regulatory_due_at"),
    _at("due_at", nullable=False),
    _at("auto_forward_at"),
    _at("looked_at"),
    _at("forwarded_at"),
    _at("acknowledged_at"),
    _id("safety_id"),
    _at("last_message_at", nullable=False),
    _at("last_event_at", nullable=False),
    Column("alerted_percent", Integer, nullable=False),
    Column("elements", JsonText(), nullable=False),
    Column("search_text", Text, nullable=False),
    _code("language", nullable=False, server_default="und"),
    Index(None, "is_open", "due_at"),
)

case_locks = Table(
    "case_locks",
    metadata,
    _ref("case_id", "cases.case_id", primary_key=True),
    _id("staff_id", nullable=False),
    _at("until", nullable=False),
)

case_originals = Table(
    "case_originals",
    metadata,
    _id("original_id", primary_key=True),
    _ref("case_id", "cases.case_id", nullable=False, index=True),
    _id("message_id", nullable=False),
    _code("kind", nullable=False),
    _code("key_id", nullable=False),
    Column("sealed", LargeBinary),
    _at("stored_at", nullable=False),
    UniqueConstraint("case_id", "message_id", "kind"),
)

original_views = Table(
    "original_views",
    metadata,
    _id("view_id", primary_key=True),
    _ref("original_id", "case_originals.original_id", nullable=False, index=True),
    _id("staff_id", nullable=False),
    Column("reason", Text, nullable=False),
    _at("viewed_at", nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    _id("delivery_id", primary_key=True),
    _ref("case_id", "cases.case_id", nullable=False, index=True),
    _code("kind", nullable=False),
    _code("desk", nullable=False),
    Column("target", String(512), nullable=False),
    Column("payload", JsonText(), nullable=False),
    Column("needs_acknowledgement", Boolean, nullable=False),
    _at("created_at", nullable=False),
    _at("next_attempt_at"),
    Column("attempts", Integer, nullable=False),
    _at("delivered_at"),
    _at("acknowledged_at"),
    Column("safety_id", String(ID_CHARS)),
    Column("last_error", String(255)),
    Index(None, "next_attempt_at"),
)

target_health = Table(
    "target_health",
    metadata,
    Column("target", String(512), primary_key=True),
    Column("failures", Integer, nullable=False),
    _at("failing_since"),
    _at("checked_at", nullable=False),
    Column("last_error", String(255)),
)

# --- staff -----------------------------------------------------------------------------------------------------------

staff = Table(
    "staff",
    metadata,
    _id("staff_id", primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("roles", JsonText(), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failed_sign_ins", Integer, nullable=False),
    _at("locked_until"),
    _at("created_at", nullable=False),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _ref("staff_id", "staff.staff_id", nullable=False, index=True),
    _at("created_at", nullable=False),
    _at("last_seen_at", nullable=False),
    _at("expires_at", nullable=False),
)
