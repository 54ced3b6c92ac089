"""What people were told of their matches by a coach."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("paragraphs", json, nullable=False),
        sa.Column("facts", json, nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("prompt", json, nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("fallback", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("about IN ('match', 'turn')", name="ck_feedback_about"),
        sa.CheckConstraint("author IN ('engine', 'language-model', 'template')", name="ck_feedback_author"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_feedback_user_id_users", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["game_instances.id"], name="fk_feedback_instance_id_game_instances", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["llm_calls.id"], name="fk_feedback_call_id_llm_calls", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint("instance_id", "about", "turn", name="uq_feedback_instance_id_about_turn"),
    )
    op.create_index("ix_feedback_user_id", "feedback", ["user_id"], unique=False)
    op.create_index("ix_feedback_call_id", "feedback", ["call_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("feedback")
