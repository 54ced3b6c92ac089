"""A task remembers the span that asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tasks that are there belong to no trace."""
    op.add_column("tasks", sa.Column("traceparent", sa.String()))


def downgrade() -> None:
    """Runs begin traces of their own again."""
    op.drop_column("tasks", "traceparent")
