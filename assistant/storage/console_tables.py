"""The tables of the staff console: presence, saved views, review of answers, content gaps, test samples, outside identities.

Text in them is masked, like everywhere; test samples and comments on gaps go when the conversation they came from is erased.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, Text

from assistant.storage.tables import CODE_CHARS, ID_CHARS, JsonText, Moment, metadata


def _id(name: str, *, primary_key: bool = False, nullable: bool = False, index: bool = False) -> Column[str]:
    return Column(name, String(ID_CHARS), primary_key=primary_key, nullable=nullable, index=index or None)


case_presence = Table(
    "case_presence",
    metadata,
    Column("case_id", String(ID_CHARS), ForeignKey("cases.case_id"), nullable=False),
    _id("staff_id"),
    Column("seen_at", Moment(), nullable=False),
    PrimaryKeyConstraint("case_id", "staff_id"),
)

saved_views = Table(
    "saved_views",
    metadata,
    _id("view_id", primary_key=True),
    _id("staff_id", index=True),
    Column("name", String(80), nullable=False),
    Column("query", Text, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("created_at", Moment(), nullable=False),
)

qa_samples = Table(
    "qa_samples",
    metadata,
    _id("message_id", primary_key=True),
    _id("conversation_id", index=True),
    Column("day", String(10), nullable=False, index=True),
    Column("drawn_at", Moment(), nullable=False),
)

# Insert-only: a reader who changes their mind adds a label, and the latest of each reader counts.
answer_labels = Table(
    "answer_labels",
    metadata,
    _id("label_id", primary_key=True),
    _id("message_id", index=True),
    _id("answer_id", nullable=True),
    _id("staff_id"),
    Column("label", String(CODE_CHARS), nullable=False),
    Column("sentence", Integer),
    Column("comment", Text, nullable=False),
    Column("labelled_at", Moment(), nullable=False),
)

gap_decisions = Table(
    "gap_decisions",
    metadata,
    _id("message_id", primary_key=True),
    Column("status", String(CODE_CHARS), nullable=False),
    Column("comment", Text, nullable=False),
    _id("staff_id"),
    Column("decided_at", Moment(), nullable=False),
)

test_samples = Table(
    "test_samples",
    metadata,
    _id("sample_id", primary_key=True),
    _id("message_id"),
    _id("conversation_id", index=True),
    _id("case_id", nullable=True),
    Column("turns", JsonText(), nullable=False),
    Column("codes", JsonText(), nullable=False),
    Column("expectation", String(CODE_CHARS), nullable=False),
    Column("reason", Text, nullable=False),
    _id("proposed_by"),
    Column("proposed_at", Moment(), nullable=False),
    _id("decided_by", nullable=True),
    Column("decided_at", Moment()),
    Column("decision", String(CODE_CHARS)),
)

staff_identities = Table(
    "staff_identities",
    metadata,
    Column("issuer", String(255), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("staff_id", String(ID_CHARS), ForeignKey("staff.staff_id"), nullable=False),
    PrimaryKeyConstraint("issuer", "subject"),
)
