"""Conversations, answers, ratings and the audit chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistant.storage.migrations.ddl import forbid_delete, forbid_update, make_insert_only

revision = "0001"
down_revision = None
# The only change allowed: the content goes, and when it went is written down.
ERASURE = (
    "NEW.content IS NULL AND NEW.salt IS NULL AND NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL "
    "AND NEW.chain = OLD.chain AND NEW.seq = OLD.seq"
)


def upgrade() -> None:
    """Create the tables and what keeps them insert-only."""
    _create_sessions()
    _create_conversations()
    _create_messages()
    _create_answers()
    _create_feedback()
    _create_surveys()
    _create_chain_heads()
    _create_record_contents()
    _create_audit_records()
    _create_legal_holds()
    make_insert_only("audit_records")
    forbid_update("record_contents", unless=ERASURE)
    forbid_delete("record_contents")
    op.execute(f"INSERT INTO chain_heads (chain, seq, hash, signature) VALUES ('audit', 0, '{'0' * 64}', '')")


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("profession", sa.String(length=32), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("attestation", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_sessions"),
    )


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("client_key", sa.String(length=128), nullable=True),
        sa.Column("market", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("last_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], name="fk_conversations_session_id"),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_conversations"),
        sa.UniqueConstraint("session_id", "client_key", name="uq_conversations_session_id_client_key"),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.conversation_id"], name="fk_messages_conversation_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_messages"),
        sa.UniqueConstraint("conversation_id", "ordinal", name="uq_messages_conversation_id_ordinal"),
    )


def _create_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("answer_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("decline_code", sa.String(length=32), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.conversation_id"], name="fk_answers_conversation_id"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.message_id"], name="fk_answers_message_id"),
        sa.PrimaryKeyConstraint("answer_id", name="pk_answers"),
    )
    op.create_index("ix_answers_conversation_id", "answers", ["conversation_id"], unique=False)
    op.create_index("ix_answers_message_id", "answers", ["message_id"], unique=False)


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("feedback_id", sa.String(length=64), nullable=False),
        sa.Column("answer_id", sa.String(length=64), nullable=False),
        sa.Column("rating", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("given_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.answer_id"], name="fk_feedback_answer_id"),
        sa.PrimaryKeyConstraint("feedback_id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_answer_id", "feedback", ["answer_id"], unique=False)


def _create_surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("survey_id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("credibility", sa.Integer(), nullable=True),
        sa.Column("relevance", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.session_id"], name="fk_surveys_session_id"),
        sa.PrimaryKeyConstraint("survey_id", name="pk_surveys"),
    )
    op.create_index("ix_surveys_session_id", "surveys", ["session_id"], unique=False)


def _create_chain_heads() -> None:
    op.create_table(
        "chain_heads",
        sa.Column("chain", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_chain_heads"),
    )


def _create_record_contents() -> None:
    op.create_table(
        "record_contents",
        sa.Column("chain", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("chain", "seq", name="pk_record_contents"),
    )


def _create_audit_records() -> None:
    op.create_table(
        "audit_records",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.String(length=64), nullable=True),
        sa.Column("answer_id", sa.String(length=64), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_records"),
        sa.UniqueConstraint("record_id", name="uq_audit_records_record_id"),
    )
    op.create_index("ix_audit_records_answer_id", "audit_records", ["answer_id"], unique=False)
    op.create_index("ix_audit_records_conversation_id", "audit_records", ["conversation_id"], unique=False)


def _create_legal_holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_legal_holds"),
    )
