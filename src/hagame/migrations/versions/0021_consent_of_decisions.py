"""Whether each decision was taken with consent to be modelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE, INDEX = "user_decision_logs", "ix_user_decision_logs_unmodelled"


def upgrade() -> None:
    """Decisions that are there take what their match says."""
    op.add_column(TABLE, sa.Column("modelled", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.execute(
        "UPDATE user_decision_logs d SET modelled = false FROM game_instances i "
        "WHERE i.id = d.instance_id AND NOT i.modelled"
    )
    op.create_index(INDEX, TABLE, ["instance_id"], postgresql_where=sa.text("NOT modelled"))


def downgrade() -> None:
    """The column goes, and its index."""
    op.drop_index(INDEX, table_name=TABLE)
    op.drop_column(TABLE, "modelled")
