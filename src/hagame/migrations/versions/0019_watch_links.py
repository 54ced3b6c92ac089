"""Links by which others may watch a match."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "watch_links",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("show_name", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["game_instances.id"], name="fk_watch_links_instance_id_game_instances", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_watch_links_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("instance_id", name="pk_watch_links"),
        sa.UniqueConstraint("token_hash", name="uq_watch_links_token_hash"),
    )
    op.create_index("ix_watch_links_user_id", "watch_links", ["user_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("watch_links")
