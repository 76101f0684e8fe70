"""Cases: insert-only events in a chain, what they add up to, sealed originals, outgoing messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistant.storage.migrations.ddl import forbid_delete, forbid_update, make_insert_only

revision = "0002"
down_revision = "0001"
# The only change allowed: the sealed text goes.
ERASURE = (
    "NEW.sealed IS NULL AND NEW.original_id = OLD.original_id AND NEW.case_id = OLD.case_id "
    "AND NEW.message_id = OLD.message_id AND NEW.kind = OLD.kind AND NEW.key_id = OLD.key_id AND NEW.stored_at = OLD.stored_at"
)


def upgrade() -> None:
    """Create the tables and what keeps them insert-only."""
    _create_cases()
    _create_case_events()
    _create_case_states()
    _create_case_locks()
    _create_case_originals()
    _create_original_views()
    _create_outbox()
    _create_target_health()
    make_insert_only("cases", "case_events", "original_views")
    forbid_update("case_originals", unless=ERASURE)
    forbid_delete("case_originals")
    op.execute(f"INSERT INTO chain_heads (chain, seq, hash, signature) VALUES ('cases', 0, '{'0' * 64}', '')")


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("family", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("policy_version", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_cases"),
        sa.UniqueConstraint("conversation_id", "family", name="uq_cases_conversation_id_family"),
    )
    op.create_index("ix_cases_conversation_id", "cases", ["conversation_id"], unique=False)


def _create_case_events() -> None:
    op.create_table(
        "case_events",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_case_events_case_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_case_events"),
        sa.UniqueConstraint("record_id", name="uq_case_events_record_id"),
    )
    op.create_index("ix_case_events_case_id", "case_events", ["case_id"], unique=False)


def _create_case_states() -> None:
    op.create_table(
        "case_states",
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=32), nullable=False),
        sa.Column("work_state", sa.String(length=32), nullable=False),
        sa.Column("safety_state", sa.String(length=32), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=True),
        sa.Column("look_due_at", sa.String(27), nullable=False),
        sa.Column("service_due_at", sa.String(27), nullable=True),
        sa.Column("regulatory_due_at", sa.String(27), nullable=True),
        sa.Column("due_at", sa.String(27), nullable=False),
        sa.Column("auto_forward_at", sa.String(27), nullable=True),
        sa.Column("looked_at", sa.String(27), nullable=True),
        sa.Column("forwarded_at", sa.String(27), nullable=True),
        sa.Column("acknowledged_at", sa.String(27), nullable=True),
        sa.Column("safety_id", sa.String(length=64), nullable=True),
        sa.Column("last_message_at", sa.String(27), nullable=False),
        sa.Column("last_event_at", sa.String(27), nullable=False),
        sa.Column("alerted_percent", sa.Integer(), nullable=False),
        sa.Column("elements", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_case_states_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_states"),
    )
    op.create_index("ix_case_states_is_open_due_at", "case_states", ["is_open", "due_at"], unique=False)


def _create_case_locks() -> None:
    op.create_table(
        "case_locks",
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("until", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_case_locks_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_locks"),
    )


def _create_case_originals() -> None:
    op.create_table(
        "case_originals",
        sa.Column("original_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("stored_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_case_originals_case_id"),
        sa.PrimaryKeyConstraint("original_id", name="pk_case_originals"),
        sa.UniqueConstraint("case_id", "message_id", "kind", name="uq_case_originals_case_id_message_id_kind"),
    )
    op.create_index("ix_case_originals_case_id", "case_originals", ["case_id"], unique=False)


def _create_original_views() -> None:
    op.create_table(
        "original_views",
        sa.Column("view_id", sa.String(length=64), nullable=False),
        sa.Column("original_id", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("viewed_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["original_id"], ["case_originals.original_id"], name="fk_original_views_original_id"),
        sa.PrimaryKeyConstraint("view_id", name="pk_original_views"),
    )
    op.create_index("ix_original_views_original_id", "original_views", ["original_id"], unique=False)


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("delivery_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("desk", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=512), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("needs_acknowledgement", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("next_attempt_at", sa.String(27), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.String(27), nullable=True),
        sa.Column("acknowledged_at", sa.String(27), nullable=True),
        sa.Column("safety_id", sa.String(length=64), nullable=True),
        sa.Column("last_error", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_outbox_case_id"),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"], unique=False)
    op.create_index("ix_outbox_next_attempt_at", "outbox", ["next_attempt_at"], unique=False)


def _create_target_health() -> None:
    op.create_table(
        "target_health",
        sa.Column("target", sa.String(length=512), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.String(27), nullable=True),
        sa.Column("checked_at", sa.String(27), nullable=False),
        sa.Column("last_error", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("target", name="pk_target_health"),
    )
