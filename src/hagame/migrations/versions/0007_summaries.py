"""What is known of a person added up, and the population beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; matches that are there already count as not added yet."""
    op.create_table(
        "cognitive_summaries",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("matches", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("decisions", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("means", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_cognitive_summaries_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_cognitive_summaries"),
    )
    op.create_table(
        "trait_population",
        sa.Column("trait", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("quantiles", postgresql.ARRAY(sa.Float(precision=53)), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("trait", name="pk_trait_population"),
    )
    op.add_column("game_instances", sa.Column("summed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(
        "ix_game_instances_unsummed",
        "game_instances",
        ["user_id"],
        postgresql_where=sa.text("modelled AND NOT summed"),
    )


def downgrade() -> None:
    """Drop all of it; it can be added up again."""
    op.drop_index("ix_game_instances_unsummed", table_name="game_instances")
    op.drop_column("game_instances", "summed")
    op.drop_table("trait_population")
    op.drop_table("cognitive_summaries")
