"""What the cognitive models of a match know, in a column of its own: it seldom changes, the state with every move."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "game_instances"


def upgrade() -> None:
    """Add the column; matches under way fill it with their next move. Neither column gets smaller by compression."""
    op.add_column(TABLE, sa.Column("clouds", sa.LargeBinary(), nullable=True))
    op.execute(f"ALTER TABLE {TABLE} ALTER COLUMN clouds SET STORAGE EXTERNAL")
    op.execute(f"ALTER TABLE {TABLE} ALTER COLUMN state SET STORAGE EXTERNAL")


def downgrade() -> None:
    """The column goes, and with it what the models knew of matches under way: these cannot be played on."""
    op.execute(f"ALTER TABLE {TABLE} ALTER COLUMN state SET STORAGE EXTENDED")
    op.drop_column(TABLE, "clouds")
