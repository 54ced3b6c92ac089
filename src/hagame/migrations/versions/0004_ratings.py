"""Ratings of people and opponents per game; which matches are rated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Matches that have ended before are rated when their player next asks."""
    op.create_table(
        "ratings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("game", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("rival", sa.String(), nullable=True),
        sa.Column("mu", sa.Float(53), nullable=False),
        sa.Column("sigma", sa.Float(53), nullable=False),
        sa.Column("won", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("drawn", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lost", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (rival IS NULL)", name="ck_ratings_whose"),
        sa.CheckConstraint("sigma > 0", name="ck_ratings_sigma"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_ratings_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
    )
    for column in ("user_id", "rival"):
        op.create_index(
            f"uq_ratings_{column}_game",
            "ratings",
            [column, "game"],
            unique=True,
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.add_column("game_instances", sa.Column("rated", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(
        "ix_game_instances_unrated",
        "game_instances",
        ["user_id", "finished_at"],
        postgresql_where=sa.text("status = 'finished' AND NOT rated"),
    )


def downgrade() -> None:
    """Matches stay; what they were rated goes."""
    op.drop_index("ix_game_instances_unrated", table_name="game_instances")
    op.drop_column("game_instances", "rated")
    op.drop_table("ratings")
