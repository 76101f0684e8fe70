"""What the staff console keeps: presence, saved views, review labels, content gaps, test samples, outside identities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistant.storage.migrations.ddl import make_insert_only

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables and what keeps labels insert-only."""
    _create_case_presence()
    _create_saved_views()
    _create_qa_samples()
    _create_answer_labels()
    _create_gap_decisions()
    _create_test_samples()
    _create_staff_identities()
    make_insert_only("answer_labels")


def _create_case_presence() -> None:
    op.create_table(
        "case_presence",
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_case_presence_case_id"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name="pk_case_presence"),
    )


def _create_saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("view_id", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("view_id", name="pk_saved_views"),
    )
    op.create_index("ix_saved_views_staff_id", "saved_views", ["staff_id"], unique=False)


def _create_qa_samples() -> None:
    op.create_table(
        "qa_samples",
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("drawn_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_qa_samples"),
    )
    op.create_index("ix_qa_samples_conversation_id", "qa_samples", ["conversation_id"], unique=False)
    op.create_index("ix_qa_samples_day", "qa_samples", ["day"], unique=False)


def _create_answer_labels() -> None:
    op.create_table(
        "answer_labels",
        sa.Column("label_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("answer_id", sa.String(length=64), nullable=True),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("labelled_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("label_id", name="pk_answer_labels"),
    )
    op.create_index("ix_answer_labels_message_id", "answer_labels", ["message_id"], unique=False)


def _create_gap_decisions() -> None:
    op.create_table(
        "gap_decisions",
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_gap_decisions"),
    )


def _create_test_samples() -> None:
    op.create_table(
        "test_samples",
        sa.Column("sample_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("turns", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("expectation", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.String(27), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.String(27), nullable=True),
        sa.Column("decision", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("sample_id", name="pk_test_samples"),
    )
    op.create_index("ix_test_samples_conversation_id", "test_samples", ["conversation_id"], unique=False)


def _create_staff_identities() -> None:
    op.create_table(
        "staff_identities",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name="fk_staff_identities_staff_id"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_staff_identities"),
    )
