"""The key under which a match was begun, and the SHA-256 of what was asked for: the same call again begins no other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE, INDEX = "game_instances", "ux_game_instances_idempotency_key"


def upgrade() -> None:
    """Add the columns, and an index of the rows that have a key: none has one yet."""
    op.add_column(TABLE, sa.Column("idempotency_key", sa.String(), nullable=True))
    op.add_column(TABLE, sa.Column("request_digest", sa.LargeBinary(), nullable=True))
    has_one = sa.text("idempotency_key IS NOT NULL")
    op.create_index(INDEX, TABLE, ["user_id", "idempotency_key"], unique=True, postgresql_where=has_one)


def downgrade() -> None:
    """The columns go, and the index with them."""
    op.drop_column(TABLE, "request_digest")
    op.drop_column(TABLE, "idempotency_key")
