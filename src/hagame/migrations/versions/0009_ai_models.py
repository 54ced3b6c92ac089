"""AI models, their versions, and the people they are trained on; which of them a match is played with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LATER = (
    ("ai_models", "predictor_version_id", "ai_model_versions", "RESTRICT"),
    ("game_instances", "ai_model_version_id", "ai_model_versions", "RESTRICT"),
    ("game_instances", "opponent_model_id", "ai_models", "SET NULL"),
)
"""Foreign keys between tables that refer to each other: table, column, the other table, what happens on delete."""


def upgrade() -> None:
    """Make the tables, then what refers to them."""
    _ai_models()
    _ai_model_versions()
    _ai_training_sets()
    op.add_column("game_instances", sa.Column("ai_model_version_id", sa.Uuid(), nullable=True))
    op.add_column("game_instances", sa.Column("opponent_model_id", sa.Uuid(), nullable=True))
    for table, column, other, on_delete in LATER:
        op.create_foreign_key(f"fk_{table}_{column}_{other}", table, other, [column], ["id"], ondelete=on_delete)


def downgrade() -> None:
    """Drop them in reverse order."""
    for table, column, other, _ in reversed(LATER):
        op.drop_constraint(f"fk_{table}_{column}_{other}", table, type_="foreignkey")
    op.drop_column("game_instances", "opponent_model_id")
    op.drop_column("game_instances", "ai_model_version_id")
    for table in ("ai_training_sets", "ai_model_versions", "ai_models"):
        op.drop_table(table)


def _ai_models() -> None:
    op.create_table(
        "ai_models",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("licence", sa.String(), server_default="", nullable=False),
        sa.Column("status", sa.String(), server_default="draft", nullable=False),
        sa.Column("predictor_version_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('predictor', 'opponent', 'cognitive', 'aggregator', 'emotion')", name="ck_ai_models_kind"
        ),
        sa.CheckConstraint("status IN ('draft', 'active', 'archived')", name="ck_ai_models_status"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name="fk_ai_models_created_by_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ai_models"),
    )
    op.create_index("ix_ai_models_created_by", "ai_models", ["created_by"], unique=False)


def _ai_model_versions() -> None:
    op.create_table(
        "ai_model_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), server_default="candidate", nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("artefact", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("algorithm_version", sa.String(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("metrics", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("format IN ('safetensors', 'onnx')", name="ck_ai_model_versions_format"),
        sa.CheckConstraint("status IN ('candidate', 'active', 'archived')", name="ck_ai_model_versions_status"),
        sa.CheckConstraint("number >= 1", name="ck_ai_model_versions_number"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name="fk_ai_model_versions_created_by_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["game_definitions.id"],
            name="fk_ai_model_versions_definition_id_game_definitions",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["ai_models.id"], name="fk_ai_model_versions_model_id_ai_models", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["ai_model_versions.id"],
            name="fk_ai_model_versions_parent_id_ai_model_versions",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ai_model_versions"),
        sa.UniqueConstraint("model_id", "number", name="uq_ai_model_versions_model_id_number"),
    )
    active = sa.text("status = 'active'")
    op.create_index(
        "uq_ai_model_versions_active", "ai_model_versions", ["model_id"], unique=True, postgresql_where=active
    )
    op.create_index("uq_ai_model_versions_task_id", "ai_model_versions", ["task_id"], unique=True)


def _ai_training_sets() -> None:
    op.create_table(
        "ai_training_sets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("people >= 1", name="ck_ai_training_sets_people"),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["game_definitions.id"],
            name="fk_ai_training_sets_definition_id_game_definitions",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["ai_models.id"], name="fk_ai_training_sets_model_id_ai_models", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name="fk_ai_training_sets_task_id_tasks", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ai_training_sets"),
        sa.UniqueConstraint("task_id", name="uq_ai_training_sets_task_id"),
    )
    op.create_index("ix_ai_training_sets_model_id", "ai_training_sets", ["model_id"], unique=False)
