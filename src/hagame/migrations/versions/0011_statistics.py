"""Sums for research, and an index that lets matches be deleted quickly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; matches that are there already count as not added yet."""
    op.create_table(
        "play_sums",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.String(), nullable=False),
        sa.Column("opponent", sa.String(), nullable=False),
        sa.Column("matches", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.BigInteger(), nullable=False),
        sa.Column("payoff", sa.Float(precision=53), nullable=False),
        sa.Column("choices", sa.Float(precision=53), nullable=False),
        sa.Column("bits", sa.Float(precision=53), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("decisions > 0", name="ck_play_sums_decisions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_play_sums_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "game", "opponent", name="pk_play_sums"),
    )
    op.create_index("ix_play_sums_game", "play_sums", ["game", "opponent"])
    op.add_column("game_instances", sa.Column("counted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index("ix_game_instances_uncounted", "game_instances", ["id"], postgresql_where=sa.text("NOT counted"))
    op.create_index(
        "ix_game_instances_belief_from",
        "game_instances",
        ["belief_from"],
        postgresql_where=sa.text("belief_from IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop all of it; it can be added up again."""
    op.drop_index("ix_game_instances_belief_from", table_name="game_instances")
    op.drop_index("ix_game_instances_uncounted", table_name="game_instances")
    op.drop_column("game_instances", "counted")
    op.drop_table("play_sums")
