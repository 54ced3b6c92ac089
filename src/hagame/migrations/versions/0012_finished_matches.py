"""An index for one's own progress: finished matches by game, the latest at its end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "ix_game_instances_finished",
        "game_instances",
        ["user_id", "definition_id", "finished_at"],
        postgresql_where=sa.text("status = 'finished' AND NOT recorded"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_game_instances_finished", table_name="game_instances")
