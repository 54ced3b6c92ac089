"""Language models: prompts with their versions and labels, calls with their attempts, spending, outcomes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What a version says never changes; who made it may be forgotten.
IMMUTABLE = """
    CREATE FUNCTION prompt_versions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a version of a prompt is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END $$
"""
TRIGGER = """
    CREATE TRIGGER prompt_versions_stay
    BEFORE UPDATE OF prompt_id, version, messages, variables, model, temperature, max_output_tokens, response_schema,
        offline_answer, public, note
    ON prompt_versions FOR EACH ROW EXECUTE FUNCTION prompt_versions_stay()
"""


def upgrade() -> None:
    """Make the tables, those first that others refer to."""
    _prompts()
    _prompt_versions()
    _prompt_labels()
    _llm_calls()
    _llm_attempts()
    _llm_outcomes()
    _llm_spending()


def downgrade() -> None:
    """Drop them in reverse order, with their indexes and triggers."""
    for table in (
        "llm_spending",
        "llm_outcomes",
        "llm_attempts",
        "llm_calls",
        "prompt_labels",
        "prompt_versions",
        "prompts",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION prompt_versions_stay")


def _prompts() -> None:
    op.create_table(
        "prompts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("built_in", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_prompts_created_by_users", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_prompts"),
        sa.UniqueConstraint("name", name="uq_prompts_name"),
    )
    op.create_index("ix_prompts_created_by", "prompts", ["created_by"], unique=False)


def _prompt_versions() -> None:
    op.create_table(
        "prompt_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prompt_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("messages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("variables", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("temperature", sa.Float(precision=53), nullable=True),
        sa.Column("max_output_tokens", sa.Integer(), nullable=True),
        sa.Column("response_schema", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("offline_answer", sa.String(), nullable=True),
        sa.Column("public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("version >= 1", name="ck_prompt_versions_version"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name="fk_prompt_versions_created_by_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompts.id"], name="fk_prompt_versions_prompt_id_prompts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_prompt_versions"),
        sa.UniqueConstraint("prompt_id", "version", name="uq_prompt_versions_prompt_id_version"),
    )
    op.create_index("ix_prompt_versions_created_by", "prompt_versions", ["created_by"], unique=False)
    op.execute(IMMUTABLE)
    op.execute(TRIGGER)


def _prompt_labels() -> None:
    op.create_table(
        "prompt_labels",
        sa.Column("prompt_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["prompts.id"], name="fk_prompt_labels_prompt_id_prompts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("prompt_id", "label", name="pk_prompt_labels"),
    )


def _llm_calls() -> None:
    op.create_table(
        "llm_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("prompt_version_id", sa.Uuid(), nullable=True),
        sa.Column("prompt_label", sa.String(), nullable=True),
        sa.Column("asked_model", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("streamed", sa.Boolean(), nullable=False),
        sa.Column("cache", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("output_tokens", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cost_usd", sa.Numeric(precision=20, scale=10), nullable=True),
        sa.Column("first_token_ms", sa.Float(precision=53), nullable=True),
        sa.Column("total_ms", sa.Float(precision=53), nullable=False),
        sa.Column("contents", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("contents_expire_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cache IN ('miss', 'hit', 'joined', 'bypass', 'off')", name="ck_llm_calls_cache"),
        sa.CheckConstraint("(contents IS NULL) = (contents_expire_at IS NULL)", name="ck_llm_calls_contents_expire"),
        sa.ForeignKeyConstraint(
            ["prompt_version_id"],
            ["prompt_versions.id"],
            name="fk_llm_calls_prompt_version_id_prompt_versions",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_llm_calls_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_llm_calls"),
    )
    op.create_index(
        "ix_llm_calls_contents",
        "llm_calls",
        ["contents_expire_at"],
        unique=False,
        postgresql_where=sa.text("contents_expire_at IS NOT NULL"),
    )
    op.create_index("ix_llm_calls_prompt_version_id", "llm_calls", ["prompt_version_id"], unique=False)
    op.create_index("ix_llm_calls_user_id_id", "llm_calls", ["user_id", "id"], unique=False)


def _llm_attempts() -> None:
    op.create_table(
        "llm_attempts",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("cost_usd", sa.Numeric(precision=20, scale=10), nullable=True),
        sa.Column("first_token_ms", sa.Float(precision=53), nullable=True),
        sa.Column("total_ms", sa.Float(precision=53), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('ok', 'rate_limited', 'server_error', 'timeout', 'connection', 'garbage', 'wrong_schema', "
            "'too_large', 'refused', 'unauthorised', 'cancelled')",
            name="ck_llm_attempts_outcome",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["llm_calls.id"], name="fk_llm_attempts_call_id_llm_calls", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "number", name="pk_llm_attempts"),
    )


def _llm_outcomes() -> None:
    op.create_table(
        "llm_outcomes",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["llm_calls.id"], name="fk_llm_outcomes_call_id_llm_calls", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "name", name="pk_llm_outcomes"),
    )


def _llm_spending() -> None:
    op.create_table(
        "llm_spending",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("usd", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False),
        sa.Column("reserved_tokens", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("reserved_usd", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "tokens >= 0 AND reserved_tokens >= 0 AND usd >= 0 AND reserved_usd >= 0",
            name="ck_llm_spending_not_negative",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_llm_spending_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_llm_spending"),
        sa.UniqueConstraint("user_id", "day", name="uq_llm_spending_user_id_day", postgresql_nulls_not_distinct=True),
    )
