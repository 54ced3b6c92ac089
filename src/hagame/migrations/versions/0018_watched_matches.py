"""Matches whose next moves others may forecast, and what they forecast."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    now = sa.text("now()")
    op.create_table(
        "watched_matches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["game_instances.id"],
            name="fk_watched_matches_instance_id_game_instances",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_watched_matches_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_watched_matches"),
        sa.UniqueConstraint("instance_id", name="uq_watched_matches_instance_id"),
    )
    op.create_index("ix_watched_matches_user_id", "watched_matches", ["user_id"])
    op.create_table(
        "forecasts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("watched_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("judge", sa.String(), nullable=True),
        sa.Column("probabilities", postgresql.JSONB(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.CheckConstraint("kind IN ('person', 'model', 'llm')", name="ck_forecasts_kind"),
        sa.CheckConstraint("(kind = 'person') = (user_id IS NOT NULL)", name="ck_forecasts_person"),
        sa.CheckConstraint("(kind = 'person') = (judge IS NULL)", name="ck_forecasts_judge"),
        sa.ForeignKeyConstraint(
            ["watched_id"],
            ["watched_matches.id"],
            name="fk_forecasts_watched_id_watched_matches",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_forecasts_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_forecasts"),
    )
    for whose in ("user_id", "judge"):
        op.create_index(
            f"uq_forecasts_watched_id_turn_{whose}",
            "forecasts",
            ["watched_id", "turn", whose],
            unique=True,
            postgresql_where=sa.text(f"{whose} IS NOT NULL"),
        )
    op.create_index("ix_forecasts_user_id", "forecasts", ["user_id"])


def downgrade() -> None:
    """Drop both, with their indices."""
    op.drop_table("forecasts")
    op.drop_table("watched_matches")
