"""Decisions of games without an opponent, in stages, with what was seen and told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = "user_decision_logs"


def upgrade() -> None:
    """Columns that matrix games did not need; nobody's action where nobody answers."""
    op.add_column(TABLE, sa.Column("stage", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column(TABLE, sa.Column("timed_out", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(TABLE, sa.Column("observation", sa.JSON(), nullable=True))
    op.add_column(TABLE, sa.Column("outcome", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column(TABLE, sa.Column("foregone", sa.JSON(), nullable=True))
    op.alter_column(TABLE, "opponent_action", nullable=True)
    op.alter_column(TABLE, "opponent_payoff", nullable=True)


def downgrade() -> None:
    """The columns go. Decisions without an opponent stay, with an empty action and a payoff of 0."""
    op.execute(
        f"UPDATE {TABLE} SET opponent_action = coalesce(opponent_action, ''), "  # noqa: S608
        "opponent_payoff = coalesce(opponent_payoff, 0) "
        "WHERE opponent_action IS NULL OR opponent_payoff IS NULL"
    )
    op.alter_column(TABLE, "opponent_action", nullable=False)
    op.alter_column(TABLE, "opponent_payoff", nullable=False)
    for column in ("foregone", "outcome", "observation", "timed_out", "stage"):
        op.drop_column(TABLE, column)
