"""Who asked a model for a forecast: two people may each have a model of one name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = "forecasts"


def upgrade() -> None:
    """Add who asked, as a part of the key. Of forecasts that are there it is not known."""
    op.add_column(TABLE, sa.Column("asked_by", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_forecasts_asked_by_users", TABLE, "users", ["asked_by"], ["id"], ondelete="SET NULL")
    op.create_index("ix_forecasts_asked_by", TABLE, ["asked_by"])
    op.drop_index("uq_forecasts_watched_id_turn_judge", table_name=TABLE)
    op.create_index(
        "uq_forecasts_watched_id_turn_judge_asked_by",
        TABLE,
        ["watched_id", "turn", "judge", "asked_by"],
        unique=True,
        postgresql_where=sa.text("judge IS NOT NULL"),
    )


def downgrade() -> None:
    """The column goes; of forecasts of one turn under one name the last stays."""
    op.execute(
        "DELETE FROM forecasts f USING forecasts later WHERE later.watched_id = f.watched_id AND later.turn = f.turn "
        "AND later.judge = f.judge AND (later.updated_at, later.id) > (f.updated_at, f.id)"
    )
    op.drop_index("uq_forecasts_watched_id_turn_judge_asked_by", table_name=TABLE)
    op.drop_column(TABLE, "asked_by")
    op.create_index(
        "uq_forecasts_watched_id_turn_judge",
        TABLE,
        ["watched_id", "turn", "judge"],
        unique=True,
        postgresql_where=sa.text("judge IS NOT NULL"),
    )
