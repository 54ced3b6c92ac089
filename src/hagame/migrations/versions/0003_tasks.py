"""Background work: tasks, and what must still be told to the broker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("shard", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("time_limit_s", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), server_default="queued", nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("round", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pending", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("progress", sa.Float(precision=53), server_default=sa.text("0"), nullable=False),
        sa.Column("progress_goal", sa.Float(precision=53), server_default=sa.text("1"), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("problem", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("kept", sa.LargeBinary(), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'failed') = (problem IS NOT NULL)", name="ck_tasks_problem"),
        sa.CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="ck_tasks_finished"
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'waiting', 'done', 'failed', 'cancelled')", name="ck_tasks_state"
        ),
        sa.CheckConstraint("(parent_id IS NULL) = (shard IS NULL)", name="ck_tasks_shard"),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name="ck_tasks_progress"),
        sa.ForeignKeyConstraint(["parent_id"], ["tasks.id"], name="fk_tasks_parent_id_tasks", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tasks_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(
        "ix_tasks_state",
        "tasks",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'running', 'waiting')"),
    )
    op.create_index("ix_tasks_user_id_id", "tasks", ["user_id", "id"], unique=False)
    op.create_index(
        "uq_tasks_parent_id_shard",
        "tasks",
        ["parent_id", "shard"],
        unique=True,
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "uq_tasks_user_id_kind_key",
        "tasks",
        ["user_id", "kind", "key"],
        unique=True,
        postgresql_where=sa.text("key IS NOT NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "outbox",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_outbox_task_id_tasks", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", name="pk_outbox"),
    )
    op.create_index(
        "ix_outbox_due_at", "outbox", ["due_at"], unique=False, postgresql_where=sa.text("published_at IS NULL")
    )
    op.create_index("ix_outbox_queue_published_at", "outbox", ["queue", "published_at"], unique=False)


def downgrade() -> None:
    """Drop them, with their indexes."""
    op.drop_table("outbox")
    op.drop_table("tasks")
