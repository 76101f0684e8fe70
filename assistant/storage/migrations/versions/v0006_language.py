"""The language a case seems to be written in, kept beside its state for the queue's filter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; cases from before say that it is not told until their next event."""
    op.add_column("case_states", sa.Column("language", sa.String(length=32), nullable=False, server_default="und"))
