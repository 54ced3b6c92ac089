"""Questions to a crowd, and what each judge says of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    _questions()
    _judgments()


def downgrade() -> None:
    """Drop them, with their indexes."""
    op.drop_table("judgments")
    op.drop_table("questions")


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("details", sa.String(), server_default="", nullable=False),
        sa.Column("options", postgresql.ARRAY(sa.TEXT()), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("reveal", sa.String(), server_default="after_judging", nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_option", sa.SmallInteger(), nullable=True),
        sa.Column("outcome_number", sa.Float(53), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("reveal IN ('after_judging', 'after_closing', 'always')", name="ck_questions_reveal"),
        sa.CheckConstraint("options IS NULL OR cardinality(options) >= 2", name="ck_questions_options"),
        sa.CheckConstraint("outcome_option IS NULL OR outcome_number IS NULL", name="ck_questions_outcome"),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (outcome_option IS NULL AND outcome_number IS NULL)", name="ck_questions_resolved"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name="fk_questions_created_by_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_created_by", "questions", ["created_by"])
    op.create_index(
        "ix_questions_settled", "questions", ["resolved_at"], postgresql_where=sa.text("resolved_at IS NOT NULL")
    )


def _judgments() -> None:
    op.create_table(
        "judgments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("judge", sa.String(), nullable=True),
        sa.Column("probabilities", postgresql.ARRAY(postgresql.DOUBLE_PRECISION()), nullable=True),
        sa.Column("number", sa.Float(53), nullable=True),
        sa.Column("expected", postgresql.ARRAY(postgresql.DOUBLE_PRECISION()), nullable=True),
        sa.Column("confidence", sa.Float(53), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'model', 'llm')", name="ck_judgments_kind"),
        sa.CheckConstraint("(kind = 'person') = (user_id IS NOT NULL)", name="ck_judgments_person"),
        sa.CheckConstraint("(kind = 'person') = (judge IS NULL)", name="ck_judgments_judge"),
        sa.CheckConstraint("(probabilities IS NULL) <> (number IS NULL)", name="ck_judgments_value"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="ck_judgments_confidence"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name="fk_judgments_question_id_questions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_judgments_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_judgments"),
    )
    op.create_index("ix_judgments_user_id", "judgments", ["user_id"])
    for column in ("user_id", "judge"):
        op.create_index(
            f"uq_judgments_question_id_{column}",
            "judgments",
            ["question_id", column],
            unique=True,
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
