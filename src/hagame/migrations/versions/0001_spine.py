"""The tables of the spine: people, games, matches and decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, those first that others refer to."""
    _users()
    _cognitive_profiles()
    _game_definitions()
    _profiles()
    _refresh_tokens()
    _game_instances()
    _user_decision_logs()


def downgrade() -> None:
    """Drop them in reverse order, with their indexes and partitions."""
    for table in (
        "user_decision_logs",
        "game_instances",
        "refresh_tokens",
        "profiles",
        "game_definitions",
        "cognitive_profiles",
        "users",
    ):
        op.drop_table(table)


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("role", sa.String(), server_default="player", nullable=False),
        sa.Column("is_guest", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("session_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('player', 'researcher', 'admin')", name="ck_users_role"),
        sa.CheckConstraint("is_guest OR (email IS NOT NULL AND password_hash IS NOT NULL)", name="ck_users_registered"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_index("uq_users_email_lower", "users", [sa.literal_column("lower(email)")], unique=True)
    op.create_index("uq_users_username_lower", "users", [sa.literal_column("lower(username)")], unique=True)


def _cognitive_profiles() -> None:
    op.create_table(
        "cognitive_profiles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "declared", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("modelling_consent", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("consent_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_cognitive_profiles_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_cognitive_profiles"),
    )


def _game_definitions() -> None:
    op.create_table(
        "game_definitions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("built_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name="fk_game_definitions_created_by_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_game_definitions"),
        sa.UniqueConstraint("key", "version", name="uq_game_definitions_key_version"),
    )
    op.create_index("ix_game_definitions_created_by", "game_definitions", ["created_by"], unique=False)
    op.create_index("ix_game_definitions_tags", "game_definitions", ["tags"], unique=False, postgresql_using="gin")


def _profiles() -> None:
    op.create_table(
        "profiles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=True),
        sa.Column("language", sa.String(), server_default="en", nullable=False),
        sa.Column(
            "preferences",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_profiles_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_profiles"),
    )


def _refresh_tokens() -> None:
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_refresh_tokens_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_refresh_tokens_token_hash"),
    )
    op.create_index("ix_refresh_tokens_family_id", "refresh_tokens", ["family_id"], unique=False)
    op.create_index("ix_refresh_tokens_user_id", "refresh_tokens", ["user_id"], unique=False)


def _game_instances() -> None:
    op.create_table(
        "game_instances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("opponent", sa.String(), nullable=False),
        sa.Column(
            "opponent_parameters",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("predictor", sa.String(), nullable=False),
        sa.Column("predictor_version", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("seed_chosen", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("memory", sa.String(), server_default="person", nullable=False),
        sa.Column("belief_key", sa.String(), nullable=False),
        sa.Column("belief_from", sa.Uuid(), nullable=True),
        sa.Column("recorded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("modelled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("status", sa.String(), server_default="active", nullable=False),
        sa.Column("turn", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("player_score", sa.Float(precision=53), server_default=sa.text("0"), nullable=False),
        sa.Column("opponent_score", sa.Float(precision=53), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "evidence", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(status = 'active') = (finished_at IS NULL)", name="ck_game_instances_finished"),
        sa.CheckConstraint("memory IN ('person', 'none')", name="ck_game_instances_memory"),
        sa.CheckConstraint("status IN ('active', 'finished', 'abandoned')", name="ck_game_instances_status"),
        sa.CheckConstraint("turn >= 1", name="ck_game_instances_turn"),
        sa.ForeignKeyConstraint(
            ["belief_from"],
            ["game_instances.id"],
            name="fk_game_instances_belief_from_game_instances",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["game_definitions.id"],
            name="fk_game_instances_definition_id_game_definitions",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_game_instances_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_game_instances"),
        # Every move updates one row: vacuum sooner than after a fifth of the table.
        postgresql_with={"fillfactor": "70", "autovacuum_vacuum_scale_factor": "0.05"},
    )
    op.create_index("ix_game_instances_definition_id", "game_instances", ["definition_id"], unique=False)
    op.create_index("ix_game_instances_user_id_id", "game_instances", ["user_id", "id"], unique=False)


def _user_decision_logs() -> None:
    op.create_table(
        "user_decision_logs",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("opponent_action", sa.String(), nullable=False),
        sa.Column("payoff", sa.Float(precision=53), nullable=False),
        sa.Column("opponent_payoff", sa.Float(precision=53), nullable=False),
        sa.Column("probability", sa.Float(precision=53), nullable=False),
        sa.Column("log_loss", sa.Float(precision=53), nullable=False),
        sa.Column("brier", sa.Float(precision=53), nullable=False),
        sa.Column("hit", sa.Boolean(), nullable=False),
        sa.Column("n_legal", sa.SmallInteger(), nullable=False),
        sa.Column("response_time_ms", sa.Integer(), nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("opponent_version", sa.String(), nullable=False),
        sa.Column("predictor_version", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["game_instances.id"],
            name="fk_user_decision_logs_instance_id_game_instances",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "turn", name="pk_user_decision_logs"),
        postgresql_partition_by="RANGE (instance_id)",
    )
    op.create_index(
        "ix_user_decision_logs_user_id_instance_id", "user_decision_logs", ["user_id", "instance_id"], unique=False
    )
    op.execute("CREATE TABLE user_decision_logs_default PARTITION OF user_decision_logs DEFAULT")
